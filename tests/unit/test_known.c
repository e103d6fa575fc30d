/* Which of a company's reports counts on a session: sentence by sentence of the definitions (score.md, section 1). */
#include "made_report.h"

#include <closebell/company/fundamentals.h>

static Reports reports;

static int start(void **state) {
  (void)state;
  reports = (Reports){0};
  return 0;
}

static int finish(void **state) {
  (void)state;
  reports_free(&reports);
  return 0;
}

static Fundamentals on(const char *session) { return fundamentals_of(&reports, day_of(session)); }

static void assert_newest(const char *session, const char *id) {
  char text[REPORT_ID_SIZE];
  Fundamentals now = on(session);
  assert_non_null(now.newest);
  assert_string_equal(report_id(now.newest, text), id);
}

/* A report whose net income is its mark. */
static void put_marked(const char *id, int64_t mark) { put_full(&reports, id, 10 * mark, mark, mark); }

/* ---- filed ---- */

static void a_report_counts_from_the_day_after_it_was_filed(void **state) {
  (void)state;
  put_marked("2024-12-31:annual:CFS:20250311001085", 60);
  assert_null(on("2025-03-10").newest);
  assert_null(on("2025-03-11").newest);
  assert_newest("2025-03-12", "2024-12-31:annual:CFS:20250311001085");
  assert_absent(on("2025-03-11").ttm_net_income);
  assert_number(on("2025-03-12").ttm_net_income, 60);
}

static void a_report_counts_however_late_it_was_first_seen(void **state) {
  (void)state;
  Report report = full_report("2024-12-31:annual:CFS:20250311001085", 800, 80, 60);
  report.first_seen_utc = INT64_MAX;
  put(&reports, report);
  assert_newest("2025-03-12", "2024-12-31:annual:CFS:20250311001085");
}

static void without_any_report_everything_is_absent(void **state) {
  (void)state;
  Fundamentals now = on("2025-03-12");
  assert_null(now.newest);
  const double values[] = {now.ttm_net_income,
                           now.ttm_revenue,
                           now.ttm_operating_profit,
                           now.total_equity,
                           now.roe,
                           now.roa,
                           now.debt_ratio,
                           now.current_ratio,
                           now.operating_margin,
                           now.revenue_growth,
                           now.z_score,
                           now.operating_profit_growth,
                           now.roa_change,
                           now.equity_to_assets,
                           now.operating_return};
  for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) assert_absent(values[i]);
  assert_false(now.has_worst_roe || now.is_financial || now.is_won);
}

/* ---- the newest ---- */

static void the_newest_report_is_that_of_the_greatest_period_not_of_the_newest_receipt(void **state) {
  (void)state;
  put_marked("2024-12-31:annual:CFS:20250311000001", 60);
  put_marked("2023-12-31:annual:CFS:20240311000001", 50);
  put_marked("2023-12-31:annual:CFS:20250401000009", 40); /* a correction of the older period */
  assert_newest("2025-04-02", "2024-12-31:annual:CFS:20250311000001");
  assert_number(on("2025-04-02").ttm_net_income, 60);
}

static void a_correction_of_an_older_period_changes_what_is_compared_with_it_only(void **state) {
  (void)state;
  put_marked("2024-12-31:annual:CFS:20250311000001", 60);
  put_marked("2023-12-31:annual:CFS:20240311000001", 50);
  put_marked("2023-12-31:annual:CFS:20250401000009", 40);
  assert_number(on("2025-04-01").operating_profit_growth, 100 * (60.0 / 50 - 1));
  assert_number(on("2025-04-02").operating_profit_growth, 100 * (60.0 / 40 - 1));
}

static void of_reports_that_end_on_one_day_the_annual_comes_before_q3_half_and_q1(void **state) {
  (void)state;
  static const char *const IDS[] = {"2024-12-31:q1:CFS:20250304000001", "2024-12-31:half:CFS:20250303000001",
                                    "2024-12-31:q3:CFS:20250302000001", "2024-12-31:annual:CFS:20250301000001"};
  for (size_t i = 0; i < sizeof IDS / sizeof IDS[0]; i++) {
    put_marked(IDS[i], 60);
    assert_newest("2025-03-12", IDS[i]);
  }
}

static void two_reports_filed_on_one_day_both_count_and_the_newer_period_is_the_newest(void **state) {
  (void)state;
  put_marked("2024-12-31:annual:CFS:20250515000002", 60);
  put_marked("2025-03-31:q1:CFS:20250515000001", 10);
  put_marked("2024-03-31:q1:CFS:20240515000001", 5);
  assert_newest("2025-05-16", "2025-03-31:q1:CFS:20250515000001");
  assert_number(on("2025-05-16").ttm_net_income, 65);
}

/* ---- corrections and versions ---- */

static void of_one_period_the_highest_receipt_number_known_counts(void **state) {
  (void)state;
  put_marked("2024-12-31:annual:CFS:20250311000001", 60);
  put_marked("2024-12-31:annual:CFS:20250320000001", 61);
  put_marked("2024-12-31:annual:CFS:20250320000002", 62);
  assert_number(on("2025-03-20").ttm_net_income, 60);
  assert_newest("2025-03-21", "2024-12-31:annual:CFS:20250320000002");
  assert_number(on("2025-03-21").ttm_net_income, 62);
}

static void of_two_documents_of_one_receipt_number_the_first_counts(void **state) {
  (void)state;
  put_marked("2024-12-31:annual:CFS:20250311000001:2", 70);
  put_marked("2024-12-31:annual:CFS:20250311000001:3", 80);
  put_marked("2024-12-31:annual:CFS:20250311000001", 60);
  assert_newest("2025-03-12", "2024-12-31:annual:CFS:20250311000001");
  assert_number(on("2025-03-12").ttm_net_income, 60);
}

/* ---- basis ---- */

static void consolidated_statements_come_first_and_separate_ones_are_not_mixed_in(void **state) {
  (void)state;
  put_marked("2024-12-31:annual:CFS:20250311000001", 60);
  put_marked("2024-12-31:annual:OFS:20250311000001", 10);
  put_marked("2023-12-31:annual:OFS:20240311000001", 5);
  assert_number(on("2025-03-12").ttm_net_income, 60);
  assert_absent(on("2025-03-12").revenue_growth); /* a year before is separate */
  assert_absent(on("2025-03-12").roe);
}

static void a_company_that_stops_consolidating_is_read_in_separate_statements_throughout(void **state) {
  (void)state;
  put_marked("2023-12-31:annual:CFS:20240311000001", 60);
  put_marked("2023-12-31:annual:OFS:20240311000001", 40);
  put_marked("2024-12-31:annual:OFS:20250311000001", 50);
  assert_newest("2025-03-11", "2023-12-31:annual:CFS:20240311000001");
  assert_newest("2025-03-12", "2024-12-31:annual:OFS:20250311000001");
  assert_number(on("2025-03-12").revenue_growth, 25);
}

static void the_basis_is_that_of_the_newest_period_though_its_consolidated_statement_comes_later(void **state) {
  (void)state;
  put_marked("2023-12-31:annual:CFS:20240311000001", 40);
  put_marked("2024-12-31:annual:OFS:20250311000001", 50);
  put_marked("2024-12-31:annual:CFS:20250318000001", 60);
  assert_newest("2025-03-18", "2024-12-31:annual:OFS:20250311000001");
  assert_absent(on("2025-03-18").revenue_growth);
  assert_newest("2025-03-19", "2024-12-31:annual:CFS:20250318000001");
  assert_number(on("2025-03-19").revenue_growth, 50);
}

static void a_correction_of_the_separate_statement_does_not_change_the_receipt_of_the_consolidated(void **state) {
  (void)state;
  put_marked("2024-12-31:annual:CFS:20250311000001", 60);
  put_marked("2024-12-31:annual:OFS:20250401000001", 10);
  assert_newest("2025-04-02", "2024-12-31:annual:CFS:20250311000001");
}

/* ---- the next change ---- */

static void the_next_change_is_the_day_after_the_next_filing(void **state) {
  (void)state;
  assert_int_equal(fundamentals_change(&reports, day_of("2025-01-01")), DAY_NONE);
  put_marked("2024-12-31:annual:CFS:20250311000001", 60);
  put_marked("2024-12-31:annual:OFS:20250401000001", 10);
  put_marked("2023-12-31:annual:CFS:20240311000001", 10);
  assert_int_equal(fundamentals_change(&reports, day_of("2020-01-01")), day_of("2024-03-12"));
  assert_int_equal(fundamentals_change(&reports, day_of("2024-03-11")), day_of("2024-03-12"));
  assert_int_equal(fundamentals_change(&reports, day_of("2024-03-12")), day_of("2025-03-12"));
  assert_int_equal(fundamentals_change(&reports, day_of("2025-03-12")), day_of("2025-04-02"));
  assert_int_equal(fundamentals_change(&reports, day_of("2025-04-02")), DAY_NONE);
}

#define KNOWN(name) cmocka_unit_test_setup_teardown(name, start, finish)

int main(void) {
  const struct CMUnitTest tests[] = {
      KNOWN(a_report_counts_from_the_day_after_it_was_filed),
      KNOWN(a_report_counts_however_late_it_was_first_seen),
      KNOWN(without_any_report_everything_is_absent),
      KNOWN(the_newest_report_is_that_of_the_greatest_period_not_of_the_newest_receipt),
      KNOWN(a_correction_of_an_older_period_changes_what_is_compared_with_it_only),
      KNOWN(of_reports_that_end_on_one_day_the_annual_comes_before_q3_half_and_q1),
      KNOWN(two_reports_filed_on_one_day_both_count_and_the_newer_period_is_the_newest),
      KNOWN(of_one_period_the_highest_receipt_number_known_counts),
      KNOWN(of_two_documents_of_one_receipt_number_the_first_counts),
      KNOWN(consolidated_statements_come_first_and_separate_ones_are_not_mixed_in),
      KNOWN(a_company_that_stops_consolidating_is_read_in_separate_statements_throughout),
      KNOWN(the_basis_is_that_of_the_newest_period_though_its_consolidated_statement_comes_later),
      KNOWN(a_correction_of_the_separate_statement_does_not_change_the_receipt_of_the_consolidated),
      KNOWN(the_next_change_is_the_day_after_the_next_filing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
