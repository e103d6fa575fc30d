/* Fundamentals at the price of a session: sentence by sentence of the definitions (score.md, sections 2 and 4). */
#include "made_report.h"

#include <closebell/company/fundamentals.h>

enum { CAP = 1200, SHARES = 20 };

static Report report;

/* Net income 60, revenue 800, equity 500, for the year to 2024-12-31. */
static Fundamentals some_fundamentals(void) {
  report = made_report("2024-12-31:annual:CFS:20250311000001");
  return (Fundamentals){
      .newest = &report, .is_won = true, .ttm_net_income = 60, .ttm_revenue = 800, .total_equity = 500};
}

static Valuation value(const Fundamentals *fundamentals) {
  return valuation_of(fundamentals, day_of("2025-03-12"), CAP, SHARES);
}

static void multiples_and_yields_are_of_all_classes_of_stock(void **state) {
  (void)state;
  Fundamentals fundamentals = some_fundamentals();
  Valuation now = value(&fundamentals);
  assert_number(now.eps_ttm, 3);
  assert_number(now.bps, 25);
  assert_number(now.per, 20);
  assert_number(now.pbr, 2.4);
  assert_number(now.psr, 1.5);
  assert_number(now.earnings_yield, 0.05);
  assert_number(now.book_yield, 500 / 1200.0);
  assert_number(now.sales_yield, 800 / 1200.0);
}

static void a_loss_has_a_yield_and_no_multiple(void **state) {
  (void)state;
  Fundamentals fundamentals = some_fundamentals();
  fundamentals.ttm_net_income = -60;
  fundamentals.total_equity = 0;
  fundamentals.ttm_revenue = 0;
  Valuation now = value(&fundamentals);
  assert_number(now.eps_ttm, -3);
  assert_number(now.bps, 0);
  assert_absent(now.per);
  assert_absent(now.pbr);
  assert_absent(now.psr);
  assert_number(now.earnings_yield, -0.05);
  assert_number(now.book_yield, 0);
}

static void another_currency_has_no_valuation(void **state) {
  (void)state;
  Fundamentals fundamentals = some_fundamentals();
  fundamentals.is_won = false;
  Valuation now = value(&fundamentals);
  const double values[] = {now.eps_ttm,        now.bps,        now.per,        now.pbr, now.psr,
                           now.earnings_yield, now.book_yield, now.sales_yield};
  for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) assert_absent(values[i]);
}

static void a_report_older_than_200_days_leaves_the_multiples_and_takes_the_yields(void **state) {
  (void)state;
  Fundamentals fundamentals = some_fundamentals();
  Day end = report.period_end;
  Valuation fresh = valuation_of(&fundamentals, end + 200, CAP, SHARES);
  assert_number(fresh.earnings_yield, 0.05);
  Valuation stale = valuation_of(&fundamentals, end + 201, CAP, SHARES);
  assert_absent(stale.earnings_yield);
  assert_absent(stale.book_yield);
  assert_absent(stale.sales_yield);
  assert_number(stale.per, 20);
  assert_number(stale.eps_ttm, 3);
}

static void a_financial_company_has_no_yield_of_sales(void **state) {
  (void)state;
  Fundamentals fundamentals = some_fundamentals();
  fundamentals.is_financial = true;
  Valuation now = value(&fundamentals);
  assert_absent(now.sales_yield);
  assert_number(now.earnings_yield, 0.05);
  assert_number(now.psr, 1.5);
}

static void what_is_not_known_of_the_company_or_the_market_is_absent(void **state) {
  (void)state;
  Fundamentals fundamentals = some_fundamentals();
  fundamentals.ttm_net_income = NAN;
  Valuation now = value(&fundamentals);
  assert_absent(now.eps_ttm);
  assert_absent(now.per);
  assert_absent(now.earnings_yield);
  assert_number(now.pbr, 2.4);
  Valuation nowhere = valuation_of(&fundamentals, day_of("2025-03-12"), 0, 0);
  assert_absent(nowhere.bps);
  assert_absent(nowhere.pbr);
  assert_absent(nowhere.book_yield);
  Reports none = {0};
  Fundamentals nothing = fundamentals_of(&none, day_of("2025-03-12"));
  assert_absent(value(&nothing).bps);
}

static void the_sixth_character_tells_a_common_stock(void **state) {
  (void)state;
  assert_true(ticker_is_common("005930"));
  assert_true(ticker_is_common("0126Z0"));
  assert_false(ticker_is_common("005935"));
  assert_false(ticker_is_common("00104K"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(multiples_and_yields_are_of_all_classes_of_stock),
      cmocka_unit_test(a_loss_has_a_yield_and_no_multiple),
      cmocka_unit_test(another_currency_has_no_valuation),
      cmocka_unit_test(a_report_older_than_200_days_leaves_the_multiples_and_takes_the_yields),
      cmocka_unit_test(a_financial_company_has_no_yield_of_sales),
      cmocka_unit_test(what_is_not_known_of_the_company_or_the_market_is_absent),
      cmocka_unit_test(the_sixth_character_tells_a_common_stock),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
