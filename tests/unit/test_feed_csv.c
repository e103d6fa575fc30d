/* CSV as RFC 4180 has it, and as providers write it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <closebell/feed/csv.h>

static FeedJsonText read_csv(const char *csv) {
  FeedJsonText text = {0};
  Error err = {{0}};
  if (feed_csv_open(csv, strlen(csv), &text, &err) != STATUS_OK) fail_msg("%s: %s", csv, err.text);
  assert_non_null(text.columns);
  return text;
}

/* The rows as one text: "a=1|b=2;a=3|b=4". */
static void assert_rows(const char *csv, const char *expected) {
  char seen[1024] = "";
  FeedJsonText text = read_csv(csv);
  for (const FeedJson *row = text.root->first; row != NULL; row = row->next)
    for (const FeedJson *value = row->first; value != NULL; value = value->next) {
      assert_int_equal(value->kind, FEED_JSON_TEXT);
      assert_int_equal(value->length, strlen(value->text));
      snprintf(seen + strlen(seen), sizeof seen - strlen(seen), "%s=%s%s", value->name, value->text,
               value->next != NULL ? "|"
               : row->next != NULL ? ";"
                                   : "");
    }
  assert_string_equal(seen, expected);
  feed_json_close(&text);
}

static void assert_refused(const char *csv, FeedJsonFault fault, const char *named) {
  FeedJsonText text = {0};
  Error err = {{0}};
  if (feed_csv_open(csv, strlen(csv), &text, &err) != STATUS_BAD_DATA) fail_msg("%s", csv);
  if (text.fault != fault || strstr(err.text, named) == NULL) fail_msg("%s: %d, %s", csv, text.fault, err.text);
  assert_null(text.root);
}

static void lines_are_rows_of_texts(void **state) {
  (void)state;
  assert_rows("a,b\n1,2\n3,4\n", "a=1|b=2;a=3|b=4");
  assert_rows("a,b\r\n1,2\r\n3,4", "a=1|b=2;a=3|b=4");
  assert_rows("\xEF\xBB\xBF"
              "a,b\n1,\n,2",
              "a=1|b=;a=|b=2");
  assert_rows("a\n1\n2\n", "a=1;a=2");
  assert_rows("a,b\n 1 ,2\t\n", "a= 1 |b=2\t");
  assert_rows("종목,값\n삼성,1\n", "종목=삼성|값=1");
}

static void quotes_hold_what_would_end_a_field(void **state) {
  (void)state;
  assert_rows("a,b\n\"1,5\",\"x\"\n", "a=1,5|b=x");
  assert_rows("\"a\",\"b,c\"\n\"say \"\"hi\"\"\",\"two\r\nlines\"\r\n", "a=say \"hi\"|b,c=two\r\nlines");
  assert_rows("a,b\n\"\",\"\"\"\"", "a=|b=\"");
  assert_rows("a\n\"\"\n", "a=");
}

static void a_line_without_a_byte_is_none(void **state) {
  (void)state;
  assert_rows("a,b\n\n1,2\r\n\r\n3,4\n\n\r\n", "a=1|b=2;a=3|b=4");
  assert_rows("a\n\n1\n\n", "a=1");
}

static void without_lines_there_is_no_row_and_the_columns_are_known(void **state) {
  (void)state;
  static const char *const texts[] = {"symbol,name", "symbol,name\n", "symbol,name\r\n\r\n"};
  for (size_t i = 0; i < 3; i++) {
    FeedJsonText text = read_csv(texts[i]);
    assert_int_equal(text.root->length, 0);
    assert_int_equal(text.columns->length, 2);
    assert_non_null(feed_json_member(text.columns, "name", 4));
    assert_null(feed_json_member(text.columns, "nam", 3));
    feed_json_close(&text);
  }
}

static void what_is_no_csv_is_refused(void **state) {
  (void)state;
  assert_refused("a,b,a\n1,2,3\n", FEED_JSON_UNFIT, "line 1, column 3");
  assert_refused("I,n,f,o,r,m,a,t,i,o,n", FEED_JSON_UNFIT, "twice");
  assert_refused("a,b\n1\n", FEED_JSON_UNFIT, "line 2, column 2");
  assert_refused("a,b\n1,2\n1,2,3\n", FEED_JSON_UNFIT, "line 3, column 2");
  assert_refused("a,b\n1,x\"y\n", FEED_JSON_OTHER, "line 2, column 2");
  assert_refused("a,b\n1,\"x\"y\n", FEED_JSON_OTHER, "line 2, column 2");
  assert_refused("a,b\r1,2\r", FEED_JSON_OTHER, "line 1, column 2");
  assert_refused("a\xFF\n1\n", FEED_JSON_UNFIT, "UTF-8");
  FeedJsonText text = {0};
  Error err = {{0}};
  assert_int_equal(feed_csv_open("a\n\0\n", 4, &text, &err), STATUS_BAD_DATA);
  assert_int_equal(feed_csv_open("a\n\"\0\"\n", 6, &text, &err), STATUS_BAD_DATA);
}

static void what_ends_too_early_was_cut(void **state) {
  (void)state;
  assert_refused("", FEED_JSON_CUT, "empty");
  assert_refused("\xEF\xBB\xBF", FEED_JSON_CUT, "empty");
  assert_refused("a,b\n1,\"2", FEED_JSON_CUT, "line 2, column 2");
  assert_refused("a,b\n1,\"2\"\"", FEED_JSON_CUT, "line 2, column 2");
  assert_refused("a,b\n1,2\n3", FEED_JSON_CUT, "line 3, column 2");
  assert_refused("a,b\n1,\xEC\x82", FEED_JSON_CUT, "within a character");
  assert_refused("a,b\n1,\"\xEC", FEED_JSON_CUT, "within a character");
}

static void columns_are_bounded(void **state) {
  (void)state;
  char *csv = malloc(FEED_CSV_MAX_COLUMNS * 8 + 16);
  assert_non_null(csv);
  size_t length = 0;
  for (int i = 0; i < FEED_CSV_MAX_COLUMNS; i++) length += (size_t)sprintf(csv + length, "%sc%d", i ? "," : "", i);
  FeedJsonText text = read_csv(csv);
  assert_int_equal(text.columns->length, FEED_CSV_MAX_COLUMNS);
  feed_json_close(&text);
  strcpy(csv + length, ",one_more");
  assert_refused(csv, FEED_JSON_UNFIT, "too many columns");
  free(csv);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(lines_are_rows_of_texts),
      cmocka_unit_test(quotes_hold_what_would_end_a_field),
      cmocka_unit_test(a_line_without_a_byte_is_none),
      cmocka_unit_test(without_lines_there_is_no_row_and_the_columns_are_known),
      cmocka_unit_test(what_is_no_csv_is_refused),
      cmocka_unit_test(what_ends_too_early_was_cut),
      cmocka_unit_test(columns_are_bounded),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
