/* Why a field of a company is absent. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <closebell/company/absence.h>

#include <math.h>
#include <string.h>

#include "named.h"

static const CompanyKnown WHOLE = {true, true, true, true, true, 1000, 20000};

static void what_is_no_field_of_a_company_has_no_reason(void **state) {
  (void)state;
  assert_null(company_absence("rsi_14", &WHOLE));
  assert_null(company_absence("", &WHOLE));
  assert_null(company_absence("beta_252", &WHOLE));
}

static void the_broadest_reason_is_said_first(void **state) {
  (void)state;
  CompanyKnown known = WHOLE;
  assert_named(company_absence("per", &known), "net income|four quarters");
  known.has_report = false;
  assert_named(company_absence("per", &known), "report|filed before");
  assert_named(company_absence("rcept_no", &known), "report|filed before");
  known.has_company = false;
  assert_named(company_absence("per", &known), "OpenDART|ticker");
  known.is_common = false;
  assert_named(company_absence("per", &known), "common stock");
  known.is_collected = false;
  assert_named(company_absence("per", &known), "[dart]");
}

/* A company without a report has two axes all the same. */
static void axes_of_prices_do_not_wait_for_reports(void **state) {
  (void)state;
  const CompanyKnown known = {.is_common = true, .is_collected = true, .eps_ttm = NAN, .bps = NAN};
  assert_named(company_absence("compass_technical", &known), "253");
  assert_named(company_absence("compass_risk", &known), "200");
  assert_named(company_absence("compass_score", &known), "80 of 100");
}

static void losses_and_negative_equity_are_named(void **state) {
  (void)state;
  CompanyKnown known = WHOLE;
  known.eps_ttm = 0;
  assert_named(company_absence("per", &known), "net income|not above 0");
  assert_null(strstr(company_absence("pbr", &known), "above"));
  known.bps = -1;
  assert_named(company_absence("pbr", &known), "equity|not above 0");
  assert_named(company_absence("roe", &known), "equity|compass");
  assert_named(company_absence("debt_ratio", &known), "equity|not above 0");
  known.bps = known.eps_ttm = NAN; /* not known: that they are not above 0 is not, either */
  assert_named(company_absence("pbr", &known), "no total equity");
  assert_named(company_absence("per", &known), "four quarters");
}

static void banks_and_stale_reports_are_named(void **state) {
  (void)state;
  assert_named(company_absence("current_ratio", &WHOLE), "banks");
  assert_named(company_absence("z_score", &WHOLE), "banks");
  assert_named(company_absence("compass_valuation", &WHOLE), "200 days");
  assert_named(company_absence("operating_profit_growth", &WHOLE), "loss");
}

static void dividends_do_not_wait_for_reports(void **state) {
  (void)state;
  CompanyKnown known = WHOLE;
  assert_named(company_absence("dps_ttm", &known), "newest annual report|a share");
  assert_named(company_absence("payout_ratio", &known), "earnings");
  known.has_report = false;
  assert_named(company_absence("dividend_yield", &known), "newest annual report|a share");
  known.has_dividend = false;
  assert_named(company_absence("dividend_yield", &known), "no annual report|dividends");
  known.has_company = false;
  assert_named(company_absence("dividend_yield", &known), "OpenDART|ticker");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_is_no_field_of_a_company_has_no_reason),
      cmocka_unit_test(the_broadest_reason_is_said_first),
      cmocka_unit_test(axes_of_prices_do_not_wait_for_reports),
      cmocka_unit_test(losses_and_negative_equity_are_named),
      cmocka_unit_test(banks_and_stale_reports_are_named),
      cmocka_unit_test(dividends_do_not_wait_for_reports),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
