#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <closebell/market/ticker.h>

static void codes_of_digits_and_capitals_are_tickers(void **state) {
  (void)state;
  assert_true(ticker_is_valid("005930"));
  assert_true(ticker_is_valid("00104K"));
  assert_true(ticker_is_valid("0126Z0"));
  assert_true(ticker_is_valid("9ABCDE"));
}

static void nothing_else_may_name_a_collection(void **state) {
  (void)state;
  const char *const bad[] = {"",       "0",         "00593",   "0059300", "A05930",   "K0104K",
                             "00104k", "00 930",    " 005930", "005930 ", "005930\n", "005.30",
                             "00593$", "00593\xc3", "-05930",  "system",  "/:;<=>",   "0/:@[`"};
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
    if (ticker_is_valid(bad[i])) fail_msg("\"%s\" was taken for a ticker", bad[i]);
  assert_false(ticker_is_valid("00593\0"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(codes_of_digits_and_capitals_are_tickers),
      cmocka_unit_test(nothing_else_may_name_a_collection),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
