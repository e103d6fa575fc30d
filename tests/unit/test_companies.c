/* Which company stands behind which stock, what an answer adds to its reports, and when they are due. */
#include "../support/report_sample.h"

#include <closebell/company/companies.h>
#include <closebell/company/report_dates.h>
#include <closebell/company/report_merge.h>

static Day day(const char *text) {
  Day date;
  assert_true(day_parse(text, &date));
  return date;
}

/* ---- companies ---- */

static const ListedStock STOCKS[] = {
    {"000660", MARKET_KOSPI}, {"0126Z0", MARKET_KOSPI}, {"035720", MARKET_KOSDAQ}, {"999990", MARKET_KOSDAQ}};
enum { STOCK_COUNT = sizeof STOCKS / sizeof STOCKS[0] };

static CorpCode code(const char *corp_code, const char *ticker, const char *name, const char *modified) {
  CorpCode made = {.corp_code = ""};
  snprintf(made.corp_code, sizeof made.corp_code, "%s", corp_code);
  snprintf(made.ticker, sizeof made.ticker, "%s", ticker);
  snprintf(made.name, sizeof made.name, "%s", name);
  snprintf(made.modify_date, sizeof made.modify_date, "%s", modified);
  return made;
}

static CompanyMap map(const CorpCode *codes, size_t count, const Companies *known) {
  CompanyMap made = {0};
  assert_int_equal(companies_map(codes, count, STOCKS, STOCK_COUNT, known, &made), STATUS_OK);
  return made;
}

static void a_stock_finds_its_company_by_its_code_lettered_ones_too(void **state) {
  (void)state;
  const CorpCode codes[] = {code("00164779", "000660", "SK hynix", "20250101"),
                            code("01890000", "0126Z0", "lettered", "20250102"),
                            code("00111111", "111110", "of no stock", "20250102")};
  const Companies none = {0};
  CompanyMap made = map(codes, 3, &none);
  assert_int_equal(made.mapped, 2);
  assert_int_equal(made.companies.count, 2);
  assert_string_equal(companies_of_ticker(&made.companies, "0126Z0")->corp_code, "01890000");
  assert_int_equal(companies_find(&made.companies, "00164779")->market, MARKET_KOSPI);
  assert_null(companies_of_ticker(&made.companies, "111110"));
  companies_free(&made.companies);
}

static void of_two_companies_with_one_code_the_one_modified_last_has_it(void **state) {
  (void)state;
  const CorpCode codes[] = {code("00100000", "000660", "new", "20250601"),
                            code("00200000", "000660", "old", "20190101")};
  const Companies none = {0};
  CompanyMap made = map(codes, 2, &none), again;
  assert_int_equal(made.relisted, 1);
  assert_int_equal(made.companies.count, 1);
  assert_string_equal(made.companies.items[0].name, "new");
  /* The old one was known, and goes. */
  Companies known = {0};
  Company old = made.companies.items[0];
  snprintf(old.corp_code, sizeof old.corp_code, "00200000");
  assert_int_equal(companies_put(&known, &old), STATUS_OK);
  again = map(codes, 2, &known);
  assert_int_equal(again.companies.count, 1);
  assert_null(companies_find(&again.companies, "00200000"));
  companies_free(&known);
  companies_free(&made.companies);
  companies_free(&again.companies);
}

static void renamed_companies_get_their_name_and_keep_their_month(void **state) {
  (void)state;
  Companies known = {0};
  Company company = {.corp_code = "00164779", .ticker = "000660", .name = "Hyundai", .fiscal_month = 3};
  assert_int_equal(companies_put(&known, &company), STATUS_OK);
  const CorpCode codes[] = {code("00164779", "000660", "SK hynix", "20250101")};
  CompanyMap made = map(codes, 1, &known);
  assert_string_equal(made.companies.items[0].name, "SK hynix");
  assert_int_equal(made.companies.items[0].fiscal_month, 3);
  companies_free(&known);
  companies_free(&made.companies);
}

static void whoever_left_the_exchange_stays(void **state) {
  (void)state;
  Companies known = {0};
  Company company = {.corp_code = "00300000", .ticker = "123450", .name = "gone", .market = MARKET_KOSDAQ};
  assert_int_equal(companies_put(&known, &company), STATUS_OK);
  const CorpCode codes[] = {code("00164779", "000660", "SK hynix", "20250101")};
  CompanyMap made = map(codes, 1, &known);
  assert_int_equal(made.companies.count, 2);
  assert_string_equal(companies_of_ticker(&made.companies, "123450")->name, "gone");
  assert_int_equal(made.mapped, 1);
  companies_free(&known);
  companies_free(&made.companies);
}

/* ---- merging ---- */

static void a_report_is_added_once(void **state) {
  (void)state;
  Reports reports = {.ticker = "005930"};
  Report report = sample_report(2024, REPORT_ANNUAL, STATEMENT_CFS), added;
  Merge merge;
  assert_int_equal(reports_merge(&reports, &report, &merge, &added), STATUS_OK);
  assert_int_equal(merge, MERGE_NEW);
  report.is_live = false;
  report.first_seen_utc++;
  assert_int_equal(reports_merge(&reports, &report, &merge, &added), STATUS_OK);
  assert_int_equal(merge, MERGE_KNOWN);
  assert_int_equal(reports.count, 1);
  assert_true(reports.items[0].is_live);
  reports_free(&reports);
}

static void other_amounts_stand_beside_the_first_and_come_back_as_known(void **state) {
  (void)state;
  Reports reports = {.ticker = "005930"};
  Report first = sample_report(2024, REPORT_ANNUAL, STATEMENT_CFS), second = first, added;
  Merge merge;
  char id[REPORT_ID_SIZE];
  second.amounts[AMOUNT_revenue]++;
  assert_int_equal(reports_merge(&reports, &first, &merge, &added), STATUS_OK);
  assert_int_equal(reports_merge(&reports, &second, &merge, &added), STATUS_OK);
  assert_int_equal(merge, MERGE_CONTRADICTS);
  assert_non_null(strstr(report_id(&added, id), ":2"));
  assert_int_equal(reports_merge(&reports, &second, &merge, &added), STATUS_OK);
  assert_int_equal(merge, MERGE_KNOWN);
  assert_int_equal(reports_merge(&reports, &first, &merge, &added), STATUS_OK);
  assert_int_equal(merge, MERGE_KNOWN);
  assert_int_equal(reports.count, 2);
  for (int i = 3; i <= MERGE_VERSIONS_MAX + 1; i++) {
    second.amounts[AMOUNT_revenue]++;
    assert_int_equal(reports_merge(&reports, &second, &merge, &added), STATUS_OK);
    assert_int_equal(merge, i <= MERGE_VERSIONS_MAX ? MERGE_CONTRADICTS : MERGE_REFUSED);
  }
  assert_int_equal(reports.count, MERGE_VERSIONS_MAX);
  reports_free(&reports);
}

static void a_correction_stands_for_what_it_corrects(void **state) {
  (void)state;
  Reports reports = {.ticker = "005930"};
  Report report = sample_report(2024, REPORT_HALF, STATEMENT_CFS);
  put_report(&reports, &report);
  assert_true(reports_have(&reports, REPORT_HALF, 2024, 6, report.rcept_no));
  assert_true(reports_have(&reports, REPORT_HALF, 2024, 6, "20240801000001")); /* an older one */
  assert_false(reports_have(&reports, REPORT_HALF, 2024, 6, "20250101000001"));
  assert_false(reports_have(&reports, REPORT_HALF, 2023, 6, "20240801000001"));
  assert_true(reports_have_any(&reports, REPORT_HALF, 2024));
  assert_false(reports_have_any(&reports, REPORT_Q1, 2024) || reports_have_any(NULL, REPORT_Q1, 2024));
  assert_int_equal(reports_fiscal_month(&reports), 0);
  report = sample_report(2023, REPORT_ANNUAL, STATEMENT_OFS);
  put_report(&reports, &report);
  assert_int_equal(reports_fiscal_month(&reports), 12);
  reports_free(&reports);
}

/* ---- dates ---- */

static void a_period_ends_in_the_year_that_names_it(void **state) {
  (void)state;
  assert_int_equal(report_term_end((ReportTerm){2024, REPORT_ANNUAL}, 12), day("2024-12-31"));
  assert_int_equal(report_term_end((ReportTerm){2024, REPORT_Q1}, 0), day("2024-03-31"));
  assert_int_equal(report_term_end((ReportTerm){2024, REPORT_ANNUAL}, 3), day("2024-03-31"));
  assert_int_equal(report_term_end((ReportTerm){2024, REPORT_Q3}, 3), day("2024-12-31"));
  assert_int_equal(report_term_end((ReportTerm){2024, REPORT_Q3}, 5), day("2024-02-29"));
  assert_int_equal(report_term_deadline((ReportTerm){2024, REPORT_Q1}, 12), day("2024-05-15"));
  assert_int_equal(report_term_deadline((ReportTerm){2023, REPORT_ANNUAL}, 12), day("2024-03-30"));
}

static void those_that_ended_are_listed_newest_first(void **state) {
  (void)state;
  ReportTerm terms[16];
  size_t count = report_terms_ended(12, day("2025-01-01"), 2023, terms, 16);
  assert_int_equal(count, 8);
  assert_int_equal(terms[0].kind, REPORT_ANNUAL);
  assert_int_equal(terms[0].year, 2024);
  assert_int_equal(terms[7].year, 2023);
  assert_int_equal(terms[7].kind, REPORT_Q1);
  assert_int_equal(report_terms_ended(12, day("2024-12-31"), 2023, terms, 16), 7);
  assert_int_equal(report_terms_ended(12, day("2025-01-01"), 2023, terms, 3), 3);
  /* A year that ends in March: the period to December of 2024 is its third quarter. */
  assert_int_equal(report_terms_ended(3, day("2025-01-01"), 2024, terms, 16), 4);
  assert_int_equal(terms[0].kind, REPORT_Q3);
}

static void what_is_missing_after_its_deadline_is_named(void **state) {
  (void)state;
  ReportTerm missing[REPORTS_DUE_MAX];
  Reports reports = sample_reports("005930", 2); /* 2023 and 2024 */
  assert_int_equal(reports_due(&reports, 0, day("2025-05-15"), missing), 0);
  assert_int_equal(reports_due(&reports, 0, day("2025-05-16"), missing), 1);
  assert_int_equal(missing[0].kind, REPORT_Q1);
  assert_int_equal(missing[0].year, 2025);
  assert_int_equal(reports_due(&reports, 12, day("2026-04-30"), missing), 4);
  assert_int_equal(missing[0].kind, REPORT_Q1);
  assert_int_equal(missing[3].kind, REPORT_ANNUAL);
  reports_free(&reports);
  /* Nothing is missing of the time before its first report, nor of whoever has none. */
  Report first = sample_report(2025, REPORT_Q3, STATEMENT_CFS);
  put_report(&reports, &first);
  assert_int_equal(reports_due(&reports, 12, day("2025-12-01"), missing), 0);
  reports_free(&reports);
  assert_int_equal(reports_due(&reports, 12, day("2025-12-01"), missing), 0);
  assert_int_equal(reports_due(NULL, 12, day("2025-12-01"), missing), 0);
}

static void weeks_and_months_begin_where_the_calendar_says(void **state) {
  (void)state;
  assert_int_equal(week_begin(day("2025-03-02")), day("2025-02-24"));
  assert_int_equal(week_begin(day("2025-03-03")), day("2025-03-03"));
  assert_int_equal(month_begin(day("2025-03-01")), day("2025-03-01"));
  assert_int_equal(month_begin(day("2024-02-29")), day("2024-02-01"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_stock_finds_its_company_by_its_code_lettered_ones_too),
      cmocka_unit_test(of_two_companies_with_one_code_the_one_modified_last_has_it),
      cmocka_unit_test(renamed_companies_get_their_name_and_keep_their_month),
      cmocka_unit_test(whoever_left_the_exchange_stays),
      cmocka_unit_test(a_report_is_added_once),
      cmocka_unit_test(other_amounts_stand_beside_the_first_and_come_back_as_known),
      cmocka_unit_test(a_correction_stands_for_what_it_corrects),
      cmocka_unit_test(a_period_ends_in_the_year_that_names_it),
      cmocka_unit_test(those_that_ended_are_listed_newest_first),
      cmocka_unit_test(what_is_missing_after_its_deadline_is_named),
      cmocka_unit_test(weeks_and_months_begin_where_the_calendar_says),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
