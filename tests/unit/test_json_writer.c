#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <closebell/base/json.h>
#include <closebell/base/json_writer.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void commas_and_brackets_stand_where_they_should(void **state) {
  (void)state;
  TextBuffer text = {0};
  JsonWriter to = json_writer(&text);
  json_begin_object(&to, NULL);
  json_put_whole(&to, "low", INT64_MIN);
  json_begin_list(&to, "items");
  json_put_text(&to, NULL, "a");
  json_begin_object(&to, NULL);
  json_put_truth(&to, "yes", true);
  json_end_object(&to);
  json_begin_object(&to, NULL);
  json_end_object(&to);
  json_end_list(&to);
  json_put_day(&to, "date", 20188);
  json_put_instant(&to, "at", 0);
  json_end_object(&to);
  assert_string_equal(text.data, "{\"low\":-9223372036854775808,\"items\":[\"a\",{\"yes\":true},{}],"
                                 "\"date\":\"2025-04-10\",\"at\":\"1970-01-01T00:00:00Z\"}");
  assert_true(json_is_valid(text.data));
  text_buffer_free(&text);
}

static void what_is_absent_is_not_written(void **state) {
  (void)state;
  TextBuffer text = {0};
  JsonWriter to = json_writer(&text);
  json_begin_object(&to, NULL);
  json_put_real(&to, "a", NAN);
  json_put_real(&to, "b", INFINITY);
  json_put_day(&to, "c", DAY_NONE);
  json_put_instant(&to, "d", INSTANT_NONE);
  json_end_object(&to);
  assert_string_equal(text.data, "{}");
  text_buffer_free(&text);
}

static void a_double_reads_back_as_the_same(void **state) {
  (void)state;
  static const double values[] = {0, -0.0, 0.1, 1.0 / 3, 5e-324, 1.7976931348623157e308, 123456789012345680.0, -57200.5};
  for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
    TextBuffer text = {0};
    JsonWriter to = json_writer(&text);
    json_put_real(&to, NULL, values[i]);
    assert_true(json_is_valid(text.data));
    double back = strtod(text.data, NULL);
    assert_memory_equal(&back, &values[i], sizeof back);
    text_buffer_free(&text);
  }
}

static void a_whole_number_has_neither_point_nor_exponent_nor_a_sign_of_zero(void **state) {
  (void)state;
  TextBuffer text = {0};
  JsonWriter to = json_writer(&text);
  json_begin_list(&to, NULL);
  json_put_number(&to, NULL, 4e15);
  json_put_number(&to, NULL, -1e18);
  json_put_number(&to, NULL, -0.0);
  json_put_number(&to, NULL, 0.1);
  json_put_number(&to, NULL, NAN);
  json_put_number(&to, NULL, INFINITY);
  json_put_text_of(&to, NULL, "close > 0 and more", 9);
  json_end_list(&to);
  assert_string_equal(text.data, "[4000000000000000,-1000000000000000000,0,0.1,\"close > 0\"]");
  text_buffer_free(&text);
}

static void texts_are_escaped(void **state) {
  (void)state;
  TextBuffer text = {0};
  JsonWriter to = json_writer(&text);
  json_put_text(&to, NULL, "\"\\\n\t\x01\x7f 삼성");
  assert_string_equal(text.data, "\"\\\"\\\\\\n\\t\\u0001\\u007f 삼성\"");
  assert_true(json_is_valid(text.data));
  text_buffer_free(&text);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(commas_and_brackets_stand_where_they_should),
      cmocka_unit_test(what_is_absent_is_not_written),
      cmocka_unit_test(a_double_reads_back_as_the_same),
      cmocka_unit_test(a_whole_number_has_neither_point_nor_exponent_nor_a_sign_of_zero),
      cmocka_unit_test(texts_are_escaped),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
