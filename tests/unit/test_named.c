#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "named.h"

static void what_stands_as_a_whole_word_in_one_line_is_named(void **state) {
  (void)state;
  static const char TEXT[] = "2025-03-05: KOSDAQ has 40 of 1,800 rows.\nsecond (row 7), exit=69";
  assert_true(is_named(TEXT, "2025-03-05|KOSDAQ|40"));
  assert_true(is_named(TEXT, "7|exit=69"));
  assert_true(is_named(TEXT, "row 7"));
  assert_false(is_named(TEXT, "05"));
  assert_false(is_named(TEXT, "4"));
  assert_false(is_named(TEXT, "exit=6"));
  assert_false(is_named(TEXT, "OSDAQ"));
  assert_false(is_named(TEXT, "40|KOSDAQ"));
  assert_false(is_named(TEXT, "40|7")); /* another line */
  assert_false(is_named(TEXT, "40|40"));
  assert_false(is_named("", "x"));
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(what_stands_as_a_whole_word_in_one_line_is_named)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
