#include <closebell/base/ini_text.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static IniText read_text(const char *text) {
  IniText ini = {0};
  assert_int_equal(ini_text_read(text, strlen(text), INI_LINE_MAX, &ini, NULL), STATUS_OK);
  return ini;
}

static void assert_value(const IniText *ini, const char *section, const char *key, const char *value, int line) {
  const IniEntry *entry = ini_text_find(ini, section, key);
  assert_non_null(entry);
  assert_string_equal(entry->value.data, value);
  assert_int_equal(entry->line, line);
}

static void sections_keys_and_values_have_their_lines(void **state) {
  (void)state;
  IniText ini =
      read_text("\xEF\xBB\xBF# a comment\n[feed]\ntitle = A = b: c\r\n\n; another\n[query mon]\nq=1\n[feed]\nx=\n");
  assert_int_equal(ini.fault_count, 0);
  assert_int_equal(ini.section_count, 3);
  assert_string_equal(ini.sections[1].name, "query mon");
  assert_int_equal(ini.sections[1].line, 6);
  assert_value(&ini, "feed", "title", "A = b: c", 3);
  assert_value(&ini, "query mon", "q", "1", 7);
  assert_value(&ini, "feed", "x", "", 9);
  assert_null(ini_text_find(&ini, "feed", "q"));
  ini_text_free(&ini);
}

static void a_line_that_begins_with_a_blank_goes_on(void **state) {
  (void)state;
  IniText ini = read_text("[feed]\nitems = A, ; first\n  B = 1,\n\n  # comment\n\tC ; last\nurl = x\n");
  assert_int_equal(ini.fault_count, 0);
  assert_value(&ini, "feed", "items", "A,\nB = 1,\nC", 2);
  assert_value(&ini, "feed", "url", "x", 7);
  ini_text_free(&ini);
}

static void behind_a_section_an_indented_line_is_a_key(void **state) {
  (void)state;
  IniText ini = read_text("[a]\nx = 1\n[b]\n  y = 2\n");
  assert_int_equal(ini.fault_count, 0);
  assert_value(&ini, "b", "y", "2", 4);
  ini_text_free(&ini);
}

static void a_comment_begins_behind_a_blank_only(void **state) {
  (void)state;
  IniText ini = read_text("[a]\nx = 1;2 ;3\ny = #1\n");
  assert_value(&ini, "a", "x", "1;2", 2);
  assert_value(&ini, "a", "y", "#1", 3);
  ini_text_free(&ini);
}

static void assert_fault(const IniText *ini, size_t index, int line, const char *words) {
  assert_true(index < ini->fault_count);
  assert_int_equal(ini->faults[index].line, line);
  assert_non_null(strstr(ini->faults[index].text, words));
}

static void every_wrong_line_is_told_and_the_rest_is_read(void **state) {
  (void)state;
  IniText ini = read_text(
      "early = 1\n[a\nx = 1\n[b] y\nz = 2\nnothing\n= 3\na:b = 4\n[]\n[c]\n\xFF = 1\nw = \x01\nlast = 5\n ;=1\n");
  assert_int_equal(ini.fault_count, 9);
  assert_fault(&ini, 0, 1, "before the first");
  assert_fault(&ini, 1, 2, "[name]");
  assert_fault(&ini, 2, 4, "something follows");
  assert_fault(&ini, 3, 6, "neither");
  assert_fault(&ini, 4, 7, "neither");
  assert_fault(&ini, 5, 8, "colon");
  assert_fault(&ini, 6, 9, "[name]");
  assert_fault(&ini, 7, 11, "UTF-8");
  assert_fault(&ini, 8, 12, "control");
  assert_value(&ini, "b", "z", "2", 5);
  assert_value(&ini, "c", "last", "5", 13);
  ini_text_free(&ini);
}

static void a_line_may_have_190_bytes_and_no_more(void **state) {
  (void)state;
  char text[600];
  int key = snprintf(text, sizeof text, "[a]\nkey = ");
  memset(text + key, 'x', 184);
  strcpy(text + key + 184, "\n");
  IniText ini = read_text(text);
  assert_int_equal(ini.fault_count, 0);
  assert_int_equal(strlen(ini_text_find(&ini, "a", "key")->value.data), 184);
  ini_text_free(&ini);
  strcpy(text + key + 184, "x\n  more\nnext = 1\n");
  ini = read_text(text);
  assert_int_equal(ini.fault_count, 1);
  assert_fault(&ini, 0, 2, "191 bytes; allowed are 190");
  assert_null(ini_text_find(&ini, "a", "key"));
  assert_value(&ini, "a", "next", "1", 4);
  ini_text_free(&ini);
}

static void blanks_of_the_beginning_count_and_a_comment_does_not(void **state) {
  (void)state;
  char text[900];
  int at = snprintf(text, sizeof text, "[a]\nkey = 1\n");
  memset(text + at, ' ', 189);
  strcpy(text + at + 189, "xy\n  z\n#");
  memset(text + strlen(text), '#', 300);
  text[at + 189 + 8 + 300] = '\0';
  IniText ini = read_text(text);
  assert_int_equal(ini.fault_count, 1);
  assert_fault(&ini, 0, 3, "191 bytes");
  assert_value(&ini, "a", "key", "1\nz", 2);
  ini_text_free(&ini);
}

static void a_nul_is_a_fault_of_its_line(void **state) {
  (void)state;
  IniText ini = {0};
  assert_int_equal(ini_text_read("[a]\nx = 1\0 2\ny = 3", 18, INI_LINE_MAX, &ini, NULL), STATUS_OK);
  assert_int_equal(ini.fault_count, 1);
  assert_fault(&ini, 0, 2, "control");
  assert_value(&ini, "a", "y", "3", 3);
  ini_text_free(&ini);
}

static void a_long_key_is_whole(void **state) {
  (void)state;
  char text[300] = "[a]\n";
  memset(text + 4, 'k', 100);
  strcpy(text + 104, " = 1\n 2\n");
  IniText ini = read_text(text);
  assert_int_equal(strlen(ini.entries[0].key), 100);
  assert_string_equal(ini.entries[0].value.data, "1\n2");
  ini_text_free(&ini);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(sections_keys_and_values_have_their_lines),
      cmocka_unit_test(a_line_that_begins_with_a_blank_goes_on),
      cmocka_unit_test(behind_a_section_an_indented_line_is_a_key),
      cmocka_unit_test(a_comment_begins_behind_a_blank_only),
      cmocka_unit_test(every_wrong_line_is_told_and_the_rest_is_read),
      cmocka_unit_test(a_line_may_have_190_bytes_and_no_more),
      cmocka_unit_test(blanks_of_the_beginning_count_and_a_comment_does_not),
      cmocka_unit_test(a_nul_is_a_fault_of_its_line),
      cmocka_unit_test(a_long_key_is_whole),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
