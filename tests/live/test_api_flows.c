/* Flows and minutes of chosen stocks as closebell_api gives them, and screens that name what is made from flows. */
#include <stdlib.h>

#include <closebell/base/json.h>

#include "api_client.h"
#include "live_scene.h"

static const char NOW[] = "2025-04-11T00:00:00Z";

static void put_flow(LiveWorld *world, const char *ticker, const char *date, int64_t net, const char *finality) {
  char json[512];
  snprintf(json, sizeof json,
           "{\"_id\":\"%s\",\"foreign_net_buy\":{\"$numberLong\":\"%lld\"},\"foreign_net_volume\":{\"$numberLong\":"
           "\"-3\"},\"close\":{\"$numberLong\":\"56400\"},\"finality\":\"%s\",\"as_of_utc\":{\"$date\":"
           "\"2025-04-10T11:05:00Z\"}}",
           date, (long long)net, finality);
  live_insert(world, "market_flow", ticker, json);
}

/* 005930 has the five newest sessions; 000660 lacks one of them, and one of 000270's is provisional. */
static void put_flows(LiveWorld *world) {
  static const char *const dates[] = {"2025-04-04", "2025-04-07", "2025-04-08", "2025-04-09", "2025-04-10"};
  for (size_t i = 0; i < 5; i++) {
    put_flow(world, "005930", dates[i], 1000000000LL * (int64_t)(i + 1) + 1, "final");
    if (i != 2) put_flow(world, "000660", dates[i], 1000000000, "final");
    put_flow(world, "000270", dates[i], 1000000000, i == 1 ? "provisional" : "final");
  }
  put_flow(world, "005930", "2025-04-11", -5, "provisional");
}

static void put_minutes(LiveWorld *world) {
  live_insert(
      world, "minute_data", "005930",
      "{\"_id\":\"2025-04-10\",\"time\":[900,1530],\"open\":[{\"$numberLong\":\"56600\"},{\"$numberLong\":"
      "\"56400\"}],\"high\":[{\"$numberLong\":\"56700\"},{\"$numberLong\":\"56400\"}],\"low\":[{\"$numberLong\":"
      "\"56500\"},{\"$numberLong\":\"56400\"}],\"close\":[{\"$numberLong\":\"56700\"},{\"$numberLong\":"
      "\"56400\"}],\"volume\":[{\"$numberLong\":\"12\"},{\"$numberLong\":\"34\"}],\"bars\":2,\"finality\":"
      "\"final\",\"as_of_utc\":{\"$date\":\"2025-04-10T07:10:00Z\"}}");
}

static int fill(void **state) {
  if (live_scene_open(state) != 0) return -1;
  LiveScene *scene = *state;
  live_set(&scene->world, "CLOSEBELL_UNIVERSE_MIN_MARKET_CAP", "3000000000000");
  live_do(&scene->world, "manual_setup", NOW, "--days 40");
  live_do(&scene->world, "hourly_analysis", NOW, "");
  put_flows(&scene->world);
  put_minutes(&scene->world);
  return 0;
}

static void flows_are_whole_and_ascending(void **state) {
  LiveScene *scene = *state;
  Api api = api_start(&scene->world, "", true);
  char *body = api_expect(&api, "/stocks/005930/flow", 200);
  assert_true(json_is_valid(body));
  live_assert_says(body, "\"items\":[{\"date\":\"2025-04-04\",\"foreign_net_buy\":1000000001,\"foreign_net_volume\":-3,"
                         "\"close\":56400,\"finality\":\"final\",\"as_of_utc\":\"2025-04-10T11:05:00Z\"},{\"date\":"
                         "\"2025-04-07\"");
  live_assert_says(body, "{\"date\":\"2025-04-11\",\"foreign_net_buy\":-5,");
  live_assert_says(body, "\"finality\":\"provisional\"");
  assert_null(strstr(body, "institution")); /* nobody told of them: absent, never 0 */
  assert_null(strstr(body, "\"next\""));
  free(body);
  body = api_expect(&api, "/stocks/000020/flow", 200);
  live_assert_says(body, "\"items\":[]");
  free(body);
  free(api_expect(&api, "/stocks/005930/flow?date=2025-04-10", 400));
  free(api_expect(&api, "/stocks/5930/flow", 404));
  api_stop(&scene->world, &api);
}

static void minutes_are_a_document_a_session(void **state) {
  static const char wanted[] =
      "\"items\":[{\"date\":\"2025-04-10\",\"time\":[900,1530],\"open\":[56600,56400],\"high\":[56700,56400],\"low\":"
      "[56500,56400],\"close\":[56700,56400],\"volume\":[12,34],\"bars\":2,\"finality\":\"final\",\"as_of_utc\":"
      "\"2025-04-10T07:10:00Z\"}]";
  LiveScene *scene = *state;
  Api api = api_start(&scene->world, "", true);
  char *body = api_expect(&api, "/stocks/005930/minutes?date=2025-04-10", 200);
  assert_true(json_is_valid(body));
  live_assert_says(body, wanted);
  free(body);
  body = api_expect(&api, "/stocks/005930/minutes?date=2025-04-09", 200);
  live_assert_says(body, "\"items\":[]");
  free(body);
  free(api_expect(&api, "/stocks/005930/minutes?date=2025-04-31", 400));
  api_stop(&scene->world, &api);
}

static double number_behind(const char *text, const char *name) {
  const char *at = strstr(text, name);
  if (at == NULL) fail_msg("%s is not in %.600s", name, text);
  return strtod(at + strlen(name), NULL);
}

static void a_screen_by_flows_knows_the_stocks_that_have_all_five(void **state) {
  LiveScene *scene = *state;
  Api api = api_start(&scene->world, "", true);
  char *body = api_expect(&api, "/screener?where=foreign_net_buy_5%3E0&fields=foreign_net_buy_5,market_cap", 200);
  live_assert_says(body, "\"count\":1,\"matches\":[{\"ticker\":\"005930\",");
  assert_true(number_behind(body, "\"foreign_net_buy_5\":") == 15000000005.0 / number_behind(body, "\"market_cap\":"));
  assert_true(number_behind(body, "\"unknown\":") == number_behind(body, "\"considered\":") - 1);
  free(body);
  body = api_expect(&api, "/screener?where=not%20foreign_net_buy_5%3E1&date=2025-04-09", 200);
  live_assert_says(body, "\"count\":0"); /* of that session only four are there */
  free(body);
  body = api_expect(&api, "/screener?where=market_cap%3E1%EC%A1%B0&sort=-foreign_net_buy_5&limit=2", 200);
  live_assert_says(body, "\"matches\":[{\"ticker\":\"005930\"");
  free(body);
  body = api_expect(&api, "/stocks/005930", 200);
  live_assert_says(body, "\"foreign_net_buy_5\":\"latest_analysis keeps it not");
  free(body);
  body = api_expect(&api, "/openapi.json", 200);
  live_assert_says(body, "{\"name\":\"institution_net_buy_5\",\"kind\":\"number\",");
  free(body);
  api_stop(&scene->world, &api);
}

static void the_command_line_says_the_same(void **state) {
  LiveScene *scene = *state;
  Api api = api_start(&scene->world, "", true);
  char *body = api_expect(&api, "/screener?where=foreign_net_buy_5%3E0", 200);
  LiveResult result = live_do(&scene->world, "hourly_analysis", NOW, "--screen foreign_net_buy_5>0 --json");
  const char *got = strstr(body, "\"date\":"), *wanted = strstr(result.out, "\"date\":");
  assert_non_null(got);
  assert_non_null(wanted);
  assert_memory_equal(got, wanted, strcspn(got, "]"));
  free(body);
  result = live_do(&scene->world, "hourly_analysis", NOW, "--screen foreign_net_buy_5>0 --outcome");
  live_assert_says(result.out, "005930");
  result = live_do(&scene->world, "hourly_analysis", NOW, "--screen institution_net_buy_5>0");
  live_assert_says(result.out, "market_flow"); /* why all are unknown */
  api_stop(&scene->world, &api);
}

/* A strategy of the operator's own: its list is written, and --verify finds no fault with it. */
static void a_strategy_by_flows_has_its_list(void **state) {
  static const char STRATEGY[] = "title = Foreigners buy\nwhere = foreign_net_buy_5 > 0\nsort = -foreign_net_buy_5\n";
  LiveScene *scene = *state;
  LiveWorld *world = &scene->world;
  char path[128];
  live_file(world, "foreigners.ini", STRATEGY, path);
  *strrchr(path, '/') = '\0';
  live_set(world, "CLOSEBELL_API_STRATEGIES", path);
  live_do(world, "daily_update", "2025-04-14T00:00:00Z", "");
  live_do(world, "hourly_analysis", "2025-04-14T00:00:00Z", "");
  LiveResult result =
      live_do(world, "hourly_analysis", "2025-04-14T00:00:00Z", "--screen foreigners --json --date 2025-04-10");
  live_assert_says(result.out, "\"strategy\":\"foreigners\"");
  live_assert_says(result.out, "\"ticker\":\"005930\"");
  assert_true(live_has(world, "system_info", "strategy_days", "2025-04-11:foreigners"));
  live_delete(world, "market_flow", "005930", "2025-04-08"); /* as if it had come after the list */
  result = live_run_at(world, "manual_setup", "2025-04-14T00:00:00Z", "--verify");
  live_assert_exit(&result, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(flows_are_whole_and_ascending),
      cmocka_unit_test(minutes_are_a_document_a_session),
      cmocka_unit_test(a_screen_by_flows_knows_the_stocks_that_have_all_five),
      cmocka_unit_test(the_command_line_says_the_same),
      cmocka_unit_test(a_strategy_by_flows_has_its_list),
  };
  return cmocka_run_group_tests_name("api_flows", tests, fill, live_scene_close);
}
