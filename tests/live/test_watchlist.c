/* hourly_analysis --watchlist: the lists that closebell_api has at /watchlists, from the command line. */
#include <stdlib.h>

#include <closebell/base/json.h>
#include <closebell/base/text.h>

#include "api_client.h"
#include "live_scene.h"
#include "named.h"

static const char NOW[] = "2025-04-11T00:00:00Z";

static int fill(void **state) {
  if (live_scene_open(state) != 0) return -1;
  LiveScene *scene = *state;
  live_set(&scene->world, "CLOSEBELL_UNIVERSE_MIN_MARKET_CAP", "3000000000000");
  live_do(&scene->world, "manual_setup", NOW, "--days 40");
  live_do(&scene->world, "hourly_analysis", NOW, "");
  return 0;
}

static LiveWorld *world_of(void **state) { return &((LiveScene *)*state)->world; }

static LiveResult ask(LiveWorld *world, const char *arguments, int exit_code) {
  LiveResult result = live_run_at(world, "hourly_analysis", NOW, arguments);
  live_assert_exit(&result, exit_code);
  return result;
}

static void holds(LiveWorld *world, const char *name, const char *const *tickers, size_t count) {
  bson_t *document = live_get(world, "system_info", "watchlists", name);
  assert_true(live_array_is(document, "tickers", tickers, count));
  live_assert_instant(document, "updated_utc");
  bson_destroy(document);
}
#define HOLDS(world, name, ...)                                                                                        \
  holds((world), (name), (const char *const[]){__VA_ARGS__},                                                           \
        sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))

/* ---- what it does ---- */

/* 000020 is archived, and not followed. */
static void a_list_is_begun_changed_shown_and_deleted(void **state) {
  LiveWorld *world = world_of(state);
  LiveResult result = ask(world, "--watchlist 관심-1 --add 005930,000020,005930", 0);
  live_assert_says(result.out, "삼성전자");
  HOLDS(world, "관심-1", "005930", "000020");
  ask(world, "--watchlist 관심-1 --add 000660 --remove 005930", 0);
  HOLDS(world, "관심-1", "000020", "000660");
  result = ask(world, "--watchlist 관심-1", 0);
  assert_named(result.out, "관심-1|2|2025-04-10");
  assert_named(result.out, "000660|SK하이닉스");
  live_assert_says(result.out, "000020");
  assert_null(strstr(result.out, "005930"));
  result = ask(world, "--watchlists", 0);
  assert_named(result.out, "관심-1|2");
  result = ask(world, "--watchlist 관심-1 --delete", 0);
  live_assert_says(result.out, "000660");
  assert_false(live_has(world, "system_info", "watchlists", "관심-1"));
  result = ask(world, "--watchlist 관심-1 --delete", 64);
  live_assert_says(result.err, "관심-1");
}

static void json_is_that_of_the_server(void **state) {
  LiveWorld *world = world_of(state);
  LiveResult result = ask(world, "--watchlist mine --add 000660,000020 --json", 0);
  assert_true(json_is_valid(result.out));
  live_assert_says(result.out, "{\"name\":\"mine\",\"tickers\":[\"000660\",\"000020\"],\"updated_utc\":\"20");
  Api api = api_start(world, "", true);
  char *body = api_expect(&api, "/watchlists/mine", 200);
  char *tail = strstr(body, "\"name\"");
  assert_non_null(tail);
  live_assert_says(result.out, tail);
  free(body);
  api_stop(world, &api);
  result = ask(world, "--watchlists --json", 0);
  assert_true(json_is_valid(result.out));
  live_assert_says(result.out, "{\"watchlists\":[{\"name\":\"mine\",\"size\":2,");
  ask(world, "--watchlist mine --delete", 0);
}

static void what_is_wrong_is_named_and_the_list_stays(void **state) {
  static const struct {
    const char *arguments, *named;
  } cases[] = {{"--watchlist kept --add 000660,999999", "999999"},
               {"--watchlist kept --add samsung", "samsung"},
               {"--watchlist kept --add 000660,", "--add"},
               {"--watchlist kept --add ,000660", "--add"},
               {"--watchlist kept --remove 5930", "5930"},
               {"--watchlist kept --delete --add 000660", "--delete"},
               {"--watchlist none --remove 005930", "none"},
               {"--watchlist none", "none"},
               {"--watchlist a.b --add 005930", "a.b"},
               {"--watchlist kept --watchlists", "--watchlists"},
               {"--watchlist kept --strategies", "--watchlist"},
               {"--watchlist kept --force", "--watchlist"},
               {"--watchlist kept --quota 5", "--watchlist"},
               {"--add 005930", "--watchlist"},
               {"--delete", "--watchlist"}};
  LiveWorld *world = world_of(state);
  ask(world, "--watchlist kept --add 005930", 0);
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    LiveResult result = ask(world, cases[i].arguments, 64);
    if (!is_named(result.err, cases[i].named)) fail_msg("%s: %s", cases[i].arguments, result.err);
    HOLDS(world, "kept", "005930");
  }
  assert_int_equal(live_count(world, "system_info", "watchlists"), 1);
  ask(world, "--watchlist kept --delete", 0);
}

static void a_list_has_at_most_a_thousand(void **state) {
  LiveWorld *world = world_of(state);
  TextBuffer json = {0};
  text_buffer_printf(&json, "{\"_id\":\"full\",\"updated_utc\":{\"$date\":\"2025-04-11T00:00:00Z\"},\"tickers\":[");
  for (int i = 0; i < 1000; i++) text_buffer_printf(&json, "%s\"0%05d\"", i ? "," : "", i);
  text_buffer_printf(&json, "]}");
  live_insert(world, "system_info", "watchlists", json.data);
  text_buffer_free(&json);
  LiveResult result = ask(world, "--watchlist full --add 005930", 64);
  assert_named(result.err, "full|1001|1000");
  ask(world, "--watchlist full --add 005930 --remove 000000", 0);
  bson_t *document = live_get(world, "system_info", "watchlists", "full");
  bson_iter_t iter, item;
  int count = 0;
  assert_true(bson_iter_init_find(&iter, document, "tickers") && bson_iter_recurse(&iter, &item));
  while (bson_iter_next(&item)) count++;
  bson_destroy(document);
  assert_int_equal(count, 1000);
  ask(world, "--watchlist full --delete", 0);
}

/* No run, no status; only a lease of the lists' own. */
static void nothing_but_the_list_is_written(void **state) {
  LiveWorld *world = world_of(state);
  live_look(world, "hourly_analysis", NOW, "--watchlists");
  live_look(world, "hourly_analysis", NOW, "--watchlist mine --add 005930 --dry-run");
  LiveDump before = live_dump(world, LIVE_ALL);
  int64_t runs = live_count(world, "system_info", "job_runs");
  ask(world, "--watchlist mine --add 005930", 0);
  live_look(world, "hourly_analysis", NOW, "--watchlist mine");
  LiveResult planned = ask(world, "--watchlist mine --delete --dry-run", 0);
  live_assert_says(planned.out, "nothing is written");
  assert_null(strstr(planned.err, "is deleted"));
  HOLDS(world, "mine", "005930");
  ask(world, "--watchlist mine --delete", 0);
  live_assert_holds(world, LIVE_ALL, &before);
  live_dump_free(&before);
  assert_int_equal(live_count(world, "system_info", "job_runs"), runs);
}

/* ---- at once ---- */

/* Eight processes put one stock each into one list that is not there yet: none is lost. */
static void what_several_add_at_once_is_all_there(void **state) {
  static const char *const tickers[] = {"005930", "000660", "000020", "005380", "035420", "000270", "005490", "051910"};
  enum { COUNT = 8 };
  LiveWorld *world = world_of(state);
  LiveProcess processes[COUNT];
  for (size_t i = 0; i < COUNT; i++) {
    char arguments[64];
    snprintf(arguments, sizeof arguments, "--watchlist busy --add %s", tickers[i]);
    processes[i] = live_start(world, "hourly_analysis", arguments);
  }
  for (size_t i = 0; i < COUNT; i++) {
    LiveResult result = live_finish(world, &processes[i]);
    live_assert_exit(&result, 0);
  }
  LiveResult all = ask(world, "--watchlist busy --json", 0);
  for (size_t i = 0; i < COUNT; i++) live_assert_says(all.out, tickers[i]);
  ask(world, "--watchlist busy --delete", 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_list_is_begun_changed_shown_and_deleted),
      cmocka_unit_test(json_is_that_of_the_server),
      cmocka_unit_test(what_is_wrong_is_named_and_the_list_stays),
      cmocka_unit_test(a_list_has_at_most_a_thousand),
      cmocka_unit_test(nothing_but_the_list_is_written),
      cmocka_unit_test(what_several_add_at_once_is_all_there),
  };
  return cmocka_run_group_tests_name("watchlist", tests, fill, live_scene_close);
}
