/* Declared feeds over the real daily_update: files that are wrong, addresses that are not asked, and what all that
 * looks on tells of a feed. */
#include <dirent.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <closebell/base/instant.h>

#include "feed_scene.h"

static const char DATE[] = "2025-03-05", AT[] = "2025-03-05T01:10:00Z", LATER[] = "2025-03-05T01:20:00Z";
static const char KEY_ONE[] = "q7Wm2xKe9RtYb4Vn";
static const char KEYS[] = "q7Wm2xKe9RtYb4Vn\nZp8LfH3sDcUj6QaE\n";

/* ---- a feed that is right ---- */

static void a_feed_is_brought_each_hour_and_proven(void **state) {
  FeedScene *scene = *state;
  feed_scene_file(scene, "ticker.ini", FEED_SCENE_TICKER);
  LiveResult result = live_run_at(&scene->world, "daily_update", AT, "");
  web_run_at(&scene->web, AT);
  live_assert_exit(&result, 0);
  feed_scene_assert(scene, DATE, "ticker", "completed", 385, 385);
  assert_int_equal(live_count(&scene->world, "feed_data", "ticker"), 385);
  bson_t *status = feed_scene_status(scene, DATE, "ticker"),
         *row = live_get(&scene->world, "feed_data", "ticker", "BTC");
  live_assert_instant(status, "due_utc");
  assert_int_equal(live_int64(status, "changed"), 0);
  assert_false(live_has_field(status, "missing"));
  live_assert_instant(row, "first_seen_utc");
  live_assert_instant(row, "as_of_utc");
  assert_true(live_double(row, "closing_price") > 0);
  assert_false(live_has_field(row, "changed_utc"));
  assert_false(live_has_field(row, "item"));
  bson_destroy(row);
  bson_destroy(status);
  assert_int_equal(feed_scene_calls(scene, "ticker"), 1);
  feed_scene_do(scene, "ticker", LATER, 0); /* the same hour: it is done */
  assert_int_equal(feed_scene_calls(scene, "ticker"), 1);
  feed_scene_do(scene, "ticker", "2025-03-05T02:00:00Z", 0);
  row = live_get(&scene->world, "feed_data", "ticker", "BTC");
  live_assert_instant(row, "changed_utc");
  bson_destroy(row);
  assert_int_equal(live_count(&scene->world, "feed_data", "ticker"), 385);
  feed_scene_do(scene, "ticker", "2025-03-05T01:30:00Z", 0); /* before the newest unit: nothing is due */
  assert_int_equal(feed_scene_calls(scene, "ticker"), 2);
}

static void without_a_folder_nothing_of_it_is_there(void **state) {
  FeedScene *scene = *state;
  feed_scene_file(scene, "ticker.ini", FEED_SCENE_TICKER);
  live_set(&scene->world, "CLOSEBELL_FEEDS_FOLDER", NULL);
  live_do(&scene->world, "daily_update", AT, "");
  LiveResult result = feed_scene_run(scene, "ticker", AT);
  live_assert_exit(&result, 64);
  assert_int_equal(feed_scene_calls(scene, "ticker"), 0);
  assert_false(live_has_collection(&scene->world, "feed_data", "ticker"));
}

/* ---- files that are wrong ---- */

static void a_bad_file_is_told_and_keeps_no_other_from_its_work(void **state) {
  FeedScene *scene = *state;
  feed_scene_file(scene, "ticker.ini", FEED_SCENE_TICKER);
  feed_scene_file(scene, "broken.ini", "[feed]\nurl = http://10.0.0.1/x\nschedul = hourly\n[fields]\na = strin /a\n");
  feed_scene_file(scene, "companies.ini", FEED_SCENE_TICKER);
  feed_scene_file(scene, "Upper.ini", FEED_SCENE_TICKER);
  LiveResult result = live_run_at(&scene->world, "daily_update", AT, "");
  live_assert_exit(&result, 0);
  live_assert_says(result.err, "broken.ini:3");
  live_assert_says(result.err, "schedul");
  live_assert_says(result.err, "broken.ini:5");
  live_assert_says(result.err, "companies.ini");
  live_assert_says(result.err, "Upper.ini");
  feed_scene_assert(scene, DATE, "ticker", "completed", 385, 385);
  assert_true(feed_scene_alert_is_open(scene, "feed-invalid:broken"));
  assert_true(feed_scene_alert_is_open(scene, "feed-invalid:companies"));
  LiveResult named = feed_scene_run(scene, "broken", AT);
  live_assert_exit(&named, 78);
  live_assert_says(named.err, "broken.ini:");
  LiveResult checked = live_run(&scene->world, "daily_update", "--check-feeds");
  live_assert_exit(&checked, 78);
  live_assert_says(checked.out, "ticker: Ticker; hourly");
  live_assert_says(checked.out, "broken.ini:3");
  live_assert_says(checked.out, "broken.ini:5");
  feed_scene_file(scene, "broken.ini", FEED_SCENE_TICKER);
  live_do(&scene->world, "daily_update", LATER, "");
  assert_false(feed_scene_alert_is_open(scene, "feed-invalid:broken"));
  assert_true(feed_scene_alert_is_open(scene, "feed-invalid:companies"));
}

static void check_feeds_needs_no_database_and_makes_no_call(void **state) {
  FeedScene *scene = *state;
  feed_scene_file(scene, "ticker.ini", FEED_SCENE_TICKER);
  feed_scene_file(scene, "overview.ini", FEED_SCENE_OVERVIEW);
  feed_scene_file(scene, "alpha.keys", KEYS);
  live_set(&scene->world, "MONGODB_URI", "mongodb://127.0.0.1:1/");
  LiveResult result = live_run(&scene->world, "daily_update", "--check-feeds --now 2025-03-05T00:30:00Z");
  live_assert_exit(&result, 0);
  live_assert_says(result.out, "ticker: Ticker; hourly");
  live_assert_says(result.out, "next due 2025-03-05 10:00 KST; 3 fields; no key needed");
  live_assert_says(result.out, "overview: overview; daily 01:00 UTC, next due 2025-03-05 10:00 KST; 3 fields; 2 keys");
  assert_null(strstr(result.out, KEY_ONE));
  assert_int_equal(feed_scene_calls(scene, "ticker"), 0);
  live_set(&scene->world, "MONGODB_URI", scene->world.uri);
}

static void files_are_read_in_the_folder_alone(void **state) {
  static const char *const OUTSIDE[] = {"/etc/passwd", "../outside.keys", "link.keys"};
  FeedScene *scene = *state;
  char path[256], text[1024], link[256];
  live_file(&scene->world, "outside.keys", KEYS, path);
  snprintf(link, sizeof link, "%s/link.keys", scene->folder);
  assert_int_equal(symlink(path, link), 0);
  for (size_t i = 0; i < sizeof OUTSIDE / sizeof OUTSIDE[0]; i++) {
    const char *at = strstr(FEED_SCENE_OVERVIEW, "alpha.keys");
    snprintf(text, sizeof text, "%.*s%s%s", (int)(at - FEED_SCENE_OVERVIEW), FEED_SCENE_OVERVIEW, OUTSIDE[i],
             at + strlen("alpha.keys"));
    feed_scene_file(scene, "overview.ini", text);
    LiveResult result = feed_scene_run(scene, "overview", AT);
    live_assert_exit(&result, 78);
  }
  assert_int_equal(feed_scene_calls(scene, "overview"), 0);
  feed_scene_file(scene, "overview.ini", FEED_SCENE_OVERVIEW);
  snprintf(path, sizeof path, "%s/fifo.ini", scene->folder);
  assert_int_equal(mkfifo(path, 0600), 0);
  LiveResult result = live_run(&scene->world, "daily_update", "--check-feeds");
  live_assert_exit(&result, 78);
  live_assert_says(result.out, "fifo.ini: it is no regular file");
}

static void a_feed_whose_keys_are_not_there_yet_is_off_and_costs_nothing(void **state) {
  FeedScene *scene = *state;
  feed_scene_file(scene, "overview.ini", FEED_SCENE_OVERVIEW);
  LiveResult checked = live_run(&scene->world, "daily_update", "--check-feeds");
  live_assert_exit(&checked, 0);
  live_assert_says(checked.out, "off: no key in alpha.keys yet");
  live_do(&scene->world, "daily_update", AT, "");
  assert_int_equal(feed_scene_calls(scene, "overview"), 0);
  assert_false(live_has_collection(&scene->world, "feed_data", "overview"));
  LiveResult named = feed_scene_run(scene, "overview", AT);
  live_assert_exit(&named, 78);
  live_assert_says(named.err, "alpha.keys");
}

static void a_feed_that_is_named_needs_no_key_of_the_exchange(void **state) {
  FeedScene *scene = *state;
  feed_scene_file(scene, "ticker.ini", FEED_SCENE_TICKER);
  live_do(&scene->world, "daily_update", AT, "--request daily_prices --date 2025-03-04 --reason doubt");
  live_set(&scene->world, "KRX_AUTH_KEY", NULL);
  LiveResult prices = live_run_at(&scene->world, "daily_update", AT, "");
  LiveResult totals = live_run_at(&scene->world, "daily_update", AT, "--dataset market_totals");
  LiveResult feed = feed_scene_run(scene, "ticker", AT);
  live_set(&scene->world, "KRX_AUTH_KEY", LIVE_KEY);
  live_assert_exit(&prices, 78);
  live_assert_says(prices.err, "auth_key");
  live_assert_exit(&totals, 78);
  live_assert_says(totals.err, "auth_key");
  live_assert_exit(&feed, 0);
  feed_scene_assert(scene, DATE, "ticker", "completed", 385, 385);
  live_assert_says(feed.err, "stays open");
  live_assert_says(feed.err, "the KRX Open API needs a key");
}

static void the_check_of_a_feed_that_is_named_needs_none_either(void **state) {
  FeedScene *scene = *state;
  feed_scene_file(scene, "ticker.ini", FEED_SCENE_TICKER);
  live_set(&scene->world, "KRX_AUTH_KEY", NULL);
  LiveResult prices = live_run(&scene->world, "daily_update", "--check");
  LiveResult totals = live_run(&scene->world, "daily_update", "--check --dataset market_totals");
  LiveResult stranger = live_run(&scene->world, "daily_update", "--check --dataset nobody");
  LiveResult settings = live_run(&scene->world, "daily_update", "--check-config --dataset ticker");
  LiveResult feed = live_run(&scene->world, "daily_update", "--check --dataset ticker");
  live_set(&scene->world, "KRX_AUTH_KEY", LIVE_KEY);
  live_assert_exit(&prices, 78);
  live_assert_says(prices.out, "auth_key");
  live_assert_exit(&totals, 78);
  live_assert_exit(&stranger, 78);
  live_assert_exit(&settings, 0);
  live_assert_exit(&feed, 0);
  live_assert_says(feed.out, "exchange: not asked");
  live_assert_says(feed.out, "database: ");
  assert_int_equal(feed_scene_calls(scene, "ticker"), 0);
}

/* ---- where nobody is asked ---- */

static void no_private_address_is_asked_whatever_a_name_resolves_to(void **state) {
  static const char *const HOSTS[] = {"https://10.0.0.1",  "https://169.254.169.254", "https://192.168.1.1",
                                      "https://[fd00::1]", "https://100.64.0.1",      "https://2130706433",
                                      "https://167772161", "https://0xa9fea9fe",      "https://0177.0.0.1"};
  FeedScene *scene = *state;
  char text[2048];
  const char *path = strstr(FEED_SCENE_TICKER, "/public");
  const char *before = strstr(FEED_SCENE_TICKER, "http://");
  size_t reached = 0; /* the place where names have become addresses */
  for (size_t i = 0; i < sizeof HOSTS / sizeof HOSTS[0]; i++) {
    char now[32];
    snprintf(text, sizeof text, "%.*s%s%s", (int)(before - FEED_SCENE_TICKER), FEED_SCENE_TICKER, HOSTS[i], path);
    feed_scene_file(scene, "ticker.ini", text);
    LiveResult result = feed_scene_run(scene, "ticker", feed_scene_later(AT, (int64_t)i * 3600 * 1000, now));
    if (result.exit_code == 78) continue; /* the file is refused already */
    reached++;
    live_assert_exit(&result, 75);
    feed_scene_assert_says(scene, DATE, "ticker", "none of the public internet");
  }
  assert_true(reached >= 4);
}

/* ---- who looks on ---- */

static void assert_file_says(FeedScene *scene, const char *name, const char *words) {
  char path[256], text[16384] = "";
  snprintf(path, sizeof path, "%s/%s", scene->world.folder, name);
  FILE *file = fopen(path, "r");
  assert_non_null(file);
  size_t length = fread(text, 1, sizeof text - 1, file);
  fclose(file);
  unlink(path);
  text[length] = '\0';
  if (strstr(text, words) == NULL) fail_msg("\"%s\" is not in %s", words, text);
}

static void all_that_looks_on_tells_of_it(void **state) {
  FeedScene *scene = *state;
  feed_scene_file(scene, "ticker.ini", FEED_SCENE_TICKER);
  LiveResult dry = live_run_at(&scene->world, "daily_update", AT, "--dry-run");
  live_assert_exit(&dry, 0);
  live_assert_says(dry.out, "ticker: 0 of 1 units proven; 1 would be asked for");
  assert_int_equal(feed_scene_calls(scene, "ticker"), 0);
  live_do(&scene->world, "daily_update", AT, "");
  LiveResult result = live_run_at(&scene->world, "daily_update", AT, "--explain ticker");
  live_assert_exit(&result, 0);
  live_assert_says(result.out, "ticker: Ticker, a declared feed");
  live_assert_says(result.out, "next due 2025-03-05 11:00 KST");
  live_assert_says(result.out, "completed, due 2025-03-05 10:00 KST, 385 of 385 rows stored");
  result = live_run_at(&scene->world, "daily_update", AT, "--explain 2025-03-05");
  live_assert_exit(&result, 0);
  live_assert_says(result.out, "ticker");
  result = live_run_at(&scene->world, "daily_update", AT, "--explain no_such_feed");
  live_assert_exit(&result, 64);
  live_set(&scene->world, "CLOSEBELL_METRICS_TEXTFILE_DIR", scene->world.folder);
  live_do(&scene->world, "daily_update", LATER, "");
  live_set(&scene->world, "CLOSEBELL_METRICS_TEXTFILE_DIR", NULL);
  assert_file_says(scene, "closebell_daily_update.prom",
                   "closebell_feed_completed_timestamp_seconds{program=\"daily_update\",feed=\"ticker\"} 1741136400\n");
  result = live_run_at(&scene->world, "daily_update", AT, "--history");
  live_assert_says(result.out, "ticker: 1 units proven");
  result = live_run_at(&scene->world, "manual_setup", AT, "--verify");
  live_assert_exit(&result, 0);
  live_drop(&scene->world, "feed_data", "ticker");
  result = live_run_at(&scene->world, "manual_setup", AT, "--verify");
  live_assert_exit(&result, 75);
  live_assert_says(result.out, "ticker");
}

#define TEST(name) cmocka_unit_test_setup(name, feed_scene_reset)

/* ---- asked for again ---- */

static const char DATED[] =
    "[feed]\nurl = http://127.0.0.1:$PORT/public/ticker/ALL_KRW\n"
    "schedule = daily 08:00 KST\nitems = one, two\nrows = /data\nid = {name}:{coin}\n"
    "keep = replace\ncatch_up = 5\n[query]\nday = {date}\nname = {item}\n"
    "[fields]\nname = string @item\ncoin = string @key\nclosing_price = double /closing_price\n";

static void assert_request(FeedScene *scene, const char *status, const char *said) {
  LiveDocuments requests = live_documents(&scene->world, "system_info", "requests");
  assert_true(requests.count > 0);
  const bson_t *newest = requests.items[requests.count - 1]; /* ULIDs sort by their time */
  assert_string_equal(live_text(newest, "status"), status);
  live_assert_says(live_text(newest, "result"), said);
  live_documents_free(&requests);
}

static void units_that_are_requested_are_asked_again(void **state) {
  FeedScene *scene = *state;
  feed_scene_file(scene, "dated.ini", DATED);
  feed_scene_file(scene, "ticker.ini", FEED_SCENE_TICKER);
  live_do(&scene->world, "daily_update", AT, "");
  feed_scene_assert(scene, DATE, "dated", "completed", 770, 770);
  long asked = feed_scene_calls(scene, "ticker");
  live_do(&scene->world, "daily_update", LATER, "");
  assert_int_equal(feed_scene_calls(scene, "ticker"), asked);
  LiveDocuments rows = live_documents(&scene->world, "feed_data", "dated");
  live_delete(&scene->world, "feed_data", "dated", live_id(rows.items[0]));
  live_documents_free(&rows);
  live_do(&scene->world, "daily_update", LATER, "--request dated --from 2025-03-04 --to 2025-03-05 --reason doubt");
  live_do(&scene->world, "daily_update", LATER, "");
  assert_request(scene, "done", "2 units asked for again: 2 proven; 1 documents changed");
  assert_int_equal(feed_scene_calls(scene, "ticker"), asked + 4);
  live_do(&scene->world, "daily_update", LATER, "");
  assert_int_equal(feed_scene_calls(scene, "ticker"), asked + 4);
  LiveResult result =
      live_run_at(&scene->world, "daily_update", LATER, "--request ticker --date 2025-03-05 --reason doubt");
  live_assert_exit(&result, 64);
  live_assert_says(result.err, "asks without {date}");
  live_insert(&scene->world, "system_info", "requests",
              "{\"_id\":\"zz\",\"at_utc\":{\"$date\":\"2026-01-01T00:00:00Z\"},\"who\":\"a hand\",\"reason\":\"why\","
              "\"what\":{\"dataset\":\"ticker\",\"from\":\"2025-03-05\",\"to\":\"2025-03-05\"},\"status\":\"open\"}");
  live_insert(&scene->world, "system_info", "meta", "{\"_id\":\"request:zz\"}");
  live_do(&scene->world, "daily_update", LATER, "");
  assert_request(scene, "refused", "asks without {date}");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(a_feed_is_brought_each_hour_and_proven),
      TEST(without_a_folder_nothing_of_it_is_there),
      TEST(a_bad_file_is_told_and_keeps_no_other_from_its_work),
      TEST(check_feeds_needs_no_database_and_makes_no_call),
      TEST(files_are_read_in_the_folder_alone),
      TEST(a_feed_whose_keys_are_not_there_yet_is_off_and_costs_nothing),
      TEST(a_feed_that_is_named_needs_no_key_of_the_exchange),
      TEST(the_check_of_a_feed_that_is_named_needs_none_either),
      TEST(no_private_address_is_asked_whatever_a_name_resolves_to),
      TEST(all_that_looks_on_tells_of_it),
      TEST(units_that_are_requested_are_asked_again),
  };
  return cmocka_run_group_tests_name("feeds", tests, feed_scene_open, feed_scene_close);
}
