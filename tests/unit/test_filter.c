#include "market_rows.h"

#include <closebell/market/filter.h>

static const EntryFilter FILTER = {.markets = (1u << MARKET_KOSPI) | (1u << MARKET_KOSDAQ),
                                   .min_market_cap = INT64_C(100000000000),
                                   .exit_market_cap = INT64_C(80000000000),
                                   .exit_sessions = 20};

static void a_stock_enters_at_exactly_the_threshold(void **state) {
  (void)state;
  StockRow row = row_of("005930", 1000);
  row.market_cap = FILTER.min_market_cap;
  assert_int_equal(filter_entry(&FILTER, &row), FILTER_PASSED);
  row.market_cap--;
  assert_int_equal(filter_entry(&FILTER, &row), FILTER_MARKET_CAP);
}

static void an_unwanted_market_is_named_first(void **state) {
  (void)state;
  StockRow row = row_of("005930", 1000);
  row.market = MARKET_KONEX;
  row.market_cap = 0;
  assert_int_equal(filter_entry(&FILTER, &row), FILTER_MARKET);
  row.market_cap = INT64_MAX;
  assert_int_equal(filter_entry(&FILTER, &row), FILTER_MARKET);
}

static void a_stock_that_is_not_traded_may_enter(void **state) {
  (void)state;
  StockRow row = row_of("005930", 1000);
  row.market = MARKET_KOSDAQ;
  row.market_cap = FILTER.min_market_cap;
  row.open = 0;
  assert_int_equal(filter_entry(&FILTER, &row), FILTER_PASSED);
}

static void every_reason_has_its_name(void **state) {
  (void)state;
  assert_string_equal(filter_reason_name(FILTER_PASSED), "passed");
  assert_string_equal(filter_reason_name(FILTER_MARKET), "market");
  assert_string_equal(filter_reason_name(FILTER_MARKET_CAP), "market_cap");
  assert_non_null(filter_reason_name(FILTER_REASON_COUNT));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_stock_enters_at_exactly_the_threshold),
      cmocka_unit_test(an_unwanted_market_is_named_first),
      cmocka_unit_test(a_stock_that_is_not_traded_may_enter),
      cmocka_unit_test(every_reason_has_its_name),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
