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

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_is_wrong_with_a_tickers_documents_holds_no_other_ticker),
      cmocka_unit_test(what_would_befall_every_ticker_ends_the_run),
      cmocka_unit_test(success_is_no_trouble),
  };
  return cmocka_run_group_tests_name("trouble", tests, NULL, NULL);
}
