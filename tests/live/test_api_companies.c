/* Companies and their reports as closebell_api gives them. */
#include <stdlib.h>

#include <closebell/base/json.h>

#include "api_client.h"
#include "live_scene.h"
#include "named.h"

static const char NOW[] = "2025-04-11T00:00:00Z";

#define REPORT(id, filed, more)                                                                                        \
  "{\"_id\":\"" id "\",\"filed\":\"" filed "\",\"currency\":\"KRW\",\"origin\":\"backfill\",\"first_seen_utc\":"       \
  "{\"$date\":\"2025-04-01T00:00:00Z\"}" more "}"

static void put_companies(LiveWorld *world) {
  live_insert(world, "system_info", "companies",
              "{\"_id\":\"00126380\",\"ticker\":\"005930\",\"name\":\"삼성전자\",\"market\":\"KOSPI\",\"fiscal_month\":"
              "12,\"modify_date\":\"20250110\"}");
  live_insert(
      world, "system_info", "companies",
      "{\"_id\":\"00164779\",\"ticker\":\"000660\",\"name\":\"SK하이닉스\",\"market\":\"KOSPI\",\"modify_date\":"
      "\"20250111\"}");
  live_insert(
      world, "financial_data", "005930",
      REPORT("2024-12-31:annual:CFS:20250311001085", "2025-03-11",
             ",\"total_assets\":{\"$numberLong\":\"514531948000000\"},\"net_income\":{\"$numberLong\":\"-3\"}"));
  live_insert(world, "dividend_data", "005930",
              "{\"_id\":\"2024-12-31:annual:common:20250311001085\",\"filed\":\"2025-03-11\",\"dps\":1446.0,"
              "\"payout_percent\":29.2,\"yield_percent\":2.7,\"total\":{\"$numberLong\":\"9810767000000\"},"
              "\"origin\":\"live\",\"first_seen_utc\":{\"$date\":\"2025-03-11T09:00:00Z\"}}");
  live_insert(world, "financial_data", "005930", REPORT("2024-09-30:q3:CFS:20241114002642", "2024-11-14", ""));
}

static int fill(void **state) {
  if (live_scene_open(state) != 0) return -1;
  LiveScene *scene = *state;
  live_set(&scene->world, "CLOSEBELL_UNIVERSE_MIN_MARKET_CAP", "3000000000000");
  live_do(&scene->world, "manual_setup", NOW, "--days 40");
  live_do(&scene->world, "hourly_analysis", NOW, "");
  return 0;
}

static void without_companies_there_is_none_and_it_is_said(void **state) {
  LiveScene *scene = *state;
  assert_true(live_has(&scene->world, "system_info", "strategy_days", "2025-04-10:turtle_20"));
  assert_false(live_has(&scene->world, "system_info", "strategy_days", "2025-04-10:magic_formula")); /* of nobody */
  Api api = api_start(&scene->world, "", true);
  char *body = api_expect(&api, "/stocks/005930", 200);
  assert_null(strstr(body, "\"company\":"));
  live_assert_says(body, "\"per\":\"no companies are collected: [dart]");
  live_assert_says(body, "\"compass_grade\":\"no companies are collected: [dart]");
  live_assert_says(body, "\"dps_ttm\":\"no companies are collected: [dart]");
  free(body);
  body = api_expect(&api, "/stocks/005930/financials", 200);
  live_assert_says(body, "\"items\":[]");
  free(body);
  api_stop(&scene->world, &api);
}

static void a_stock_says_whose_it_is_and_why_its_companys_fields_are_absent(void **state) {
  LiveScene *scene = *state;
  put_companies(&scene->world);
  Api api = api_start(&scene->world, "", true);
  char *body = api_expect(&api, "/stocks/005930", 200);
  assert_true(json_is_valid(body));
  live_assert_says(body,
                   "\"company\":{\"corp_code\":\"00126380\",\"ticker\":\"005930\",\"name\":\"삼성전자\",\"market\":"
                   "\"KOSPI\",\"fiscal_month\":12,\"modify_date\":\"20250110\"}");
  live_assert_says(body, "\"per\":\"no report of the company was filed before the session");
  live_assert_says(body, "\"filed\":\"no report of the company was filed before the session");
  live_assert_says(body, "\"dividend_yield\":\"no annual report that was filed before the session says anything");
  free(body);
  body = api_expect(&api, "/stocks/005930?fields=company", 200);
  live_assert_says(body, "\"ticker\":\"005930\",\"company\":{\"corp_code\":\"00126380\"");
  assert_null(strstr(body, "\"absent\""));
  free(body);
  body = api_expect(&api, "/stocks/005930?fields=close", 200);
  assert_null(strstr(body, "\"company\""));
  free(body);
  body = api_expect(&api, "/stocks/005935", 200); /* a preferred stock of the same company */
  live_assert_says(body, "\"company\":{\"corp_code\":\"00126380\"");
  live_assert_says(body, "\"per\":\"it is of the common stock");
  live_assert_says(body, "\"dps_ttm\":\"it is of the common stock");
  free(body);
  body = api_expect(&api, "/stocks/005380", 200);
  assert_null(strstr(body, "\"company\":"));
  live_assert_says(body, "\"per\":\"OpenDART names no listed company");
  free(body);
  free(api_expect(&api, "/stocks?fields=company", 400)); /* the list has none */
  api_stop(&scene->world, &api);
}

static void reports_are_whole_ascending_and_as_published(void **state) {
  LiveScene *scene = *state;
  Api api = api_start(&scene->world, "", true);
  char *body = api_expect(&api, "/stocks/005930/financials", 200);
  assert_true(json_is_valid(body));
  live_assert_says(body,
                   "\"items\":[{\"id\":\"2024-09-30:q3:CFS:20241114002642\",\"filed\":\"2024-11-14\",\"currency\":"
                   "\"KRW\",\"origin\":\"backfill\",\"first_seen_utc\":\"2025-04-01T00:00:00Z\"},{\"id\":"
                   "\"2024-12-31:annual:CFS:20250311001085\"");
  live_assert_says(body, "\"total_assets\":514531948000000,\"net_income\":-3}");
  free(body);
  free(api_expect(&api, "/stocks/5930/financials", 404));
  body = api_expect(&api, "/openapi.json", 200);
  live_assert_says(body, "\"Report\":{");
  live_assert_says(body, "\"net_income_3m\":{\"type\":\"integer\"}");
  live_assert_says(body, "\"company\":{\"$ref\":\"#/components/schemas/Company\"}");
  free(body);
  api_stop(&scene->world, &api);
}

static void an_action_names_the_filing_that_explains_it(void **state) {
  LiveScene *scene = *state;
  live_insert(&scene->world, "system_info", "corporate_actions",
              "{\"_id\":\"000660:2025-04-09\",\"ticker\":\"000660\",\"date\":\"2025-04-09\",\"base_price\":"
              "{\"$numberLong\":\"500\"},\"previous_close\":{\"$numberLong\":\"1000\"},\"factor\":0.5,"
              "\"explained_by\":\"20250311000001\"}");
  live_insert(&scene->world, "system_info", "corporate_actions",
              "{\"_id\":\"000660:2025-04-10\",\"ticker\":\"000660\",\"date\":\"2025-04-10\",\"base_price\":"
              "{\"$numberLong\":\"500\"},\"previous_close\":{\"$numberLong\":\"1000\"},\"factor\":0.5}");
#define EVENT(id, ticker, more)                                                                                        \
  "{\"_id\":\"" id "\",\"ticker\":\"" ticker "\",\"corp_code\":\"00164779\",\"kind\":\"bonus_issue\",\"filed\":"     \
  "\"2025-03-11\",\"report_name\":\"주요사항보고서(무상증자결정)\",\"origin\":\"live\",\"first_seen_utc\":"              \
  "{\"$date\":\"2025-03-11T00:00:00Z\"}" more "}"
  live_insert(&scene->world, "system_info", "company_events",
              EVENT("20250311000001", "000660", ",\"ratio\":1.0,\"base_date\":\"2025-04-10\""));
  live_insert(&scene->world, "system_info", "company_events", EVENT("20250311000002", "005930", ""));
  Api api = api_start(&scene->world, "", true);
  char *body = api_expect(&api, "/stocks/000660/actions", 200);
  live_assert_says(body, "\"explained_by\":\"20250311000001\",\"event\":{\"id\":\"20250311000001\"");
  live_assert_says(body, "주요사항보고서(무상증자결정)");
  live_assert_says(body, "\"base_date\":\"2025-04-10\"");
  assert_null(strstr(strstr(body, "000660:2025-04-10"), "explained_by"));
  free(body);
  body = api_expect(&api, "/stocks/000660/events", 200);
  live_assert_says(body, "\"items\":[{\"id\":\"20250311000001\"");
  assert_null(strstr(body, "20250311000002"));
  free(body);
  free(api_expect(&api, "/stocks/660/events", 404));
  api_stop(&scene->world, &api);
}

static void dividends_are_as_stored(void **state) {
  LiveScene *scene = *state;
  Api api = api_start(&scene->world, "", true);
  char *body = api_expect(&api, "/stocks/005930/dividends", 200);
  assert_true(json_is_valid(body));
  live_assert_says(body, "\"items\":[{\"id\":\"2024-12-31:annual:common:20250311001085\",\"filed\":\"2025-03-11\","
                         "\"dps\":1446");
  live_assert_says(body, "\"total\":9810767000000,\"origin\":\"live\"");
  free(body);
  body = api_expect(&api, "/stocks/000660/dividends", 200);
  live_assert_says(body, "\"items\":[]");
  free(body);
  free(api_expect(&api, "/stocks/5930/dividends", 404));
  body = api_expect(&api, "/openapi.json", 200);
  live_assert_says(body, "\"Dividend\":{");
  free(body);
  api_stop(&scene->world, &api);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(without_companies_there_is_none_and_it_is_said),
      cmocka_unit_test(a_stock_says_whose_it_is_and_why_its_companys_fields_are_absent),
      cmocka_unit_test(reports_are_whole_ascending_and_as_published),
      cmocka_unit_test(an_action_names_the_filing_that_explains_it),
      cmocka_unit_test(dividends_are_as_stored),
  };
  return cmocka_run_group_tests_name("api_companies", tests, fill, live_scene_close);
}
