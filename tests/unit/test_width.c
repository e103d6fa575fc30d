/* How many columns a text takes, and lines that fit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <closebell/base/width.h>

static void a_korean_syllable_takes_two_columns_and_a_mark_none(void **state) {
  (void)state;
  assert_int_equal(width_of(""), 0);
  assert_int_equal(width_of("abc"), 3);
  assert_int_equal(width_of("삼성전자"), 8);
  assert_int_equal(width_of("HS화성"), 6);
  assert_int_equal(width_of("e\xCC\x81"), 1);                            /* e and a combining accent */
  assert_int_equal(width_of("\xE1\x84\x89\xE1\x85\xA1\xE1\x86\xB7"), 2); /* one syllable of three parts */
  assert_int_equal(width_of("\xF0\xA0\x80\x80"), 2);                     /* an ideograph past the first plane */
}

static void a_byte_that_is_no_utf8_takes_one(void **state) {
  (void)state;
  assert_int_equal(width_of("\xFF\xFE"), 2);
  assert_int_equal(width_of("a\xEC\x82"), 3); /* cut in the middle */
  assert_int_equal(width_of("\xEC"
                            "ab"),
                   3);
}

static void columns_come_before_the_terminal_and_are_never_fewer_than_the_least(void **state) {
  (void)state;
  assert_int_equal(width_choose(NULL, 0), 0);
  assert_int_equal(width_choose("", 0), 0);
  assert_int_equal(width_choose(NULL, 120), 120);
  assert_int_equal(width_choose("100", 120), 100);
  assert_int_equal(width_choose("100", 0), 100);
  assert_int_equal(width_choose("20", 120), WIDTH_LEAST);
  assert_int_equal(width_choose(NULL, 20), WIDTH_LEAST);
  assert_int_equal(width_choose("0", 120), 120);
  assert_int_equal(width_choose("-3", 0), 0);
  assert_int_equal(width_choose("wide", 0), 0);
  assert_int_equal(width_choose("99999999999999999999", 80), 80);
}

static void expect(const char *text, size_t indent, size_t columns, const char *lines) {
  TextBuffer buffer = {0};
  width_wrap(&buffer, text, indent, columns);
  assert_string_equal(buffer.data != NULL ? buffer.data : "", lines);
  text_buffer_free(&buffer);
}

static void without_columns_a_text_stays_as_it_is(void **state) {
  (void)state;
  expect("one two   three", 2, 0, "one two   three");
  expect("", 2, 0, "");
  expect("", 2, 60, "");
}

static void lines_end_at_blanks_and_the_next_ones_are_indented(void **state) {
  (void)state;
  expect("one two three four five six seven", 2, 24, "one two three four five\n  six seven");
  expect("0123456789 0123456789 012", 2, 25, "0123456789 0123456789 012");
  expect("0123456789 0123456789 0123", 2, 25, "0123456789 0123456789\n  0123");
  expect("one     two three four five six", 2, 22, "one     two three four\n  five six"); /* blanks inside stay */
  expect("0123456789 0123456789   ", 2, 22, "0123456789 0123456789");
}

static void a_label_stays_with_its_text(void **state) {
  (void)state;
  expect("  label     0123456789012345678901234567890123 end", 12, 40,
         "  label     0123456789012345678901234567\n            890123 end");
  expect("  label     first second third fourth fifth", 12, 33,
         "  label     first second third\n            fourth fifth");
}

static void a_word_longer_than_a_line_is_cut_between_characters(void **state) {
  (void)state;
  expect("가나다라마바사아자차카타파하", 1, 21, "가나다라마바사아자차\n 카타파하");
  expect("0123456789012345678901234567890", 1, 21, "012345678901234567890\n 1234567890");
}

static void no_line_is_wider_whatever_the_text(void **state) {
  (void)state;
  static const char *const WORDS[] = {"a", "sessions", "삼성전자", "\xFF", " ", "LG에너지솔루션우선주", "0.75"};
  uint32_t seed = 17;
  for (int round = 0; round < 5000; round++) {
    TextBuffer text = {0}, lines = {0};
    for (int words = 0; words < 30; words++) {
      seed = seed * 1664525 + 1013904223;
      text_buffer_printf(&text, "%s%s", WORDS[(seed >> 16) % 7], seed >> 30 ? " " : "");
    }
    size_t columns = WIDTH_LEAST + (seed >> 8) % 30, indent = (seed >> 20) % 50;
    width_wrap(&lines, text.data, indent, columns);
    for (char *line = lines.data, *end; line != NULL; line = end) {
      end = strchr(line, '\n');
      if (end != NULL) *end++ = '\0';
      assert_true(width_of(line) <= columns);
    }
    text_buffer_free(&text);
    text_buffer_free(&lines);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_korean_syllable_takes_two_columns_and_a_mark_none),
      cmocka_unit_test(a_byte_that_is_no_utf8_takes_one),
      cmocka_unit_test(columns_come_before_the_terminal_and_are_never_fewer_than_the_least),
      cmocka_unit_test(without_columns_a_text_stays_as_it_is),
      cmocka_unit_test(lines_end_at_blanks_and_the_next_ones_are_indented),
      cmocka_unit_test(a_label_stays_with_its_text),
      cmocka_unit_test(a_word_longer_than_a_line_is_cut_between_characters),
      cmocka_unit_test(no_line_is_wider_whatever_the_text),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
