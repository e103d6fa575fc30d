/* Text from outside, made fit to be shown. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <closebell/base/escape.h>

/* What is printed as one line, the end included; the caller frees it. */
static char *printed(const char *text) {
  char *line = NULL;
  size_t size = 0;
  FILE *stream = open_memstream(&line, &size);
  assert_non_null(stream);
  escape_print_line(stream, "%s", text);
  fclose(stream);
  return line;
}

static void assert_shown(const char *text, const char *shown) {
  char copy[256], *line = printed(text);
  assert_string_equal(escape_text(copy, sizeof copy, text), shown);
  assert_int_equal(strlen(line), strlen(shown) + 1);
  assert_memory_equal(line, shown, strlen(shown));
  assert_int_equal(line[strlen(shown)], '\n');
  free(line);
}

static void names_of_stocks_stay_as_they_are(void **state) {
  (void)state;
  static const char *const names[] = {
      "삼성전자",  "AJ네트웍스",       "LG에너지솔루션",           "S-Oil",     "KODEX 200", "한화3우B", "F&F",
      "e\xCC\x81", "\xF0\x9F\x93\x88", "\xE2\x9D\xA4\xEF\xB8\x8F", "a\\b \"c\""};
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) assert_shown(names[i], names[i]);
}

static void what_steers_a_terminal_is_seen_instead(void **state) {
  (void)state;
  assert_shown("\033[2J\033]0;title\007", "\\x1b[2J\\x1b]0;title\\a");
  assert_shown("\001\b\t\n\v\f\r\177", "\\x01\\b\\t\\n\\v\\f\\r\\x7f");
  assert_shown("\xC2\x9B"
               "2J\xC2\x85",
               "\\u009b2J\\u0085"); /* C1: CSI and NEL */
}

static void what_turns_hides_or_separates_letters_is_seen(void **state) {
  (void)state;
  static const struct {
    uint32_t first, last;
  } hidden[] = {{0x202A, 0x202E}, {0x2066, 0x2069}, {0x200B, 0x200F}, {0x061C, 0x061C}, {0x2028, 0x2029},
                {0x2060, 0x2064}, {0xFEFF, 0xFEFF}, {0x00AD, 0x00AD}, {0x3164, 0x3164}};
  for (size_t i = 0; i < sizeof hidden / sizeof hidden[0]; i++)
    for (uint32_t code = hidden[i].first; code <= hidden[i].last; code++) {
      char text[8] = {0}, shown[16];
      if (code < 0x800) {
        text[0] = (char)(0xC0 | code >> 6), text[1] = (char)(0x80 | (code & 0x3F));
      } else {
        text[0] = (char)(0xE0 | code >> 12), text[1] = (char)(0x80 | (code >> 6 & 0x3F));
        text[2] = (char)(0x80 | (code & 0x3F));
      }
      snprintf(shown, sizeof shown, "\\u%04x", (unsigned)code);
      assert_shown(text, shown);
    }
  assert_shown("\xF3\xA0\x81\x81", "\\U000e0041"); /* a tag: a letter that nobody sees */
}

static void bytes_that_are_no_text_are_shown_one_by_one(void **state) {
  (void)state;
  assert_shown("\xFF\xEC\x82 \xC0\xAF\xED\xA0\x80", "\\xff\\xec\\x82 \\xc0\\xaf\\xed\\xa0\\x80");
}

static void a_copy_that_is_too_small_ends_in_dots_and_never_within_a_letter(void **state) {
  (void)state;
  const char text[] = "삼성\033전자 005930 and more";
  for (size_t size = ESCAPE_MAX; size < 40; size++) {
    char *copy = malloc(size);
    assert_non_null(copy);
    escape_text(copy, size, text);
    size_t length = strlen(copy);
    assert_true(length < size && text_is_utf8(copy, length));
    if (size < sizeof text + 3) assert_string_equal(copy + length - 3, "...");
    free(copy);
  }
}

static void a_line_is_one_line_and_says_where_it_was_cut(void **state) {
  (void)state;
  char *text = malloc(20000);
  assert_non_null(text);
  memset(text, 'x', 20000);
  text[19999] = '\0';
  char *line = printed(text);
  assert_in_range(strlen(line), 8000, 8192);
  assert_string_equal(line + strlen(line) - 5, "x...\n");
  free(line);
  free(text);
}

static void json_keeps_its_meaning_and_hides_nothing(void **state) {
  (void)state;
  char *line = NULL;
  size_t size = 0;
  FILE *stream = open_memstream(&line, &size);
  assert_non_null(stream);
  escape_print_json(stream, "{ \"name\" : \"삼성\xE2\x80\xAE\\\" \x7F\xF3\xA0\x81\x81\xFF\" }");
  fclose(stream);
  assert_string_equal(line, "{ \"name\" : \"삼성\\u202e\\\" \\u007f\\udb40\\udc41\\ufffd\" }\n");
  free(line);
}

static void between_quotes_nothing_ends_them(void **state) {
  (void)state;
  TextBuffer text = {0};
  escape_append(&text, "a\" level=error \\", ESCAPE_TO_QUOTE);
  assert_false(text.failed);
  assert_string_equal(text.data, "a\\\" level=error \\\\");
  text_buffer_free(&text);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(names_of_stocks_stay_as_they_are),
      cmocka_unit_test(what_steers_a_terminal_is_seen_instead),
      cmocka_unit_test(what_turns_hides_or_separates_letters_is_seen),
      cmocka_unit_test(bytes_that_are_no_text_are_shown_one_by_one),
      cmocka_unit_test(a_copy_that_is_too_small_ends_in_dots_and_never_within_a_letter),
      cmocka_unit_test(a_line_is_one_line_and_says_where_it_was_cut),
      cmocka_unit_test(json_keeps_its_meaning_and_hides_nothing),
      cmocka_unit_test(between_quotes_nothing_ends_them),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
