/* [mail] summary_to and watch_to: once a session, by a sendmail that takes, refuses, hangs, kills or is not there. */
#include <dirent.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <closebell/base/text.h>

#include "live_db.h"
#include "live_scene.h"
#include "named.h"

static const char NOW[] = "2025-04-11T00:00:00Z", DAY[] = "2025-04-10", BEFORE[] = "2025-04-09";
static const char SUMMARY[] = "2025-04-10_summary_mail", WATCH[] = "2025-04-10_watch_mail";

/* ---- a sendmail that writes down what it gets ---- */

static char sendmail[128], got[128];

/* What it does is `body`; $got is a file of its own: arguments, a line each, and the mail below them. */
static void become(LiveWorld *world, const char *body) {
  TextBuffer script = {0};
  text_buffer_printf(&script,
                     "#!/bin/sh\nrecord() { file=%s/$$; { printf '%%s\\n' \"$@\"; cat; } >\"$file.part\"; "
                     "mv \"$file.part\" \"$file.mail\"; }\n%s\n",
                     got, body);
  live_file(world, "sendmail", script.data, sendmail);
  text_buffer_free(&script);
  assert_int_equal(chmod(sendmail, 0755), 0);
  live_set(world, "CLOSEBELL_ALERTS_SENDMAIL", sendmail);
}

typedef void MailVisit(const char *path, void *context);

static size_t each_mail(MailVisit *visit, void *context) {
  DIR *folder = opendir(got);
  size_t count = 0;
  assert_non_null(folder);
  for (struct dirent *entry; (entry = readdir(folder));) {
    char path[512];
    if (!strstr(entry->d_name, ".mail")) continue;
    snprintf(path, sizeof path, "%s/%s", got, entry->d_name);
    if (visit) visit(path, context);
    count++;
  }
  closedir(folder);
  return count;
}

static size_t mails(void) { return each_mail(NULL, NULL); }

static void remove_mail(const char *path, void *context) {
  (void)context;
  unlink(path);
}

static void read_mail(const char *path, void *context) {
  char *text = context;
  FILE *file = fopen(path, "r");
  assert_non_null(file);
  text[fread(text, 1, LIVE_TEXT_SIZE - 1, file)] = '\0';
  fclose(file);
}

/* The only one. */
static char *the_mail(char text[LIVE_TEXT_SIZE]) {
  assert_int_equal(each_mail(read_mail, text), 1);
  return text;
}

/* The decoded part of that type. */
static char *part_of(const char *mail, const char *type) {
  static const char DIGITS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  char *text = calloc(1, LIVE_TEXT_SIZE);
  const char *at = strstr(mail, type);
  unsigned bits = 0, count = 0;
  size_t length = 0;
  assert_non_null(at);
  at = strstr(at, "\r\n\r\n");
  assert_non_null(at);
  for (at += 4; strncmp(at, "\r\n--", 4) != 0 && *at != '\0'; at++) {
    const char *digit = strchr(DIGITS, *at);
    if (!digit) continue;
    bits = bits << 6 | (unsigned)(digit - DIGITS);
    if (++count % 4 == 0)
      for (int shift = 16; shift >= 0; shift -= 8) text[length++] = (char)(bits >> shift);
  }
  if (count % 4 == 3) text[length++] = (char)(bits >> 10), text[length++] = (char)(bits >> 2);
  if (count % 4 == 2) text[length++] = (char)(bits >> 4);
  return text;
}

/* ---- feeds with headlines, or without ---- */

#define A_FEED "[feed]\nurl = http://127.0.0.1:1/news\nschedule = daily 07:00 KST\nrows = /feed\nid = {key}\n[fields]\n"
static const char *const FEEDS[][2] = {
    {"news", A_FEED "key = string /key\ntitle = string? /title\nurl = string /url\n"
                    "published_utc = instant? /published %Y%m%dT%H%M%S\nread_utc = instant? /read %Y%m%dT%H%M%S\n"},
    {"notes", A_FEED "key = string /key\ntitle = string /title\nurl = string? /url\n"},
    {"titles", A_FEED "key = string /key\ntitle = string /title\nurl = strings? /urls/*\n"},
    {"broken", A_FEED "key = string /key\ntitle = word /title\nurl = string? /url\n"}};

static void declare_feeds(LiveWorld *world) {
  char folder[128], name[32], path[128];
  snprintf(folder, sizeof folder, "%s/feeds", world->folder);
  if (mkdir(folder, 0700) != 0) assert_int_equal(access(folder, F_OK), 0);
  for (size_t i = 0; i < sizeof FEEDS / sizeof FEEDS[0]; i++) {
    snprintf(name, sizeof name, "feeds/%s.ini", FEEDS[i][0]);
    live_file(world, name, FEEDS[i][1], path);
  }
  live_set(world, "CLOSEBELL_FEEDS_FOLDER", folder);
  live_set(world, "CLOSEBELL_MAIL_SUMMARY_TO", "me@example.org");
}

static void remove_feeds(LiveWorld *world) {
  char path[256];
  for (size_t i = 0; i < sizeof FEEDS / sizeof FEEDS[0]; i++) {
    snprintf(path, sizeof path, "%s/feeds/%s.ini", world->folder, FEEDS[i][0]);
    unlink(path);
  }
  snprintf(path, sizeof path, "%s/feeds", world->folder);
  rmdir(path);
}

/* ---- scenes ---- */

static LiveWorld *world_of(void **state) { return &((LiveScene *)*state)->world; }

static int fill(void **state) {
  if (live_scene_open(state) != 0) return -1;
  LiveScene *scene = *state;
  LiveWorld *world = &scene->world;
  live_set(world, "CLOSEBELL_UNIVERSE_MIN_MARKET_CAP", "3000000000000");
  live_do(world, "manual_setup", NOW, "--days 40");
  live_do(world, "hourly_analysis", NOW, "");
  snprintf(got, sizeof got, "%s/got", world->folder);
  return mkdir(got, 0700);
}

static int close_scene(void **state) {
  each_mail(remove_mail, NULL);
  rmdir(got);
  remove_feeds(world_of(state));
  return live_scene_close(state);
}

static void drop(LiveWorld *world, const char *collection, const char *id) {
  if (live_has(world, "system_info", collection, id)) live_delete(world, "system_info", collection, id);
}

/* As if nothing had been mailed of the session. */
static int forget(void **state) {
  LiveWorld *world = world_of(state);
  static const char *const settings[] = {"CLOSEBELL_MAIL_SUMMARY_TO",   "CLOSEBELL_MAIL_WATCH_TO",
                                         "CLOSEBELL_MAIL_WATCH_POINTS", "CLOSEBELL_ALERTS_TIMEOUT",
                                         "CLOSEBELL_MAIL_HEADLINES",    "CLOSEBELL_FEEDS_FOLDER"};
  for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++) live_set(world, settings[i], NULL);
  become(world, "record \"$@\"");
  each_mail(remove_mail, NULL);
  drop(world, "job_status", SUMMARY);
  drop(world, "job_status", WATCH);
  return 0;
}

static LiveResult analyse(LiveWorld *world, const char *arguments) {
  LiveResult result = live_run_at(world, "hourly_analysis", NOW, arguments);
  live_assert_exit(&result, 0);
  return result;
}

static void assert_mark(LiveWorld *world, const char *id, const char *state) {
  bson_t *mark = live_get(world, "system_info", "job_status", id);
  assert_string_equal(live_text(mark, "status"), state);
  assert_string_equal(live_text(mark, "date_kst"), DAY);
  bson_destroy(mark);
}

/* ---- the summary ---- */

static void without_the_settings_nothing_is_mailed_or_written(void **state) {
  LiveWorld *world = world_of(state);
  LiveDump before = live_dump(world, LIVE_ALL);
  analyse(world, "");
  live_assert_holds(world, LIVE_ALL, &before);
  live_dump_free(&before);
  assert_int_equal(mails(), 0);
}

static void a_summary_comes_once_a_session(void **state) {
  LiveWorld *world = world_of(state);
  char mail[LIVE_TEXT_SIZE];
  live_set(world, "CLOSEBELL_MAIL_SUMMARY_TO", "me@example.org, you@example.org");
  analyse(world, "");
  the_mail(mail);
  live_assert_says(mail, "--\nme@example.org\nyou@example.org\n");
  live_assert_says(mail, "To: me@example.org,\r\n you@example.org\r\nSubject: ");
  char *text = part_of(mail, "text/plain"), *html = part_of(mail, "text/html");
  static const char *const parts[] = {"2025-04-10", "KOSPI", "KOSDAQ", "Largest rises", "Largest falls"};
  for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
    live_assert_says(text, parts[i]);
    live_assert_says(html, parts[i]);
  }
  free(html);
  free(text);
  assert_mark(world, SUMMARY, "completed");
  analyse(world, "");
  analyse(world, "--force --quota 5"); /* the session is opened and not done with */
  analyse(world, "");
  assert_int_equal(mails(), 1);
}

static void one_that_is_restated_is_not_mailed_again(void **state) {
  LiveWorld *world = world_of(state);
  live_set(world, "CLOSEBELL_MAIL_SUMMARY_TO", "me@example.org");
  analyse(world, "");
  live_insert(world, "system_info", "restatements",
              "{\"_id\":\"0000000001\",\"from\":\"2025-04-08\",\"reason\":\"a test\",\"at_utc\":{\"$date\":"
              "\"2025-04-11T00:00:00Z\"}}");
  LiveResult result = analyse(world, "");
  live_assert_says(result.err, "up to date");
  assert_int_equal(mails(), 1);
  analyse(world, "");
  assert_int_equal(mails(), 1);
}

static void what_only_looks_mails_nothing(void **state) {
  LiveWorld *world = world_of(state);
  live_set(world, "CLOSEBELL_MAIL_SUMMARY_TO", "me@example.org");
  live_set(world, "CLOSEBELL_MAIL_WATCH_TO", "me@example.org");
  live_look(world, "hourly_analysis", NOW, "--dry-run");
  live_look(world, "hourly_analysis", NOW, "--history");
  live_look(world, "hourly_analysis", NOW, "--watchlists");
  live_run_at(world, "daily_update", NOW, "");
  assert_int_equal(mails(), 0);
}

/* ---- headlines ---- */

static void add_row(LiveWorld *world, const char *feed, const char *id, const char *fields) {
  char json[400];
  snprintf(json, sizeof json, "{\"_id\":\"%s\",%s}", id, fields);
  live_insert(world, "feed_data", feed, json);
}

/* The text of the mail, which the caller frees, from its headlines to what comes behind them. */
static char *headlines_of(const char *type) {
  char mail[LIVE_TEXT_SIZE];
  char *text = part_of(the_mail(mail), type), *from = strstr(text, "Headlines"), *to;
  assert_non_null(from);
  to = strstr(from, "Restatements");
  assert_non_null(to);
  *to = '\0';
  memmove(text, from, strlen(from) + 1);
  return text;
}

static void assert_in_order(const char *text, const char *const *parts, size_t count) {
  for (size_t i = 0; i < count; i++) {
    const char *at = strstr(text, parts[i]);
    if (!at) fail_msg("no %s in %s", parts[i], text);
    text = at + strlen(parts[i]);
  }
}

static void the_ten_newest_headlines_of_a_feed_are_in_the_summary(void **state) {
  LiveWorld *world = world_of(state);
  declare_feeds(world);
  live_set(world, "CLOSEBELL_MAIL_HEADLINES", "news");
  for (int i = 0; i < 14; i++) { /* the greater the _id, the older; what was read last is no matter */
    char id[8], fields[300];
    snprintf(id, sizeof id, "n%02d", i);
    snprintf(fields, sizeof fields,
             "\"title\":\"title%02d\",\"url\":\"https://news.example/%d\",\"published_utc\":{\"$date\":"
             "\"2025-04-%02dT00:00:00Z\"},\"read_utc\":{\"$date\":\"2025-03-%02dT00:00:00Z\"}",
             i, i, 20 - i, 1 + i);
    add_row(world, "news", id, fields);
  }
  add_row(world, "news", "same",
          "\"title\":\"same\",\"url\":\"x\",\"published_utc\":{\"$date\":\"2025-04-19T00:00:00Z\"}");
  add_row(world, "news", "untitled",
          "\"url\":\"https://news.example/u\",\"published_utc\":{\"$date\":\"2025-05-01T00:00:00Z\"}");
  add_row(world, "news", "undated", "\"title\":\"undated\",\"url\":\"https://news.example/v\"");
  add_row(world, "news", "bad",
          "\"title\":\"<b>bad</b>\\r\\nBcc: thief@example.org\",\"url\":\"javascript:alert(1)\",\"published_utc\":"
          "{\"$date\":\"2025-04-30T00:00:00Z\"}");
  analyse(world, "");
  char *text = headlines_of("text/plain"), *html = headlines_of("text/html");
  static const char *const order[] = {"<b>bad</b> Bcc: thief@example.org\r\n",
                                      "title00\r\n  https://news.example/0\r\n",
                                      "same\r\n",
                                      "title01",
                                      "title02",
                                      "title03",
                                      "title04",
                                      "title05",
                                      "title06",
                                      "title07"};
  assert_in_order(text, order, sizeof order / sizeof order[0]);
  static const char *const absent[] = {"title08", "undated", "/u", "javascript"};
  for (size_t i = 0; i < 4; i++)
    if (strstr(text, absent[i]) || strstr(html, absent[i])) fail_msg("%s is told", absent[i]);
  live_assert_says(html, "<p>&lt;b&gt;bad&lt;/b&gt; Bcc: thief@example.org</p>");
  live_assert_says(html, "<a href=\"https://news.example/0\">title00</a>");
  free(html);
  free(text);
}

static void without_an_instant_the_greatest_ids_are_the_newest(void **state) {
  LiveWorld *world = world_of(state);
  declare_feeds(world);
  live_set(world, "CLOSEBELL_MAIL_HEADLINES", "notes");
  for (int i = 0; i < 12; i++) {
    char id[8], fields[80];
    snprintf(id, sizeof id, "n%02d", i);
    snprintf(fields, sizeof fields, "\"title\":\"title%02d\"", i);
    add_row(world, "notes", id, fields);
  }
  analyse(world, "");
  char *text = headlines_of("text/plain");
  static const char *const order[] = {"title11", "title10", "title09", "title08", "title07",
                                      "title06", "title05", "title04", "title03", "title02"};
  assert_in_order(text, order, sizeof order / sizeof order[0]);
  assert_null(strstr(text, "title01"));
  free(text);
}

static size_t count_of(const char *text, const char *part) {
  size_t count = 0;
  for (; (text = strstr(text, part)); text += strlen(part)) count++;
  return count;
}

static void a_feed_that_has_no_headlines_is_warned_of_once_and_the_mail_goes_out(void **state) {
  LiveWorld *world = world_of(state);
  static const char *const names[] = {"elsewhere", "titles", "broken"};
  declare_feeds(world);
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    char mail[LIVE_TEXT_SIZE];
    live_set(world, "CLOSEBELL_MAIL_HEADLINES", names[i]);
    LiveResult result = analyse(world, "");
    assert_int_equal(count_of(result.err, "[mail] headlines"), 1);
    assert_named(result.err, names[i]);
    char *text = part_of(the_mail(mail), "text/plain");
    assert_null(strstr(text, "Headlines"));
    live_assert_says(text, "Largest rises");
    free(text);
    each_mail(remove_mail, NULL);
    drop(world, "job_status", SUMMARY);
  }
  live_set(world, "CLOSEBELL_FEEDS_FOLDER", NULL);
  LiveResult result = analyse(world, "");
  live_assert_says(result.err, "[mail] headlines");
  assert_int_equal(mails(), 1);
}

/* ---- sendmail's ways to fail ---- */

static void one_that_refuses_or_is_not_there_is_tried_again(void **state) {
  LiveWorld *world = world_of(state);
  live_set(world, "CLOSEBELL_MAIL_SUMMARY_TO", "me@example.org");
  become(world, "cat >/dev/null; exit 75");
  LiveResult result = analyse(world, "");
  assert_named(result.err, "summary_mail|2025-04-10|75");
  assert_false(live_has(world, "system_info", "job_status", SUMMARY));
  live_set(world, "CLOSEBELL_ALERTS_SENDMAIL", "/nonexistent/sendmail");
  result = analyse(world, "");
  assert_named(result.err, "summary_mail|2025-04-10");
  assert_false(live_has(world, "system_info", "job_status", SUMMARY));
  become(world, "record \"$@\"");
  analyse(world, "");
  assert_int_equal(mails(), 1);
  assert_mark(world, SUMMARY, "completed");
}

/* It may have taken the mail: nobody sends it again. */
static void one_that_hangs_is_ended_and_not_tried_again(void **state) {
  LiveWorld *world = world_of(state);
  live_set(world, "CLOSEBELL_MAIL_SUMMARY_TO", "me@example.org");
  live_set(world, "CLOSEBELL_ALERTS_TIMEOUT", "300ms");
  become(world, "sleep 600");
  LiveResult result = analyse(world, "");
  assert_named(result.err, "summary_mail|2025-04-10");
  assert_mark(world, SUMMARY, "failed");
  become(world, "record \"$@\"");
  analyse(world, "");
  assert_int_equal(mails(), 0);
}

/* At most once: of what was sent when the run died, nobody knows. */
static void a_run_that_is_killed_behind_the_mark_leaves_it(void **state) {
  LiveWorld *world = world_of(state);
  live_set(world, "CLOSEBELL_MAIL_SUMMARY_TO", "me@example.org");
  become(world, "kill -9 $PPID");
  LiveResult result = live_run_at(world, "hourly_analysis", NOW, "");
  assert_int_equal(result.signal, 9);
  assert_mark(world, SUMMARY, "running");
  become(world, "record \"$@\"");
  analyse(world, "");
  assert_int_equal(mails(), 0);
  live_assert_says(live_state(world, DAY, "hourly_analysis").text, "completed");
}

/* The analysis is somebody else's while a sendmail hangs. */
static void no_lease_is_held_meanwhile(void **state) {
  LiveWorld *world = world_of(state);
  char arguments[64];
  live_set(world, "CLOSEBELL_MAIL_SUMMARY_TO", "me@example.org");
  live_set(world, "CLOSEBELL_ALERTS_TIMEOUT", "60s");
  become(world, "record \"$@\"; sleep 600");
  live_exchange_now(world, NOW);
  snprintf(arguments, sizeof arguments, "--now %s", NOW);
  LiveProcess hanging = live_start(world, "hourly_analysis", arguments);
  int64_t until = live_now_ms() + LIVE_PATIENCE_MS;
  while (mails() == 0 && live_now_ms() < until) usleep(20000);
  assert_int_equal(mails(), 1);
  LiveResult result = analyse(world, "--ticker 005930 --force");
  live_assert_says(result.err, "1 tickers analysed");
  assert_false(live_has_ended(&hanging));
  kill(hanging.pid, SIGTERM);
  live_finish(world, &hanging);
  assert_mark(world, SUMMARY, "failed");
  assert_int_equal(mails(), 1);
}

static void several_at_once_send_one(void **state) {
  enum { COUNT = 5 };
  LiveWorld *world = world_of(state);
  LiveProcess processes[COUNT];
  char arguments[64];
  live_set(world, "CLOSEBELL_MAIL_SUMMARY_TO", "me@example.org");
  live_exchange_now(world, NOW);
  snprintf(arguments, sizeof arguments, "--now %s", NOW);
  for (size_t i = 0; i < COUNT; i++) processes[i] = live_start(world, "hourly_analysis", arguments);
  for (size_t i = 0; i < COUNT; i++) {
    LiveResult result = live_finish(world, &processes[i]);
    live_assert_exit(&result, 0);
  }
  assert_int_equal(mails(), 1);
  assert_mark(world, SUMMARY, "completed");
}

/* ---- watchlists ---- */

static void give(LiveWorld *world, const char *ticker, const char *date, const char *fields) {
  char json[160];
  snprintf(json, sizeof json, "{\"$set\":{%s}}", fields);
  live_update(world, "stock_analyzed", ticker, date, json);
}

static void take_back(LiveWorld *world, const char *ticker) {
  static const char UNSET[] = "{\"$unset\":{\"rs_rating\":1,\"compass_score\":1}}";
  live_update(world, "stock_analyzed", ticker, BEFORE, UNSET);
  live_update(world, "stock_analyzed", ticker, DAY, UNSET);
}

static void what_moved_in_a_watchlist_is_mailed_once(void **state) {
  LiveWorld *world = world_of(state);
  char mail[LIVE_TEXT_SIZE];
  live_set(world, "CLOSEBELL_MAIL_WATCH_TO", "me@example.org");
  analyse(world, "--watchlist 관심 --add 005930,000660,000020");
  analyse(world, "--watchlist mine --add 000660,005380");
  give(world, "000660", BEFORE, "\"rs_rating\":60,\"compass_score\":71.5");
  give(world, "000660", DAY, "\"rs_rating\":65,\"compass_score\":74.25");
  give(world, "005930", BEFORE, "\"rs_rating\":60");
  give(world, "005930", DAY, "\"rs_rating\":64,\"compass_score\":90.5");
  analyse(world, "");
  char *text = part_of(the_mail(mail), "text/plain");
  assert_named(text, "000660|SK하이닉스|rs_rating|60|65|mine|관심");
  assert_null(strstr(text, "compass_score")); /* 2.75 points, and one that was not there */
  assert_null(strstr(text, "005930"));
  live_assert_says(text, BEFORE);
  free(text);
  assert_mark(world, WATCH, "completed");
  assert_false(live_has(world, "system_info", "job_status", SUMMARY));
  analyse(world, "");
  assert_int_equal(mails(), 1);
}

static void points_are_as_the_settings_say_and_nothing_moved_is_no_mail(void **state) {
  LiveWorld *world = world_of(state);
  char mail[LIVE_TEXT_SIZE];
  live_set(world, "CLOSEBELL_MAIL_WATCH_TO", "me@example.org");
  live_set(world, "CLOSEBELL_MAIL_WATCH_POINTS", "5.5");
  analyse(world, "");
  assert_int_equal(mails(), 0);
  assert_mark(world, WATCH, "completed");
  live_set(world, "CLOSEBELL_MAIL_WATCH_POINTS", "2.75");
  analyse(world, "");
  assert_int_equal(mails(), 0); /* the session is done with */
  drop(world, "job_status", WATCH);
  analyse(world, "");
  char *text = part_of(the_mail(mail), "text/plain");
  assert_named(text, "000660|compass_score|71.5|74.25");
  assert_named(text, "005930|rs_rating|60|64");
  free(text);
  take_back(world, "000660");
  take_back(world, "005930");
  analyse(world, "--watchlist mine --delete");
  analyse(world, "--watchlist 관심 --delete");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup(without_the_settings_nothing_is_mailed_or_written, forget),
      cmocka_unit_test_setup(a_summary_comes_once_a_session, forget),
      cmocka_unit_test_setup(what_only_looks_mails_nothing, forget),
      cmocka_unit_test_setup(the_ten_newest_headlines_of_a_feed_are_in_the_summary, forget),
      cmocka_unit_test_setup(without_an_instant_the_greatest_ids_are_the_newest, forget),
      cmocka_unit_test_setup(a_feed_that_has_no_headlines_is_warned_of_once_and_the_mail_goes_out, forget),
      cmocka_unit_test_setup(one_that_refuses_or_is_not_there_is_tried_again, forget),
      cmocka_unit_test_setup(one_that_hangs_is_ended_and_not_tried_again, forget),
      cmocka_unit_test_setup(a_run_that_is_killed_behind_the_mark_leaves_it, forget),
      cmocka_unit_test_setup(no_lease_is_held_meanwhile, forget),
      cmocka_unit_test_setup(several_at_once_send_one, forget),
      cmocka_unit_test_setup(what_moved_in_a_watchlist_is_mailed_once, forget),
      cmocka_unit_test_setup(points_are_as_the_settings_say_and_nothing_moved_is_no_mail, forget),
      cmocka_unit_test_setup(one_that_is_restated_is_not_mailed_again, forget),
  };
  return cmocka_run_group_tests_name("mail", tests, fill, close_scene);
}
