#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <closebell/base/text.h>

#include <locale.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void an_integer_is_read_whole_or_not_at_all(void **state) {
  (void)state;
  int64_t value = 42;
  static const char *const refused[] = {"",
                                        " 1",
                                        "1 ",
                                        "1.0",
                                        "0x10",
                                        "--1",
                                        "+-1",
                                        "-",
                                        "+",
                                        "1e3",
                                        "9223372036854775808",
                                        "-9223372036854775809",
                                        "1,000",
                                        "1_000"};
  for (size_t i = 0; i < COUNT(refused); i++) assert_false(text_parse_int64(refused[i], INT64_MIN, INT64_MAX, &value));
  assert_int_equal(value, 42);
  assert_true(text_parse_int64("9223372036854775807", INT64_MIN, INT64_MAX, &value) && value == INT64_MAX);
  assert_true(text_parse_int64("-9223372036854775808", INT64_MIN, INT64_MAX, &value) && value == INT64_MIN);
  assert_true(text_parse_int64("-0", INT64_MIN, INT64_MAX, &value) && value == 0);
  assert_true(text_parse_int64("+007", INT64_MIN, INT64_MAX, &value) && value == 7);
}

static void every_underscore_becomes_a_dash(void **state) {
  char text[] = "_krx_base-info_", empty[] = "";
  (void)state;
  assert_ptr_equal(text_dash(text), text);
  assert_string_equal(text, "-krx-base-info-");
  assert_string_equal(text_dash(empty), "");
}

static void an_integer_outside_its_bounds_is_refused(void **state) {
  (void)state;
  int64_t value = 42;
  assert_false(text_parse_int64("0", 1, 64, &value));
  assert_false(text_parse_int64("65", 1, 64, &value));
  assert_int_equal(value, 42);
  assert_true(text_parse_int64("64", 1, 64, &value) && value == 64);
  assert_true(text_parse_int64("1", 1, 64, &value) && value == 1);
}

static void a_number_of_two_decimals_is_read_in_hundredths(void **state) {
  (void)state;
  int64_t value = 42;
  static const char *const refused[] = {"",
                                        "-",
                                        ".",
                                        ".5",
                                        "-.5",
                                        "5.",
                                        "5.125",
                                        "5.1 ",
                                        "1e3",
                                        "5,.1",
                                        "5.,1",
                                        "5.1,2",
                                        "0x5",
                                        "5.-1",
                                        "1.2.3",
                                        "--1.00",
                                        "+",
                                        "92233720368547758.08",
                                        "nan",
                                        "5.0x",
                                        "92233720368547758070",
                                        "00000000000000000000000000000000000000000000000000000000000000001.00"};
  for (size_t i = 0; i < COUNT(refused); i++)
    if (text_parse_hundredths(refused[i], INT64_MIN, INT64_MAX, &value)) fail_msg("%s", refused[i]);
  assert_int_equal(value, 42);
  assert_true(text_parse_hundredths("2,587.02", 0, INT64_MAX, &value) && value == 258702);
  assert_true(text_parse_hundredths("-20.29", INT64_MIN, INT64_MAX, &value) && value == -2029);
  assert_true(text_parse_hundredths("-0.05", INT64_MIN, INT64_MAX, &value) && value == -5);
  assert_true(text_parse_hundredths("349.1", 0, INT64_MAX, &value) && value == 34910);
  assert_true(text_parse_hundredths("349", 0, INT64_MAX, &value) && value == 34900);
  assert_true(text_parse_hundredths("0.00", 0, 0, &value) && value == 0);
  assert_true(text_parse_hundredths("92233720368547758.07", 0, INT64_MAX, &value) && value == INT64_MAX);
  assert_false(text_parse_hundredths("1.01", 0, 100, &value));
}

static void commas_may_stand_between_digits_only(void **state) {
  (void)state;
  int64_t value = 42;
  static const char *const refused[] = {",1", "1,", "1,,0", "-,1", "", ",", "1, 0"};
  for (size_t i = 0; i < COUNT(refused); i++) {
    assert_false(text_parse_grouped_int64(refused[i], INT64_MIN, INT64_MAX, &value));
  }
  assert_int_equal(value, 42);
  assert_true(text_parse_grouped_int64("1,234,567", 0, INT64_MAX, &value) && value == 1234567);
  assert_true(text_parse_grouped_int64("-1,2", INT64_MIN, 0, &value) && value == -12);
  assert_true(text_parse_grouped_int64("100", 0, 100, &value) && value == 100);
}

static void durations_carry_their_unit(void **state) {
  (void)state;
  static const struct {
    const char *text;
    int64_t ms;
  } cases[] = {{"50m", 3000000},  {"2h", 7200000}, {"90s", 90000}, {"250ms", 250},
               {"3d", 259200000}, {"15", 15000},   {"0", 0},       {"9223372036854775807ms", INT64_MAX}};
  for (size_t i = 0; i < COUNT(cases); i++) {
    int64_t ms = -1;
    assert_true(text_parse_duration_ms(cases[i].text, &ms));
    assert_int_equal(ms, cases[i].ms);
  }
  static const char *const refused[] = {"",
                                        "m",
                                        "-1s",
                                        "1.5h",
                                        "5 m",
                                        "5M",
                                        "1h30m",
                                        "9223372036854775807",
                                        "106751991168d",
                                        "1w",
                                        "99999999999999999999ms"};
  int64_t ms = 42;
  for (size_t i = 0; i < COUNT(refused); i++) assert_false(text_parse_duration_ms(refused[i], &ms));
  assert_int_equal(ms, 42);
}

static void a_real_number_is_finite_and_decimal(void **state) {
  (void)state;
  static const struct {
    const char *text;
    double value;
  } cases[] = {{"0.1", 0.1}, {"-2.5e-3", -0.0025}, {".5", 0.5}, {"5.", 5}, {"+1E2", 100}, {"10000", 10000}};
  for (size_t i = 0; i < COUNT(cases); i++) {
    double value = 0;
    assert_true(text_parse_double(cases[i].text, -1e9, 1e9, &value));
    assert_true(value == cases[i].value);
  }
  static const char *const refused[] = {"",      ".",  "e5", "1e",  "1e+",   "inf", "nan",
                                        "0x1p3", " 1", "1 ", "1,5", "1e999", "--1", "1.2.3"};
  double value = 42;
  for (size_t i = 0; i < COUNT(refused); i++) assert_false(text_parse_double(refused[i], -1e300, 1e300, &value));
  assert_false(text_parse_double("101", 0, 100, &value));
  assert_false(text_parse_double("-0.001", 0, 100, &value));
  assert_true(value == 42);
}

static void the_decimal_point_is_a_point_in_every_locale(void **state) {
  (void)state;
  static const char *const comma_locales[] = {"de_DE.UTF-8", "fr_FR.UTF-8", "de_DE.utf8"};
  for (size_t i = 0; i < COUNT(comma_locales) && setlocale(LC_ALL, comma_locales[i]) == NULL; i++) continue;
  double value = 0;
  bool point = text_parse_double("1.5", 0, 10, &value), comma = text_parse_double("1,5", 0, 10, &value);
  setlocale(LC_ALL, "C");
  assert_true(point && !comma);
  assert_true(value == 1.5);
}

static void a_copy_fits_or_does_not_happen(void **state) {
  (void)state;
  char to[4] = "old";
  assert_true(text_copy(to, sizeof(to), "new"));
  assert_string_equal(to, "new");
  assert_false(text_copy(to, sizeof(to), "newer"));
  assert_string_equal(to, "new");
  assert_false(text_copy(to, 0, ""));
}

static void utf8_is_checked_to_the_letter(void **state) {
  (void)state;
  static const char *const good[] = {"",
                                     "plain",
                                     "\xEC\x82\xBC\xEC\x84\xB1",
                                     "\xC2\x80",
                                     "\xDF\xBF",
                                     "\xE0\xA0\x80",
                                     "\xED\x9F\xBF",
                                     "\xEE\x80\x80",
                                     "\xEF\xBF\xBF",
                                     "\xF0\x90\x80\x80",
                                     "\xF4\x8F\xBF\xBF"};
  static const char *const bad[] = {"\x80",
                                    "\xC0\x80",
                                    "\xC1\xBF",
                                    "\xE0\x9F\xBF",
                                    "\xED\xA0\x80",
                                    "\xF0\x8F\xBF\xBF",
                                    "\xF4\x90\x80\x80",
                                    "\xF5\x80\x80\x80",
                                    "\xFF",
                                    "\xC2",
                                    "\xC2 ",
                                    "\xEC\x82",
                                    "\xEC\x82 ",
                                    "\xF0\x90\x80",
                                    "\xF0\x90\x80x"};
  for (size_t i = 0; i < COUNT(good); i++) assert_true(text_is_utf8(good[i], strlen(good[i])));
  for (size_t i = 0; i < COUNT(bad); i++) assert_false(text_is_utf8(bad[i], strlen(bad[i])));
  assert_false(text_is_utf8("\xEC\x82\xBC", 2));
}

static void people_read_numbers_in_groups_of_three(void **state) {
  (void)state;
  char text[TEXT_GROUPED_SIZE];
  assert_string_equal(text_group_int64(0, text), "0");
  assert_string_equal(text_group_int64(999, text), "999");
  assert_string_equal(text_group_int64(1000, text), "1,000");
  assert_string_equal(text_group_int64(412500, text), "412,500");
  assert_string_equal(text_group_int64(-100, text), "-100");
  assert_string_equal(text_group_int64(-123456, text), "-123,456");
  assert_string_equal(text_group_int64(INT64_MIN, text), "-9,223,372,036,854,775,808");
}

static void a_buffer_grows_with_what_is_appended(void **state) {
  (void)state;
  TextBuffer buffer = {0};
  text_buffer_append(&buffer, "", 0);
  assert_string_equal(buffer.data, "");
  for (int i = 0; i < 1000; i++) text_buffer_printf(&buffer, "%d,", i);
  text_buffer_append(&buffer, "a\0b", 3);
  assert_false(buffer.failed);
  assert_int_equal(buffer.length, 10 * 2 + 90 * 3 + 900 * 4 + 3);
  assert_memory_equal(buffer.data, "0,1,2,3,", 8);
  assert_memory_equal(buffer.data + buffer.length - 7, "999,a\0b", 8);
  text_buffer_free(&buffer);
  assert_null(buffer.data);
}

static void a_buffer_without_memory_stays_failed(void **state) {
  (void)state;
  TextBuffer buffer = {0};
  text_buffer_append(&buffer, "kept", 4);
  text_buffer_append(&buffer, "x", SIZE_MAX / 2);
  assert_true(buffer.failed);
  text_buffer_append(&buffer, "y", 1);
  text_buffer_printf(&buffer, "%s", "z");
  assert_true(buffer.failed);
  assert_string_equal(buffer.data, "kept");
  text_buffer_free(&buffer);
}

static void real_numbers_have_at_most_four_decimals_and_none_that_are_0(void **state) {
  (void)state;
  static const struct {
    double value;
    const char *text;
  } CASES[] = {{0, "0"},         {57200, "57,200"},   {12.34567, "12.3457"}, {-0.5, "-0.5"},  {0.99999, "1"},
               {-1.99999, "-2"}, {1234.5, "1,234.5"}, {1e15, "1e+15"},       {5e-5, "0.0001"}};
  char text[TEXT_REAL_SIZE];
  for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++)
    assert_string_equal(text_group_double(CASES[i].value, text), CASES[i].text);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(an_integer_is_read_whole_or_not_at_all),
      cmocka_unit_test(every_underscore_becomes_a_dash),
      cmocka_unit_test(an_integer_outside_its_bounds_is_refused),
      cmocka_unit_test(a_number_of_two_decimals_is_read_in_hundredths),
      cmocka_unit_test(commas_may_stand_between_digits_only),
      cmocka_unit_test(durations_carry_their_unit),
      cmocka_unit_test(a_real_number_is_finite_and_decimal),
      cmocka_unit_test(the_decimal_point_is_a_point_in_every_locale),
      cmocka_unit_test(a_copy_fits_or_does_not_happen),
      cmocka_unit_test(utf8_is_checked_to_the_letter),
      cmocka_unit_test(people_read_numbers_in_groups_of_three),
      cmocka_unit_test(real_numbers_have_at_most_four_decimals_and_none_that_are_0),
      cmocka_unit_test(a_buffer_grows_with_what_is_appended),
      cmocka_unit_test(a_buffer_without_memory_stays_failed),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
