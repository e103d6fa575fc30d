/* Which reports were used. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <closebell/company/used_reports.h>

#include <stdio.h>
#include <string.h>

static Reports reports;

static int forget(void **state) {
  (void)state;
  reports_free(&reports);
  return 0;
}

static void add(const char *id) {
  Report report = {0};
  assert_true(report_id_parse(id, &report));
  snprintf(report.currency, sizeof report.currency, "KRW");
  assert_int_equal(reports_put(&reports, &report), STATUS_OK);
}

static Day day(const char *text) {
  Day result;
  assert_true(day_parse(text, &result));
  return result;
}

static void assert_used(const UsedReport *used, const char *id) {
  char text[REPORT_ID_SIZE];
  assert_true(used->is_asked);
  if (id == NULL) {
    assert_null(used->report);
    return;
  }
  assert_non_null(used->report);
  assert_string_equal(report_id(used->report, text), id);
}

static void an_interim_report_asks_for_four_others(void **state) {
  (void)state;
  UsedReport used[USED_COUNT];
  add("2022-09-30:q3:CFS:20221114000001");
  add("2022-12-31:annual:CFS:20230310000001");
  add("2023-09-30:q3:CFS:20231114000001");
  add("2023-12-31:annual:CFS:20240311000001");
  add("2024-09-30:q3:CFS:20241114000001");
  assert_true(used_reports(&reports, day("2024-11-15"), used));
  assert_used(&used[USED_NEWEST], "2024-09-30:q3:CFS:20241114000001");
  assert_used(&used[USED_ANNUAL_BEFORE], "2023-12-31:annual:CFS:20240311000001");
  assert_used(&used[USED_YEAR_BEFORE], "2023-09-30:q3:CFS:20231114000001");
  assert_used(&used[USED_ANNUAL_OF_YEAR_BEFORE], "2022-12-31:annual:CFS:20230310000001");
  assert_used(&used[USED_TWO_YEARS_BEFORE], "2022-09-30:q3:CFS:20221114000001");
}

static void an_annual_report_asks_for_two_others_and_what_is_missing_is_told(void **state) {
  (void)state;
  UsedReport used[USED_COUNT];
  add("2021-12-31:annual:CFS:20220311000001");
  add("2023-12-31:annual:CFS:20240311000001");
  assert_true(used_reports(&reports, day("2024-06-03"), used));
  assert_used(&used[USED_NEWEST], "2023-12-31:annual:CFS:20240311000001");
  assert_used(&used[USED_YEAR_BEFORE], NULL);
  assert_used(&used[USED_TWO_YEARS_BEFORE], NULL); /* nothing leads there */
  assert_false(used[USED_ANNUAL_BEFORE].is_asked);
  assert_false(used[USED_ANNUAL_OF_YEAR_BEFORE].is_asked);
}

static void a_report_of_the_same_day_is_not_used(void **state) {
  (void)state;
  UsedReport used[USED_COUNT];
  add("2023-12-31:annual:CFS:20240311000001");
  assert_false(used_reports(&reports, day("2024-03-11"), used));
  assert_true(used_reports(&reports, day("2024-03-12"), used));
  assert_used(&used[USED_NEWEST], "2023-12-31:annual:CFS:20240311000001");
}

static void each_use_has_a_name(void **state) {
  (void)state;
  for (int use = 0; use < USED_COUNT; use++) assert_true(strlen(report_use_name((ReportUse)use)) > 5);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_teardown(an_interim_report_asks_for_four_others, forget),
      cmocka_unit_test_teardown(an_annual_report_asks_for_two_others_and_what_is_missing_is_told, forget),
      cmocka_unit_test_teardown(a_report_of_the_same_day_is_not_used, forget),
      cmocka_unit_test(each_use_has_a_name),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
