/* Feeds with one key share what it may be asked in a day: in one run of daily_update, and in programs of several hosts
 * that ask at the same moment. What was asked says the server. */
#include <stdlib.h>

#include "feed_scene.h"

enum { ITEMS = 20, ALLOWANCE = 25, HOSTS = 4 };

static const char NOW[] = "2025-03-05T01:30:00Z", NEXT[] = "2025-03-06T01:30:00Z";
static const char *const NAMES[HOSTS] = {"first", "second", "third", "fourth"};

static const char FEED[] = "[feed]\nurl = http://127.0.0.1:$PORT/query\nschedule = daily 01:00 UTC\n"
                           "keys_file = %s.keys\nitems = @items.txt\nrows =\nsingle = yes\nid = {symbol}\n%s"
                           "[query]\nfunction = OVERVIEW\nsymbol = {item}\napikey = {key}\n"
                           "[fields]\nsymbol = string /Symbol\n"
                           "[answer]\nlimit_if = /Information\nerror_if = /Error Message\n";

/* Each has a file of keys of its own: it is the key that counts. */
static void declare(FeedScene *scene, const char *name, const char *more) {
  char file[32], text[1024];
  snprintf(text, sizeof text, FEED, name, more);
  snprintf(file, sizeof file, "%s.ini", name);
  feed_scene_file(scene, file, text);
  snprintf(file, sizeof file, "%s.keys", name);
  feed_scene_file(scene, file, "one-key-for-all-of-them 25\n");
}

static void declare_items(FeedScene *scene) {
  char text[ITEMS * 8] = "";
  for (int i = 0; i < ITEMS; i++) snprintf(text + strlen(text), sizeof text - strlen(text), "S%02d\n", i);
  feed_scene_file(scene, "items.txt", text);
}

static void two_feeds_of_20_questions_ask_25_a_day(void **state) {
  FeedScene *scene = *state;
  web_run_control(&scene->web, "limits?provider=alpha&per_day=25&per_window=0");
  declare_items(scene);
  declare(scene, NAMES[0], "");
  declare(scene, NAMES[1], "");
  for (int run = 0; run < 2; run++) { /* the second finds nothing to do */
    web_run_at(&scene->web, NOW);
    live_do(&scene->world, "daily_update", NOW, "");
    feed_scene_assert(scene, "2025-03-05", "first", "completed", ITEMS, ITEMS);
    feed_scene_assert(scene, "2025-03-05", "second", "waiting", ALLOWANCE - ITEMS, ALLOWANCE - ITEMS);
    assert_int_equal(feed_scene_calls(scene, "overview"), ALLOWANCE);
  }
  feed_scene_assert_says(scene, "2025-03-05", "second", "25 calls of 2025-03-05");
  WebLog log = web_run_log(&scene->web);
  assert_int_equal(web_log_count(&log, NULL, "limited", NULL, NULL), 0);
  web_log_clear(&log);
  LiveResult told = live_run_at(&scene->world, "daily_update", NOW, "--explain second");
  assert_non_null(strstr(told.out, "25 calls on 2025-03-05"));
  feed_scene_do(scene, "second", NEXT, 0);
  feed_scene_assert(scene, "2025-03-06", "second", "completed", ITEMS, ITEMS);
}

static void a_limit_answer_to_one_feed_is_one_to_all(void **state) {
  FeedScene *scene = *state;
  web_run_control(&scene->web, "limits?provider=alpha&per_day=3&per_window=0");
  declare_items(scene);
  declare(scene, NAMES[0], "");
  declare(scene, NAMES[1], "");
  feed_scene_do(scene, "first", NOW, 0);
  feed_scene_assert_says(scene, "2025-03-05", "first", "spent");
  long calls = feed_scene_calls(scene, "overview");
  assert_int_equal(calls, 4);
  feed_scene_do(scene, "second", NOW, 0);
  feed_scene_assert(scene, "2025-03-05", "second", "waiting", 0, 0);
  assert_int_equal(feed_scene_calls(scene, "overview"), calls);
}

/* One that says no rate of its own counts within the other's window all the same. */
static void a_window_of_the_rate_is_one_for_all(void **state) {
  FeedScene *scene = *state;
  declare_items(scene);
  declare(scene, NAMES[0], "rate = 3/h\n");
  declare(scene, NAMES[1], "rate = 4/h\n");
  declare(scene, NAMES[2], "per_run = 2\n");
  feed_scene_do(scene, "first", NOW, 0);
  feed_scene_assert(scene, "2025-03-05", "first", "waiting", 3, 3);
  feed_scene_do(scene, "second", NOW, 0);
  feed_scene_assert(scene, "2025-03-05", "second", "waiting", 1, 1);
  feed_scene_do(scene, "third", "2025-03-05T02:40:00Z", 0);
  feed_scene_do(scene, "first", "2025-03-05T02:45:00Z", 0);
  feed_scene_assert(scene, "2025-03-05", "first", "waiting", 4, 4);
  assert_int_equal(feed_scene_calls(scene, "overview"), 3 + 1 + 2 + 1);
}

/* All at the same moment, each with its own lease. */
static void four_hosts_at_once_ask_25_in_all(void **state) {
  FeedScene *scene = *state;
  LiveProcess processes[HOSTS];
  char arguments[128];
  int64_t rows = 0;
  declare_items(scene);
  for (int i = 0; i < HOSTS; i++) declare(scene, NAMES[i], "");
  web_run_at(&scene->web, NOW);
  for (int i = 0; i < HOSTS; i++) {
    snprintf(arguments, sizeof arguments, "--now %s --dataset %s", NOW, NAMES[i]);
    processes[i] = live_start(&scene->world, "daily_update", arguments);
  }
  for (int i = 0; i < HOSTS; i++) {
    LiveResult result = live_finish(&scene->world, &processes[i]);
    live_assert_exit(&result, 0);
  }
  assert_int_equal(feed_scene_calls(scene, "overview"), ALLOWANCE);
  for (int i = 0; i < HOSTS; i++)
    if (live_has_collection(&scene->world, "feed_data", NAMES[i]))
      rows += live_count(&scene->world, "feed_data", NAMES[i]);
  assert_int_equal(rows, ALLOWANCE);
}

/* The form that earlier versions stored, of the key's day so far. */
static void what_an_earlier_version_counted_is_taken_over(void **state) {
  FeedScene *scene = *state;
  declare_items(scene);
  declare(scene, NAMES[0], "");
  declare(scene, NAMES[1], "");
  declare(scene, NAMES[2], "per_run = 1\n");
  feed_scene_do(scene, "third", NOW, 0);
  LiveDocuments states = live_documents(&scene->world, "system_info", "source_state");
  char mark[17] = "";
  for (size_t i = 0; i < states.count; i++)
    if (strncmp(live_id(states.items[i]), "feed-call:127.0.0.1:", 20) == 0)
      snprintf(mark, sizeof mark, "%.16s", live_id(states.items[i]) + 20);
  live_documents_free(&states);
  char old[512];
  snprintf(old, sizeof old,
           "{\"_id\": \"feed:second:keys\", \"key_1\": {\"mark\": \"%s\", \"calls_date\": \"2025-03-05\", "
           "\"calls\": {\"$numberLong\": \"22\"}, \"rest\": \"free\"}}",
           mark);
  live_insert(&scene->world, "system_info", "source_state", old);
  feed_scene_do(scene, "second", NOW, 0);
  assert_int_equal(feed_scene_calls(scene, "overview"), ALLOWANCE - 22);
  feed_scene_do(scene, "first", NOW, 0);
  assert_int_equal(feed_scene_calls(scene, "overview"), ALLOWANCE - 22);
}

#define TEST(name) cmocka_unit_test_setup(name, feed_scene_reset)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(two_feeds_of_20_questions_ask_25_a_day),        TEST(a_limit_answer_to_one_feed_is_one_to_all),
      TEST(a_window_of_the_rate_is_one_for_all),           TEST(four_hosts_at_once_ask_25_in_all),
      TEST(what_an_earlier_version_counted_is_taken_over),
  };
  return cmocka_run_group_tests_name("feeds_shared_key", tests, feed_scene_open, feed_scene_close);
}
