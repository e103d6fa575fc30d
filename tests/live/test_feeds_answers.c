/* What declared feeds make of answers over the real daily_update: bad ones, spent and refused keys, items that fail,
 * {since}, days that were missed; and no key shows anywhere. */
#include <stdlib.h>
#include <unistd.h>

#include <closebell/base/instant.h>

#include "feed_scene.h"
#include "tiny_http.h"

static const char DATE[] = "2025-03-05", AT[] = "2025-03-05T01:10:00Z", LATER[] = "2025-03-05T01:20:00Z";
static const char NEXT_DAY[] = "2025-03-06T01:10:00Z";
static const char KEY_ONE[] = "q7Wm2xKe9RtYb4Vn", KEY_TWO[] = "Zp8LfH3sDcUj6QaE";
static const char KEYS[] = "q7Wm2xKe9RtYb4Vn\nZp8LfH3sDcUj6QaE\n";

/* Another service's, by the same key. */
static const char FRED[] = "[feed]\n"
                           "url = http://127.0.0.1:$PORT/fred/series/observations\n"
                           "schedule = daily 01:00 UTC\n"
                           "keys_file = alpha.keys\n"
                           "items = GDP\n"
                           "since = date 2020-01-01\n"
                           "rows = /observations\n"
                           "id = {series}:{date}\n"
                           "missing = .\n"
                           "[query]\n"
                           "series_id = {item}\napi_key = {key}\nfile_type = json\nobservation_start = {since}\n"
                           "[fields]\n"
                           "series = string @item\ndate = date /date\nvalue = double? /value\n";

/* ---- answers that are bad ---- */

static const struct {
  const char *fault, *says;
} BAD[] = {{"kind=status&value=500", "HTTP 500"},
           {"kind=no-body", "without a body"},
           {"kind=cut-json", "JSON"},
           {"kind=truncated", "cut short"},
           {"kind=shape", "ok_if"},
           {"kind=error", "ok_if"},
           {"kind=empty", "coin"}, /* an object without objects is the one row itself */
           {"kind=half", "min_rows: 192 rows"},
           {"kind=duplicate", ""},
           {"kind=lacks", "closing_price"},
           {"kind=not-a-number&message=much", "closing_price"},
           {"kind=redirect", "redirect"},
           {"kind=status&value=404", "HTTP 404"},
           {"kind=status&value=401", "401"},
           {"kind=reset", ""},
           {"kind=huge&value=20000000", "larger"},
           {"kind=html", "HTML"}};

static void no_bad_answer_completes_anything(void **state) {
  FeedScene *scene = *state;
  feed_scene_file(scene, "ticker.ini", FEED_SCENE_TICKER);
  for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++) {
    char what[128], now[32];
    feed_scene_later(AT, (int64_t)i * 3600 * 1000, now);
    web_run_control(&scene->web, "clear");
    snprintf(what, sizeof what, "service=ticker&%s", BAD[i].fault);
    assert_true(replay_run_fault(&scene->web, what));
    LiveResult result = feed_scene_run(scene, "ticker", now);
    char date[16];
    Instant instant;
    assert_true(instant_parse(now, &instant));
    snprintf(date, sizeof date, "%s", day_text(instant_kst_day(instant)).text);
    bson_t *status = feed_scene_status(scene, date, "ticker");
    char *text = bson_as_relaxed_extended_json(status, NULL);
    if (strcmp(live_text(status, "status"), "failed") != 0 || strstr(text, BAD[i].says) == NULL)
      fail_msg("%s: %s\n%s", BAD[i].fault, text, result.err);
    bson_free(text);
    bson_destroy(status);
    live_assert_exit(&result, 75);
  }
  assert_true(live_count(&scene->world, "feed_data", "ticker") <= 385);
  assert_true(feed_scene_alert_is_open(scene, "source-blocked:feed:ticker")); /* by the page, which came last */
  web_run_control(&scene->web, "clear");
  long before = feed_scene_calls(scene, "ticker");
  LiveResult shut = feed_scene_run(scene, "ticker", NEXT_DAY);
  live_assert_exit(&shut, 75);
  assert_int_equal(feed_scene_calls(scene, "ticker"), before);
  live_update(&scene->world, "system_info", "source_state", "feed:ticker",
              "{\"$unset\": {\"blocked_until_utc\": 1, \"reason\": 1}}");
  feed_scene_do(scene, "ticker", NEXT_DAY, 0);
  feed_scene_assert(scene, "2025-03-06", "ticker", "completed", 385, 385);
  assert_false(feed_scene_alert_is_open(scene, "source-blocked:feed:ticker"));
  assert_false(feed_scene_alert_is_open(scene, "ticker:2025-03-05")); /* what failed before is over */
}

/* ---- items and keys ---- */

static void an_item_that_fails_holds_no_other_and_is_asked_alone_later(void **state) {
  FeedScene *scene = *state;
  feed_scene_file(scene, "overview.ini", FEED_SCENE_OVERVIEW);
  feed_scene_file(scene, "alpha.keys", KEYS);
  assert_true(replay_run_fault(&scene->web, "service=overview/B&kind=lacks&times=1"));
  feed_scene_do(scene, "overview", AT, 75);
  feed_scene_assert(scene, DATE, "overview", "failed", 2, 2);
  feed_scene_assert_says(scene, DATE, "overview", "\"missing\" : [ \"B\" ]");
  assert_int_equal(feed_scene_calls(scene, "overview"), 3);
  feed_scene_do(scene, "overview", LATER, 0);
  feed_scene_assert(scene, DATE, "overview", "completed", 3, 3);
  assert_int_equal(feed_scene_calls(scene, "overview"), 4);
  bson_t *row = live_get(&scene->world, "feed_data", "overview", "B");
  assert_string_equal(live_text(row, "item"), "B");
  bson_destroy(row);
}

/* The first one too: what the provider says of it does not mean that it is away. */
static void an_item_that_is_not_there_holds_no_other_even_where_it_is_the_first(void **state) {
  FeedScene *scene = *state;
  feed_scene_file(scene, "overview.ini", FEED_SCENE_OVERVIEW);
  feed_scene_file(scene, "alpha.keys", KEYS);
  assert_true(replay_run_fault(&scene->web, "service=overview/A&kind=status&value=404"));
  feed_scene_do(scene, "overview", AT, 75);
  feed_scene_assert(scene, DATE, "overview", "failed", 2, 2);
  feed_scene_assert_says(scene, DATE, "overview", "\"missing\" : [ \"A\" ]");
  feed_scene_assert_says(scene, DATE, "overview", "HTTP 404");
  assert_int_equal(feed_scene_calls(scene, "overview"), 3);
}

/* Progressive collection: whatever runs next begins with it. */
static void an_item_that_fails_ends_the_run_of_a_batch_and_is_begun_with(void **state) {
  static const char PER_RUN[] = "items = A, B, C\nper_run = 3";
  FeedScene *scene = *state;
  char text[2048];
  const char *at = strstr(FEED_SCENE_OVERVIEW, "items = A, B, C");
  snprintf(text, sizeof text, "%.*s%s%s", (int)(at - FEED_SCENE_OVERVIEW), FEED_SCENE_OVERVIEW, PER_RUN,
           at + strlen("items = A, B, C"));
  feed_scene_file(scene, "overview.ini", text);
  feed_scene_file(scene, "alpha.keys", KEYS);
  assert_true(replay_run_fault(&scene->web, "service=overview/B&kind=lacks&times=1"));
  feed_scene_do(scene, "overview", AT, 75);
  feed_scene_assert(scene, DATE, "overview", "failed", 1, 1);
  assert_int_equal(feed_scene_calls(scene, "overview"), 2);
  feed_scene_do(scene, "overview", LATER, 0);
  feed_scene_assert(scene, DATE, "overview", "completed", 3, 3);
  WebLog log = web_run_log(&scene->web);
  assert_int_equal(log.count, 4);
  assert_string_equal(log.calls[2].item, "B");
  web_log_clear(&log);
}

static void a_spent_key_gives_way_and_with_none_left_the_unit_waits(void **state) {
  FeedScene *scene = *state;
  feed_scene_file(scene, "overview.ini", FEED_SCENE_OVERVIEW);
  feed_scene_file(scene, "alpha.keys", KEYS);
  web_run_control(&scene->web, "limits?provider=alpha&per_day=1&per_window=0");
  feed_scene_do(scene, "overview", AT, 0);
  feed_scene_assert(scene, DATE, "overview", "waiting", 2, 2);
  feed_scene_assert_says(scene, DATE, "overview", "\"missing\" : [ \"C\" ]");
  long asked = feed_scene_calls(scene, "overview");
  assert_int_equal(asked, 4); /* two answers, two that said that the key is spent */
  feed_scene_do(scene, "overview", LATER, 0);
  assert_int_equal(feed_scene_calls(scene, "overview"), asked);
  feed_scene_do(scene, "overview", "2025-03-06T00:30:00Z", 0); /* another UTC day, the same unit */
  feed_scene_assert(scene, DATE, "overview", "completed", 3, 3);
}

static void a_429_is_waited_for_where_its_end_is_nearer_than_a_minute(void **state) {
  static const struct {
    const char *fault;
    int asked_with_one, asked_with_two;
  } cases[] = {{"retry_after=59", 4, 0}, {"retry_after=60", 1, 3}, {"retry_after=61", 1, 3}};
  FeedScene *scene = *state;
  feed_scene_file(scene, "overview.ini", FEED_SCENE_OVERVIEW);
  feed_scene_file(scene, "alpha.keys", KEYS);
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    char what[128], now[32];
    feed_scene_later(AT, (int64_t)i * 24 * 3600 * 1000, now);
    web_run_control(&scene->web, "forget-calls");
    snprintf(what, sizeof what, "service=overview/A&kind=status&value=429&times=1&%s", cases[i].fault);
    assert_true(replay_run_fault(&scene->web, what));
    feed_scene_do(scene, "overview", now, 0);
    WebLog log = web_run_log(&scene->web);
    assert_int_equal(web_log_count(&log, "overview", NULL, KEY_ONE, NULL), cases[i].asked_with_one);
    assert_int_equal(web_log_count(&log, "overview", NULL, KEY_TWO, NULL), cases[i].asked_with_two);
    web_log_clear(&log);
  }
}

static void a_refused_key_rests_alone_and_is_named_without_being_shown(void **state) {
  FeedScene *scene = *state;
  feed_scene_file(scene, "fred.ini", FRED);
  feed_scene_file(scene, "alpha.keys", KEYS);
  assert_true(replay_run_fault(&scene->web, "service=fred&kind=status&value=401&times=1"));
  feed_scene_do(scene, "fred", AT, 0);
  bson_t *alert = live_get(&scene->world, "system_info", "ops_alerts", "source-key:feed:fred");
  live_assert_says(live_text(alert, "message"), "key 1 of 2");
  bson_destroy(alert);
  WebLog log = web_run_log(&scene->web);
  assert_int_equal(web_log_count(&log, "fred", NULL, KEY_ONE, NULL), 1);
  assert_int_equal(web_log_count(&log, "fred", "rows", KEY_TWO, NULL), 1);
  web_log_clear(&log);
}

static void since_is_the_greatest_stored_value_also_after_it_was_lost(void **state) {
  FeedScene *scene = *state;
  feed_scene_file(scene, "fred.ini", FRED);
  feed_scene_file(scene, "alpha.keys", KEYS);
  feed_scene_do(scene, "fred", AT, 0);
  LiveDocuments rows = live_documents(&scene->world, "feed_data", "fred");
  assert_true(rows.count > 0);
  char newest[32];
  snprintf(newest, sizeof newest, "%s", live_text(rows.items[rows.count - 1], "date"));
  live_documents_free(&rows);
  live_delete(&scene->world, "system_info", "source_state", "feed:fred:since");
  web_run_control(&scene->web, "forget-calls");
  feed_scene_run(scene, "fred", NEXT_DAY);
  WebLog log = web_run_log(&scene->web);
  assert_true(log.count > 0);
  assert_string_equal(log.calls[0].since, newest);
  web_log_clear(&log);
}

/* Every file of a folder, and every document. */
static void assert_nowhere(const char *text, const char *where) {
  if (strstr(text, KEY_ONE) || strstr(text, KEY_TWO)) fail_msg("a key shows in %s: %.300s", where, text);
}

static void no_key_shows_anywhere(void **state) {
  static const char *const FAULTS[] = {"kind=limit&times=1",    "kind=key-refused&times=1",      "kind=error&times=1",
                                       "kind=redirect&times=1", "kind=status&value=500&times=9", "kind=reset&times=9",
                                       "kind=html&times=9"};
  FeedScene *scene = *state;
  feed_scene_file(scene, "overview.ini", FEED_SCENE_OVERVIEW);
  feed_scene_file(scene, "alpha.keys", KEYS);
  for (size_t i = 0; i < sizeof FAULTS / sizeof FAULTS[0]; i++) {
    char what[128], now[32], arguments[128];
    web_run_control(&scene->web, "clear");
    snprintf(what, sizeof what, "service=overview&%s", FAULTS[i]);
    assert_true(replay_run_fault(&scene->web, what));
    feed_scene_later(AT, (int64_t)i * 24 * 3600 * 1000, now);
    web_run_at(&scene->web, now);
    snprintf(arguments, sizeof arguments, "--verbose --dataset overview");
    LiveResult result = live_run_at(&scene->world, "daily_update", now, arguments);
    assert_nowhere(result.out, FAULTS[i]);
    assert_nowhere(result.err, FAULTS[i]);
  }
  LiveResult looked = live_run_at(&scene->world, "daily_update", AT, "--explain overview");
  live_assert_exit(&looked, 0);
  live_assert_says(looked.out, "key 2 of 2");
  assert_nowhere(looked.out, "--explain");
  LiveDump dump = live_dump(&scene->world, LIVE_ALL);
  assert_true(dump.count > 0);
  for (size_t i = 0; i < dump.count; i++) assert_nowhere(dump.lines[i], "the database");
  live_dump_free(&dump);
}

/* A key in a header, which a redirect repeats: its URL is not ours, and nothing else tells that it is a secret. */
static void a_redirect_that_repeats_a_key_is_not_shown(void **state) {
  FeedScene *scene = *state;
  TinyHttp mover;
  char answer[256], log[128], text[512];
  snprintf(
      answer, sizeof answer,
      "HTTP/1.1 302 Found\r\nLocation: http://elsewhere.example/%s\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
      KEY_ONE);
  snprintf(log, sizeof log, "%s/moved.log", scene->world.folder);
  assert_true(tiny_http_start(&mover, answer, log));
  snprintf(text, sizeof text,
           "[feed]\nurl = http://127.0.0.1:%d/x\nschedule = hourly\nkeys_file = alpha.keys\nrows =\nid = {a}\n"
           "[headers]\nAuthorization = Bearer {key}\n[fields]\na = string /a\n",
           mover.port);
  feed_scene_file(scene, "moved.ini", text);
  feed_scene_file(scene, "alpha.keys", KEYS);
  LiveResult result = feed_scene_run(scene, "moved", AT);
  live_assert_exit(&result, 75);
  assert_nowhere(result.err, "the log");
  bson_t *status = feed_scene_status(scene, DATE, "moved");
  assert_nowhere(live_text(status, "reason"), "the status");
  bson_destroy(status);
  tiny_http_stop(&mover);
  unlink(log);
}

/* ---- days ---- */

static const char ETFS[] =
    "[feed]\n"
    "url = http://127.0.0.1:$PORT/1160100/GetSecuritiesProductInfoService_V2/getETFPriceInfo_V2\n"
    "schedule = daily 10:00\n"
    "keys_file = alpha.keys\n"
    "catch_up = 3\n"
    "rows = /response/body/items/item\n"
    "id = {date}:{code}\n"
    "step_back = 5\n"
    "[query]\nserviceKey = {key}\nresultType = json\nnumOfRows = 100\nbasDt = {date:%Y%m%d}\n"
    "[fields]\n"
    "date = date @date\ncode = string /srtnCd\nclose = int /clpr\n"
    "[paging]\nkind = page\nparam = pageNo\nsize = 100\n"
    "[answer]\nok_if = /response/header/resultCode = 00\n"
    "empty_if = /response/body/totalCount = 0\n";

static void days_that_were_missed_are_asked_oldest_first_and_the_oldest_given_up(void **state) {
  FeedScene *scene = *state;
  feed_scene_file(scene, "etfs.ini", ETFS);
  feed_scene_file(scene, "alpha.keys", KEYS);
  feed_scene_do(scene, "etfs", "2025-03-05T02:00:00Z", 0);
  feed_scene_assert(scene, DATE, "etfs", "completed", -1, -1);
  LiveResult result = feed_scene_run(scene, "etfs", "2025-03-12T02:00:00Z");
  live_assert_exit(&result, 0);
  live_assert_says(result.err, "4 units up to 2025-03-09 10:00 KST are given up");
  feed_scene_assert(scene, "2025-03-10", "etfs", "completed", -1, -1);
  feed_scene_assert(scene, "2025-03-12", "etfs", "completed", -1, -1);
  bson_t *none = live_find(&scene->world, "system_info", "job_status", "2025-03-09_etfs");
  assert_null(none);
  long before = feed_scene_calls(scene, "etfs");
  result = feed_scene_run(scene, "etfs", "2025-03-12T02:10:00Z");
  live_assert_exit(&result, 0);
  assert_null(strstr(result.err, "given up"));
  assert_int_equal(feed_scene_calls(scene, "etfs"), before);
  /* A person can have it all the same. */
  web_run_at(&scene->web, "2025-03-12T02:20:00Z");
  live_do(&scene->world, "daily_update", "2025-03-12T02:20:00Z", "--dataset etfs --from 2025-03-01 --to 2025-03-09");
  feed_scene_assert(scene, "2025-03-01", "etfs", "completed", -1, -1);
  feed_scene_assert(scene, "2025-03-09", "etfs", "completed", -1, -1);
  before = feed_scene_calls(scene, "etfs");
  feed_scene_do(scene, "etfs", "2025-03-12T02:30:00Z", 0);
  assert_int_equal(feed_scene_calls(scene, "etfs"), before);
}

/* A day without rows is right where the day before has some: none of them all the way back is not. */
static void without_rows_on_any_day_back_nothing_is_completed(void **state) {
  FeedScene *scene = *state;
  char text[sizeof ETFS];
  memcpy(text, ETFS, sizeof ETFS);
  strstr(text, "step_back = 5")[strlen("step_back = ")] = '1';
  feed_scene_file(scene, "etfs.ini", text);
  feed_scene_file(scene, "alpha.keys", KEYS);
  feed_scene_do(scene, "etfs", "2025-03-10T02:00:00Z", 75); /* a Monday */
  feed_scene_assert(scene, "2025-03-10", "etfs", "failed", 0, 0);
  feed_scene_assert_says(scene, "2025-03-10", "etfs", "min_rows");
}

#define TEST(name) cmocka_unit_test_setup(name, feed_scene_reset)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(no_bad_answer_completes_anything),
      TEST(an_item_that_fails_holds_no_other_and_is_asked_alone_later),
      TEST(an_item_that_is_not_there_holds_no_other_even_where_it_is_the_first),
      TEST(an_item_that_fails_ends_the_run_of_a_batch_and_is_begun_with),
      TEST(a_spent_key_gives_way_and_with_none_left_the_unit_waits),
      TEST(a_429_is_waited_for_where_its_end_is_nearer_than_a_minute),
      TEST(a_refused_key_rests_alone_and_is_named_without_being_shown),
      TEST(since_is_the_greatest_stored_value_also_after_it_was_lost),
      TEST(no_key_shows_anywhere),
      TEST(a_redirect_that_repeats_a_key_is_not_shown),
      TEST(without_rows_on_any_day_back_nothing_is_completed),
      TEST(days_that_were_missed_are_asked_oldest_first_and_the_oldest_given_up),
  };
  return cmocka_run_group_tests_name("feeds_answers", tests, feed_scene_open, feed_scene_close);
}
