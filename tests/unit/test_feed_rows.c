/* Typed rows of declared feeds: what is a row, which of them stay, and what makes an answer broken. */
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

static int end(void **state) {
  (void)state;
  feed_case_end(&feed);
  feed = (FeedCase){0};
  return 0;
}

static void assert_ids(const char *body, const char *ids) {
  feed_case_expect(&feed, body, *ids != '\0' ? ANSWER_ROWS : ANSWER_EMPTY, "");
  assert_string_equal(feed_case_ids(&feed), ids);
}

/* --- rows --- */

static void an_array_of_objects_is_rows(void **state) {
  (void)state;
  FEED_CASE(&feed, "/data", ID);
  assert_ids("{\"data\":[{\"id\":\"a\"},{\"id\":\"b\"}]}", "a,b");
  assert_ids("{\"data\":[]}", "");
  feed_case_expect(&feed, "{\"data\":[{\"id\":\"a\"},5]}", ANSWER_BROKEN, "row 2|a number");
  feed_case_expect(&feed, "{\"data\":[null]}", ANSWER_BROKEN, "row 1|null");
  feed_case_expect(&feed, "{\"data\":[[{\"id\":\"a\"}]]}", ANSWER_BROKEN, "row 1|an array");
}

static void the_members_of_an_object_that_are_objects_are_rows(void **state) {
  static const FeedField fields[] = {{.name = "coin", .type = FEED_STRING, .from = FEED_FROM_KEY},
                                     {.name = "close", .type = FEED_DOUBLE, .pointer = "/closing_price"}};
  (void)state;
  FEED_CASE(&feed, "/data", fields);
  assert_ids("{\"data\":{\"BTC\":{\"closing_price\":\"1\"},\"date\":\"1659866049821\",\"ETH\":{\"closing_price\":2}}}",
             "BTC,ETH");
  assert_true(feed_case_value(&feed, 1, 1)->real == 2);
  feed_case_expect(&feed, "{\"data\":{\"BTC\":{\"closing_price\":\"x\"}}}", ANSWER_BROKEN, "row 1|BTC|close|x");
  feed_case_expect(&feed, "{\"data\":{\"date\":\"1\"}}", ANSWER_BROKEN, "coin"); /* the one row itself has no @key */
}

static void an_object_without_such_members_is_the_one_row(void **state) {
  (void)state;
  FEED_CASE(&feed, "/item", ID);
  assert_ids("{\"item\":{\"id\":\"only\",\"list\":[{\"id\":\"x\"}]}}", "only");
  assert_ids("{\"item\":{}}", "");
  assert_ids("{\"item\":\"\"}", "");
}

static void single_is_one_row_whatever_it_holds(void **state) {
  static const FeedField fields[] = {{.name = "id", .type = FEED_STRING, .pointer = "/0"}};
  (void)state;
  FEED_CASE(&feed, "", ID);
  feed.definition.rows.is_single = true;
  assert_ids("{\"id\":\"a\",\"inner\":{\"id\":\"b\"}}", "a");
  feed_case_expect(&feed, "{}", ANSWER_BROKEN, "row 1|id");
  feed_case_end(&feed);
  FEED_CASE(&feed, "/candle", fields);
  feed.definition.rows.is_single = true;
  assert_ids("{\"candle\":[\"t\",1]}", "t");
}

static void what_is_no_place_for_rows_breaks_the_answer(void **state) {
  (void)state;
  FEED_CASE(&feed, "/data", ID);
  static const char *const bodies[] = {
      "{}", "{\"data\":null}", "{\"data\":\"none\"}", "{\"data\":0}", "{\"data\":false}", "[]", "\"data\"", "null"};
  for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++)
    feed_case_expect(&feed, bodies[i], ANSWER_BROKEN, "/data");
}

/* A service that writes {"items":{"item":[...]}} writes {"items":""} where there are none. */
static void an_empty_text_on_the_way_is_no_rows(void **state) {
  (void)state;
  FEED_CASE(&feed, "/body/items/item", ID);
  assert_ids("{\"body\":{\"items\":\"\"}}", "");
  assert_ids("{\"body\":\"\"}", "");
  static const char *const bodies[] = {"{\"body\":{\"items\":{}}}",     "{\"body\":{\"items\":null}}",
                                       "{\"body\":{\"items\":\"no\"}}", "{\"body\":{\"item\":\"\"}}",
                                       "{\"body\":{\"items\":[]}}",     "\"\""};
  for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++)
    feed_case_expect(&feed, bodies[i], ANSWER_BROKEN, "/body/items/item");
}

static void the_whole_answer_can_be_the_rows(void **state) {
  (void)state;
  FEED_CASE(&feed, "", ID);
  assert_ids("[{\"id\":\"a\"}]", "a");
  assert_ids("[]", "");
  assert_ids("{}", "");
}

static void rows_without_the_only_field_count_nowhere(void **state) {
  static const FeedField fields[] = {
      {.name = "ticker", .type = FEED_STRING, .from = FEED_FROM_MAP, .pointer = "/s", .column = 2, .is_optional = true},
      {.name = "price", .type = FEED_DOUBLE, .pointer = "/p"}};
  (void)state;
  FEED_CASE(&feed, "", fields);
  feed.definition.rows.only = 0;
  feed_case_set_map(&feed, "a\tA\nc\tC\n");
  FeedAnswer answer =
      feed_case_take(&feed, "[{\"s\":\"a\",\"p\":1},{\"s\":\"b\",\"p\":\"nothing\"},{\"s\":\"c\",\"p\":3}]");
  assert_int_equal(answer.kind, ANSWER_ROWS);
  assert_int_equal(answer.rows, 3); /* as the provider counts */
  assert_int_equal(feed.rows.received, 3);
  assert_string_equal(feed_case_ids(&feed), "A,C");
  feed_case_expect(&feed, "[{\"s\":\"b\",\"p\":2},{\"s\":\"c\",\"p\":null}]", ANSWER_BROKEN, "row 2|price");
}

/* --- ids --- */

static void an_id_is_made_of_texts_and_fields(void **state) {
  static const FeedField fields[] = {{.name = "at_utc", .type = FEED_INSTANT, .pointer = "/at"},
                                     {.name = "day", .type = FEED_DATE, .pointer = "/day"},
                                     {.name = "n", .type = FEED_INT, .pointer = "/n"},
                                     {.name = "s", .type = FEED_STRING, .pointer = "/s", .is_optional = true}};
  FeedPart parts[] = {{.kind = FEED_PART_FIELD, .index = 0}, {.kind = FEED_PART_TEXT, .text = ":"},
                      {.kind = FEED_PART_FIELD, .index = 1}, {.kind = FEED_PART_TEXT, .text = "/"},
                      {.kind = FEED_PART_FIELD, .index = 2}, {.kind = FEED_PART_FIELD, .index = 3}};
  (void)state;
  FEED_CASE(&feed, "", fields);
  feed.definition.rows.id = (FeedTemplate){.parts = parts, .count = 6};
  feed_case_expect(&feed, "[{\"at\":\"2025-09-15T10:00:00+09:00\",\"day\":\"2025-09-15\",\"n\":-5,\"s\":\"가\"}]",
                   ANSWER_ROWS, "");
  assert_string_equal(feed_case_ids(&feed), "2025-09-15T01:00:00Z:2025-09-15/-5가");
  feed_case_expect(&feed, "[{\"at\":\"2025-09-15T10:00:00Z\",\"day\":\"2025-09-15\",\"n\":1}]", ANSWER_ROWS, "");
  assert_string_equal(feed_case_ids(&feed), "2025-09-15T10:00:00Z:2025-09-15/1"); /* s may be absent */
  feed_case_expect(&feed, "[{\"at\":\"2025-09-15T10:00:00Z\",\"n\":1}]", ANSWER_BROKEN, "row 1|day");
}

static void an_id_is_bounded_and_has_no_control_characters(void **state) {
  char body[1024], text[FEED_ID_BYTES_MAX + 2];
  (void)state;
  FEED_CASE(&feed, "", ID);
  memset(text, 'x', sizeof text - 1);
  text[sizeof text - 1] = '\0';
  snprintf(body, sizeof body, "[{\"id\":\"%s\"}]", text);
  feed_case_expect(&feed, body, ANSWER_BROKEN, "row 1|id|500");
  snprintf(body, sizeof body, "[{\"id\":\"%s\"}]", text + 1);
  feed_case_expect(&feed, body, ANSWER_ROWS, "");
  feed_case_expect(&feed, "[{\"id\":\"a\\nb\"}]", ANSWER_BROKEN, "row 1|id|control");
  feed_case_expect(&feed, "[{\"id\":\"a\\u007f\"}]", ANSWER_BROKEN, "control");
  feed_case_expect(&feed, "[{\"id\":\"a\\u0085b\"}]", ANSWER_BROKEN, "control");
  feed_case_expect(&feed, "[{\"id\":\"a\\u00a0b\"}]", ANSWER_ROWS, "");
  feed.definition.rows.id.count = 0;
  feed_case_expect(&feed, "[{\"id\":\"a\"}]", ANSWER_BROKEN, "row 1|id|empty");
}

/* --- keys --- */

static void a_key_that_an_answer_repeats_is_neither_kept_nor_said(void **state) {
  static const FeedField fields[] = {{.name = "id", .type = FEED_STRING, .pointer = "/id"},
                                     {.name = "n", .type = FEED_INT, .pointer = "/n", .is_optional = true},
                                     {.name = "tags", .type = FEED_STRINGS, .pointer = "/tags", .is_optional = true}};
  (void)state;
  FEED_CASE(&feed, "", fields);
  feed_case_add_key(&feed, "first-key");
  feed_case_add_key(&feed, "se/cr+et");
  static const char *const bodies[] = {"[{\"id\":\"https://x/?k=se/cr+et&p=2\",\"tags\":[\"a\",\"se/cr+et\"]}]",
                                       "[{\"id\":\"https://x/?k=se%2Fcr%2Bet&p=2\",\"tags\":[\"first-key\"]}]",
                                       "[{\"id\":\"https://x/?k=se\\/cr\\u002Bet\",\"tags\":[\"xfirst-keyx\"]}]"};
  for (size_t i = 0; i < 3; i++) {
    feed_case_expect(&feed, bodies[i], ANSWER_ROWS, "");
    const FeedTexts *tags = &feed_case_value(&feed, 0, 2)->texts;
    const char *texts[] = {feed.rows.items[0].id, feed_case_value(&feed, 0, 0)->text, tags->items[tags->count - 1]};
    for (size_t t = 0; t < 3; t++) {
      assert_null(strstr(texts[t], "cr+et"));
      assert_null(strstr(texts[t], "cr%2Bet"));
      assert_null(strstr(texts[t], "first-key"));
      assert_non_null(strstr(texts[t], "of 2"));
    }
  }
  feed_case_expect(&feed, "[{\"id\":\"a\",\"n\":\"se/cr+et\"}]", ANSWER_BROKEN, "row 1|n");
  assert_null(strstr(feed_case_take(&feed, "[{\"id\":\"a\",\"n\":\"se/cr+et\"}]").detail, "cr"));
  assert_null(strstr(feed_case_take(&feed, "[{\"id\":\"a\",\"n\":\"se/cr***\"}]").detail, "cr"));
  feed_case_expect(&feed, "[{\"id\":\"a\",\"n\":\"sesame\"}]", ANSWER_BROKEN, "row 1|n|sesame");
}

static void a_key_that_is_repeated_percent_encoded_alone_is_seen(void **state) {
  static const char *const bodies[] = {"[{\"id\":\"k=se%2Fcr%2Bet\"}]", "[{\"id\":\"k=se%2fcr%2bet\"}]",
                                       "[{\"id\":\"se%2fcr%2bet\"}]", "[{\"id\":\"k=se/cr%2Bet\"}]",
                                       "[{\"id\":\"k=se%2Fcr+et&\"}]"};
  (void)state;
  FEED_CASE(&feed, "", ID);
  feed_case_add_key(&feed, "se/cr+et");
  for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
    feed_case_expect(&feed, bodies[i], ANSWER_ROWS, "");
    assert_null(strstr(feed_case_ids(&feed), "cr%"));
    assert_non_null(strstr(feed_case_ids(&feed), "key 1 of 1"));
  }
}

static void a_key_that_holds_a_percent_sign_is_seen_as_it_is(void **state) {
  (void)state;
  FEED_CASE(&feed, "", ID);
  feed_case_add_key(&feed, "%25ab");
  feed_case_expect(&feed, "[{\"id\":\"k=%25ab\"}]", ANSWER_ROWS, "");
  assert_non_null(strstr(feed_case_ids(&feed), "k=(key 1 of 1)"));
}

static void the_name_of_a_row_hides_a_key_too(void **state) {
  static const FeedField fields[] = {{.name = "id", .type = FEED_STRING, .from = FEED_FROM_KEY},
                                     {.name = "n", .type = FEED_INT, .pointer = "/n"}};
  (void)state;
  FEED_CASE(&feed, "", fields);
  feed_case_add_key(&feed, "SECRETKEY");
  feed_case_expect(&feed, "{\"SECRETKEY\":{\"n\":1}}", ANSWER_ROWS, "");
  assert_null(strstr(feed_case_ids(&feed), "SECRET"));
  FeedAnswer answer = feed_case_take(&feed, "{\"SECRETKEY\":{\"n\":\"x\"}}");
  assert_int_equal(answer.kind, ANSWER_BROKEN);
  assert_null(strstr(answer.detail, "SECRET"));
}

/* --- csv --- */

static void csv_is_rows_by_its_columns(void **state) {
  static const FeedField fields[] = {
      {.name = "symbol", .type = FEED_STRING, .pointer = "/symbol"},
      {.name = "at", .type = FEED_DATE, .pointer = "/reportDate"},
      {.name = "estimate", .type = FEED_DOUBLE, .pointer = "/estimate", .is_optional = true},
      {.name = "time", .type = FEED_STRING, .pointer = "/timeOfTheDay", .is_optional = true}};
  (void)state;
  FEED_CASE(&feed, "", fields);
  feed.definition.rows.format = FEED_CSV;
  feed_case_expect(&feed, "symbol,name,reportDate,estimate\r\nIBM,\"Int., Inc\",2025-10-21,2.44\r\nA,x,2025-10-22,\r\n",
                   ANSWER_ROWS, "");
  assert_string_equal(feed_case_ids(&feed), "IBM,A");
  assert_true(feed_case_value(&feed, 0, 2)->real == 2.44);
  assert_true(feed_case_value(&feed, 1, 2)->is_absent);
  feed_case_expect(&feed, "symbol,reportDate\n", ANSWER_EMPTY, "");
  feed_case_expect(&feed, "symbol,date\n", ANSWER_BROKEN, "at|reportDate");
  feed_case_expect(&feed, "Thank you for using our service", ANSWER_BROKEN, "symbol");
  feed_case_expect(&feed, "symbol,reportDate\nIBM,soon\n", ANSWER_BROKEN, "row 1|at|soon");
}

/* --- what is said --- */

static void a_quote_is_one_line_of_ascii(void **state) {
  static const FeedField fields[] = {{.name = "id", .type = FEED_INT, .pointer = "/id"}};
  (void)state;
  FEED_CASE(&feed, "", fields);
  FeedAnswer answer = feed_case_take(&feed, "[{\"id\":\"a\\nb\\u001b[1m\\u202e가\\\"\"}]");
  assert_int_equal(answer.kind, ANSWER_BROKEN);
  for (const char *c = answer.detail; *c != '\0'; c++) assert_in_range(*c, ' ', '~');
}

static void a_format_is_not_for_our_own_day(void **state) {
  static const FeedField fields[] = {{.name = "day", .type = FEED_DATE, .from = FEED_FROM_DATE, .format = "%Y%m%d"}};
  (void)state;
  FEED_CASE(&feed, "", fields);
  assert_ids("[{\"x\":1}]", "2025-09-15");
}

/* --- all or nothing --- */

static void a_broken_page_adds_nothing_to_those_before(void **state) {
  char reason[FEED_REASON_SIZE];
  FeedJsonText text = {0};
  (void)state;
  FEED_CASE(&feed, "", ID);
  feed_case_expect(&feed, "[{\"id\":\"a\"},{\"id\":\"b\"}]", ANSWER_ROWS, "");
  const char *body = "[{\"id\":\"c\"},{\"id\":null}]";
  assert_int_equal(feed_json_open(body, strlen(body), &text, NULL), STATUS_OK);
  assert_int_equal(feed_rows_add(&feed.asked, &text, &feed.rows, reason), STATUS_BAD_DATA);
  assert_named(reason, "row 4|id");
  feed_json_close(&text);
  assert_string_equal(feed_case_ids(&feed), "a,b");
  assert_int_equal(feed.rows.received, 2);
}

static void rows_outlive_the_answer_they_came_from(void **state) {
  (void)state;
  FEED_CASE(&feed, "", ID);
  assert_int_equal(feed_case_take(&feed, "[{\"id\":\"first\"}]").kind, ANSWER_ROWS);
  assert_int_equal(feed_case_take(&feed, "[{\"id\":\"other\"}]").kind, ANSWER_ROWS);
  assert_string_equal(feed_case_ids(&feed), "first,other");
  size_t bytes = feed.rows.bytes;
  assert_int_equal(feed_case_take(&feed, "[{\"id\":\"third\"}]").kind, ANSWER_ROWS);
  assert_true(feed.rows.bytes > bytes); /* of all pages */
}

static void a_row_that_is_too_large_for_a_document_is_refused(void **state) {
  static const FeedField fields[] = {{.name = "id", .type = FEED_STRING, .pointer = "/id"},
                                     {.name = "v", .type = FEED_STRING, .pointer = "/v"}};
  (void)state;
  FEED_CASE(&feed, "", fields);
  char *body = malloc(FEED_ROW_TEXT_MAX + 64);
  assert_non_null(body);
  for (int large = 0; large <= 1; large++) {
    size_t length = large ? FEED_ROW_TEXT_MAX : FEED_ROW_TEXT_MAX - 1024,
           at = (size_t)sprintf(body, "[{\"id\":\"a\",\"v\":\"");
    memset(body + at, 'x', length);
    strcpy(body + at + length, "\"}]");
    feed_case_again(&feed);
    FeedAnswer answer = feed_case_take(&feed, body);
    assert_int_equal(answer.kind, large ? ANSWER_BROKEN : ANSWER_ROWS);
    if (large) assert_named(answer.detail, "row 1");
  }
  free(body);
}

int main(void) {
#define TEST(name) cmocka_unit_test_teardown(name, end)
  const struct CMUnitTest tests[] = {
      TEST(an_array_of_objects_is_rows),
      TEST(the_members_of_an_object_that_are_objects_are_rows),
      TEST(an_object_without_such_members_is_the_one_row),
      TEST(single_is_one_row_whatever_it_holds),
      TEST(what_is_no_place_for_rows_breaks_the_answer),
      TEST(an_empty_text_on_the_way_is_no_rows),
      TEST(the_whole_answer_can_be_the_rows),
      TEST(rows_without_the_only_field_count_nowhere),
      TEST(an_id_is_made_of_texts_and_fields),
      TEST(an_id_is_bounded_and_has_no_control_characters),
      TEST(a_key_that_an_answer_repeats_is_neither_kept_nor_said),
      TEST(a_key_that_is_repeated_percent_encoded_alone_is_seen),
      TEST(a_key_that_holds_a_percent_sign_is_seen_as_it_is),
      TEST(the_name_of_a_row_hides_a_key_too),
      TEST(csv_is_rows_by_its_columns),
      TEST(a_quote_is_one_line_of_ascii),
      TEST(a_format_is_not_for_our_own_day),
      TEST(a_broken_page_adds_nothing_to_those_before),
      TEST(rows_outlive_the_answer_they_came_from),
      TEST(a_row_that_is_too_large_for_a_document_is_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
