/* Typed values of declared feeds: what a field of each type takes, and where its value comes from. */
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

static int end(void **state) {
  (void)state;
  feed_case_end(&feed);
  feed = (FeedCase){0};
  return 0;
}

/* --- types --- */

/* One field v of that type beside the id; its value, or the refusal. */
static bool reads_as(FeedType type, const char *format, const char *json, FeedValue *ret_value) {
  const FeedField fields[] = {{.name = "id", .type = FEED_INT, .pointer = "/id"},
                              {.name = "v", .type = type, .pointer = "/v", .format = format}};
  char body[512];
  feed_case_end(&feed);
  FEED_CASE(&feed, "", fields);
  snprintf(body, sizeof body, "[{\"id\":1,\"v\":%s}]", json);
  FeedAnswer answer = feed_case_take(&feed, body);
  if (answer.kind == ANSWER_BROKEN) {
    assert_named(answer.detail, "row 1|v");
    return false;
  }
  assert_int_equal(answer.kind, ANSWER_ROWS);
  *ret_value = *feed_case_value(&feed, 0, 1);
  return true;
}

static void assert_all_refused(FeedType type, const char *const *texts, size_t count) {
  FeedValue value;
  for (size_t i = 0; i < count; i++)
    if (reads_as(type, NULL, texts[i], &value)) fail_msg("%s is taken", texts[i]);
}
#define ASSERT_ALL_REFUSED(type, texts) assert_all_refused((type), (texts), sizeof(texts) / sizeof(texts)[0])

static void a_string_is_a_text_or_a_number_as_published(void **state) {
  static const char *const others[] = {"true", "[]", "{}", "[\"x\"]", "null", "\"\""};
  FeedValue value;
  (void)state;
  assert_true(reads_as(FEED_STRING, NULL, "\"x\\n가\"", &value));
  assert_string_equal(value.text, "x\n가");
  assert_true(reads_as(FEED_STRING, NULL, "1.500", &value));
  assert_string_equal(value.text, "1.500");
  assert_true(reads_as(FEED_STRING, NULL, "12345678901234567890123", &value));
  assert_string_equal(value.text, "12345678901234567890123");
  ASSERT_ALL_REFUSED(FEED_STRING, others);
}

static void an_int_is_exact_and_written_as_one(void **state) {
  static const char *const others[] = {"9223372036854775808",
                                       "-9223372036854775809",
                                       "1.0",
                                       "1e3",
                                       "1E0",
                                       "\"1.0\"",
                                       "\"1,000\"",
                                       "\" 1\"",
                                       "\"1 \"",
                                       "\"x\"",
                                       "\"0x10\"",
                                       "true",
                                       "[1]",
                                       "\"\"",
                                       "null"};
  static const struct {
    const char *json;
    int64_t whole;
  } cases[] = {{"9007199254740993", 9007199254740993},
               {"9223372036854775807", INT64_MAX},
               {"-9223372036854775808", INT64_MIN},
               {"\"9223372036854775807\"", INT64_MAX},
               {"-0", 0},
               {"\"-12\"", -12}};
  FeedValue value;
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    assert_true(reads_as(FEED_INT, NULL, cases[i].json, &value));
    assert_true(value.whole == cases[i].whole);
  }
  ASSERT_ALL_REFUSED(FEED_INT, others);
}

static void a_double_is_finite(void **state) {
  static const char *const others[] = {"1e400", "-1e400", "\"inf\"",  "\"nan\"",  "\"1,5\"",
                                       "\"\"",  "false",  "\"1.5 \"", "\"0x1p3\""};
  static const struct {
    const char *json;
    double real;
  } cases[] = {{"0.1", 0.1}, {"-1.5E+3", -1500}, {"\".11\"", 0.11}, {"7497508223.83", 7497508223.83},
               {"5", 5},     {"1e-400", 0}};
  FeedValue value;
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    assert_true(reads_as(FEED_DOUBLE, NULL, cases[i].json, &value));
    assert_true(value.real == cases[i].real);
  }
  ASSERT_ALL_REFUSED(FEED_DOUBLE, others);
}

static void a_bool_is_no_word_but_in_csv(void **state) {
  static const char *const others[] = {"\"true\"", "0", "1", "\"yes\"", "null", "\"NO\"", "[]"};
  static const FeedField fields[] = {{.name = "id", .type = FEED_INT, .pointer = "/id"},
                                     {.name = "v", .type = FEED_BOOL, .pointer = "/v"}};
  FeedValue value;
  (void)state;
  assert_true(reads_as(FEED_BOOL, NULL, "true", &value) && value.truth);
  assert_true(reads_as(FEED_BOOL, NULL, "false", &value) && !value.truth);
  ASSERT_ALL_REFUSED(FEED_BOOL, others);
  feed_case_end(&feed);
  FEED_CASE(&feed, "", fields);
  feed.definition.rows.format = FEED_CSV;
  feed_case_expect(&feed, "id,v\n1,true\n2,FALSE\n", ANSWER_ROWS, "");
  assert_true(feed_case_value(&feed, 0, 1)->truth);
  assert_false(feed_case_value(&feed, 1, 1)->truth);
  feed_case_expect(&feed, "id,v\n1,1\n", ANSWER_BROKEN, "row 1|v");
}

static void dates_and_instants_are_read_with_and_without_a_format(void **state) {
  static const char *const others[] = {"\"yesterday\"", "true", "\"2025-02-30\"", "[]", "1e9"};
  FeedValue value;
  (void)state;
  assert_true(reads_as(FEED_DATE, NULL, "\"2025-09-15\"", &value));
  assert_string_equal(day_text(value.day).text, "2025-09-15");
  assert_true(reads_as(FEED_DATE, "%Y%m%d", "20250915", &value));
  assert_string_equal(day_text(value.day).text, "2025-09-15");
  assert_true(reads_as(FEED_INSTANT, "%Y%m%dT%H%M%S", "\"20240417T120000\"", &value));
  assert_string_equal(instant_text(value.instant).text, "2024-04-17T12:00:00Z");
  assert_true(reads_as(FEED_INSTANT, NULL, "1779807819", &value));
  assert_string_equal(instant_text(value.instant).text, "2026-05-26T15:03:39Z");
  assert_false(reads_as(FEED_INSTANT, "%Y%m%dT%H%M%S", "\"2024-04-17\"", &value));
  ASSERT_ALL_REFUSED(FEED_DATE, others);
  ASSERT_ALL_REFUSED(FEED_INSTANT, others);
}

static void strings_are_gathered_from_every_element(void **state) {
  static const FeedField fields[] = {{.name = "id", .type = FEED_STRING, .pointer = "/id"},
                                     {.name = "topics", .type = FEED_STRINGS, .pointer = "/topics/*/topic"},
                                     {.name = "tags", .type = FEED_STRINGS, .pointer = "/tags", .is_optional = true}};
  (void)state;
  FEED_CASE(&feed, "", fields);
  feed_case_expect(&feed,
                   "[{\"id\":\"a\",\"topics\":[{\"topic\":\"x\"},{\"topic\":7}],\"tags\":[\"t\",null,\"\",\"u\"]}]",
                   ANSWER_ROWS, "");
  const FeedTexts *topics = &feed_case_value(&feed, 0, 1)->texts, *tags = &feed_case_value(&feed, 0, 2)->texts;
  assert_int_equal(topics->count, 2);
  assert_string_equal(topics->items[0], "x");
  assert_string_equal(topics->items[1], "7");
  assert_int_equal(tags->count, 2);
  assert_string_equal(tags->items[1], "u");
  feed_case_expect(&feed, "[{\"id\":\"a\",\"topics\":[]}]", ANSWER_ROWS, "");
  assert_int_equal(feed_case_value(&feed, 0, 1)->texts.count, 0);
  assert_false(feed_case_value(&feed, 0, 1)->is_absent);
  assert_true(feed_case_value(&feed, 0, 2)->is_absent);
  feed_case_expect(&feed, "[{\"id\":\"a\",\"topics\":[{\"topic\":\"x\"},{}]}]", ANSWER_BROKEN, "row 1|topics");
  feed_case_expect(&feed, "[{\"id\":\"a\",\"topics\":[{\"topic\":[]}]}]", ANSWER_BROKEN, "topics");
  feed_case_expect(&feed, "[{\"id\":\"a\",\"topics\":\"x\"}]", ANSWER_BROKEN, "topics");
  feed_case_expect(&feed, "[{\"id\":\"a\"}]", ANSWER_BROKEN, "topics");
  feed_case_expect(&feed, "[{\"id\":\"a\",\"topics\":[],\"tags\":{}}]", ANSWER_BROKEN, "tags");
}

/* --- absent --- */

static void what_is_absent_is_so_only_where_it_may_be(void **state) {
  static const char *const absent[] = {"null", "\"\"", "\".\"", "\"None\"", "-999"};
  FeedField fields[] = {{.name = "id", .type = FEED_STRING, .pointer = "/id"},
                        {.name = "v", .type = FEED_DOUBLE, .pointer = "/v"}};
  (void)state;
  for (int optional = 0; optional <= 1; optional++) {
    fields[1].is_optional = optional;
    feed_case_end(&feed);
    FEED_CASE(&feed, "", fields);
    feed_case_add_missing(&feed, ".");
    feed_case_add_missing(&feed, "None");
    feed_case_add_missing(&feed, "-999");
    for (size_t i = 0; i < sizeof absent / sizeof absent[0]; i++) {
      char body[64];
      snprintf(body, sizeof body, "[{\"id\":\"a\",\"v\":%s}]", absent[i]);
      feed_case_expect(&feed, body, optional ? ANSWER_ROWS : ANSWER_BROKEN, optional ? "" : "row 1|v");
      if (optional) assert_true(feed_case_value(&feed, 0, 1)->is_absent);
    }
    feed_case_expect(&feed, "[{\"id\":\"a\"}]", optional ? ANSWER_ROWS : ANSWER_BROKEN, optional ? "" : "row 1|v");
    feed_case_expect(&feed, "[{\"id\":\"a\",\"v\":\"n/a\"}]", ANSWER_BROKEN,
                     "row 1|v|n/a"); /* another type is no absence */
    feed_case_expect(&feed, "[{\"id\":\"a\",\"v\":[]}]", ANSWER_BROKEN, "row 1|v");
  }
}

/* --- where values come from --- */

static void values_come_from_the_answer_the_item_the_day_and_a_map(void **state) {
  static const char *const columns[] = {"DGS10", "Treasury", "10"};
  static const FeedLine item = {.columns = columns, .count = 3};
  static const FeedField fields[] = {
      {.name = "id", .type = FEED_STRING, .pointer = "/s"},
      {.name = "as_of", .type = FEED_INSTANT, .from = FEED_FROM_ANSWER, .pointer = "/meta/at"},
      {.name = "series", .type = FEED_STRING, .from = FEED_FROM_ITEM, .column = 1},
      {.name = "years", .type = FEED_INT, .from = FEED_FROM_ITEM, .column = 3},
      {.name = "none", .type = FEED_STRING, .from = FEED_FROM_ITEM, .column = 4, .is_optional = true},
      {.name = "day", .type = FEED_DATE, .from = FEED_FROM_DATE},
      {.name = "day_text", .type = FEED_STRING, .from = FEED_FROM_DATE},
      {.name = "ticker", .type = FEED_STRING, .from = FEED_FROM_MAP, .pointer = "/s", .column = 2, .is_optional = true},
      {.name = "lot", .type = FEED_INT, .from = FEED_FROM_MAP, .pointer = "/s", .column = 3, .is_optional = true}};
  (void)state;
  FEED_CASE(&feed, "/rows", fields);
  feed.asked.item = &item;
  feed_case_set_map(&feed, "BTC\tKRW-BTC\t5\nETH\tKRW-ETH\n7\tSEVEN\n");
  feed_case_expect(&feed,
                   "{\"meta\":{\"at\":1779807819},\"rows\":[{\"s\":\"BTC\"},{\"s\":\"ETH\"},{\"s\":7},{\"s\":\"X\"}]}",
                   ANSWER_ROWS, "");
  for (size_t row = 0; row < 4; row++) {
    assert_string_equal(instant_text(feed_case_value(&feed, row, 1)->instant).text, "2026-05-26T15:03:39Z");
    assert_string_equal(feed_case_value(&feed, row, 2)->text, "DGS10");
    assert_int_equal(feed_case_value(&feed, row, 3)->whole, 10);
    assert_true(feed_case_value(&feed, row, 4)->is_absent);
    assert_string_equal(day_text(feed_case_value(&feed, row, 5)->day).text, "2025-09-15");
    assert_string_equal(feed_case_value(&feed, row, 6)->text, "2025-09-15");
  }
  assert_string_equal(feed_case_value(&feed, 0, 7)->text, "KRW-BTC");
  assert_int_equal(feed_case_value(&feed, 0, 8)->whole, 5);
  assert_true(feed_case_value(&feed, 1, 8)->is_absent);
  assert_string_equal(feed_case_value(&feed, 2, 7)->text, "SEVEN");
  assert_true(feed_case_value(&feed, 3, 7)->is_absent);
  feed_case_expect(&feed, "{\"rows\":[{\"s\":\"BTC\"}]}", ANSWER_BROKEN, "row 1|as_of");
  feed.asked.item = NULL;
  feed_case_expect(&feed, "{\"meta\":{\"at\":1},\"rows\":[{\"s\":\"BTC\"}]}", ANSWER_BROKEN, "row 1|series");
}

static void a_map_looks_up_texts_alone(void **state) {
  static const FeedField fields[] = {
      {.name = "id", .type = FEED_STRING, .pointer = "/id"},
      {.name = "t", .type = FEED_STRING, .from = FEED_FROM_MAP, .pointer = "/s", .column = 2, .is_optional = true}};
  (void)state;
  FEED_CASE(&feed, "", fields);
  feed_case_set_map(&feed, "a\tb\n");
  feed_case_expect(&feed, "[{\"id\":\"1\",\"s\":[]}]", ANSWER_BROKEN, "row 1|t|an array");
  feed_case_expect(&feed, "[{\"id\":\"1\",\"s\":null}]", ANSWER_ROWS, "");
}

int main(void) {
#define TEST(name) cmocka_unit_test_teardown(name, end)
  const struct CMUnitTest tests[] = {
      TEST(a_string_is_a_text_or_a_number_as_published),
      TEST(an_int_is_exact_and_written_as_one),
      TEST(a_double_is_finite),
      TEST(a_bool_is_no_word_but_in_csv),
      TEST(dates_and_instants_are_read_with_and_without_a_format),
      TEST(strings_are_gathered_from_every_element),
      TEST(what_is_absent_is_so_only_where_it_may_be),
      TEST(values_come_from_the_answer_the_item_the_day_and_a_map),
      TEST(a_map_looks_up_texts_alone),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
