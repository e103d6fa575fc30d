/* Rows that have one _id: which of them stays. */
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
                                   {.name = "n", .type = FEED_INT, .pointer = "/n", .is_optional = true}};

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

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
  const struct CMUnitTest tests[] = {
      TEST(of_rows_with_one_id_the_first_or_the_newest_stays),
      TEST(many_ids_are_told_apart),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
