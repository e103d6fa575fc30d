/* What an answer is worth: in the order of transport, status, bytes, conditions and rows; a refusal is never no rows.
 */
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

static Instant at(const char *text) {
  Instant instant;
  assert_true(instant_parse(text, &instant));
  return instant;
}

static FeedAnswer answer_of(int status, const char *body) {
  const FeedBytes bytes = {.http_status = status, .body = body, .length = strlen(body), .retry_after_ms = -1};
  feed_case_again(&feed);
  FeedAnswer answer = feed_case_take_bytes(&feed, &bytes);
  if (answer.kind != ANSWER_ROWS) assert_int_equal(feed.rows.count, 0);
  return answer;
}

#define GOOD "{\"data\":[{\"id\":\"a\"}]}"

static void a_status_that_is_no_success_counts_whatever_the_body_says(void **state) {
  static const struct {
    int status;
    AnswerKind kind;
  } cases[] = {{0, ANSWER_FAILING},        {200, ANSWER_ROWS},        {201, ANSWER_FAILING},     {204, ANSWER_FAILING},
               {206, ANSWER_FAILING},      {301, ANSWER_MISDIRECTED}, {302, ANSWER_MISDIRECTED}, {400, ANSWER_REFUSED},
               {401, ANSWER_UNAUTHORIZED}, {402, ANSWER_REFUSED},     {403, ANSWER_BLOCKED},     {404, ANSWER_REFUSED},
               {408, ANSWER_FAILING},      {429, ANSWER_THROTTLED},   {500, ANSWER_FAILING},     {503, ANSWER_FAILING}};
  static const char *const bodies[] = {GOOD, "", "<html>", "{\"data\":[]}"};
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
    for (size_t b = 0; b < sizeof bodies / sizeof bodies[0]; b++) {
      if (cases[i].status == 200 && b > 0) continue;
      FeedAnswer answer = answer_of(cases[i].status, bodies[b]);
      if (answer.kind != cases[i].kind)
        fail_msg("%d %s: %s", cases[i].status, bodies[b], answer_kind_name(answer.kind));
      char parts[16] = "";
      if (cases[i].status > 200) snprintf(parts, sizeof parts, "HTTP|%d", cases[i].status);
      assert_named(answer.detail, parts);
      assert_int_equal(feed.pages.asked, cases[i].kind == ANSWER_ROWS);
    }
}

static void an_answer_without_what_was_due_is_never_no_rows(void **state) {
  static const struct {
    const char *body;
    AnswerKind kind;
  } cases[] = {{"", ANSWER_FAILING},
               {"  \r\n", ANSWER_FAILING},
               {"\xEF\xBB\xBF", ANSWER_FAILING},
               {"<!DOCTYPE html>", ANSWER_BLOCKED},
               {" \n<?xml version=\"1.0\"?>", ANSWER_BLOCKED},
               {"\xEF\xBB\xBF<html>", ANSWER_BLOCKED},
               {"Service Unavailable", ANSWER_FAILING},
               {"upstream timed out", ANSWER_FAILING},
               {"{\"data\":[{\"id\":\"a\"}", ANSWER_FAILING},
               {"{\"data\":[", ANSWER_FAILING},
               {"{\"data\":[]} {}", ANSWER_FAILING},
               {"{\"data\":[],\"data\":[]}", ANSWER_BROKEN},
               {"{\"data\":[],\"x\":\"\xFF\"}", ANSWER_BROKEN},
               {"{\"data\":[],\"x\":\"\\u0000\"}", ANSWER_BROKEN},
               {"null", ANSWER_BROKEN},
               {"\"\"", ANSWER_BROKEN},
               {"[]", ANSWER_BROKEN},
               {"{}", ANSWER_BROKEN},
               {"{\"error\":\"x\"}", ANSWER_BROKEN},
               {"{\"data\":null}", ANSWER_BROKEN},
               {"{\"data\":[]}", ANSWER_EMPTY},
               {"\xEF\xBB\xBF{\"data\":[]}", ANSWER_EMPTY},
               {" \r\n\t{\"data\":\"\"} \n", ANSWER_EMPTY}};
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    FeedAnswer answer = answer_of(200, cases[i].body);
    if (answer.kind != cases[i].kind)
      fail_msg("%s: %s: %s", cases[i].body, answer_kind_name(answer.kind), answer.detail);
    if (answer.kind != ANSWER_EMPTY) assert_string_not_equal(answer.detail, "");
    assert_false(feed.rows.is_rightly_empty);
  }
}

/* --- conditions --- */

static void conditions_are_judged_in_their_order(void **state) {
  FeedAnswerRules *rules = &feed.definition.answer;
  (void)state;
  feed_case_add_condition(&feed, &rules->limit_if, "/Note");
  feed_case_add_condition(&feed, &rules->limit_if, "/Information");
  feed_case_add_condition(&feed, &rules->error_if, "/Error Message");
  feed_case_add_condition(&feed, &rules->ok_if, "/status = 0000");
  feed_case_add_condition(&feed, &rules->ok_if, "/status = 013");
  feed_case_add_condition(&feed, &rules->empty_if, "/status = 013");
  feed_case_add_condition(&feed, &rules->empty_if, "!/data");
  feed_case_expect(&feed, "{\"Information\":\"x\",\"Error Message\":\"y\",\"status\":\"0000\"}", ANSWER_SPENT,
                   "limit_if|Information|x");
  feed_case_expect(&feed, "{\"Error Message\":\"no such symbol\",\"status\":\"0000\",\"data\":[]}", ANSWER_REFUSED,
                   "error_if|Error Message|no such symbol");
  feed_case_expect(&feed, "{\"status\":\"5600\"}", ANSWER_BROKEN, "ok_if");
  feed_case_expect(&feed, "{\"data\":[{\"id\":\"a\"}]}", ANSWER_BROKEN, "ok_if");
  feed_case_expect(&feed, "{\"status\":\"0000\"}", ANSWER_EMPTY, "empty_if|/data");
  assert_true(feed.rows.is_rightly_empty);
  feed_case_expect(&feed, "{\"status\":\"013\",\"data\":[{\"id\":\"a\"}]}", ANSWER_EMPTY, "empty_if|013");
  feed_case_expect(&feed, "{\"status\":\"0000\",\"data\":[]}", ANSWER_EMPTY, "");
  assert_false(feed.rows.is_rightly_empty);
  feed_case_expect(&feed, "{\"status\":\"0000\",\"data\":[{\"id\":\"a\"}]}", ANSWER_ROWS, "");
}

static void a_condition_is_met_by_what_is_written(void **state) {
  static const struct {
    const char *condition, *body;
    bool holds;
  } cases[] = {{"/a", "{\"a\":null}", true},
               {"/a", "{\"b\":1}", false},
               {"!/a", "{\"b\":1}", true},
               {"!/a", "{\"a\":false}", false},
               {"/a = 1", "{\"a\":1}", true},
               {"/a = 1", "{\"a\":\"1\"}", true},
               {"/a = 1", "{\"a\":1.0}", false},
               {"/a = 1.0", "{\"a\":1.0}", true},
               {"/a = 1", "{\"a\":11}", false},
               {"/a = 1", "{}", false},
               {"/a = true", "{\"a\":true}", true},
               {"/a = false", "{\"a\":false}", true},
               {"/a = true", "{\"a\":false}", false},
               {"/a = null", "{\"a\":null}", true},
               {"/a = null", "{}", false},
               {"/a = 1", "{\"a\":[1]}", false},
               {"/a = an array", "{\"a\":[]}", false},
               {"/0/m", "[{\"m\":1}]", true},
               {"/status/code = 429", "{\"status\":{\"code\":429}}", true}};
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    feed.definition.answer.error_if.count = 0;
    feed_case_add_condition(&feed, &feed.definition.answer.error_if, cases[i].condition);
    FeedAnswer answer = answer_of(200, cases[i].body);
    if ((answer.kind == ANSWER_REFUSED) != cases[i].holds)
      fail_msg("%s of %s: %s", cases[i].condition, cases[i].body, answer_kind_name(answer.kind));
  }
}

static void a_limit_lasts_until_the_next_utc_day(void **state) {
  const char *body = "{\"Note\":\"slow down\"}";
  FeedBytes bytes = {.http_status = 200, .body = body, .length = strlen(body), .retry_after_ms = -1};
  (void)state;
  feed_case_add_condition(&feed, &feed.definition.answer.limit_if, "/Note");
  bytes.now = at("2025-09-15T23:59:59.999Z");
  assert_string_equal(instant_text(feed_case_take_bytes(&feed, &bytes).until).text, "2025-09-16T00:00:00Z");
  bytes.now = at("2025-09-16T00:00:00Z");
  assert_string_equal(instant_text(feed_case_take_bytes(&feed, &bytes).until).text, "2025-09-17T00:00:00Z");
}

static void words_that_repeat_a_key_are_not_said(void **state) {
  (void)state;
  feed_case_add_key(&feed, "ABCDEF123");
  feed_case_add_condition(&feed, &feed.definition.answer.limit_if, "/Information");
  feed_case_expect(&feed, "{\"Information\":\"Your API key as ABCDEF123 has 25 requests\"}", ANSWER_SPENT,
                   "limit_if|Information");
  assert_null(strstr(answer_of(200, "{\"Information\":\"Your API key as ABCDEF123 has 25 requests\"}").detail, "ABC"));
  assert_null(strstr(
      answer_of(200, "{\"Information\":\"An API key that is cut in a quote, at its end: ABCDEF123\"}").detail, "ABC"));
  assert_null(strstr(answer_of(200, "{\"Information\":\"Your API key ABCDEF*** has 25 requests\"}").detail, "ABC"));
  feed_case_expect(&feed, "{\"Information\":\"25 requests a day\"}", ANSWER_SPENT, "25 requests a day");
}

/* --- until when --- */

static void a_429_says_until_when(void **state) {
  static const struct {
    int64_t retry_after_ms;
    const char *reset, *until; /* null: not known */
  } cases[] = {{-1, NULL, NULL},
               {0, NULL, "2025-09-15T12:00:00Z"},
               {5000, NULL, "2025-09-15T12:00:05Z"},
               {-1, "1757938500", "2025-09-15T12:15:00Z"},
               {-1, "2025-09-15T12:15:00Z", "2025-09-15T12:15:00Z"},
               {-1, "2025-09-15T21:15:00.000+09:00", "2025-09-15T12:15:00Z"},
               {-1, "1757938500000", "2025-09-15T12:15:00Z"},
               {5000, "1757938500", "2025-09-15T12:15:00Z"},
               {3600000, "1757938500", "2025-09-15T13:00:00Z"},
               {-1, "1757937000", "2025-09-15T12:00:00Z"}, /* just past: at once */
               {-1, "30", NULL},                           /* seconds from now, perhaps: not known */
               {-1, "soon", NULL},
               {-1, "", NULL},
               {5000, "soon", "2025-09-15T12:00:05Z"},
               {INT64_MAX, NULL, "2025-10-15T12:00:00Z"},
               {-1, "4102444800", "2025-10-15T12:00:00Z"}};
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    const FeedBytes bytes = {.http_status = 429,
                             .body = "",
                             .retry_after_ms = cases[i].retry_after_ms,
                             .limit_reset = cases[i].reset,
                             .now = at("2025-09-15T12:00:00Z")};
    FeedAnswer answer = feed_case_take_bytes(&feed, &bytes);
    assert_int_equal(answer.kind, ANSWER_THROTTLED);
    assert_string_equal(instant_text(answer.until).text, cases[i].until != NULL ? cases[i].until : "none");
  }
}

/* --- csv --- */

static void json_where_csv_was_due_is_judged_or_broken(void **state) {
  (void)state;
  feed_case_end(&feed);
  FEED_CASE(&feed, "", ID);
  feed.definition.rows.format = FEED_CSV;
  feed_case_add_condition(&feed, &feed.definition.answer.limit_if, "/Note");
  feed_case_add_condition(&feed, &feed.definition.answer.empty_if, "/none");
  feed_case_add_condition(&feed, &feed.definition.answer.ok_if, "/ok");
  feed_case_add_condition(&feed, &feed.definition.answer.ok_if, "/none");
  feed_case_expect(&feed, "id,x\na,1\n", ANSWER_ROWS, ""); /* ok_if is about JSON */
  feed_case_expect(&feed, "{\"Note\":1}", ANSWER_SPENT, "Note");
  feed_case_expect(&feed, "{\"none\":1}", ANSWER_EMPTY, "none");
  feed_case_expect(&feed, "{\"ok\":1}", ANSWER_BROKEN, "CSV");
  feed_case_expect(&feed, "[{\"id\":\"a\"}]", ANSWER_BROKEN, "ok_if");
  feed_case_expect(&feed, "{}", ANSWER_BROKEN, "ok_if");
  feed_case_expect(&feed, "<html>", ANSWER_BLOCKED, "");
  feed_case_expect(&feed, "id,x\na,\"1", ANSWER_FAILING, "CSV|cut");
  feed_case_expect(&feed, "id,id\n", ANSWER_BROKEN, "CSV|column 2");
  feed_case_expect(&feed, "", ANSWER_FAILING, "");
  feed_case_expect(&feed, "I,n,f,o", ANSWER_BROKEN, "id");
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
  const struct CMUnitTest tests[] = {
      TEST(a_status_that_is_no_success_counts_whatever_the_body_says),
      TEST(an_answer_without_what_was_due_is_never_no_rows),
      TEST(conditions_are_judged_in_their_order),
      TEST(a_condition_is_met_by_what_is_written),
      TEST(a_limit_lasts_until_the_next_utc_day),
      TEST(words_that_repeat_a_key_are_not_said),
      TEST(a_429_says_until_when),
      TEST(json_where_csv_was_due_is_judged_or_broken),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
