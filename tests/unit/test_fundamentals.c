/* What a company's reports say on a day: sentence by sentence of the definitions (score.md, section 2). */
#include "made_report.h"

#include <closebell/company/fundamentals.h>

/* ---- amounts of the last twelve months ---- */

static void an_annual_report_is_its_own_twelve_months(void **state) {
  (void)state;
  Reports reports = {0};
  put_full(&reports, "2024-12-31:annual:CFS:20250311000001", 800, 80, 60);
  Fundamentals now = fundamentals_of(&reports, day_of("2025-03-12"));
  assert_number(now.ttm_revenue, 800);
  assert_number(now.ttm_operating_profit, 80);
  assert_number(now.ttm_net_income, 60);
  assert_number(now.total_equity, 500);
  reports_free(&reports);
}

static void an_interim_report_adds_to_the_annual_and_takes_a_year_before_off(void **state) {
  (void)state;
  static const struct {
    const char *now, *before, *annual;
  } CASES[] = {
      {"2025-03-31:q1:CFS:20250515000001", "2024-03-31:q1:CFS:20240515000001", "2024-12-31:annual:CFS:20250311000001"},
      {"2025-06-30:half:CFS:20250815000001", "2024-06-30:half:CFS:20240815000001",
       "2024-12-31:annual:CFS:20250311000001"},
      {"2025-09-30:q3:CFS:20251115000001", "2024-09-30:q3:CFS:20241115000001", "2024-12-31:annual:CFS:20250311000001"},
  };
  for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
    Reports reports = {0};
    put_full(&reports, CASES[i].annual, 800, 80, 60);
    put_full(&reports, CASES[i].before, 300, 30, 20);
    put_full(&reports, CASES[i].now, 350, 25, -10);
    Fundamentals now = fundamentals_of(&reports, day_of("2025-12-30"));
    assert_number(now.ttm_revenue, 850);
    assert_number(now.ttm_operating_profit, 75);
    assert_number(now.ttm_net_income, 30);
    reports_free(&reports);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(an_annual_report_is_its_own_twelve_months),
      cmocka_unit_test(an_interim_report_adds_to_the_annual_and_takes_a_year_before_off),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
