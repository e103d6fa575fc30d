/* One report as a value: its names, its receipt number, its _id, its faults, and its place among those of a company. */
#include "made_report.h"

#include <closebell/company/report.h>

/* ---- names ---- */

static void kinds_and_statements_are_found_by_their_names(void **state) {
  (void)state;
  static const char *const KINDS[] = {"q1", "half", "q3", "annual"};
  for (int i = 0; i < REPORT_KIND_COUNT; i++) {
    ReportKind kind = REPORT_KIND_COUNT;
    assert_string_equal(report_kind_name((ReportKind)i), KINDS[i]);
    assert_true(report_kind_find(KINDS[i], &kind));
    assert_int_equal(kind, i);
    assert_int_equal(report_months((ReportKind)i), 3 * (i + 1));
  }
  Statement statement = STATEMENT_COUNT;
  assert_true(statement_find("OFS", &statement));
  assert_int_equal(statement, STATEMENT_OFS);
  assert_string_equal(statement_name(STATEMENT_CFS), "CFS");
}

static void what_is_not_found_leaves_the_result_alone(void **state) {
  (void)state;
  ReportKind kind = REPORT_Q3;
  Statement statement = STATEMENT_OFS;
  assert_false(report_kind_find("q2", &kind));
  assert_false(report_kind_find("", &kind));
  assert_false(statement_find("cfs", &statement));
  assert_int_equal(kind, REPORT_Q3);
  assert_int_equal(statement, STATEMENT_OFS);
}

static void every_amount_has_a_name_of_its_own_and_a_bit(void **state) {
  (void)state;
  assert_true(REPORT_AMOUNT_COUNT <= 32);
  for (int i = 0; i < REPORT_AMOUNT_COUNT; i++)
    for (int j = 0; j < i; j++)
      assert_string_not_equal(report_amount_name((ReportAmount)i), report_amount_name((ReportAmount)j));
  assert_string_equal(report_amount_name(AMOUNT_net_income_3m), "net_income_3m");
  Report report = {0};
  for (int i = 0; i < REPORT_AMOUNT_COUNT; i++) {
    assert_false(report_has(&report, (ReportAmount)i));
    set_amount(&report, (ReportAmount)i, i);
    assert_true(report_has(&report, (ReportAmount)i));
  }
}

/* ---- receipt numbers ---- */

static void the_first_8_digits_of_the_receipt_number_are_the_day_it_was_filed(void **state) {
  (void)state;
  assert_int_equal(rcept_no_filed("20250311001085"), day_of("2025-03-11"));
  assert_int_equal(rcept_no_filed("20240229999999"), day_of("2024-02-29"));
  assert_int_equal(rcept_no_filed("19000101000000"), day_of("1900-01-01"));
}

static void what_is_no_receipt_number_was_filed_on_no_day(void **state) {
  (void)state;
  static const char *const BAD[] = {"",
                                    "2025031100108",
                                    "202503110010851",
                                    "2025031100108x",
                                    " 0250311001085",
                                    "-0250311001085",
                                    "20250230001085",
                                    "20251301001085",
                                    "18991231001085",
                                    "00000000000000"};
  for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++) assert_int_equal(rcept_no_filed(BAD[i]), DAY_NONE);
}

/* ---- ids ---- */

static void an_id_is_written_and_read_back(void **state) {
  (void)state;
  static const char *const IDS[] = {"2024-12-31:annual:CFS:20250311001085", "2024-03-31:q1:OFS:20240514000123:2",
                                    "2024-06-30:half:CFS:20240814000123:99", "2024-02-29:q3:OFS:20240401000001"};
  for (size_t i = 0; i < sizeof IDS / sizeof IDS[0]; i++) {
    Report report = {0};
    char text[REPORT_ID_SIZE];
    assert_true(report_id_parse(IDS[i], &report));
    assert_string_equal(report_id(&report, text), IDS[i]);
    assert_int_equal(report.has, 0);
  }
}

static void an_id_says_its_parts(void **state) {
  (void)state;
  Report report = {0};
  assert_true(report_id_parse("2024-03-31:q1:OFS:20240514000123:2", &report));
  assert_int_equal(report.period_end, day_of("2024-03-31"));
  assert_int_equal(report.kind, REPORT_Q1);
  assert_int_equal(report.statement, STATEMENT_OFS);
  assert_string_equal(report.rcept_no, "20240514000123");
  assert_int_equal(report.version, 2);
  assert_int_equal(report_filed(&report), day_of("2024-05-14"));
}

static void an_id_leaves_alone_what_it_does_not_say(void **state) {
  (void)state;
  Report report = full_report("2024-12-31:annual:CFS:20250311001085:2", 800, 80, 60);
  report.first_seen_utc = 7;
  assert_true(report_id_parse("2024-03-31:q1:OFS:20240514000123", &report));
  assert_int_equal(report.version, 1);
  assert_int_equal(report.kind, REPORT_Q1);
  assert_int_equal(report.amounts[AMOUNT_revenue], 800);
  assert_string_equal(report.currency, "KRW");
  assert_int_equal(report.first_seen_utc, 7);
}

static void what_is_no_id_is_refused_and_the_report_left_alone(void **state) {
  (void)state;
  static const char *const BAD[] = {"",
                                    ":",
                                    "::::",
                                    "2024-12-31",
                                    "2024-12-31:annual:CFS",
                                    "2024-12-31:annual:CFS:",
                                    "2024-12-31:annual:CFS:2025031100108",
                                    "2024-12-31:annual:CFS:20250311001085:",
                                    "2024-12-31:annual:CFS:20250311001085:0",
                                    "2024-12-31:annual:CFS:20250311001085:1",
                                    "2024-12-31:annual:CFS:20250311001085:02",
                                    "2024-12-31:annual:CFS:20250311001085:100",
                                    "2024-12-31:annual:CFS:20250311001085:x",
                                    "2024-12-31:annual:CFS:20250311001085:2:3",
                                    "2024-12-31:Annual:CFS:20250311001085",
                                    "2024-12-31:annual:IFS:20250311001085",
                                    "2024-02-30:annual:CFS:20250311001085",
                                    "20241231:annual:CFS:20250311001085",
                                    " 2024-12-31:annual:CFS:20250311001085",
                                    "2024-12-31:annual:CFS:20250311001085 ",
                                    "2024-12-31:annual:CFS:20250311001085:2222222222222222222222222222222222222222"};
  for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++) {
    Report report = made_report("2020-12-31:annual:CFS:20210311001085");
    assert_false(report_id_parse(BAD[i], &report));
    assert_int_equal(report.period_end, day_of("2020-12-31"));
  }
}

/* ---- order ---- */

static void reports_are_ordered_by_period_kind_statement_receipt_and_version(void **state) {
  (void)state;
  static const char *const IDS[] = {"2023-12-31:annual:OFS:20250311000009", "2024-12-31:q1:CFS:20250311000001",
                                    "2024-12-31:half:CFS:20250311000001",   "2024-12-31:q3:CFS:20250311000001",
                                    "2024-12-31:annual:CFS:20250311000001", "2024-12-31:annual:CFS:20250311000001:2",
                                    "2024-12-31:annual:CFS:20250311000002", "2024-12-31:annual:OFS:20240311000001"};
  enum { COUNT = sizeof IDS / sizeof IDS[0] };
  for (int i = 0; i < COUNT; i++)
    for (int j = 0; j < COUNT; j++) {
      Report a = made_report(IDS[i]), b = made_report(IDS[j]);
      int order = report_compare(&a, &b);
      assert_int_equal((order > 0) - (order < 0), (i > j) - (i < j));
    }
}

static void reports_put_in_any_order_are_sorted(void **state) {
  (void)state;
  enum { YEARS = 20 };
  Reports reports = {0};
  for (int i = 0; i < YEARS; i++) {
    char id[REPORT_ID_SIZE];
    snprintf(id, sizeof id, "%d-12-31:annual:CFS:20250311000001", 2000 + i * 7 % YEARS);
    put(&reports, made_report(id));
  }
  assert_int_equal(reports.count, YEARS);
  for (size_t i = 1; i < YEARS; i++) assert_true(report_compare(&reports.items[i - 1], &reports.items[i]) < 0);
  reports_free(&reports);
  assert_null(reports.items);
  assert_int_equal(reports.count, 0);
}

static void a_report_with_the_same_id_replaces_the_one_there(void **state) {
  (void)state;
  Reports reports = {0};
  put_full(&reports, "2024-12-31:annual:CFS:20250311000001", 800, 80, 60);
  put_full(&reports, "2024-12-31:annual:OFS:20250311000001", 800, 80, 60);
  put_full(&reports, "2024-12-31:annual:CFS:20250311000001", 900, 80, 60);
  put_full(&reports, "2024-12-31:annual:CFS:20250311000001:2", 901, 80, 60);
  assert_int_equal(reports.count, 3);
  assert_int_equal(reports.items[0].amounts[AMOUNT_revenue], 900);
  assert_int_equal(reports.items[1].amounts[AMOUNT_revenue], 901);
  reports_free(&reports);
}

/* ---- values and faults ---- */

static void the_same_values_are_currency_and_amounts_and_which_of_them_there_are(void **state) {
  (void)state;
  Report one = full_report("2024-12-31:annual:CFS:20250311000001", 800, 80, 60), other = one;
  other.first_seen_utc = 7;
  other.is_live = true;
  other.version = 2;
  assert_true(report_same_values(&one, &other));
  set_amount(&other, AMOUNT_revenue, 801);
  assert_false(report_same_values(&one, &other));
  other = one;
  set_amount(&other, AMOUNT_capital, 0);
  assert_false(report_same_values(&one, &other));
  other = one;
  snprintf(other.currency, sizeof other.currency, "USD");
  assert_false(report_same_values(&one, &other));
}

static void assets_that_are_not_liabilities_and_equity_are_a_fault(void **state) {
  (void)state;
  Report report = full_report("2024-12-31:annual:CFS:20250311000001", 800, 80, 60);
  assert_null(report_fault(&report));
  set_amount(&report, AMOUNT_total_equity, 501);
  assert_string_equal(report_fault(&report), "total_assets");
  drop_amount(&report, AMOUNT_total_equity);
  assert_null(report_fault(&report));
  set_amount(&report, AMOUNT_total_equity, INT64_MAX);
  set_amount(&report, AMOUNT_total_liabilities, INT64_MAX);
  set_amount(&report, AMOUNT_total_assets, -2);
  assert_string_equal(report_fault(&report), "total_assets");
}

static void a_receipt_number_or_a_currency_that_is_none_is_a_fault(void **state) {
  (void)state;
  Report report = made_report("2024-12-31:annual:CFS:20250311000001");
  assert_null(report_fault(&report)); /* it has no amount, and that is none */
  static const char *const BAD[] = {"", "KR", "krw", "K W", "K1W"};
  for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++) {
    snprintf(report.currency, sizeof report.currency, "%s", BAD[i]);
    assert_string_equal(report_fault(&report), "currency");
  }
  report.rcept_no[0] = 'x';
  assert_string_equal(report_fault(&report), "rcept_no");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(kinds_and_statements_are_found_by_their_names),
      cmocka_unit_test(what_is_not_found_leaves_the_result_alone),
      cmocka_unit_test(every_amount_has_a_name_of_its_own_and_a_bit),
      cmocka_unit_test(the_first_8_digits_of_the_receipt_number_are_the_day_it_was_filed),
      cmocka_unit_test(what_is_no_receipt_number_was_filed_on_no_day),
      cmocka_unit_test(an_id_is_written_and_read_back),
      cmocka_unit_test(an_id_says_its_parts),
      cmocka_unit_test(an_id_leaves_alone_what_it_does_not_say),
      cmocka_unit_test(what_is_no_id_is_refused_and_the_report_left_alone),
      cmocka_unit_test(reports_are_ordered_by_period_kind_statement_receipt_and_version),
      cmocka_unit_test(reports_put_in_any_order_are_sorted),
      cmocka_unit_test(a_report_with_the_same_id_replaces_the_one_there),
      cmocka_unit_test(the_same_values_are_currency_and_amounts_and_which_of_them_there_are),
      cmocka_unit_test(assets_that_are_not_liabilities_and_equity_are_a_fault),
      cmocka_unit_test(a_receipt_number_or_a_currency_that_is_none_is_a_fault),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
