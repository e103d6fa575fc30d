/* closebell_api: exchange-traded funds: their list, a fund's history, their columns of /matrix; nothing of a session
 * that is not completed. */
#include <stdlib.h>

#include "api_client.h"
#include "made_funds.h"

static const char NOW[] = "2023-02-10T00:00:00Z", NEWEST[] = "2023-02-09", BEFORE[] = "2023-02-08";
enum { NEWEST_SESSION = 26, DAYS = 6, FUNDS = 60, WITHOUT_NAV = 19 };

static Api api;

static int fill(void **state) {
  LiveWorld *world = calloc(1, sizeof *world);
  *state = world;
  if (world == NULL) return -1;
  live_world_open(world, LIVE_RAW);
  live_world_reset(world);
  live_set(world, "CLOSEBELL_UNIVERSE_MIN_MARKET_CAP", "100000000000000"); /* hardly any is followed */
  live_set(world, "CLOSEBELL_INDICES_NAMES", "");
  live_set(world, "CLOSEBELL_ETF_DAYS", "6");
  live_do(world, "manual_setup", NOW, "--days 12");
  live_do(world, "hourly_analysis", NOW, "");
  api = api_start(world, "", true);
  return 0;
}

static int close_world(void **state) {
  api_stop(*state, &api);
  live_world_close(*state);
  free(*state);
  return 0;
}

static size_t count_of(const char *text, const char *part) {
  size_t count = 0;
  for (const char *at = strstr(text, part); at; at = strstr(at + 1, part)) count++;
  return count;
}

static size_t listed(long session) {
  size_t count = 0;
  MadeFund made;
  for (size_t i = 0; i < FUNDS; i++) count += made_fund(i, session, &made);
  return count;
}

static MadeFund newest(size_t fund) {
  MadeFund made;
  assert_true(made_fund(fund, NEWEST_SESSION, &made));
  return made;
}

static void assert_has(const char *target, const char *part) {
  char *body = api_expect(&api, target, 200);
  if (!strstr(body, part)) fail_msg("%s has no %s:\n%.600s", target, part, body);
  free(body);
}

static void the_list_has_every_fund_with_its_newest_row(void **state) {
  (void)state;
  char part[512], target[64];
  MadeFund made = newest(3);
  char *body = api_expect(&api, "/etfs", 200);
  assert_int_equal(count_of(body, "\"ticker\":"), listed(NEWEST_SESSION));
  assert_null(strstr(body, "\"next\""));
  free(body);
  snprintf(target, sizeof target, "/etfs?q=%s", made.code);
  snprintf(part, sizeof part,
           "{\"ticker\":\"%s\",\"name\":\"%s\",\"index_name\":\"%s\",\"first_date\":\"2023-02-02\","
           "\"last_date\":\"%s\",\"date\":\"%s\",\"open\":%lld,",
           made.code, made.name, made.index_name, NEWEST, NEWEST, (long long)made.open);
  assert_has(target, part);
  assert_has("/etfs?q=300&fields=nav", "{\"ticker\":\"300000\",\"nav\":");
  assert_has("/etfs?q=%ED%8E%80%EB%93%9C11%EC%95%A1%ED%8B%B0%EB%B8%8C", "\"name\":\"ACE 펀드11액티브\"");
}

static void it_is_sorted_and_comes_in_pages(void **state) {
  (void)state;
  char target[512], next[256] = "";
  long long before = INT64_MAX;
  size_t count = 0, pages = 0;
  do {
    snprintf(target, sizeof target, "/etfs?sort=close&order=desc&limit=25&fields=close%s%s", *next ? "&cursor=" : "",
             next);
    char *body = api_expect(&api, target, 200);
    for (const char *at = strstr(body, "\"close\":"); at; at = strstr(at + 1, "\"close\":"), count++) {
      long long close = strtoll(at + strlen("\"close\":"), NULL, 10);
      assert_true(close <= before);
      before = close;
    }
    const char *more = strstr(body, "\"next\":\"");
    snprintf(next, sizeof next, "%.*s", more ? (int)strcspn(more + 8, "\"") : 0, more ? more + 8 : "");
    free(body);
  } while (*next && ++pages < 9);
  assert_int_equal(count, listed(NEWEST_SESSION));
  assert_int_equal(pages, 2);
}

static void what_is_no_field_or_no_fund_is_refused(void **state) {
  (void)state;
  char *body = api_expect(&api, "/etfs?sort=navv", 400);
  live_assert_says(body, "\"nearest\":\"nav\"");
  free(body);
  free(api_expect(&api, "/etfs?fields=rsi_14", 400));
  free(api_expect(&api, "/etfs/005930/prices", 404));
  free(api_expect(&api, "/etfs/xyz/prices", 404));
  free(api_expect(&api, "/etfs/300000/prices?adjust=all", 400));
  free(api_expect(&api, "/stocks/300000", 404));
  body = api_expect(&api, "/stocks?limit=1000", 200);
  assert_null(strstr(body, "\"300000\""));
  free(body);
}

static void a_history_is_as_published_in_each_form(void **state) {
  (void)state;
  char target[128], part[512];
  MadeFund made = newest(0);
  snprintf(target, sizeof target, "/etfs/%s/prices", made.code);
  char *body = api_expect(&api, target, 200);
  assert_int_equal(count_of(body, "\"date\":"), DAYS);
  assert_null(strstr(body, "2023-02-01"));
  free(body);
  snprintf(target, sizeof target, "/etfs/%s/prices?format=csv&from=%s", made.code, BEFORE);
  body = api_expect(&api, target, 200);
  assert_int_equal(count_of(body, "\n"), 3);
  static const char HEAD[] = "date,open,high,low,close,change,volume,value,market_cap,listed_shares,net_assets,nav,"
                             "index_close,index_name\n2023-02-08,";
  assert_memory_equal(body, HEAD, sizeof HEAD - 1);
  snprintf(part, sizeof part, "%s,%lld,%lld,%lld,%lld,%lld,", NEWEST, (long long)made.open, (long long)made.high,
           (long long)made.low, (long long)made.close, (long long)made.change);
  live_assert_says(body, part);
  free(body);
  snprintf(target, sizeof target, "/etfs/%s/prices?format=ndjson&to=%s", made.code, BEFORE);
  body = api_expect(&api, target, 200);
  assert_int_equal(count_of(body, "\n"), DAYS - 1);
  free(body);
}

static void funds_are_columns_of_the_matrix(void **state) {
  (void)state;
  char part[128];
  MadeFund fund = newest(0), without = newest(WITHOUT_NAV);
  char *body = api_expect(&api, "/matrix?tickers=005930,300000,300190&from=2023-02-08&field=nav", 200);
  assert_memory_equal(body, "date,005930,300000,300190\n", 26);
  snprintf(part, sizeof part, "%s,,%.10g,\n", NEWEST, (double)fund.nav / 100);
  live_assert_says(body, part);
  assert_int_equal(without.nav, 0);
  free(body);
  body = api_expect(&api, "/matrix?tickers=005930,300000&from=2023-02-01&field=close", 200);
  snprintf(part, sizeof part, ",%lld\n", (long long)fund.close);
  live_assert_says(strstr(body, NEWEST), part);
  assert_null(strstr(body, "2023-02-09,,"));
  const char *early = strstr(body, "2023-02-01,"); /* before the window */
  assert_non_null(early);
  assert_int_equal(*(strchr(early, '\n') - 1), ',');
  free(body);
  free(api_expect(&api, "/matrix?field=change&tickers=300000", 400));
  body = api_expect(&api, "/matrix?tickers=300050&field=close&from=2023-02-02&format=ndjson", 200);
  assert_int_equal(count_of(body, "\"300050\""), DAYS - 2); /* halted on the last two */
  free(body);
}

static void the_dataset_says_how_far_it_is_and_the_description_has_the_routes(void **state) {
  (void)state;
  assert_has("/datasets", "{\"name\":\"etf_days\",\"unit\":\"session\",\"expected\":6,\"present\":6,"
                          "\"last_completed\":\"2023-02-09\"");
  assert_has("/openapi.json", "\"/etfs/{ticker}/prices\"");
}

/* As a run that dies behind its documents leaves it. */
static void nothing_of_a_session_that_is_not_completed_is_shown(void **state) {
  LiveWorld *world = *state;
  live_update(world, "system_info", "job_status", "2023-02-09_etf_days", "{\"$set\": {\"status\": \"failed\"}}");
  char *body = api_expect(&api, "/etfs/300000/prices", 200);
  assert_int_equal(count_of(body, "\"date\":"), DAYS - 1);
  assert_null(strstr(body, "\"2023-02-09\",\"open\""));
  free(body);
  assert_has("/etfs?q=300000&fields=last_date,date", "\"last_date\":\"2023-02-08\",\"date\":\"2023-02-08\"");
  body = api_expect(&api, "/matrix?tickers=300000&from=2023-02-09", 200);
  live_assert_says(body, "2023-02-09,\n");
  free(body);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_list_has_every_fund_with_its_newest_row),
      cmocka_unit_test(it_is_sorted_and_comes_in_pages),
      cmocka_unit_test(what_is_no_field_or_no_fund_is_refused),
      cmocka_unit_test(a_history_is_as_published_in_each_form),
      cmocka_unit_test(funds_are_columns_of_the_matrix),
      cmocka_unit_test(the_dataset_says_how_far_it_is_and_the_description_has_the_routes),
      cmocka_unit_test(nothing_of_a_session_that_is_not_completed_is_shown),
  };
  return cmocka_run_group_tests(tests, fill, close_world);
}
