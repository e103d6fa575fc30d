#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <closebell/plan/budget.h>

static Budget recorded(const int64_t *costs_ms, size_t count) {
  Budget budget = budget_start(0, 1000);
  for (size_t i = 0; i < count; i++) budget_record(&budget, costs_ms[i]);
  return budget;
}

static void nothing_is_known_of_the_cost_before_the_first(void **state) {
  (void)state;
  Budget budget = budget_start(5000, 1000);
  assert_int_equal(budget_p95_ms(&budget), 0);
  assert_true(budget_allows(&budget, 5000));
  assert_true(budget_allows(&budget, 5999));
  assert_false(budget_allows(&budget, 6000));
}

static void a_budget_of_nothing_allows_nothing(void **state) {
  (void)state;
  Budget budget = budget_start(5000, 0);
  assert_false(budget_allows(&budget, 5000));
}

static void of_few_samples_the_dearest_counts(void **state) {
  (void)state;
  const int64_t two[] = {900, 10}, five[] = {3, 1, 50, 2, 4};
  Budget of_two = recorded(two, 2), of_five = recorded(five, 5);
  assert_int_equal(budget_p95_ms(&of_two), 900);
  assert_int_equal(budget_p95_ms(&of_five), 50);
}

static void one_outlier_of_twenty_is_left_out_and_two_are_not(void **state) {
  (void)state;
  Budget budget = budget_start(0, 1000);
  for (int i = 0; i < 19; i++) budget_record(&budget, 10);
  budget_record(&budget, 700);
  assert_int_equal(budget_p95_ms(&budget), 10);
  budget_record(&budget, 800);
  assert_int_equal(budget_p95_ms(&budget), 700);
}

static void the_percentile_of_a_hundred_is_the_95th(void **state) {
  (void)state;
  Budget budget = budget_start(0, 1000);
  for (int i = 100; i > 0; i--) budget_record(&budget, i);
  assert_int_equal(budget_p95_ms(&budget), 95);
}

static void only_the_latest_costs_count(void **state) {
  (void)state;
  Budget budget = budget_start(0, 1000);
  for (int i = 0; i < BUDGET_SAMPLES; i++) budget_record(&budget, 900);
  assert_int_equal(budget_p95_ms(&budget), 900);
  for (int i = 0; i < BUDGET_SAMPLES; i++) budget_record(&budget, 7);
  assert_int_equal(budget_p95_ms(&budget), 7);
  for (int i = 0; i < 3 * BUDGET_SAMPLES; i++) budget_record(&budget, i);
  assert_int_equal(budget_p95_ms(&budget), 2 * BUDGET_SAMPLES + 121);
}

static void one_more_has_to_end_before_the_deadline(void **state) {
  (void)state;
  Budget budget = budget_start(10000, 1000);
  budget_record(&budget, 300);
  assert_true(budget_allows(&budget, 10000));
  assert_true(budget_allows(&budget, 10699));
  assert_false(budget_allows(&budget, 10700));
  assert_false(budget_allows(&budget, 12000));
}

static void asking_does_not_disturb_the_samples(void **state) {
  (void)state;
  const int64_t costs[] = {5, 3, 9, 1};
  Budget budget = recorded(costs, 4);
  budget_p95_ms(&budget);
  for (size_t i = 0; i < 4; i++) assert_int_equal(budget.samples_ms[i], costs[i]);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(nothing_is_known_of_the_cost_before_the_first),
      cmocka_unit_test(a_budget_of_nothing_allows_nothing),
      cmocka_unit_test(of_few_samples_the_dearest_counts),
      cmocka_unit_test(one_outlier_of_twenty_is_left_out_and_two_are_not),
      cmocka_unit_test(the_percentile_of_a_hundred_is_the_95th),
      cmocka_unit_test(only_the_latest_costs_count),
      cmocka_unit_test(one_more_has_to_end_before_the_deadline),
      cmocka_unit_test(asking_does_not_disturb_the_samples),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
