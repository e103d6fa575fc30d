#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <closebell/base/random.h>
#include <closebell/plan/order.h>

#define NOW ((Instant)1744300000000)
#define HOUR_MS ((int64_t)60 * 60 * 1000)

static void expect_order(OrderItem *items, size_t count, const char *const *tickers) {
  order_sort(items, count);
  for (size_t i = 0; i < count; i++) assert_string_equal(items[i].ticker, tickers[i]);
}

static void the_largest_company_comes_first(void **state) {
  (void)state;
  OrderItem items[] = {{0, 100, 1, "000020"}, {1, 400, 1, "005930"}, {2, 300, 1, "000660"}};
  expect_order(items, 3, (const char *const[]){"005930", "000660", "000020"});
  assert_int_equal(items[0].target, 1);
}

static void three_sessions_behind_come_before_any_size(void **state) {
  (void)state;
  OrderItem items[] = {{0, 900, 2, "005930"}, {1, 1, 3, "000020"}, {2, 800, 0, "000660"}, {3, 2, 3, "000040"}};
  expect_order(items, 4, (const char *const[]){"000040", "000020", "005930", "000660"});
}

static void never_analysed_is_as_far_behind_as_can_be(void **state) {
  (void)state;
  OrderItem items[] = {{0, 900, 2, "005930"}, {1, 1, INT64_MAX, "064400"}};
  expect_order(items, 2, (const char *const[]){"064400", "005930"});
}

static void behind_is_behind_however_far(void **state) {
  (void)state;
  OrderItem items[] = {{0, 5, 300, "000020"}, {1, 9, 3, "005930"}, {2, 7, INT64_MAX, "000660"}};
  expect_order(items, 3, (const char *const[]){"005930", "000660", "000020"});
}

static void the_ticker_breaks_ties(void **state) {
  (void)state;
  OrderItem items[] = {{0, 5, 1, "0126Z0"}, {1, 5, 1, "00104K"}, {2, 5, 1, "005930"}};
  expect_order(items, 3, (const char *const[]){"00104K", "005930", "0126Z0"});
}

static bool comes_before(const OrderItem *a, const OrderItem *b) {
  bool a_behind = a->sessions_behind >= ORDER_BEHIND_SESSIONS, b_behind = b->sessions_behind >= ORDER_BEHIND_SESSIONS;
  if (a_behind != b_behind) return a_behind;
  if (a->market_cap != b->market_cap) return a->market_cap > b->market_cap;
  return strcmp(a->ticker, b->ticker) < 0;
}

static void the_order_is_the_same_however_the_targets_came(void **state) {
  (void)state;
  enum { COUNT = 500 };
  uint64_t seed = 20250411;
  Random random = random_seeded(&seed);
  OrderItem items[COUNT];
  for (size_t i = 0; i < COUNT; i++) {
    uint64_t draw = random_next(&random);
    items[i] = (OrderItem){i, (int64_t)(draw % 50), (int64_t)(draw / 64 % 6), ""};
    snprintf(items[i].ticker, sizeof items[i].ticker, "%06zu", i * 7919 % COUNT);
  }
  order_sort(items, COUNT);
  for (size_t i = 1; i < COUNT; i++) assert_true(comes_before(&items[i - 1], &items[i]));
}

static void nothing_to_sort_is_fine(void **state) {
  (void)state;
  OrderItem item = {7, 1, 1, "005930"};
  order_sort(&item, 0);
  order_sort(&item, 1);
  assert_int_equal(item.target, 7);
}

static void a_failure_is_tried_by_the_next_run(void **state) {
  (void)state;
  for (int64_t failures = 0; failures < ORDER_FAILURES_BEFORE_DAILY; failures++)
    assert_true(order_failure_due(failures, NOW - 1, NOW));
}

static void after_five_failures_once_a_day_is_enough(void **state) {
  (void)state;
  assert_false(order_failure_due(5, NOW - 1, NOW));
  assert_false(order_failure_due(5, NOW - 24 * HOUR_MS + 1, NOW));
  assert_true(order_failure_due(5, NOW - 24 * HOUR_MS, NOW));
  assert_false(order_failure_due(500, NOW - HOUR_MS, NOW));
  assert_true(order_failure_due(500, NOW - 25 * HOUR_MS, NOW));
}

static void a_failure_without_a_time_is_due(void **state) {
  (void)state;
  assert_true(order_failure_due(5, INSTANT_NONE, NOW));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_largest_company_comes_first),
      cmocka_unit_test(three_sessions_behind_come_before_any_size),
      cmocka_unit_test(never_analysed_is_as_far_behind_as_can_be),
      cmocka_unit_test(behind_is_behind_however_far),
      cmocka_unit_test(the_ticker_breaks_ties),
      cmocka_unit_test(the_order_is_the_same_however_the_targets_came),
      cmocka_unit_test(nothing_to_sort_is_fine),
      cmocka_unit_test(a_failure_is_tried_by_the_next_run),
      cmocka_unit_test(after_five_failures_once_a_day_is_enough),
      cmocka_unit_test(a_failure_without_a_time_is_due),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
