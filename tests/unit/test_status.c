#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <closebell/base/status.h>
#include <closebell/base/text.h>

#include <string.h>

static void an_error_holds_the_formatted_text_and_hands_back_the_status(void **state) {
  (void)state;
  Error err;
  assert_int_equal(error_set(&err, STATUS_BAD_DATA, "row %d: %s", 7, "no close"), STATUS_BAD_DATA);
  assert_string_equal(err.text, "row 7: no close");
}

static void callers_add_where_they_were_in_front(void **state) {
  (void)state;
  Error err;
  error_set(&err, STATUS_UNAVAILABLE, "connection reset");
  assert_int_equal(error_prefix(&err, STATUS_UNAVAILABLE, "insert"), STATUS_UNAVAILABLE);
  error_prefix(&err, STATUS_UNAVAILABLE, "archive %s", "2025-04-10");
  assert_string_equal(err.text, "archive 2025-04-10: insert: connection reset");
}

static void a_prefix_to_no_text_names_the_status(void **state) {
  (void)state;
  Error err = {""};
  assert_int_equal(error_prefix(&err, STATUS_NO_MEMORY, "encode"), STATUS_NO_MEMORY);
  assert_string_equal(err.text, "encode: out of memory");
}

static void a_prefix_leaves_success_alone(void **state) {
  (void)state;
  Error err = {"untouched"};
  assert_int_equal(error_prefix(&err, STATUS_OK, "insert"), STATUS_OK);
  assert_string_equal(err.text, "untouched");
}

static void nobody_has_to_bring_an_error(void **state) {
  (void)state;
  assert_int_equal(error_set(NULL, STATUS_LOST, "x"), STATUS_LOST);
  assert_int_equal(error_prefix(NULL, STATUS_LOST, "x"), STATUS_LOST);
}

static void an_error_may_quote_itself(void **state) {
  (void)state;
  Error err;
  error_set(&err, STATUS_INTERNAL, "first");
  error_set(&err, STATUS_INTERNAL, "second after %s", err.text);
  assert_string_equal(err.text, "second after first");
}

static void a_long_text_is_cut_between_characters(void **state) {
  (void)state;
  char name[1200];
  for (size_t offset = 0; offset < 3; offset++) {
    memset(name, 'x', offset);
    for (size_t i = offset; i + 3 < sizeof(name); i += 3) memcpy(name + i, "\xEC\x82\xBC", 4);
    Error err;
    error_set(&err, STATUS_BAD_DATA, "%s", name);
    size_t length = strlen(err.text);
    assert_true(text_is_utf8(err.text, length));
    assert_in_range(length, sizeof(err.text) - 3, sizeof(err.text) - 1);
  }
}

static void an_error_is_one_line_of_utf8(void **state) {
  (void)state;
  Error err;
  error_set(&err, STATUS_BAD_DATA, "answer:\r\n%s", "\xFF<html>\t");
  assert_string_equal(err.text, "answer:  ?<html> ");
}

static void every_status_has_a_name_and_an_exit_code(void **state) {
  (void)state;
  for (int status = STATUS_OK; status <= STATUS_INTERNAL; status++) {
    assert_string_not_equal(status_name((Status)status), "unknown");
    assert_int_equal(status_exit_code((Status)status) == EXIT_DONE, status == STATUS_OK);
  }
  assert_string_equal(status_name((Status)99), "unknown");
  assert_int_equal(status_exit_code((Status)99), EXIT_INTERNAL);
}

static void exit_codes_are_those_of_sysexits(void **state) {
  (void)state;
  assert_int_equal(status_exit_code(STATUS_OK), 0);
  assert_int_equal(status_exit_code(STATUS_USAGE), 64);
  assert_int_equal(status_exit_code(STATUS_UNAVAILABLE), 69);
  assert_int_equal(status_exit_code(STATUS_INTERNAL), 70);
  assert_int_equal(status_exit_code(STATUS_INTERRUPTED), 75);
  assert_int_equal(status_exit_code(STATUS_INCOMPLETE), 75);
  assert_int_equal(status_exit_code(STATUS_CONFIG), 78);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(an_error_holds_the_formatted_text_and_hands_back_the_status),
      cmocka_unit_test(callers_add_where_they_were_in_front),
      cmocka_unit_test(a_prefix_to_no_text_names_the_status),
      cmocka_unit_test(a_prefix_leaves_success_alone),
      cmocka_unit_test(nobody_has_to_bring_an_error),
      cmocka_unit_test(an_error_may_quote_itself),
      cmocka_unit_test(a_long_text_is_cut_between_characters),
      cmocka_unit_test(an_error_is_one_line_of_utf8),
      cmocka_unit_test(every_status_has_a_name_and_an_exit_code),
      cmocka_unit_test(exit_codes_are_those_of_sysexits),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
