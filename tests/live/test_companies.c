/* Companies as they are read: screens by their fields, --explain, strategies; against what the analysis has stored. */
#include <math.h>
#include <stdlib.h>

#include <closebell/base/json.h>
#include <closebell/store/collections.h>
#include <closebell/store/dividend_archive.h>
#include <closebell/store/report_archive.h>

#include "api_client.h"
#include "live_scene.h"
#include "named.h"

static const char NOW[] = "2025-04-11T00:00:00Z", NEWEST[] = "2025-04-10", BEFORE[] = "2025-02-27";

/* ---- reports of every common stock of the sample ---- */

static uint64_t seed = 11;
static unsigned below(unsigned limit) {
  seed = seed * 6364136223846793005u + 1442695040888963407u;
  return (unsigned)(seed >> 33) % limit;
}

static void set(Report *report, ReportAmount amount, int64_t value) {
  report->amounts[amount] = value;
  report->has |= 1u << amount;
}

static void fill_amounts(Report *report, size_t company) {
  int64_t assets = 1000000000000 + (int64_t)below(2000000000) * 1000, equity = assets / 100 * (int64_t)(5 + below(80));
  set(report, AMOUNT_total_assets, assets);
  set(report, AMOUNT_total_equity, equity);
  set(report, AMOUNT_total_liabilities, assets - equity);
  if (company % 6 != 0) set(report, AMOUNT_current_assets, assets / 2); /* the others are as banks are */
  if (company % 6 != 0) set(report, AMOUNT_current_liabilities, assets / 4);
  set(report, AMOUNT_retained_earnings, equity / 2);
  set(report, AMOUNT_revenue, assets / 20 * (int64_t)(1 + below(20)));
  set(report, AMOUNT_operating_profit, assets / 100 * ((int64_t)below(30) - 5));
  set(report, AMOUNT_net_income, assets / 100 * ((int64_t)below(20) - 4));
}

static void add_report(Reports *reports, const char *id, size_t company) {
  Report report = {0};
  assert_true(report_id_parse(id, &report));
  snprintf(report.currency, sizeof report.currency, "KRW");
  fill_amounts(&report, company);
  assert_int_equal(reports_put(reports, &report), STATUS_OK);
}

static void add_dividend(CompanyBook *book, const char *ticker, int year, size_t company) {
  Dividends *dividends = dividend_book_open(&book->dividends, ticker);
  Dividend dividend = {.dps = company % 7 == 6 ? NAN : (double)(company % 5 * 400 + 50 * (size_t)(year - 2020)),
                       .payout_percent = 15 + (double)(company % 9) * 8,
                       .yield_percent = NAN};
  char id[DIVIDEND_ID_SIZE];
  snprintf(id, sizeof id, "%d-12-31:annual:common:%d0330000001", year, year + 1);
  assert_non_null(dividends);
  assert_true(dividend_id_parse(id, &dividend));
  assert_int_equal(dividends_put(dividends, &dividend), STATUS_OK);
}

/* 005930 has no annual report of 2022, and its newest one is filed on the newest session. */
static void add_company(CompanyBook *book, const char *ticker, size_t company) {
  Reports *reports = company_book_open(book, ticker);
  bool is_samsung = strcmp(ticker, "005930") == 0;
  char id[REPORT_ID_SIZE];
  assert_non_null(reports);
  for (int year = 2021; year < 2025; year++) {
    bool is_newest = is_samsung && year == 2024;
    snprintf(id, sizeof id, "%d-12-31:annual:CFS:%d%02u%02u000001", year, year + 1, is_newest ? 4u : 3u,
             is_newest ? 10u : 1 + below(28));
    if (!is_samsung || year != 2022) add_report(reports, id, company);
    if (!is_newest) add_dividend(book, ticker, year, company);
    snprintf(id, sizeof id, "%d-09-30:q3:CFS:%d11%02u000001", year, year, 1 + below(14));
    add_report(reports, id, company);
  }
}

static bson_t *object_of(const char *text) {
  bson_error_t error;
  bson_t *object = bson_new_from_json((const uint8_t *)text, -1, &error);
  if (object == NULL) fail_msg("%s: %.300s", error.message, text);
  return object;
}

/* Tells of each match of a screen. */
typedef void Match(void *context, const bson_iter_t *match);
static size_t each_match(const bson_t *object, Match *tell, void *context) {
  bson_iter_t at, match;
  size_t count = 0;
  assert_true(bson_iter_init_find(&at, object, "matches") && bson_iter_recurse(&at, &match));
  for (; bson_iter_next(&match); count++) tell(context, &match);
  return count;
}

static const char *ticker_of(const bson_iter_t *match) {
  bson_iter_t inner;
  assert_true(bson_iter_recurse(match, &inner) && bson_iter_find(&inner, "ticker"));
  return bson_iter_utf8(&inner, NULL);
}

static void note_company(void *context, const bson_iter_t *match) {
  CompanyBook *book = context;
  if (ticker_of(match)[5] == '0') add_company(book, ticker_of(match), book->count);
}

static void store_book(const LiveWorld *world, const CompanyBook *book) {
  static const Log silent = {.stream = NULL};
  const DbOptions options = {.program = "test", .retries = 0, .selection_ms = 5000, .socket_timeout_ms = 60000};
  Clock clock = clock_system(-1);
  Error err = {{0}};
  Db db;
  assert_int_equal(db_mongo_open(&db, world->uri, &options, &clock, &silent, &err), STATUS_OK);
  assert_int_equal(collections_create_section(&db, "dart", &err), STATUS_OK);
  assert_int_equal(report_archive_write(&db, book->items, book->count, &err), STATUS_OK);
  for (size_t i = 0; i < book->dividends.count; i++) {
    const Dividends *dividends = &book->dividends.items[i];
    assert_int_equal(dividend_archive_write(&db, &dividends, 1, &err), STATUS_OK);
  }
  db_mongo_close(&db);
}

/* With [dart] in the settings of what analyses, which asks nobody. */
static int fill(void **state) {
  if (live_scene_open(state) != 0) return -1;
  LiveScene *scene = *state;
  LiveWorld *world = &scene->world;
  CompanyBook book = {0};
  live_set(world, "CLOSEBELL_UNIVERSE_MIN_MARKET_CAP", "3000000000000");
  live_do(world, "manual_setup", NOW, "--days 300");
  LiveResult result = live_do(world, "hourly_analysis", NOW, "--screen close>0 --json --date 2025-04-10");
  bson_t *object = object_of(result.out);
  each_match(object, note_company, &book);
  bson_destroy(object);
  assert_true(book.count > 35);
  store_book(world, &book);
  company_book_free(&book);
  live_insert(world, "system_info", "companies",
              "{\"_id\":\"00126380\",\"ticker\":\"005930\",\"name\":\"삼성전자\",\"market\":\"KOSPI\",\"fiscal_month\":"
              "12,\"modify_date\":\"20250110\"}");
  live_set(world, "CLOSEBELL_DART_AUTH_KEY", "0123456789abcdef0123456789abcdef01234567");
  live_do(world, "hourly_analysis", NOW, "");
  return 0;
}

/* ---- screens ---- */

#define FIELDS_1 "eps_ttm,bps,per,pbr,psr,roe,roa,operating_margin,debt_ratio,current_ratio,revenue_growth,z_score"
#define FIELDS_2                                                                                                       \
  "operating_profit_growth,compass_financial,compass_valuation,compass_technical,compass_risk,compass_score,"          \
  "compass_coverage,beta_252,volatility_252,dps_ttm,dividend_yield,payout_ratio"

typedef struct {
  LiveWorld *world;
  const char *date, *fields;
  size_t compared, there;
} Comparison;

static double double_of(bson_iter_t iter, const char *name) {
  return bson_iter_find(&iter, name) ? bson_iter_as_double(&iter) : NAN;
}

static void compare_field(Comparison *comparison, const bson_t *document, const bson_iter_t *match, const char *name) {
  bson_iter_t stored, found;
  assert_true(bson_iter_init(&stored, document) && bson_iter_recurse(match, &found));
  double wanted = double_of(stored, name), has = double_of(found, name);
  if (isnan(wanted) != isnan(has) || (!isnan(has) && has != wanted))
    fail_msg("%s of %s on %s: %.17g, not %.17g", name, ticker_of(match), comparison->date, has, wanted);
  comparison->there += isnan(has) ? 0u : 1u;
}

static void compare_match(void *context, const bson_iter_t *match) {
  Comparison *comparison = context;
  char names[512];
  if (!live_has(comparison->world, "stock_analyzed", ticker_of(match), comparison->date)) return; /* not followed */
  bson_t *document = live_get(comparison->world, "stock_analyzed", ticker_of(match), comparison->date);
  snprintf(names, sizeof names, "%s", comparison->fields);
  for (char *name = strtok(names, ","); name != NULL; name = strtok(NULL, ","))
    compare_field(comparison, document, match, name);
  comparison->compared++;
  bson_destroy(document);
}

static void compare(LiveWorld *world, const char *date, const char *fields, size_t least) {
  char arguments[600];
  Comparison comparison = {.world = world, .date = date, .fields = fields};
  snprintf(arguments, sizeof arguments, "--screen close>0 --json --date %s --columns %s", date, fields);
  LiveResult result = live_do(world, "hourly_analysis", NOW, arguments);
  bson_t *object = object_of(result.out);
  each_match(object, compare_match, &comparison);
  bson_destroy(object);
  if (comparison.compared < 10 || comparison.there < least)
    fail_msg("%zu values of %zu stocks on %s", comparison.there, comparison.compared, date);
}

static void a_screen_has_the_values_of_the_analysis_to_the_last_bit(void **state) {
  LiveScene *scene = *state;
  compare(&scene->world, NEWEST, FIELDS_1, 150);
  compare(&scene->world, NEWEST, FIELDS_2, 120);
  compare(&scene->world, BEFORE, FIELDS_1, 150);
  compare(&scene->world, BEFORE, FIELDS_2, 100);
  compare(&scene->world, "2024-09-02", FIELDS_1, 120);
  compare(&scene->world, "2024-09-02", FIELDS_2, 20);
}

static void the_api_says_the_same_and_fields_that_are_absent_have_their_reason(void **state) {
  LiveScene *scene = *state;
  Api api = api_start(&scene->world, "", true);
  char *body = api_expect(&api, "/screener?where=rank(compass_score)%3E%3D50&fields=per,compass_score", 200);
  LiveResult result = live_do(&scene->world, "hourly_analysis", NOW,
                              "--screen rank(compass_score)>=50 --json --columns per,compass_score");
  bson_t *one = object_of(body), *other = object_of(result.out);
  bson_iter_t a, b;
  assert_true(bson_iter_init_find(&a, one, "count") && bson_iter_init_find(&b, other, "count"));
  assert_true(bson_iter_as_int64(&a) > 10);
  assert_int_equal(bson_iter_as_int64(&a), bson_iter_as_int64(&b));
  bson_destroy(one);
  bson_destroy(other);
  free(body);
  body = api_expect(&api, "/stocks/005930", 200);
  live_assert_says(body, "\"rcept_no\":\"202411");
  live_assert_says(body, "\"compass_grade\":\"");
  live_assert_says(body, "\"dividend_yield\":");
  live_assert_says(body, "\"payout_ratio\":");
  live_assert_says(body, "\"revenue_growth\":\"revenue of four quarters is not known now or a year before");
  free(body);
  body = api_expect(&api, "/screener?where=compass_grade%20%3D%3D%20%22A%22", 400); /* a grade is no part of it */
  live_assert_says(body, "\"parameter\":\"where\"");
  free(body);
  free(api_expect(&api, "/strategies/magic_formula/outcome", 200));
  body = api_expect(&api, "/stocks/005930/prices?indicators=per,compass_score,filed,compass_grade&from=2025-04-10", 200);
  live_assert_says(body, "\"compass_score\":");
  live_assert_says(body, "\"filed\":\"2024-11-");
  live_assert_says(body, "\"compass_grade\":\"");
  free(body);
  api_stop(&scene->world, &api);
}

static void strategies_of_companies_have_their_lists(void **state) {
  LiveScene *scene = *state;
  static const char *const names[] = {"magic_formula", "graham_enterprising", "quality_momentum", "low_psr",
                                      "high_yield_covered", "dividend_growth", "dividend_value"};
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    char id[64];
    snprintf(id, sizeof id, "%s:%s", NEWEST, names[i]);
    bson_t *document = live_get(&scene->world, "system_info", "strategy_days", id);
    assert_true(live_int64(document, "unknown") < live_int64(document, "considered"));
    bson_destroy(document);
  }
  LiveResult result = live_run_at(&scene->world, "manual_setup", NOW, "--verify");
  assert_null(strstr(result.out, "archive gives another list"));
}

/* ---- --explain ---- */

static void a_stock_tells_which_reports_were_used_and_what_is_missing(void **state) {
  LiveScene *scene = *state;
  LiveResult result = live_do(&scene->world, "daily_update", NOW, "--explain 005930");
  assert_named(result.out, "company|삼성전자|00126380");
  assert_named(result.out, "fiscal year|12");
  assert_named(result.out, "reports|the newest|2024-09-30 q3 CFS|filed|receipt");
  assert_named(result.out, "the annual report before it|2023-12-31 annual CFS");
  assert_named(result.out, "the annual report before that|missing");
  assert_named(result.out, "dividends|a share|2023-12-31|filed 2024-03-30|receipt 20240330000001");
  assert_named(result.out, "1 filed|2025-04-10|not used"); /* it counts from the next session on */
  assert_named(result.out, "absent");
  assert_named(result.out, "revenue_growth|a year before");
  assert_named(result.out, "late|q1|2024-03-31|due");
  assert_named(result.out, "half|2024-06-30|due");
  result = live_do(&scene->world, "daily_update", NOW, "--explain 005935");
  assert_named(result.out, "preferred|005930");
  result = live_do(&scene->world, "daily_update", NOW, "--explain 005380");
  assert_named(result.out, "company|OpenDART names none");
}

static void without_companies_nothing_is_said_of_them(void **state) {
  LiveScene *scene = *state;
  live_drop(&scene->world, "system_info", "companies");
  live_drop(&scene->world, "system_info", "report_archive");
  live_drop(&scene->world, "system_info", "dividend_archive");
  LiveResult result = live_do(&scene->world, "daily_update", NOW, "--explain 005930");
  assert_null(strstr(result.out, "company"));
  result = live_do(&scene->world, "hourly_analysis", NOW, "--screen per<10");
  assert_named(result.out, "unknown|per|[dart]");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_screen_has_the_values_of_the_analysis_to_the_last_bit),
      cmocka_unit_test(the_api_says_the_same_and_fields_that_are_absent_have_their_reason),
      cmocka_unit_test(strategies_of_companies_have_their_lists),
      cmocka_unit_test(a_stock_tells_which_reports_were_used_and_what_is_missing),
      cmocka_unit_test(without_companies_nothing_is_said_of_them),
  };
  return cmocka_run_group_tests_name("companies", tests, fill, live_scene_close);
}
