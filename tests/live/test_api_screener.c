/* closebell_api: screens over the market in memory, and what became of their signals. */
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include <closebell/base/json.h>

#include "api_client.h"
#include "live_db.h"
#include "named.h"

static const char NOW[] = "2025-04-11T00:00:00Z";

/* Matches of a condition that every stock meets. */
#define ALL "/screener?where=close%3E0"

static int fill(void **state) {
  LiveWorld *world = calloc(1, sizeof *world);
  *state = world;
  if (world == NULL) return -1;
  live_world_open(world, LIVE_DAYS);
  live_world_reset(world);
  live_set(world, "CLOSEBELL_UNIVERSE_MIN_MARKET_CAP", "10000000000000");
  live_do(world, "manual_setup", NOW, "--days 300");
  live_do(world, "hourly_analysis", NOW, "");
  return 0;
}

static int close_world(void **state) {
  live_world_close(*state);
  free(*state);
  return 0;
}

static size_t count_of(const char *text, const char *part) {
  size_t count = 0;
  for (; (text = strstr(text, part)) != NULL; text += strlen(part)) count++;
  return count;
}

/* ---- lists ---- */

/* From "date" on: what is before it is looked at by who calls. Returns how many matches there are. */
static size_t assert_same_as_printed(LiveWorld *world, const Api *api, const char *target, const char *arguments) {
  char *body = api_expect(api, target, 200);
  LiveResult result = live_do(world, "hourly_analysis", NOW, arguments);
  const char *got = strstr(body, "\"date\":"), *wanted = strstr(result.out, "\"date\":");
  size_t matches = count_of(body, "\"ticker\":");
  assert_non_null(got);
  assert_non_null(wanted);
  assert_string_equal(got, wanted);
  assert_int_equal(strncmp(body, result.out, strlen("{\"as_of\":\"2025-04-10\",\"restatement\":0,\"proof\":")), 0);
  free(body);
  return matches;
}

/* Their objects are byte for byte those of the command line. */
static void the_command_line_prints_the_same_objects(void **state) {
  static const struct {
    const char *target, *arguments;
  } cases[] = {
      {"/screener?strategy_name=aligned&limit=1000", "--screen aligned --json"},
      {"/screener?strategy_name=momentum_12_1&limit=1000", "--screen momentum_12_1 --json"},
      {"/screener?strategy_name=squeeze&date=2025-03-14&limit=1000", "--screen squeeze --date 2025-03-14 --json"},
      {"/screener?where=rsi_14%20%3C%2050&sort=-market_cap&limit=1000",
       "--screen rsi_14<50 --sort -market_cap --json"}};
  LiveWorld *world = *state;
  Api api = api_start(world, "", true);
  size_t matches = 0;
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
    matches += assert_same_as_printed(world, &api, cases[i].target, cases[i].arguments);
  assert_true(matches > 20);
  api_stop(world, &api);
}

static void pages_of_a_screen_are_the_whole_in_its_order(void **state) {
  LiveWorld *world = *state;
  Api api = api_start(world, "", true);
  static const char query[] = ALL "&fields=ticker&limit=7";
  char target[512], *whole = api_expect(&api, ALL "&fields=ticker&limit=1000", 200);
  const char *at = strstr(whole, "\"matches\":[");
  size_t pages = 0;
  snprintf(target, sizeof target, "%s", query);
  assert_non_null(at);
  at += strlen("\"matches\":[");
  for (bool more = true; more; pages++) {
    char *body = api_expect(&api, target, 200), *items = strstr(body, "\"matches\":["),
         *next = strstr(body, "\"next\":\"");
    size_t length = strcspn(items, "]") - strlen("\"matches\":[");
    assert_int_equal(strncmp(at, items + strlen("\"matches\":["), length), 0);
    at += length + (at[length] == ',');
    more = next != NULL;
    if (more) snprintf(target, sizeof target, "%s&cursor=%.*s", query, (int)strcspn(next + 8, "\""), next + 8);
    free(body);
  }
  assert_true(pages > 2);
  assert_int_equal(*at, ']');
  free(whole);
  api_stop(world, &api);
}

static void fields_are_the_ticker_and_just_those(void **state) {
  LiveWorld *world = *state;
  Api api = api_start(world, "", true);
  char *body = api_expect(&api, ALL "&fields=rsi_14,name,ticker&limit=1&sort=ticker", 200);
  live_assert_says(body, "\"matches\":[{\"ticker\":\"000020\",\"rsi_14\":");
  live_assert_says(body, "\"name\":\"동화약품\"}]");
  free(body);
  api_stop(world, &api);
}

static void the_evening_that_nobody_configured_is_empty(void **state) {
  LiveWorld *world = *state;
  Api api = api_start(world, "", true);
  char *body = api_expect(&api, ALL "&evening=1", 200);
  live_assert_says(body, "\"proof\":{\"proven\":true");
  live_assert_says(body, "\"matches\":[]");
  free(body);
  api_stop(world, &api);
}

static void a_wrong_question_is_named(void **state) {
  static const struct {
    const char *target;
    int status;
    const char *named;
  } cases[] = {{"/screener", 400, "\"parameter\":\"where\""},
               {ALL "&strategy_name=aligned", 400, "\"parameter\":\"where\""},
               {"/screener?where=", 400, "\"position\":{\"line\":1,\"column\":1}"},
               {"/screener?where=close%20%3E%20smaa_20", 400, "\"parameter\":\"where\",\"nearest\":\"sma_20\""},
               {"/screener?where=close%20%3E%0A%20smaa_20", 400, "\"position\":{\"line\":2,\"column\":2}"},
               {"/screener?where=aligned", 400, "\"parameter\":\"where\""},
               {"/screener?where=%ff", 400, "\"position\""},
               {"/screener?strategy_name=aligend", 400, "\"parameter\":\"strategy_name\",\"nearest\":\"aligned\""},
               {ALL "&sort=-clsoe", 400, "\"parameter\":\"sort\",\"nearest\":\"close\""},
               {ALL "&fields=clsoe", 400, "\"parameter\":\"fields\",\"nearest\":\"close\""},
               {ALL "&date=2025-04-12", 400, "\"parameter\":\"date\""},
               {ALL "&date=2025-04-12", 400, "2025-04-10"},
               {ALL "&limit=1001", 400, "\"parameter\":\"limit\""},
               {ALL "&evening=2", 400, "\"parameter\":\"evening\""},
               {ALL "&evening=1&date=2025-04-10", 400, "\"parameter\":\"evening\""},
               {"/strategies/aligned/outcome?evening=1", 400, "\"parameter\":\"evening\""},
               {ALL "&cursor=abc", 400, "\"parameter\":\"cursor\""},
               {ALL "&ordre=asc", 400, "\"parameter\":\"ordre\""},
               {"/strategies/aligend/outcome", 404, "\"nearest\":\"aligned\""},
               {"/strategies/aligned/outcome?horizon=7", 400, "\"parameter\":\"horizon\""}};
  LiveWorld *world = *state;
  Api api = api_start(world, "", true);
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    Reply reply = api_get(&api, cases[i].target);
    if (reply.status != cases[i].status || !strstr(reply.body, cases[i].named))
      fail_msg("%s: %d %s", cases[i].target, reply.status, reply.body);
    reply_free(&reply);
  }
  char target[4096] = "/screener?where=close";
  memset(target + strlen(target), '+', 2048);
  char *body = api_expect(&api, target, 400);
  live_assert_says(body, "\"position\":{");
  free(body);
  api_stop(world, &api);
}

/* A strategy's name alone is none of the language's. golden_cross is both. */
static void a_signal_is_a_condition_even_where_a_strategy_has_its_name(void **state) {
  LiveWorld *world = *state;
  Api api = api_start(world, "", true);
  char *body = api_expect(&api, "/screener?where=golden_cross", 200);
  assert_null(strstr(body, "\"strategy\":"));
  free(body);
  body = api_expect(&api, "/screener?strategy_name=golden_cross", 200);
  live_assert_says(body, "\"strategy\":\"golden_cross\",\"where\":\"golden_cross\"");
  free(body);
  api_stop(world, &api);
}

/* ---- outcomes ---- */

static void an_outcome_is_that_of_the_command_line(void **state) {
  LiveWorld *world = *state;
  Api api = api_start(world, "", true);
  char *body = api_expect(&api, "/strategies/aligned/outcome", 200);
  LiveResult result = live_do(world, "hourly_analysis", NOW, "--screen aligned --outcome --json");
  const char *got = strstr(body, "\"from\":"), *wanted = strstr(result.out, "\"outcome\":{");
  assert_true(json_is_valid(body));
  live_assert_says(body, "\"strategy\":\"aligned\",\"where\":\"");
  assert_non_null(got);
  assert_non_null(wanted);
  assert_int_equal(strncmp(got, wanted + strlen("\"outcome\":{"), strlen(got) - 2), 0);
  free(body);
  body = api_expect(&api, "/strategies/aligned/outcome?horizon=20", 200);
  live_assert_says(body, "\"horizons\":{\"20\":{\"n\":");
  assert_null(strstr(body, "\"60\":{"));
  free(body);
  api_stop(world, &api);
}

/* ---- the state ---- */

static void a_session_that_is_not_proven_is_refused_by_name(void **state) {
  LiveWorld *world = *state;
  Api api = api_start(world, "", true);
  free(api_expect(&api, ALL "&date=2025-03-14", 200));
  free(api_expect(&api, "/strategies/aligned/outcome", 200));
  live_update(world, "system_info", "job_status", "2025-03-14_daily_update", "{\"$set\":{\"status\":\"failed\"}}");
  api_await(&api, "/strategies/aligned/outcome", 409);
  char *body = api_expect(&api, "/strategies/aligned/outcome", 409);
  live_assert_says(body, "2025-03-14");
  free(body);
  body = api_expect(&api, ALL "&date=2025-03-14", 400);
  live_assert_says(body, "2025-03-13");
  free(body);
  live_update(world, "system_info", "job_status", "2025-03-14_daily_update", "{\"$set\":{\"status\":\"completed\"}}");
  api_await(&api, ALL "&date=2025-03-14", 200);
  free(api_expect(&api, "/strategies/aligned/outcome", 200));
  api_stop(world, &api);
}

static void strategies_that_are_read_again_answer_at_once(void **state) {
  LiveWorld *world = *state;
  char path[128], folder[128];
  live_file(world, "mine.ini", "title = Mine\nwhere = close > 0\n", path);
  snprintf(folder, sizeof folder, "%.*s", (int)(strrchr(path, '/') - path), path);
  live_set(world, "CLOSEBELL_API_STRATEGIES", folder);
  Api api = api_start(world, "", true);
  char *all = api_expect(&api, "/screener?strategy_name=mine&fields=ticker", 200);
  live_file(world, "mine.ini", "title = Mine\nwhere = close < 0\n", path);
  kill(api.process.pid, SIGHUP);
  api_await(&api, "/strategies/mine", 200);
  char *none = NULL;
  for (int i = 0; i < 100 && (none == NULL || !strstr(none, "\"matches\":[]")); i++) {
    free(none);
    none = api_expect(&api, "/screener?strategy_name=mine&fields=ticker", 200);
    usleep(50000);
  }
  live_assert_says(none, "\"matches\":[]");
  assert_null(strstr(all, "\"matches\":[]"));
  free(all);
  free(none);
  api_stop(world, &api);
  live_set(world, "CLOSEBELL_API_STRATEGIES", NULL);
}

/* What is in memory goes on; the database is not asked. */
static void screens_go_on_while_the_database_is_away(void **state) {
  LiveWorld *world = *state;
  if (world->server.pid == 0) skip();
  Api api = api_start(world, "", true);
  free(api_expect(&api, ALL, 200));
  embedded_db_kill(&world->server);
  api_await(&api, "/readyz", 503);
  free(api_expect(&api, "/screener?where=close%3E1000", 200));
  free(api_expect(&api, "/strategies/squeeze/outcome", 200));
  assert_true(embedded_db_restart(&world->server, EMBEDDED_DB));
  live_world_reconnect(world);
  api_await(&api, "/readyz", 200);
  api_stop(world, &api);
}

/* Those that are added go on with what is in memory; the server is not started anew. */
static void a_session_that_is_added_is_screened_like_the_others(void **state) {
  static const char next[] = "2025-04-14T00:00:00Z";
  LiveWorld *world = *state;
  Api api = api_start(world, "", true);
  free(api_expect(&api, ALL "&date=2025-04-11", 400));
  assert_true(assert_same_as_printed(world, &api, ALL "&limit=1000", "--screen close>0 --json") > 0);
  live_do(world, "daily_update", next, "");
  live_do(world, "hourly_analysis", next, "");
  api_await(&api, ALL "&date=2025-04-11&require=2025-04-11", 200);
  char *body = api_expect(&api, ALL, 200);
  live_assert_says(body, "{\"as_of\":\"2025-04-11\"");
  live_assert_says(body, "\"date\":\"2025-04-11\"");
  free(body);
  assert_true(assert_same_as_printed(world, &api,
                                     ALL "&limit=1000&fields=ticker,name,market,market_cap,close,rs_rating,sma_200,obv",
                                     "--screen close>0 --json --columns sma_200,obv") > 0);
  assert_true(assert_same_as_printed(world, &api, "/screener?strategy_name=aligned&date=2025-04-10&limit=1000",
                                     "--screen aligned --date 2025-04-10 --json") > 0);
  api_stop(world, &api);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_command_line_prints_the_same_objects),
      cmocka_unit_test(pages_of_a_screen_are_the_whole_in_its_order),
      cmocka_unit_test(fields_are_the_ticker_and_just_those),
      cmocka_unit_test(the_evening_that_nobody_configured_is_empty),
      cmocka_unit_test(a_wrong_question_is_named),
      cmocka_unit_test(a_signal_is_a_condition_even_where_a_strategy_has_its_name),
      cmocka_unit_test(an_outcome_is_that_of_the_command_line),
      cmocka_unit_test(a_session_that_is_not_proven_is_refused_by_name),
      cmocka_unit_test(strategies_that_are_read_again_answer_at_once),
      cmocka_unit_test(screens_go_on_while_the_database_is_away),
      cmocka_unit_test(a_session_that_is_added_is_screened_like_the_others),
  };
  return cmocka_run_group_tests_name("api screener", tests, fill, close_world);
}
