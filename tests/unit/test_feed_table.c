#include <closebell/feed/table.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void a_line_has_columns_between_tabs(void **state) {
  (void)state;
  static const char text[] = "\xEF\xBB\xBF# comment\r\nAAPL\t Apple Inc. \tIT\r\n\n \t \n  # another\nB\t\tx\t\t\nC";
  FeedTable table = {0};
  assert_int_equal(feed_table_parse(text, strlen(text), &table, NULL), STATUS_OK);
  assert_int_equal(table.count, 3);
  assert_int_equal(table.lines[0].count, 3);
  assert_int_equal(table.lines[0].number, 2);
  assert_string_equal(feed_line_column(&table.lines[0], 1), "AAPL");
  assert_string_equal(feed_line_column(&table.lines[0], 2), "Apple Inc.");
  assert_null(feed_line_column(&table.lines[0], 4));
  assert_null(feed_line_column(&table.lines[0], 0));
  assert_int_equal(table.lines[1].count, 3); /* empty ones at the end are none */
  assert_null(feed_line_column(&table.lines[1], 2));
  assert_string_equal(feed_line_column(&table.lines[1], 3), "x");
  assert_int_equal(table.lines[2].number, 7);
  feed_table_free(&table);
}

static void a_line_is_found_by_its_first_column(void **state) {
  (void)state;
  char text[20000];
  size_t at = 0;
  for (int i = 0; i < 385; i++) at += (size_t)sprintf(text + at, "C%03d\tcoin-%d\n", i * 8 % 385, i * 8 % 385);
  FeedTable table = {0};
  assert_int_equal(feed_table_parse(text, at, &table, NULL), STATUS_OK);
  assert_int_equal(table.count, 385);
  for (int i = 0; i < 385; i++) {
    char name[16], id[16];
    snprintf(name, sizeof name, "C%03d", i);
    snprintf(id, sizeof id, "coin-%d", i);
    assert_string_equal(feed_line_column(feed_table_find(&table, name), 2), id);
  }
  assert_string_equal(table.lines[1].columns[0], "C008"); /* the order of the file stays */
  assert_null(feed_table_find(&table, "C385"));
  assert_null(feed_table_find(&table, ""));
  feed_table_free(&table);
  assert_null(feed_table_find(&table, "C001"));
}

static void assert_refused(const char *text, size_t length, const char *words) {
  FeedTable table = {.count = 77};
  Error err = {""};
  assert_int_equal(feed_table_parse(text, length, &table, &err), STATUS_CONFIG);
  if (strstr(err.text, words) == NULL) fail_msg("expected %s, got %s", words, err.text);
  assert_int_equal(table.count, 77);
}

static void what_is_no_table_is_refused(void **state) {
  (void)state;
  char text[1000];
  assert_refused("A\nB\nA\tx\nB\n", 10, "line 3: A stands there twice, the first time in line 1");
  assert_refused("A\n\tx\n", 5, "line 2: the first column is empty");
  assert_refused("A\n\xFF\n", 4, "line 2: this is not UTF-8");
  assert_refused("A\nB\x01\n", 5, "line 2: a control character");
  assert_refused("A\0B\n", 4, "line 1: a control character");
  assert_refused("A\t1\t2\t3\t4\t5\t6\t7\t8\t9\t0\t1\t2\t3\t4\t5\t6", 33, "line 1: there are more than 16 columns");
  memset(text, 'x', sizeof text);
  assert_refused(text, 501, "line 1: a column is longer than 500 bytes");
  FeedTable table = {0};
  assert_int_equal(feed_table_parse(text, 500, &table, NULL), STATUS_OK);
  feed_table_free(&table);
}

static void a_table_may_be_empty(void **state) {
  (void)state;
  FeedTable table = {.count = 77};
  assert_int_equal(feed_table_parse(NULL, 0, &table, NULL), STATUS_OK);
  assert_int_equal(table.count, 0);
  feed_table_free(&table);
}

static void a_list_has_one_column(void **state) {
  (void)state;
  FeedTable table = {0};
  Error err;
  assert_int_equal(feed_table_parse_list(" A , B C,D,", &table, NULL), STATUS_OK);
  assert_int_equal(table.count, 3);
  assert_string_equal(table.lines[1].columns[0], "B C");
  assert_int_equal(table.lines[1].count, 1);
  feed_table_free(&table);
  assert_int_equal(feed_table_parse_list("A,,B", &table, &err), STATUS_CONFIG);
  assert_int_equal(feed_table_parse_list("A,B,A", &table, &err), STATUS_CONFIG);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_line_has_columns_between_tabs), cmocka_unit_test(a_line_is_found_by_its_first_column),
      cmocka_unit_test(what_is_no_table_is_refused),     cmocka_unit_test(a_table_may_be_empty),
      cmocka_unit_test(a_list_has_one_column),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
