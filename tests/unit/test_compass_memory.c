/* No memory for the compass and for reports: an error that says so, and nothing half done. */
#include "made_report.h"

#include "made_population.h"
#include "malloc_fault.h"

enum { COUNT = 40, ALLOCATIONS_MAX = 20 };

static Population made;

static void a_session_is_ranked_or_not_at_all(void **state) {
  (void)state;
  start_population(&made, COUNT);
  for (size_t i = 0; i < COUNT; i++) made.fundamentals[i].roe = made.fundamentals[i].z_score = (double)i;
  for (int mode = 0; mode < MALLOC_FAULT_MODES; mode++) {
    bool met = true;
    long at = 1;
    for (; met && at < ALLOCATIONS_MAX; at++) {
      malloc_fault_begin(at, (MallocFaultMode)mode);
      made.compasses[7].score = -1;
      Status status = compass_rank(made.stocks, made.count, made.compasses);
      met = malloc_fault_end(NULL);
      assert_int_equal(status, met ? STATUS_NO_MEMORY : STATUS_OK);
      assert_true(made.compasses[7].score == -1 || !met); /* untouched where it failed */
      assert_int_equal(malloc_fault_blocks(), 0);
    }
    assert_in_range(at, 3, ALLOCATIONS_MAX - 1);
  }
}

static void a_report_is_added_or_nothing_is(void **state) {
  (void)state;
  Reports reports = {0};
  Report report = made_report("2024-12-31:annual:CFS:20250311000001");
  malloc_fault_begin(1, MALLOC_FAILS_ONCE);
  assert_int_equal(reports_put(&reports, &report), STATUS_NO_MEMORY);
  assert_int_equal(reports.count, 0);
  assert_int_equal(reports_put(&reports, &report), STATUS_OK);
  assert_true(malloc_fault_end(NULL));
  assert_int_equal(reports.count, 1);
  reports_free(&reports);
  assert_int_equal(malloc_fault_blocks(), 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_session_is_ranked_or_not_at_all),
      cmocka_unit_test(a_report_is_added_or_nothing_is),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
