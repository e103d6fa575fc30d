#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <closebell/plan/trouble.h>

static void what_is_wrong_with_a_tickers_documents_holds_no_other_ticker(void **state) {
  (void)state;
  assert_true(trouble_is_own(STATUS_BAD_DATA));   /* one of them cannot be read */
  assert_true(trouble_is_own(STATUS_INTERNAL));   /* the server refuses one of them */
  assert_true(trouble_is_own(STATUS_NOT_FOUND));  /* the analysis: one has gone while it was read */
  assert_true(trouble_is_own(STATUS_DUPLICATE));  /* the analysis: one came back after its removal */
  assert_true(trouble_is_own(STATUS_INCOMPLETE)); /* the back-fill: not all of its rows read back equal */
}

static void what_would_befall_every_ticker_ends_the_run(void **state) {
  (void)state;
  static const Status EVERYBODYS[] = {STATUS_USAGE, STATUS_CONFIG,      STATUS_UNAVAILABLE,
                                      STATUS_LOST,  STATUS_INTERRUPTED, STATUS_NO_MEMORY};
  for (size_t i = 0; i < sizeof EVERYBODYS / sizeof EVERYBODYS[0]; i++) assert_false(trouble_is_own(EVERYBODYS[i]));
}

static void success_is_no_trouble(void **state) {
  (void)state;
  assert_false(trouble_is_own(STATUS_OK));
}

static void more_than_thirty_percent_are_common_trouble(void **state) {
  (void)state;
  static const struct {
    size_t failed, stocks;
    bool is_common;
  } cases[] = {{0, 0, false}, {0, 10, false},   {3, 10, false},     {4, 10, true},      {1, 3, true},
               {1, 4, false}, {30, 100, false}, {31, 100, true},    {300, 1000, false}, {301, 1000, true},
               {1, 1, true},  {900, 900, true}, {810, 2700, false}, {811, 2700, true}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
    if (trouble_is_common(cases[i].failed, cases[i].stocks) != cases[i].is_common)
      fail_msg("%zu of %zu", cases[i].failed, cases[i].stocks);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_is_wrong_with_a_tickers_documents_holds_no_other_ticker),
      cmocka_unit_test(what_would_befall_every_ticker_ends_the_run),
      cmocka_unit_test(success_is_no_trouble),
      cmocka_unit_test(more_than_thirty_percent_are_common_trouble),
  };
  return cmocka_run_group_tests_name("trouble", tests, NULL, NULL);
}
