/* The checks of a feed: what is stored only when they pass, and the figures of what did not. */
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

enum { ID, N, X, DAY, AT, TAGS };
static const FeedField FIELDS[] = {{.name = "id", .type = FEED_STRING, .pointer = "/id"},
                                   {.name = "n", .type = FEED_INT, .pointer = "/n", .is_optional = true},
                                   {.name = "x", .type = FEED_DOUBLE, .pointer = "/x", .is_optional = true},
                                   {.name = "day", .type = FEED_DATE, .pointer = "/day", .is_optional = true},
                                   {.name = "at_utc", .type = FEED_INSTANT, .pointer = "/at", .is_optional = true},
                                   {.name = "tags", .type = FEED_STRINGS, .pointer = "/tags", .is_optional = true}};

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

static Instant at(const char *text) {
  Instant instant;
  assert_true(instant_parse(text, &instant));
  return instant;
}

static Day on(const char *text) {
  Day day;
  assert_true(day_parse(text, &day));
  return day;
}

static bool passes_at(const char *body, const char *due, char reason[FEED_REASON_SIZE]) {
  feed_case_again(&feed);
  FeedAnswer answer = feed_case_take(&feed, body);
  if (answer.kind != ANSWER_ROWS && answer.kind != ANSWER_EMPTY) fail_msg("%s: %s", body, answer.detail);
  reason[0] = '\0';
  Status status = feed_checks_judge(&feed.asked, &feed.rows, at(due), reason);
  if (status != STATUS_OK) assert_int_equal(status, STATUS_BAD_DATA);
  return status == STATUS_OK;
}

#define DUE "2025-09-15T12:00:00Z"

static void assert_passes(const char *body) {
  char reason[FEED_REASON_SIZE];
  if (!passes_at(body, DUE, reason)) fail_msg("%s: %s", body, reason);
}

static void assert_fails(const char *body, const char *parts) {
  char reason[FEED_REASON_SIZE];
  if (passes_at(body, DUE, reason)) fail_msg("%s passes", body);
  assert_named(reason, parts);
}

static void rows_are_counted(void **state) {
  (void)state;
  assert_fails("[]", "min_rows|0 rows|1");
  assert_passes("[{\"id\":\"a\"}]");
  feed.definition.checks.min_rows = 3;
  assert_fails("[{\"id\":\"a\"},{\"id\":\"b\"}]", "min_rows|2 rows|3");
  assert_passes("[{\"id\":\"a\"},{\"id\":\"b\"},{\"id\":\"c\"}]");
  feed.definition.checks.min_rows = 0;
  assert_passes("[]");
}

static void no_rows_are_right_when_the_answer_says_so(void **state) {
  (void)state;
  feed_case_add_condition(&feed, &feed.definition.answer.empty_if, "/none");
  feed.definition.checks.not_older_than = (FeedAge){.field = AT, .age_ms = 0};
  assert_passes("{\"none\":true}");
}

static void two_rows_that_agree_in_all_fields_are_found(void **state) {
  (void)state;
  size_t *unique = feed.definition.checks.unique;
  unique[0] = N;
  feed.definition.checks.unique_count = 1;
  assert_passes("[{\"id\":\"a\",\"n\":1},{\"id\":\"b\",\"n\":2}]");
  assert_fails("[{\"id\":\"a\",\"n\":1},{\"id\":\"b\",\"n\":2},{\"id\":\"c\",\"n\":3},{\"id\":\"d\",\"n\":2}]",
               "unique|rows 2 and 4|d|n");
  assert_fails("[{\"id\":\"a\"},{\"id\":\"b\"}]", "unique|rows 1 and 2");
  assert_passes("[{\"id\":\"a\",\"n\":0},{\"id\":\"b\"}]");
  unique[1] = X;
  feed.definition.checks.unique_count = 2;
  assert_passes("[{\"id\":\"a\",\"n\":1,\"x\":1},{\"id\":\"b\",\"n\":1,\"x\":2},{\"id\":\"c\",\"n\":2,\"x\":1}]");
  assert_fails("[{\"id\":\"a\",\"n\":1,\"x\":1.5},{\"id\":\"b\",\"n\":1,\"x\":\"1.50\"}]", "unique|rows 1 and 2|n");
}

static void every_type_can_be_unique(void **state) {
  static const struct {
    size_t field;
    const char *twins, *others;
  } cases[] = {
      {ID, "[{\"id\":\"a\"},{\"id\":\"a\"}]", "[{\"id\":\"a\"},{\"id\":\"b\"}]"},
      {DAY, "[{\"id\":\"a\",\"day\":\"2025-01-01\"},{\"id\":\"b\",\"day\":\"2025-01-01\"}]",
       "[{\"id\":\"a\",\"day\":\"2025-01-01\"},{\"id\":\"b\",\"day\":\"2025-01-02\"}]"},
      {AT, "[{\"id\":\"a\",\"at\":5},{\"id\":\"b\",\"at\":\"1970-01-01T00:00:05Z\"}]",
       "[{\"id\":\"a\",\"at\":5},{\"id\":\"b\",\"at\":6}]"},
      {TAGS, "[{\"id\":\"a\",\"tags\":[\"x\",\"y\"]},{\"id\":\"b\",\"tags\":[\"x\",\"y\"]}]",
       "[{\"id\":\"a\",\"tags\":[\"x\"]},{\"id\":\"b\",\"tags\":[\"x\",\"y\"]},{\"id\":\"c\",\"tags\":[\"z\"]}]"}};
  (void)state;
  feed.definition.checks.unique_count = 1;
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    feed.definition.checks.unique[0] = cases[i].field;
    assert_fails(cases[i].twins, "unique|rows 1 and 2");
    assert_passes(cases[i].others);
  }
}

static void range(size_t field, FeedBound low, FeedBound high) {
  feed.definition.checks.ranges[0] = (FeedRange){.field = field, .low = low, .high = high};
  feed.definition.checks.range_count = 1;
}

static void a_value_outside_its_range_is_named(void **state) {
  (void)state;
  range(N, (FeedBound){.given = true, .whole = 1}, (FeedBound){.given = true, .whole = 10});
  assert_passes("[{\"id\":\"a\",\"n\":1},{\"id\":\"b\",\"n\":10},{\"id\":\"c\"}]");
  assert_fails("[{\"id\":\"a\",\"n\":5},{\"id\":\"b\",\"n\":0}]", "range|row 2|b|n 0|1..10");
  assert_fails("[{\"id\":\"a\",\"n\":11}]", "n 11|1..10");
  range(X, (FeedBound){.given = true, .real = 0.5}, (FeedBound){0});
  assert_passes("[{\"id\":\"a\",\"x\":0.5},{\"id\":\"b\",\"x\":1e300}]");
  assert_fails("[{\"id\":\"a\",\"x\":0.49}]", "x 0.49|0.5..");
  range(X, (FeedBound){0}, (FeedBound){.given = true, .real = -1});
  assert_fails("[{\"id\":\"a\",\"x\":-0.5}]", "x -0.5|..-1");
  range(DAY, (FeedBound){.given = true, .whole = on("2025-01-01")}, (FeedBound){0});
  assert_fails("[{\"id\":\"a\",\"day\":\"2024-12-31\"}]", "day 2024-12-31|2025-01-01..");
  assert_passes("[{\"id\":\"a\",\"day\":\"2025-01-01\"}]");
  range(AT, (FeedBound){0}, (FeedBound){.given = true, .whole = at(DUE)});
  assert_passes("[{\"id\":\"a\",\"at\":\"2025-09-15T12:00:00Z\"}]");
  assert_fails("[{\"id\":\"a\",\"at\":\"2025-09-15T12:00:01Z\"}]", "at_utc 2025-09-15T12:00:01Z");
}

static void a_reason_shows_no_piece_of_a_key(void **state) {
  char reason[FEED_REASON_SIZE];
  (void)state;
  feed_case_add_key(&feed, "ABCDEF123");
  range(N, (FeedBound){.given = true, .whole = 1}, (FeedBound){0});
  assert_false(passes_at("[{\"id\":\"key ABCDE***\",\"n\":0}]", DUE, reason));
  assert_null(strstr(reason, "ABC"));
  feed.definition.checks.unique_count = 1;
  assert_false(passes_at("[{\"id\":\"key ABCDE***\"},{\"id\":\"key ABCDE***\"}]", DUE, reason));
  assert_null(strstr(reason, "ABC"));
}

static void each_range_is_looked_at(void **state) {
  (void)state;
  range(N, (FeedBound){.given = true, .whole = 1}, (FeedBound){0});
  feed.definition.checks.ranges[1] = (FeedRange){.field = X, .high = {.given = true, .real = 1}};
  feed.definition.checks.range_count = 2;
  assert_fails("[{\"id\":\"a\",\"n\":1,\"x\":2}]", "x 2");
}

static void the_newest_value_must_be_young_enough(void **state) {
  const int64_t hour = 3600 * 1000;
  (void)state;
  feed.definition.checks.not_older_than = (FeedAge){.field = AT, .age_ms = 36 * hour};
  assert_passes(
      "[{\"id\":\"a\",\"at\":\"2025-09-14T00:00:00Z\"},{\"id\":\"b\",\"at\":\"2020-01-01T00:00:00Z\"},{\"id\":\"c\"}]");
  assert_fails("[{\"id\":\"a\",\"at\":\"2025-09-13T23:59:00Z\"}]",
               "not_older_than|at_utc|2025-09-13T23:59:00Z|2161|2160");
  assert_passes("[{\"id\":\"a\",\"at\":\"2026-01-01T00:00:00Z\"}]");
  assert_fails("[{\"id\":\"a\"}]", "not_older_than|at_utc");
  feed.definition.checks.min_rows = 0;
  assert_passes("[]");
  feed.definition.checks.not_older_than = (FeedAge){.field = DAY, .age_ms = 36 * hour};
  assert_passes("[{\"id\":\"a\",\"day\":\"2025-09-14\"}]");
  assert_fails("[{\"id\":\"a\",\"day\":\"2025-09-13\"}]", "2025-09-13");
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
  const struct CMUnitTest tests[] = {
      TEST(rows_are_counted),
      TEST(no_rows_are_right_when_the_answer_says_so),
      TEST(two_rows_that_agree_in_all_fields_are_found),
      TEST(every_type_can_be_unique),
      TEST(a_value_outside_its_range_is_named),
      TEST(a_reason_shows_no_piece_of_a_key),
      TEST(each_range_is_looked_at),
      TEST(the_newest_value_must_be_young_enough),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
