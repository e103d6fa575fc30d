/* daily_update killed while it brings declared feeds: at messages all over the run, before and after them. The next run
 * brings the content that an undisturbed one has, nothing is `completed` that is not there, no row is there twice, and
 * every call was counted before it was made. */
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <closebell/store/db.h>

#include "kill_world.h"
#include "live_db.h"
#include "web_replay_run.h"

static const char SET_UP[] = "2025-03-05T00:00:00Z", FIRST[] = "2025-03-05T01:10:00Z",
                  SECOND[] = "2025-03-06T02:10:00Z";
static const DbParts PARTS = DB_PART_FEED;
static const char *const FEEDS[] = {"overview", "posts", "ticker"};
enum { POINTS = 12, FEED_COUNT = 3 };

static const char TICKER[] = "[feed]\nurl = http://127.0.0.1:%u/public/ticker/ALL_KRW\nschedule = hourly\n"
                             "rows = /data\nid = {coin}\nkeep = replace\nindexes = -closing_price\n"
                             "[fields]\ncoin = string @key\nclosing_price = double /closing_price\n"
                             "[answer]\nok_if = /status = 0000\n";
static const char OVERVIEW[] = "[feed]\nurl = http://127.0.0.1:%u/query\nschedule = daily 01:00 UTC\n"
                               "keys_file = keys.txt\nitems = A, B, C, D, E\nper_run = 3\nrows =\nsingle = yes\n"
                               "id = {symbol}\nkeep = replace\n"
                               "[query]\nfunction = OVERVIEW\nsymbol = {item}\napikey = {key}\n"
                               "[fields]\nsymbol = string /Symbol\nname = string /Name\n"
                               "market_capitalization = int /MarketCapitalization\n"
                               "[answer]\nlimit_if = /Information\nerror_if = /Error Message\n";
static const char POSTS[] = "[feed]\nurl = http://127.0.0.1:%u/2/users/{item}/tweets\nschedule = hourly\n"
                            "keys_file = keys.txt\nitems = 11, 12\nsince = id 0\nrows = /data\nid = {id}:{author}\n"
                            "[query]\nmax_results = 100\nsince_id = {since}\n"
                            "[headers]\nAuthorization = Bearer {key}\n"
                            "[fields]\nid = int /id\nauthor = string /author_id\ntext = string /text\n"
                            "[paging]\nkind = cursor\nparam = pagination_token\ncursor = /meta/next_token\n"
                            "[answer]\nok_if = /meta/result_count\nempty_if = /meta/result_count = 0\n";

typedef struct {
  KillWorld *world;
  ReplayRun web;
  char folder[128];
  DbMemory *first, *second; /* rows, undisturbed */
  long messages[2], struck;
} Sweep;

static const KillJob JOBS[] = {{"daily_update", FIRST, ""}, {"daily_update", SECOND, ""}};

static void write_file(const Sweep *sweep, const char *name, const char *text) {
  char path[256];
  snprintf(path, sizeof path, "%s/%s", sweep->folder, name);
  FILE *file = fopen(path, "w");
  assert_non_null(file);
  for (const char *at; (at = strstr(text, "%u")) != NULL; text = at + 2)
    fprintf(file, "%.*s%u", (int)(at - text), text, (unsigned)sweep->web.port);
  fputs(text, file);
  assert_int_equal(fclose(file), 0);
}

static void declare(Sweep *sweep) {
  snprintf(sweep->folder, sizeof sweep->folder, "%s/feeds", sweep->world->live.folder);
  assert_int_equal(mkdir(sweep->folder, 0700), 0);
  write_file(sweep, "ticker.ini", TICKER);
  write_file(sweep, "overview.ini", OVERVIEW);
  write_file(sweep, "posts.ini", POSTS);
  write_file(sweep, "keys.txt", "a-key-that-is-long-enough\nanother-key-of-that-length\n");
  live_set(&sweep->world->live, "CLOSEBELL_FEEDS_FOLDER", sweep->folder);
}

static int prepare(void **state) {
  Sweep *sweep = calloc(1, sizeof *sweep);
  assert_non_null(sweep);
  *state = sweep;
  assert_true(web_run_start(&sweep->web, WEB_REPLAY, FIRST));
  web_run_control(&sweep->web, "limits?provider=alpha&per_day=0&per_window=0");
  sweep->world = kill_world_open();
  live_set(&sweep->world->live, "CLOSEBELL_INDICES_NAMES", "");
  live_set(&sweep->world->live, "CLOSEBELL_UNIVERSE_MIN_MARKET_CAP", KILL_MIN_MARKET_CAP);
  kill_world_do(sweep->world, &(KillJob){"manual_setup", SET_UP, "--days 2"});
  kill_world_do(sweep->world, &(KillJob){"daily_update", FIRST, ""}); /* prices are done */
  declare(sweep);
  kill_world_keep(sweep->world, "first");
  sweep->messages[0] = kill_world_do(sweep->world, &JOBS[0]);
  sweep->first = kill_world_snapshot(sweep->world, PARTS);
  kill_world_keep(sweep->world, "second");
  web_run_at(&sweep->web, SECOND);
  sweep->messages[1] = kill_world_do(sweep->world, &JOBS[1]);
  sweep->second = kill_world_snapshot(sweep->world, PARTS);
  return 0;
}

static int discard(void **state) {
  static const char *const FILES[] = {"ticker.ini", "overview.ini", "posts.ini", "keys.txt"};
  Sweep *sweep = *state;
  print_message("%ld and %ld messages; killed %ld times\n", sweep->messages[0], sweep->messages[1], sweep->struck);
  for (size_t i = 0; i < sizeof FILES / sizeof FILES[0]; i++) {
    char path[256];
    snprintf(path, sizeof path, "%s/%s", sweep->folder, FILES[i]);
    unlink(path);
  }
  rmdir(sweep->folder);
  db_memory_free(sweep->first);
  db_memory_free(sweep->second);
  kill_world_close(sweep->world);
  assert_true(replay_run_stop(&sweep->web));
  free(sweep);
  return 0;
}

/* What is completed is there. */
static void check_completed(Sweep *sweep, int which, long message) {
  static const char *const DATES[] = {"2025-03-05", "2025-03-06"};
  LiveWorld *live = &sweep->world->live;
  for (size_t i = 0; i < FEED_COUNT; i++) {
    if (strcmp(live_state(live, DATES[which], FEEDS[i]).text, "completed") != 0) continue;
    char id[64];
    snprintf(id, sizeof id, "%s_%s", DATES[which], FEEDS[i]);
    bson_t *status = live_get(live, "system_info", "job_status", id);
    int64_t stored = live_int64(status, "stored_rows"), expected = live_int64(status, "expected_rows");
    bson_destroy(status);
    if (stored != expected || live_count(live, "feed_data", FEEDS[i]) < stored)
      fail_msg("killed at message %ld, %s is completed with %lld of %lld rows, and %lld are there", message, FEEDS[i],
               (long long)stored, (long long)expected, (long long)live_count(live, "feed_data", FEEDS[i]));
  }
}

static void check_content(Sweep *sweep, DbMemory *undisturbed, long message) {
  Error why = {{0}};
  DbMemory *now = kill_world_snapshot(sweep->world, PARTS);
  bool equal = db_memory_equal(undisturbed, now, &KILL_OMIT, &why);
  db_memory_free(now);
  if (!equal) fail_msg("killed at message %ld, the content differs from an undisturbed run's: %s", message, why.text);
}

/* Of the first key, which alone was used, by both feeds that have it. */
static void check_counted(Sweep *sweep, long message) {
  LiveDocuments states = live_documents(&sweep->world->live, "system_info", "source_state");
  WebLog log = web_run_log(&sweep->web);
  long asked = web_log_count(&log, "overview", NULL, NULL, NULL) + web_log_count(&log, "posts", NULL, NULL, NULL);
  int64_t counted = 0;
  for (size_t i = 0; i < states.count; i++) {
    bool is_call = strncmp(live_id(states.items[i]), "feed-call:127.0.0.1:", 20) == 0 &&
                   !strstr(live_id(states.items[i]), ":feed-");
    if (is_call && live_int64(states.items[i], "calls") > counted) counted = live_int64(states.items[i], "calls");
  }
  live_documents_free(&states);
  web_log_clear(&log);
  if (counted < asked)
    fail_msg("killed at message %ld: %ld calls, and %lld counted", message, asked, (long long)counted);
}

static void strike(Sweep *sweep, int which, WireFaultKind kind, long message) {
  WireReport report;
  const WireFault fault = {.kind = kind, .message = message};
  kill_world_restore(sweep->world, which == 0 ? "first" : "second");
  web_run_reset(&sweep->web, which == 0 ? FIRST : SECOND);
  LiveResult result = kill_world_run(sweep->world, &JOBS[which], &fault, &report);
  if (report.struck) assert_int_equal(result.signal, 9);
  sweep->struck += report.struck;
  check_completed(sweep, which, message);
  if (which == 0) check_counted(sweep, message);
  result = kill_world_run(sweep->world, &JOBS[which], NULL, &report);
  live_assert_exit(&result, 0);
  check_completed(sweep, which, message);
  check_content(sweep, which == 0 ? sweep->first : sweep->second, message);
}

static void sweep_over(Sweep *sweep, int which) {
  long all = sweep->messages[which], step = kill_long() ? 1 : all / POINTS;
  for (long n = 1, turn = 0; n <= all; n += step > 0 ? step : 1, turn++)
    strike(sweep, which, turn % 2 ? WIRE_KILL_AFTER : WIRE_KILL_BEFORE, n);
}

static void killed_when_they_run_first(void **state) { sweep_over(*state, 0); }
static void killed_when_rows_come_again(void **state) { sweep_over(*state, 1); }

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(killed_when_they_run_first),
                                     cmocka_unit_test(killed_when_rows_come_again)};
  if (!kill_world_available()) return 77;
  return cmocka_run_group_tests(tests, prepare, discard);
}
