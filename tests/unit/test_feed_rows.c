/* Typed rows of declared feeds: what is a row, what a field takes, and what makes an answer broken. */
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
      TEST(a_string_is_a_text_or_a_number_as_published),
      TEST(an_int_is_exact_and_written_as_one),
      TEST(a_double_is_finite),
      TEST(a_bool_is_no_word_but_in_csv),
      TEST(dates_and_instants_are_read_with_and_without_a_format),
      TEST(strings_are_gathered_from_every_element),
      TEST(what_is_absent_is_so_only_where_it_may_be),
      TEST(values_come_from_the_answer_the_item_the_day_and_a_map),
      TEST(a_map_looks_up_texts_alone),
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
