/* Pages of a question: which comes next, which is the last, and whether all rows have come. */
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

static const FeedField ID[] = {{.name = "id", .type = FEED_STRING, .pointer = "/id"}};
#define URL "https://api.example.com:443/v1/list?x=1"

static int begin(void **state) {
  (void)state;
  FEED_CASE(&feed, "/data", ID);
  return 0;
}

static int end(void **state) {
  (void)state;
  feed_case_end(&feed);
  return 0;
}

static void set(FeedPaging paging) { feed_case_set_paging(&feed, paging, URL); }

/* {"data":[...], rest}: so many rows. */
static const char *page_of(int rows, const char *rest) {
  static char body[2048];
  static int number;
  size_t length = (size_t)snprintf(body, sizeof body, "{\"data\":[");
  for (int i = 0; i < rows; i++)
    length += (size_t)snprintf(body + length, sizeof body - length, "%s{\"id\":\"r%d\"}", i > 0 ? "," : "", number++);
  snprintf(body + length, sizeof body - length, "]%s%s}", *rest != '\0' ? "," : "", rest);
  return body;
}

/* next: the value or link of the page behind; null: there is none. */
static void assert_turns(int rows, const char *rest, const char *next) {
  FeedAnswer answer = feed_case_take(&feed, page_of(rows, rest));
  if (answer.kind != (rows > 0 ? ANSWER_ROWS : ANSWER_EMPTY)) fail_msg("%s: %s", rest, answer.detail);
  assert_int_equal(feed.pages.has_more, next != NULL);
  if (next == NULL) return;
  const char *link = feed.pages.link;
  assert_string_equal(link != NULL ? link : feed.pages.value, next);
}

static void assert_breaks(int rows, const char *rest, const char *parts) {
  size_t before = feed.rows.count;
  FeedAnswer answer = feed_case_take(&feed, page_of(rows, rest));
  if (answer.kind != ANSWER_BROKEN) fail_msg("%s: %s", rest, answer_kind_name(answer.kind));
  assert_named(answer.detail, parts);
  assert_int_equal(feed.rows.count, before);
}

static void without_paging_there_is_one_page(void **state) {
  (void)state;
  set((FeedPaging){.kind = FEED_PAGING_NONE});
  assert_true(feed.pages.has_more);
  assert_null(feed.pages.value);
  assert_turns(2, "", NULL);
}

static void a_page_of_fewer_rows_is_the_last(void **state) {
  (void)state;
  set((FeedPaging){.kind = FEED_PAGING_PAGE, .param = "page", .first = 1, .size = 3});
  assert_string_equal(feed.pages.value, "1");
  assert_turns(3, "", "2");
  assert_turns(3, "", "3");
  assert_turns(2, "", NULL);
  assert_int_equal(feed.rows.count, 8);
  feed_case_again(&feed);
  assert_turns(3, "", "2");
  assert_turns(0, "", NULL);
  feed.definition.paging.first = 0;
  feed_case_again(&feed);
  assert_string_equal(feed.pages.value, "0");
  assert_turns(3, "", "1");
  assert_turns(4, "", "2"); /* more than asked for is no end */
}

static void a_page_is_as_large_as_the_provider_made_it(void **state) {
  static const FeedField fields[] = {{.name = "id", .type = FEED_STRING, .pointer = "/id", .is_optional = true}};
  (void)state;
  feed_case_end(&feed);
  FEED_CASE(&feed, "/data", fields);
  feed.definition.rows.only = 0;
  set((FeedPaging){.kind = FEED_PAGING_PAGE, .param = "page", .first = 1, .size = 2});
  assert_int_equal(feed_case_take(&feed, "{\"data\":[{\"id\":\"a\"},{}]}").kind, ANSWER_ROWS);
  assert_true(feed.pages.has_more);
  assert_int_equal(feed.rows.count, 1);
}

static void the_number_of_pages_is_read_from_the_answer(void **state) {
  (void)state;
  set((FeedPaging){.kind = FEED_PAGING_PAGE, .param = "page", .first = 1, .pages = "/pages"});
  assert_turns(2, "\"pages\":3", "2");
  assert_turns(2, "\"pages\":\"3\"", "3");
  assert_turns(1, "\"pages\":3", NULL);
  feed_case_again(&feed);
  assert_turns(0, "\"pages\":0", NULL);
  feed_case_again(&feed);
  assert_turns(2, "\"pages\":3", "2");
  assert_breaks(0, "\"pages\":3", "page 2 of 3");
  static const char *const bad[] = {
      "", "\"pages\":null", "\"pages\":1.5", "\"pages\":\"x\"", "\"pages\":-1", "\"pages\":[]"};
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    feed_case_again(&feed);
    assert_breaks(2, bad[i], "page 1|/pages");
  }
}

static void an_empty_answer_ends_the_pages_only_where_that_is_right(void **state) {
  (void)state;
  feed_case_add_condition(&feed, &feed.definition.answer.empty_if, "/none");
  set((FeedPaging){.kind = FEED_PAGING_PAGE, .param = "page", .first = 1, .pages = "/pages", .total = "/total"});
  assert_turns(0, "\"none\":1", NULL);
  assert_true(feed.rows.is_rightly_empty);
  feed_case_again(&feed);
  assert_turns(2, "\"pages\":3,\"total\":2", "2");
  assert_breaks(0, "\"none\":1", "page 2 of 3");
  feed_case_again(&feed); /* where it says itself that there are more, they are asked for */
  assert_turns(0, "\"none\":1,\"pages\":3", "2");
  assert_turns(2, "\"pages\":3,\"total\":2", "3");
  assert_turns(0, "\"none\":1,\"pages\":3", NULL);
  set((FeedPaging){.kind = FEED_PAGING_CURSOR, .param = "c", .cursor = "/next", .total = "/total"});
  assert_turns(2, "\"next\":\"a\",\"total\":2", "a");
  assert_turns(0, "\"none\":1,\"next\":\"b\"", NULL);
  assert_false(feed.rows.is_rightly_empty);
  feed_case_again(&feed);
  assert_turns(2, "\"next\":\"a\",\"total\":5", "a");
  assert_breaks(0, "\"none\":1", "2 rows|5");
}

static void a_cursor_is_followed_until_there_is_none(void **state) {
  static const char *const ends[] = {"", "\"meta\":{\"next\":null}", "\"meta\":{\"next\":\"\"}", "\"meta\":{}"};
  (void)state;
  for (size_t i = 0; i < 4; i++) {
    set((FeedPaging){.kind = FEED_PAGING_CURSOR, .param = "c", .cursor = "/meta/next"});
    assert_null(feed.pages.value);
    assert_turns(1, "\"meta\":{\"next\":\"b26v&9/+\"}", "b26v&9/+");
    assert_turns(0, "\"meta\":{\"next\":12345678901234567890}", "12345678901234567890");
    assert_turns(1, ends[i], NULL);
  }
}

static void a_cursor_that_was_followed_before_breaks_the_question(void **state) {
  (void)state;
  set((FeedPaging){.kind = FEED_PAGING_CURSOR, .param = "c", .cursor = "/next"});
  assert_turns(1, "\"next\":\"a\"", "a");
  assert_turns(1, "\"next\":\"b\"", "b");
  assert_breaks(1, "\"next\":\"a\"", "page 3|cursor");
  feed_case_again(&feed);
  assert_turns(1, "\"next\":\"a\"", "a"); /* another question */
}

static void a_cursor_is_a_text_that_fits(void **state) {
  static const char *const bad[] = {"\"next\":[]", "\"next\":{}", "\"next\":true", "\"next\":\"a\\nb\""};
  char *large = malloc(FEED_CURSOR_BYTES_MAX + 64);
  assert_non_null(large);
  (void)state;
  set((FeedPaging){.kind = FEED_PAGING_CURSOR, .param = "c", .cursor = "/next"});
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    feed_case_again(&feed);
    assert_breaks(1, bad[i], "page 1|cursor");
  }
  size_t at = (size_t)sprintf(large, "{\"data\":[],\"next\":\"");
  memset(large + at, 'x', FEED_CURSOR_BYTES_MAX + 1);
  strcpy(large + at + FEED_CURSOR_BYTES_MAX + 1, "\"}");
  feed_case_again(&feed);
  assert_int_equal(feed_case_take(&feed, large).kind, ANSWER_BROKEN);
  free(large);
}

static void a_link_leads_to_the_same_place_only(void **state) {
  static const char *const good[] = {"https://api.example.com/v1/list?page=2", "https://API.EXAMPLE.COM:443/other",
                                     "HTTPS://api.example.com"};
  static const char *const bad[] = {"http://api.example.com/v1",
                                    "http://api.example.com:443/v1",
                                    "https://api.example.com:8443/v1",
                                    "https://api.example.com.evil.net/",
                                    "https://evil.net/?api.example.com",
                                    "https://user@api.example.com/",
                                    "https://api.example.com@evil.net/",
                                    "https://api.example.com:443@evil.net/",
                                    "/v1/list?page=2",
                                    "//api.example.com/",
                                    "ftp://api.example.com/",
                                    "https://example.com/",
                                    "https://api.example.com/a b",
                                    "file:///etc/passwd",
                                    "https://[::1]/",
                                    "https://",
                                    "https://api.example.com\\\\@evil.net/"};
  char rest[256];
  (void)state;
  for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
    set((FeedPaging){.kind = FEED_PAGING_LINK, .next = "/next"});
    snprintf(rest, sizeof rest, "\"next\":\"%s\"", good[i]);
    assert_turns(1, rest, good[i]);
    assert_turns(1, "\"next\":null", NULL);
  }
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    feed_case_again(&feed);
    snprintf(rest, sizeof rest, "\"next\":\"%s\"", bad[i]);
    assert_breaks(1, rest, "page 1|link");
  }
  static const char *const others[] = {"\"next\":5", "\"next\":[]", "\"next\":false"};
  for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
    feed_case_again(&feed);
    assert_breaks(1, others[i], "page 1|link");
  }
  feed_case_set_paging(&feed, (FeedPaging){.kind = FEED_PAGING_LINK, .next = "/next"}, "http://[::1]:8080/x");
  assert_turns(1, "\"next\":\"http://[::1]:8080/y\"", "http://[::1]:8080/y");
  feed_case_again(&feed);
  assert_breaks(1, "\"next\":\"http://[::1]/y\"", "link");
}

static void a_link_that_was_followed_before_breaks_the_question(void **state) {
  (void)state;
  set((FeedPaging){.kind = FEED_PAGING_LINK, .next = "/next"});
  assert_turns(1, "\"next\":\"https://api.example.com/2\"", "https://api.example.com/2");
  assert_breaks(1, "\"next\":\"https://api.example.com/2\"", "page 2|link");
}

static void pages_are_bounded(void **state) {
  (void)state;
  set((FeedPaging){.kind = FEED_PAGING_PAGE, .param = "p", .first = 1, .size = 1, .max_pages = 2});
  assert_turns(1, "", "2");
  assert_breaks(1, "", "2 pages");
  feed_case_again(&feed);
  assert_turns(1, "", "2");
  assert_turns(0, "", NULL);
}

static void all_rows_have_come_when_the_total_says_so(void **state) {
  (void)state;
  set((FeedPaging){.kind = FEED_PAGING_PAGE, .param = "p", .first = 1, .size = 2, .total = "/total"});
  assert_turns(2, "\"total\":3", "2");
  assert_turns(1, "\"total\":\"3\"", NULL);
  feed_case_again(&feed);
  assert_turns(2, "\"total\":5", "2");
  assert_breaks(1, "\"total\":5", "3 rows|5");
  feed_case_again(&feed);
  assert_breaks(1, "", "/total");
  feed_case_again(&feed);
  assert_breaks(1, "\"total\":\"many\"", "/total");
  feed_case_again(&feed);
  assert_turns(0, "\"total\":0", NULL);
  feed_case_again(&feed);
  assert_breaks(0, "\"total\":7", "0 rows|7");
  set((FeedPaging){.kind = FEED_PAGING_NONE, .total = "/total"});
  assert_breaks(1, "\"total\":2", "1 rows|2");
}

static void what_changes_while_pages_come_breaks_the_question(void **state) {
  (void)state;
  feed_case_add_condition(&feed, &feed.definition.answer.empty_if, "/none");
  set((FeedPaging){.kind = FEED_PAGING_PAGE, .param = "page", .first = 1, .size = 2, .total = "/total"});
  assert_turns(2, "\"total\":5", "2");
  assert_breaks(0, "\"total\":2", "page 2|5 rows|2");
  feed_case_again(&feed);
  assert_turns(2, "\"total\":2", "2");
  assert_breaks(1, "\"total\":3", "page 2|2 rows|3");
  set((FeedPaging){.kind = FEED_PAGING_PAGE, .param = "page", .first = 1, .pages = "/pages"});
  assert_turns(2, "\"pages\":3", "2");
  assert_breaks(0, "\"none\":1,\"pages\":0", "page 2|3 pages|0");
  feed_case_again(&feed);
  assert_turns(2, "\"pages\":2", "2");
  assert_breaks(2, "\"pages\":3", "page 2|2 pages|3");
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
  const struct CMUnitTest tests[] = {
      TEST(without_paging_there_is_one_page),
      TEST(a_page_of_fewer_rows_is_the_last),
      TEST(a_page_is_as_large_as_the_provider_made_it),
      TEST(the_number_of_pages_is_read_from_the_answer),
      TEST(an_empty_answer_ends_the_pages_only_where_that_is_right),
      TEST(a_cursor_is_followed_until_there_is_none),
      TEST(a_cursor_that_was_followed_before_breaks_the_question),
      TEST(a_cursor_is_a_text_that_fits),
      TEST(a_link_leads_to_the_same_place_only),
      TEST(a_link_that_was_followed_before_breaks_the_question),
      TEST(pages_are_bounded),
      TEST(all_rows_have_come_when_the_total_says_so),
      TEST(what_changes_while_pages_come_breaks_the_question),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
