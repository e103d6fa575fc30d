/* Rows that are one by their _id, and rows whose values have changed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "feed_case.h"
#include "named.h"

static FeedCase feed;

static const FeedField FIELDS[] = {{.name = "id", .type = FEED_STRING, .pointer = "/id"},
                                   {.name = "n", .type = FEED_INT, .pointer = "/n", .is_optional = true},
                                   {.name = "x", .type = FEED_DOUBLE, .pointer = "/x", .is_optional = true},
                                   {.name = "day", .type = FEED_DATE, .pointer = "/day", .is_optional = true},
                                   {.name = "at_utc", .type = FEED_INSTANT, .pointer = "/at", .is_optional = true},
                                   {.name = "tags", .type = FEED_STRINGS, .pointer = "/tags", .is_optional = true},
                                   {.name = "is", .type = FEED_BOOL, .pointer = "/is", .is_optional = true}};
enum { FIELD_COUNT = sizeof FIELDS / sizeof FIELDS[0] };

static int begin(void **state) {
  (void)state;
  FEED_CASE(&feed, "", FIELDS);
  return 0;
}

static int end(void **state) {
  (void)state;
  feed_case_end(&feed);
  return 0;
}

/* "a1,b2": ids and n. */
static void assert_distinct(const char *body, FeedKeep keep, const char *expected) {
  char seen[256] = "";
  feed_case_again(&feed);
  feed_case_take(&feed, body);
  assert_true(feed_rows_make_distinct(&feed.rows, keep));
  for (size_t i = 0; i < feed.rows.count; i++)
    snprintf(seen + strlen(seen), sizeof seen - strlen(seen), "%s%s%lld", i > 0 ? "," : "", feed.rows.items[i].id,
             (long long)feed_case_value(&feed, i, 1)->whole);
  assert_string_equal(seen, expected);
}

static void of_rows_with_one_id_the_first_or_the_newest_stays(void **state) {
  const char *body = "[{\"id\":\"a\",\"n\":1},{\"id\":\"b\",\"n\":2},{\"id\":\"a\",\"n\":3},{\"id\":\"c\",\"n\":4},"
                     "{\"id\":\"a\",\"n\":5},{\"id\":\"c\",\"n\":6}]";
  (void)state;
  assert_distinct(body, FEED_KEEP_FIRST, "a1,b2,c4");
  assert_distinct(body, FEED_KEEP_NEWEST, "a5,b2,c6");
  assert_distinct("[]", FEED_KEEP_FIRST, "");
  assert_distinct("[{\"id\":\"a\",\"n\":1}]", FEED_KEEP_NEWEST, "a1");
}

static void many_ids_are_told_apart(void **state) {
  enum { ROWS = 5000 };
  char *body = malloc(ROWS * 32 + 8);
  size_t length = 0;
  (void)state;
  assert_non_null(body);
  for (int i = 0; i < ROWS; i++)
    length += (size_t)sprintf(body + length, "%c{\"id\":\"%d\",\"n\":%d}", i > 0 ? ',' : '[', i % 1700, i);
  strcpy(body + length, "]");
  feed_case_take(&feed, body);
  assert_true(feed_rows_make_distinct(&feed.rows, FEED_KEEP_NEWEST));
  assert_int_equal(feed.rows.count, 1700);
  for (int i = 0; i < 1700; i++) {
    assert_int_equal(atoi(feed.rows.items[i].id), i);
    assert_int_equal(feed_case_value(&feed, (size_t)i, 1)->whole, i < ROWS % 1700 ? 1700 * 2 + i : 1700 + i);
  }
  free(body);
}

static bool two_equal(const char *first, const char *second) {
  char body[512];
  snprintf(body, sizeof body, "[{\"id\":\"a\"%s},{\"id\":\"a\"%s}]", first, second);
  feed_case_again(&feed);
  assert_int_equal(feed_case_take(&feed, body).kind, ANSWER_ROWS);
  bool equal = feed_row_equals(&feed.rows.items[0], &feed.rows.items[1], FIELD_COUNT);
  assert_int_equal(equal, feed_row_equals(&feed.rows.items[1], &feed.rows.items[0], FIELD_COUNT));
  return equal;
}

static void values_are_compared_by_their_type(void **state) {
  static const struct {
    const char *first, *same, *other;
  } cases[] = {{",\"n\":9007199254740993", ",\"n\":\"9007199254740993\"", ",\"n\":9007199254740992"},
               {",\"x\":1.5", ",\"x\":\"1.50\"", ",\"x\":1.5000000001"},
               {",\"x\":0.0", ",\"x\":-0.0", ""},
               {",\"day\":\"2025-01-01\"", ",\"day\":\"2025-01-01\"", ",\"day\":\"2025-01-02\""},
               {",\"at\":5", ",\"at\":\"1970-01-01T00:00:05Z\"", ",\"at\":6"},
               {",\"tags\":[\"x\",\"y\"]", ",\"tags\":[\"x\",\"y\"]", ",\"tags\":[\"y\",\"x\"]"},
               {",\"tags\":[]", ",\"tags\":[]", ""},
               {",\"is\":true", ",\"is\":true", ",\"is\":false"},
               {"", ",\"n\":null", ",\"n\":0"}};
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    assert_true(two_equal(cases[i].first, cases[i].same));
    assert_false(two_equal(cases[i].first, cases[i].other));
  }
  assert_false(feed_value_equals(&(FeedValue){.type = FEED_INT}, &(FeedValue){.type = FEED_DATE}));
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
  const struct CMUnitTest tests[] = {
      TEST(of_rows_with_one_id_the_first_or_the_newest_stays),
      TEST(many_ids_are_told_apart),
      TEST(values_are_compared_by_their_type),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
