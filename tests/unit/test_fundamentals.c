/* What a company's reports say on a day: sentence by sentence of the definitions (score.md, section 2). */
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

static Fundamentals at_the_end(void) { return fundamentals_of(&reports, day_of("2030-01-01")); }

/* The same company every year, but for the amounts that a test changes. */
static Report annual(int year) {
  char id[REPORT_ID_SIZE];
  snprintf(id, sizeof id, "%d-12-31:annual:CFS:%d0311000001", year, year + 1);
  return full_report(id, 800, 80, 60);
}

static Report annual_with(int year, ReportAmount amount, int64_t value) {
  Report report = annual(year);
  set_amount(&report, amount, value);
  return report;
}

static Report annual_without(int year, ReportAmount amount) {
  Report report = annual(year);
  drop_amount(&report, amount);
  return report;
}

static Report in_dollars(Report report) {
  snprintf(report.currency, sizeof report.currency, "USD");
  return report;
}

/* ---- amounts of the last twelve months ---- */

static void an_annual_report_is_its_own_twelve_months(void **state) {
  (void)state;
  put(&reports, annual(2024));
  Fundamentals now = at_the_end();
  assert_number(now.ttm_revenue, 800);
  assert_number(now.ttm_operating_profit, 80);
  assert_number(now.ttm_net_income, 60);
  assert_number(now.total_equity, 500);
}

static void put_interim(const char *annual_id, const char *before, const char *now) {
  put_full(&reports, annual_id, 800, 80, 60);
  put_full(&reports, before, 300, 30, 20);
  put_full(&reports, now, 350, 25, -10);
}

static void assert_interim(void) {
  Fundamentals now = at_the_end();
  assert_number(now.ttm_revenue, 850);
  assert_number(now.ttm_operating_profit, 75);
  assert_number(now.ttm_net_income, 30);
}

static void a_first_quarter_adds_to_the_annual_and_takes_a_year_before_off(void **state) {
  (void)state;
  put_interim("2024-12-31:annual:CFS:20250311000001", "2024-03-31:q1:CFS:20240515000001",
              "2025-03-31:q1:CFS:20250515000001");
  assert_interim();
}

static void a_half_year_adds_to_the_annual_of_six_months_before(void **state) {
  (void)state;
  put_interim("2024-12-31:annual:CFS:20250311000001", "2024-06-30:half:CFS:20240815000001",
              "2025-06-30:half:CFS:20250815000001");
  assert_interim();
}

static void nine_months_add_to_the_annual_of_nine_months_before(void **state) {
  (void)state;
  put_interim("2024-12-31:annual:CFS:20250311000001", "2024-09-30:q3:CFS:20241115000001",
              "2025-09-30:q3:CFS:20251115000001");
  assert_interim();
}

static void a_year_that_ends_in_february_is_counted_in_months_not_in_days(void **state) {
  (void)state;
  put_interim("2024-02-29:annual:CFS:20240528000001", "2023-05-31:q1:CFS:20230714000001",
              "2024-05-31:q1:CFS:20240712000001");
  assert_interim();
  put(&reports, full_report("2025-02-28:annual:CFS:20250528000001", 1000, 100, 90));
  assert_number(at_the_end().revenue_growth, 25);
}

static void an_interim_report_without_last_years_or_without_the_annual_has_no_twelve_months(void **state) {
  (void)state;
  put_full(&reports, "2025-03-31:q1:CFS:20250515000001", 350, 25, -10);
  put_full(&reports, "2024-12-31:annual:CFS:20250311000001", 800, 80, 60);
  assert_absent(at_the_end().ttm_net_income);
  assert_number(at_the_end().debt_ratio, 100);
  Reports other = {0};
  put_full(&other, "2025-03-31:q1:CFS:20250515000001", 350, 25, -10);
  put_full(&other, "2024-03-31:q1:CFS:20240515000001", 300, 30, 20);
  assert_absent(fundamentals_of(&other, day_of("2030-01-01")).ttm_net_income);
  reports_free(&other);
}

static void three_months_are_never_added_up(void **state) {
  (void)state;
  Report quarter = full_report("2025-09-30:q3:CFS:20251115000001", 0, 0, 0);
  drop_amount(&quarter, AMOUNT_revenue);
  set_amount(&quarter, AMOUNT_revenue_3m, 100);
  put(&reports, quarter);
  put_full(&reports, "2024-09-30:q3:CFS:20241115000001", 300, 30, 20);
  put(&reports, annual(2024));
  assert_absent(at_the_end().ttm_revenue);
  assert_number(at_the_end().ttm_net_income, 40);
}

static void a_changed_fiscal_year_finds_no_annual_report_to_add_to(void **state) {
  (void)state;
  put_full(&reports, "2023-12-31:annual:CFS:20240311000001", 800, 80, 60);
  put_full(&reports, "2024-06-30:half:CFS:20240815000001", 300, 30, 20); /* now the year ends in March */
  put_full(&reports, "2024-03-31:annual:CFS:20240628000001", 200, 20, 10);
  put_full(&reports, "2024-09-30:half:CFS:20241115000001", 350, 25, -10);
  assert_absent(at_the_end().ttm_net_income);
  put_full(&reports, "2024-06-30:q1:CFS:20240816000001", 100, 10, 5);
  put_full(&reports, "2025-03-31:annual:CFS:20250628000001", 900, 90, 70);
  put_full(&reports, "2025-06-30:q1:CFS:20250815000001", 150, 20, 15);
  assert_number(at_the_end().ttm_net_income, 70 + 15 - 5);
}

/* ---- currency ---- */

static void twelve_months_and_averages_need_one_currency(void **state) {
  (void)state;
  put_full(&reports, "2025-03-31:q1:CFS:20250515000001", 350, 25, -10);
  put_full(&reports, "2024-03-31:q1:CFS:20240515000001", 300, 30, 20);
  put(&reports, in_dollars(annual(2024)));
  assert_absent(at_the_end().ttm_net_income);
  put(&reports, annual(2024));
  assert_number(at_the_end().ttm_net_income, 30);
  put(&reports, in_dollars(full_report("2024-03-31:q1:CFS:20240515000001", 300, 30, 20)));
  assert_absent(at_the_end().ttm_net_income);
  assert_absent(at_the_end().roe);
}

static void a_company_that_reports_in_dollars_has_ratios(void **state) {
  (void)state;
  put(&reports, in_dollars(annual(2024)));
  put(&reports, in_dollars(annual(2023)));
  Fundamentals now = at_the_end();
  assert_false(now.is_won);
  assert_number(now.roe, 12);
  assert_number(now.revenue_growth, 0);
}

static void growth_from_another_currency_is_absent(void **state) {
  (void)state;
  put(&reports, in_dollars(annual(2024)));
  put(&reports, annual(2023));
  assert_absent(at_the_end().revenue_growth);
  assert_absent(at_the_end().roe);
}

/* ---- ratios ---- */

static void ratios_are_percent_of_twelve_months_and_averages(void **state) {
  (void)state;
  put(&reports, annual_with(2023, AMOUNT_total_equity, 300));
  put(&reports, annual(2024));
  Fundamentals now = at_the_end();
  assert_number(now.roe, 100 * 60 / 400.0);
  assert_number(now.roa, 6);
  assert_number(now.operating_return, 0.08);
  assert_number(now.operating_margin, 10);
  assert_number(now.debt_ratio, 100);
  assert_number(now.current_ratio, 160);
  assert_number(now.equity_to_assets, 0.5);
  assert_true(now.is_won);
  assert_false(now.has_worst_roe);
}

static void samsung_of_2024_has_the_roe_that_dart_names(void **state) {
  (void)state;
  Report now = annual_with(2024, AMOUNT_net_income, 34451351000000), before = annual(2023);
  set_amount(&now, AMOUNT_total_equity, 402192070000000);
  set_amount(&before, AMOUNT_total_equity, 363677865000000);
  put(&reports, now);
  put(&reports, before);
  assert_true(fabs(at_the_end().roe - 8.997) < 0.01); /* what OpenDART itself says of it: M211550 */
}

static void without_a_year_before_there_is_no_average_and_no_return(void **state) {
  (void)state;
  put(&reports, annual(2024));
  Fundamentals now = at_the_end();
  assert_absent(now.roe);
  assert_absent(now.roa);
  assert_absent(now.operating_return);
  assert_absent(now.roa_change);
  assert_number(now.operating_margin, 10);
}

static void the_change_of_roa_reaches_two_years_back(void **state) {
  (void)state;
  put(&reports, annual_with(2024, AMOUNT_net_income, 90));
  put(&reports, annual(2023));
  assert_absent(at_the_end().roa_change);
  put(&reports, annual_with(2022, AMOUNT_total_assets, 500));
  assert_number(at_the_end().roa_change, 9 - 100 * 60 / 750.0);
}

static void divisors_not_above_zero_leave_a_ratio_absent(void **state) {
  (void)state;
  put(&reports, annual(2023));
  put(&reports, annual_with(2024, AMOUNT_revenue, 0));
  assert_absent(at_the_end().operating_margin);
  put(&reports, annual_with(2024, AMOUNT_current_liabilities, 0));
  assert_absent(at_the_end().current_ratio);
  put(&reports, annual_with(2024, AMOUNT_total_assets, -1000));
  assert_absent(at_the_end().roa);
  assert_absent(at_the_end().operating_return);
}

static void missing_rows_take_away_only_what_needs_them(void **state) {
  (void)state;
  put(&reports, annual(2023));
  put(&reports, annual_without(2024, AMOUNT_revenue));
  Fundamentals now = at_the_end();
  assert_absent(now.operating_margin);
  assert_absent(now.revenue_growth);
  assert_number(now.roe, 12);
  put(&reports, annual_without(2024, AMOUNT_total_liabilities));
  assert_absent(at_the_end().debt_ratio);
  assert_absent(at_the_end().z_score);
  assert_number(at_the_end().operating_margin, 10);
}

/* ---- negative equity ---- */

static void equity_not_above_zero_has_no_roe_and_counts_as_the_worst(void **state) {
  (void)state;
  put(&reports, annual(2023));
  put(&reports, annual_with(2024, AMOUNT_total_equity, -10));
  assert_absent(at_the_end().roe);
  assert_absent(at_the_end().debt_ratio);
  assert_true(at_the_end().has_worst_roe);
  put(&reports, annual_with(2024, AMOUNT_total_equity, 0));
  assert_absent(at_the_end().roe);
  assert_true(at_the_end().has_worst_roe);
}

static void an_average_equity_not_above_zero_counts_as_the_worst_too(void **state) {
  (void)state;
  put(&reports, annual_with(2023, AMOUNT_total_equity, -500));
  put(&reports, annual(2024));
  assert_absent(at_the_end().roe);
  assert_true(at_the_end().has_worst_roe);
  assert_number(at_the_end().debt_ratio, 100);
}

static void negative_equity_counts_as_the_worst_though_nothing_else_is_known(void **state) {
  (void)state;
  Report report = made_report("2024-12-31:annual:CFS:20250311000001");
  set_amount(&report, AMOUNT_total_equity, -1);
  put(&reports, report);
  assert_true(at_the_end().has_worst_roe);
}

/* ---- growth ---- */

static void growth_compares_twelve_months_with_those_a_year_before(void **state) {
  (void)state;
  put(&reports, annual_with(2023, AMOUNT_operating_profit, 40));
  put(&reports, annual_with(2024, AMOUNT_revenue, 1000));
  assert_number(at_the_end().revenue_growth, 25);
  assert_number(at_the_end().operating_profit_growth, 100);
}

static void growth_of_an_interim_report_needs_the_year_before_that_as_well(void **state) {
  (void)state;
  put(&reports, annual_with(2023, AMOUNT_revenue, 600));
  put(&reports, annual(2024));
  put_full(&reports, "2024-03-31:q1:CFS:20240515000001", 300, 30, 20);
  put_full(&reports, "2025-03-31:q1:CFS:20250515000001", 350, 25, -10);
  assert_absent(at_the_end().revenue_growth);
  put_full(&reports, "2023-03-31:q1:CFS:20230515000001", 200, 20, 10);
  assert_number(at_the_end().revenue_growth, 100 * (850.0 / 700 - 1));
}

static void there_is_no_growth_from_a_loss_from_nothing_nor_across_a_change_of_sign(void **state) {
  (void)state;
  static const struct {
    int64_t older, newer;
    bool grows;
  } CASES[] = {{-40, 40, false}, {-40, -20, false}, {0, 40, false}, {40, -1, false}, {40, 0, true}, {40, 10, true}};
  for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
    put(&reports, annual_with(2023, AMOUNT_operating_profit, CASES[i].older));
    put(&reports, annual_with(2024, AMOUNT_operating_profit, CASES[i].newer));
    double growth = at_the_end().operating_profit_growth;
    if (CASES[i].grows)
      assert_number(growth, 100 * ((double)CASES[i].newer / (double)CASES[i].older - 1));
    else
      assert_absent(growth);
  }
}

/* ---- Z'' ---- */

static void the_z_score_is_altmans_for_emerging_markets(void **state) {
  (void)state;
  put(&reports, annual(2024));
  assert_number(at_the_end().z_score, 3.25 + 6.56 * 0.15 + 3.26 * 0.3 + 6.72 * 0.08 + 1.05 * 1);
}

static void the_z_score_needs_every_term_and_divisors_above_zero(void **state) {
  (void)state;
  static const ReportAmount TERMS[] = {AMOUNT_current_assets,    AMOUNT_current_liabilities, AMOUNT_total_assets,
                                       AMOUNT_retained_earnings, AMOUNT_operating_profit,    AMOUNT_total_equity,
                                       AMOUNT_total_liabilities};
  for (size_t i = 0; i < sizeof TERMS / sizeof TERMS[0]; i++) {
    put(&reports, annual_without(2024, TERMS[i]));
    assert_absent(at_the_end().z_score);
  }
  put(&reports, annual_with(2024, AMOUNT_total_liabilities, 0));
  assert_absent(at_the_end().z_score);
  put(&reports, annual_with(2024, AMOUNT_total_assets, 0));
  assert_absent(at_the_end().z_score);
}

static void a_company_without_current_assets_is_financial_and_has_no_z_score(void **state) {
  (void)state;
  put(&reports, annual(2023));
  put(&reports, annual_without(2024, AMOUNT_current_assets));
  Fundamentals now = at_the_end();
  assert_true(now.is_financial);
  assert_absent(now.z_score);
  assert_absent(now.current_ratio);
  assert_number(now.roe, 12);
  put(&reports, annual(2024));
  assert_false(at_the_end().is_financial);
}

#define OF_REPORTS(name) cmocka_unit_test_setup_teardown(name, start, finish)

int main(void) {
  const struct CMUnitTest tests[] = {
      OF_REPORTS(an_annual_report_is_its_own_twelve_months),
      OF_REPORTS(a_first_quarter_adds_to_the_annual_and_takes_a_year_before_off),
      OF_REPORTS(a_half_year_adds_to_the_annual_of_six_months_before),
      OF_REPORTS(nine_months_add_to_the_annual_of_nine_months_before),
      OF_REPORTS(a_year_that_ends_in_february_is_counted_in_months_not_in_days),
      OF_REPORTS(an_interim_report_without_last_years_or_without_the_annual_has_no_twelve_months),
      OF_REPORTS(three_months_are_never_added_up),
      OF_REPORTS(a_changed_fiscal_year_finds_no_annual_report_to_add_to),
      OF_REPORTS(twelve_months_and_averages_need_one_currency),
      OF_REPORTS(a_company_that_reports_in_dollars_has_ratios),
      OF_REPORTS(growth_from_another_currency_is_absent),
      OF_REPORTS(ratios_are_percent_of_twelve_months_and_averages),
      OF_REPORTS(samsung_of_2024_has_the_roe_that_dart_names),
      OF_REPORTS(without_a_year_before_there_is_no_average_and_no_return),
      OF_REPORTS(the_change_of_roa_reaches_two_years_back),
      OF_REPORTS(divisors_not_above_zero_leave_a_ratio_absent),
      OF_REPORTS(missing_rows_take_away_only_what_needs_them),
      OF_REPORTS(equity_not_above_zero_has_no_roe_and_counts_as_the_worst),
      OF_REPORTS(an_average_equity_not_above_zero_counts_as_the_worst_too),
      OF_REPORTS(negative_equity_counts_as_the_worst_though_nothing_else_is_known),
      OF_REPORTS(growth_compares_twelve_months_with_those_a_year_before),
      OF_REPORTS(growth_of_an_interim_report_needs_the_year_before_that_as_well),
      OF_REPORTS(there_is_no_growth_from_a_loss_from_nothing_nor_across_a_change_of_sign),
      OF_REPORTS(the_z_score_is_altmans_for_emerging_markets),
      OF_REPORTS(the_z_score_needs_every_term_and_divisors_above_zero),
      OF_REPORTS(a_company_without_current_assets_is_financial_and_has_no_z_score),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
