/* Large answers within bounds, and no memory at any allocation: an error that says so, and nothing leaked. */
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
#include "malloc_fault.h"
#include "named.h"

static FeedCase feed;

static const FeedField FIELDS[] = {{.name = "id", .type = FEED_STRING, .pointer = "/id"},
                                   {.name = "name", .type = FEED_STRING, .pointer = "/name", .is_optional = true},
                                   {.name = "price", .type = FEED_DOUBLE, .pointer = "/price", .is_optional = true},
                                   {.name = "cap", .type = FEED_INT, .pointer = "/cap", .is_optional = true},
                                   {.name = "at_utc", .type = FEED_INSTANT, .pointer = "/at", .is_optional = true},
                                   {.name = "tags", .type = FEED_STRINGS, .pointer = "/tags/*/t", .is_optional = true}};

static int begin(void **state) {
  (void)state;
  FEED_CASE(&feed, "/data", FIELDS);
  return 0;
}

static int end(void **state) {
  (void)state;
  feed_case_end(&feed);
  return 0;
}

static void a_hundred_thousand_rows_are_mapped(void **state) {
  enum { ROWS = 100000, ROW_SIZE = 128 };
  char *body = malloc((size_t)ROWS * ROW_SIZE + 64);
  (void)state;
  assert_non_null(body);
  size_t length = (size_t)sprintf(body, "{\"data\":[");
  for (int i = 0; i < ROWS; i++)
    length += (size_t)sprintf(body + length,
                              "%s{\"id\":\"coin-%d\",\"name\":\"Coin %d\",\"price\":%d.25,\"cap\":%d,\"at\":%d}",
                              i > 0 ? "," : "", i, i, i, i, 1700000000 + i);
  length += (size_t)sprintf(body + length, "]}");
  assert_in_range(length, 8 * 1000 * 1000, FEED_JSON_MAX_BYTES);
  feed_case_add_key(&feed, "a-key-that-is-not-there");
  feed.definition.checks.unique[0] = 0;
  feed.definition.checks.unique_count = 1;
  char reason[FEED_REASON_SIZE];
  assert_int_equal(feed_case_take(&feed, body).kind, ANSWER_ROWS);
  assert_int_equal(feed_checks_judge(&feed.asked, &feed.rows, 0, reason), STATUS_OK);
  assert_true(feed_rows_make_distinct(&feed.rows, FEED_KEEP_FIRST));
  assert_int_equal(feed.rows.count, ROWS);
  assert_string_equal(feed.rows.items[ROWS - 1].id, "coin-99999");
  assert_true(feed_case_value(&feed, ROWS - 1, 2)->real == 99999.25);
  assert_in_range(feed.rows.bytes, 1, 64 * 1000 * 1000);
  free(body);
}

static void rows_of_a_question_are_bounded(void **state) {
  static const FeedField fields[] = {{.name = "i", .type = FEED_INT, .pointer = "/i"}};
  static const char row[] = "{\"i\":1},";
  const size_t length = sizeof row - 1;
  (void)state;
  feed_case_end(&feed);
  FEED_CASE(&feed, "", fields);
  char *body = malloc((FEED_ROWS_MAX + 1) * length + 8);
  assert_non_null(body);
  for (size_t more = 0; more <= 1; more++) {
    size_t rows = FEED_ROWS_MAX + more;
    body[0] = '[';
    for (size_t i = 0; i < rows; i++) memcpy(body + 1 + i * length, row, length);
    strcpy(body + rows * length, "]"); /* in the place of the last comma */
    feed_case_expect(&feed, body, more ? ANSWER_BROKEN : ANSWER_ROWS, more ? "1000000 rows" : "");
  }
  free(body);
}

/* --- no memory --- */

static const char JSON[] =
    "{\"next\":\"c\",\"data\":[{\"id\":\"a\",\"name\":\"x\",\"price\":1.5,\"cap\":7,\"at\":5,"
    "\"tags\":[{\"t\":\"u\"},{\"t\":\"SECRET\"}]},{\"id\":\"b\"}],"
    "\"m\":{\"1\":1,\"2\":1,\"3\":1,\"4\":1,\"5\":1,\"6\":1,\"7\":1,\"8\":1,\"9\":1,\"10\":1,\"11\":1,"
    "\"12\":1,\"13\":1,\"14\":1,\"15\":1,\"16\":1,\"17\":1,\"18\":1,\"19\":1,\"20\":1,\"21\":1,"
    "\"22\":1,\"23\":1,\"24\":1,\"25\":1,\"26\":1,\"27\":1,\"28\":1,\"29\":1,\"30\":1,\"31\":1,"
    "\"32\":1,\"33\":1}}";
static const char CSV[] = "id,name,price\na,\"x,y\",1.5\nb,,2\n";

/* All that a question does with a page; false: it met no memory. */
static bool ask(const char *body) {
  FeedAnswer answer = {.kind = ANSWER_NONE};
  Error err = {{0}};
  char reason[FEED_REASON_SIZE];
  FeedRowList rows = {0};
  FeedPages pages = {0};
  const FeedBytes bytes = {.http_status = 200, .body = body, .length = strlen(body), .retry_after_ms = -1};
  bool done = feed_pages_begin(&pages, &feed.definition.paging, "https://example.com/");
  if (done) {
    Status status = feed_answer_take(&feed.asked, &bytes, &rows, &pages, &answer, &err);
    if (status != STATUS_OK) {
      assert_int_equal(status, STATUS_NO_MEMORY);
      assert_non_null(strstr(err.text, "memory"));
      assert_int_equal(answer.kind, ANSWER_NONE);
      assert_int_equal(rows.count, 0);
    }
    done = status == STATUS_OK;
  }
  if (done) {
    Status status = feed_checks_judge(&feed.asked, &rows, 0, reason);
    if (status != STATUS_OK) assert_int_equal(status, STATUS_NO_MEMORY);
    done = status == STATUS_OK && feed_rows_make_distinct(&rows, FEED_KEEP_NEWEST);
  }
  if (done) {
    assert_int_equal(answer.kind, ANSWER_ROWS);
    assert_int_equal(rows.count, 2);
  }
  feed_rows_free(&rows);
  feed_pages_free(&pages);
  return done;
}

static void check_every_allocation(const char *body, long at_least) {
  for (int mode = 0; mode < MALLOC_FAULT_MODES; mode++) {
    long at = 1;
    for (bool met = true; met; at++) {
      malloc_fault_begin(at, (MallocFaultMode)mode);
      bool done = ask(body);
      met = malloc_fault_end(NULL);
      if (malloc_fault_blocks() != 0) fail_msg("allocation %ld: %zu blocks leaked", at, malloc_fault_blocks());
      if (done == met) fail_msg("allocation %ld: done %d, met %d", at, done, met);
    }
    assert_in_range(at, at_least, 1000);
  }
}

static void without_memory_a_question_says_so_and_leaks_nothing(void **state) {
  (void)state;
  feed_case_add_key(&feed, "SECRET");
  feed.definition.checks.unique[0] = 0;
  feed.definition.checks.unique_count = 1;
  feed.definition.paging = (FeedPaging){.kind = FEED_PAGING_CURSOR, .param = "c", .cursor = "/next", .max_pages = 10};
  check_every_allocation(JSON, 12);
  feed_case_end(&feed);
  FEED_CASE(&feed, "", FIELDS);
  feed.definition.rows.format = FEED_CSV;
  check_every_allocation(CSV, 7);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
  const struct CMUnitTest tests[] = {
      TEST(a_hundred_thousand_rows_are_mapped),
      TEST(rows_of_a_question_are_bounded),
      TEST(without_memory_a_question_says_so_and_leaks_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
