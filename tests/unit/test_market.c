#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <closebell/market/market.h>

static void a_market_has_one_name(void **state) {
  (void)state;
  for (int i = 0; i < MARKET_COUNT; i++) {
    Market market = MARKET_COUNT;
    assert_true(market_parse(market_name((Market)i), &market));
    assert_int_equal(market, i);
  }
  assert_string_equal(market_name(MARKET_KONEX), "KONEX");
  assert_non_null(market_name(MARKET_COUNT));
}

static void other_names_are_no_market(void **state) {
  (void)state;
  const char *const bad[] = {"", "KOSP", "KOSPIX", "kospi", "KOSPI ", "KOSDAQ GLOBAL", "KONE"};
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    Market market = MARKET_KONEX;
    assert_false(market_parse(bad[i], &market));
    assert_int_equal(market, MARKET_KONEX);
  }
}

static void a_set_is_written_with_commas(void **state) {
  (void)state;
  MarketSet set = 0;
  assert_true(market_set_parse("KOSPI,KOSDAQ", &set));
  assert_int_equal(set, market_bit(MARKET_KOSPI) | market_bit(MARKET_KOSDAQ));
  assert_true(market_set_has(set, MARKET_KOSDAQ));
  assert_false(market_set_has(set, MARKET_KONEX));
  assert_true(market_set_parse("  KONEX , KOSPI ", &set));
  assert_int_equal(set, market_bit(MARKET_KOSPI) | market_bit(MARKET_KONEX));
  assert_true(market_set_parse("KOSDAQ", &set));
  assert_int_equal(set, market_bit(MARKET_KOSDAQ));
}

static void every_set_is_read_as_it_is_written(void **state) {
  (void)state;
  char text[MARKET_SET_TEXT_SIZE];
  assert_string_equal(market_set_format(0, text), "");
  for (MarketSet set = 1; set < 1u << MARKET_COUNT; set++) {
    MarketSet again = 0;
    assert_true(market_set_parse(market_set_format(set, text), &again));
    assert_int_equal(again, set);
  }
}

static void a_malformed_set_is_refused_and_nothing_written(void **state) {
  (void)state;
  const char *const bad[] = {"",
                             " ",
                             ",",
                             "KOSPI,",
                             ",KOSPI",
                             "KOSPI KOSDAQ",
                             "KOSPI,,KOSDAQ",
                             "KOSPI,KOSPI",
                             "KOSPI;KOSDAQ",
                             "KOSPI,NASDAQ",
                             "KOSPI,\tKONEX"};
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    MarketSet set = 42;
    if (market_set_parse(bad[i], &set)) fail_msg("\"%s\" was taken for a set", bad[i]);
    assert_int_equal(set, 42);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_market_has_one_name),
      cmocka_unit_test(other_names_are_no_market),
      cmocka_unit_test(a_set_is_written_with_commas),
      cmocka_unit_test(every_set_is_read_as_it_is_written),
      cmocka_unit_test(a_malformed_set_is_refused_and_nothing_written),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
