#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <closebell/market/action.h>

static bool moved(int64_t previous_close, int64_t base_price) {
  double factor = 0;
  return action_factor(previous_close, base_price, &factor);
}

static void half_a_percent_is_an_action_and_less_is_none(void **state) {
  (void)state;
  assert_false(moved(1000, 1000));
  assert_false(moved(1000, 1004));
  assert_false(moved(1000, 996));
  assert_true(moved(1000, 1005));
  assert_true(moved(1000, 995));
  assert_false(moved(2001, 2011)); /* 10,000 < 10,005 */
  assert_true(moved(2001, 2012));
  assert_true(moved(1, 2));
  assert_false(moved(1, 1));
}

static void the_factor_is_base_over_previous_close(void **state) {
  (void)state;
  double factor = 0;
  assert_true(action_factor(7080, 1770, &factor));
  assert_true(factor == 0.25);
  assert_true(action_factor(953, 1865, &factor));
  assert_true(factor == 1865.0 / 953.0);
}

static void without_an_action_the_factor_is_left_alone(void **state) {
  (void)state;
  double factor = 3;
  assert_false(action_factor(1000, 1001, &factor));
  assert_true(factor == 3);
}

static void prices_that_are_not_positive_make_no_action(void **state) {
  (void)state;
  assert_false(moved(0, 1000));
  assert_false(moved(1000, 0));
  assert_false(moved(-1000, 1000));
  assert_false(moved(1000, INT64_MIN));
}

static void the_largest_prices_do_not_overflow(void **state) {
  (void)state;
  assert_true(moved(INT64_MAX, 1));
  assert_true(moved(1, INT64_MAX));
  assert_false(moved(INT64_MAX, INT64_MAX - 1));
}

static void the_rule_agrees_with_its_definition_everywhere(void **state) {
  (void)state;
  for (int64_t previous = 1; previous < 1500; previous++)
    for (int64_t base = 1; base < 1600; base++) {
      int64_t difference = base > previous ? base - previous : previous - base;
      if (moved(previous, base) != (1000 * difference >= 5 * previous)) fail_msg("%ld %ld", (long)previous, (long)base);
    }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(half_a_percent_is_an_action_and_less_is_none),
      cmocka_unit_test(the_factor_is_base_over_previous_close),
      cmocka_unit_test(without_an_action_the_factor_is_left_alone),
      cmocka_unit_test(prices_that_are_not_positive_make_no_action),
      cmocka_unit_test(the_largest_prices_do_not_overflow),
      cmocka_unit_test(the_rule_agrees_with_its_definition_everywhere),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
