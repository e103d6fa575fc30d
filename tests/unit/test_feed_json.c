/* The JSON of declared feeds: numbers as they were written, and nothing that two readers could understand in two ways.
 * fuzz_feed_json holds it against jansson. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <closebell/feed/json.h>

static const FeedJson *member(const FeedJson *object, const char *name) {
  const FeedJson *found = feed_json_member(object, name, strlen(name));
  if (found == NULL) fail_msg("no member %s", name);
  return found;
}

static FeedJsonText read_text(const char *json) {
  FeedJsonText text = {0};
  Error err = {{0}};
  if (feed_json_open(json, strlen(json), &text, &err) != STATUS_OK) fail_msg("%s: %s", json, err.text);
  return text;
}

static void assert_refused_bytes(const char *json, size_t length, FeedJsonFault fault) {
  FeedJsonText text = {0};
  Error err = {{0}};
  Status status = feed_json_open(json, length, &text, &err);
  if (status != STATUS_BAD_DATA) fail_msg("%s: %s", json, status_name(status));
  if (text.fault != fault) fail_msg("%s: fault %d: %s", json, text.fault, err.text);
  assert_null(text.root);
  assert_string_not_equal(err.text, "");
}

static void assert_refused(const char *json, FeedJsonFault fault) { assert_refused_bytes(json, strlen(json), fault); }

static void a_tree_has_its_values_in_their_order(void **state) {
  (void)state;
  FeedJsonText text = read_text(" { \"a\" : [ 1 , true , false , null , \"x\" ] ,\n\"b\":{}, \"c\":[]\t}\r\n");
  const FeedJson *list = member(text.root, "a"), *item = list->first;
  static const FeedJsonKind kinds[] = {FEED_JSON_NUMBER, FEED_JSON_TRUE, FEED_JSON_FALSE, FEED_JSON_NULL,
                                       FEED_JSON_TEXT};
  assert_int_equal(text.root->kind, FEED_JSON_OBJECT);
  assert_int_equal(text.root->length, 3);
  assert_int_equal(list->kind, FEED_JSON_ARRAY);
  assert_int_equal(list->length, 5);
  for (size_t i = 0; i < 5; i++, item = item->next) {
    assert_int_equal(item->kind, kinds[i]);
    assert_ptr_equal(feed_json_item(list, i), item);
    assert_null(item->name);
  }
  assert_null(item);
  assert_null(feed_json_item(list, 5));
  assert_null(feed_json_item(text.root, 0));
  assert_null(feed_json_member(list, "a", 1));
  assert_null(feed_json_member(text.root, "aa", 2));
  assert_null(feed_json_member(text.root, "", 0));
  assert_string_equal(list->next->name, "b");
  assert_int_equal(member(text.root, "b")->length, 0);
  assert_null(member(text.root, "c")->first);
  feed_json_close(&text);
  assert_null(text.root);
}

static void a_number_stays_as_it_was_written(void **state) {
  (void)state;
  static const char *const numbers[] = {"0",
                                        "-0",
                                        "9223372036854775807",
                                        "123456789012345678901234567890",
                                        "1.50",
                                        "1e400",
                                        "-1.0E+05",
                                        "0.1000000000000000055511151231257827",
                                        "1E-00",
                                        "10"};
  char json[256];
  for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
    static const char *const forms[] = {"%s", "[%s]", "{\"a\":%s}", " %s ", "[\"x\",%s,%s]", "[1,%s\n]"};
    for (size_t f = 0; f < sizeof forms / sizeof forms[0]; f++) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
      snprintf(json, sizeof json, forms[f], numbers[i], numbers[i]);
#pragma GCC diagnostic pop
      FeedJsonText text = read_text(json);
      const FeedJson *last = text.root;
      for (const FeedJson *item = text.root->first; item != NULL; item = item->next) last = item;
      assert_int_equal(last->kind, FEED_JSON_NUMBER);
      assert_string_equal(last->text, numbers[i]);
      assert_int_equal(last->length, strlen(numbers[i]));
      feed_json_close(&text);
    }
  }
}

static void what_stands_beside_a_number_is_not_touched(void **state) {
  (void)state;
  FeedJsonText text = read_text("{\"one\":1,\"two\":\"2\",\"three\":[3,4,\"5\",-6],\"x\":7}");
  assert_string_equal(member(text.root, "one")->text, "1");
  assert_string_equal(member(text.root, "two")->text, "2");
  const FeedJson *list = member(text.root, "three");
  static const char *const texts[] = {"3", "4", "5", "-6"};
  for (size_t i = 0; i < 4; i++) assert_string_equal(feed_json_item(list, i)->text, texts[i]);
  assert_string_equal(member(text.root, "x")->text, "7");
  feed_json_close(&text);
}

static void escapes_are_read(void **state) {
  (void)state;
  FeedJsonText text =
      read_text("[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\",\"\\u0041\\u00e9\\uAC00\\ud83d\\ude00!\",\"가\",\"\"]");
  assert_string_equal(feed_json_item(text.root, 0)->text, "\"\\/\b\f\n\r\t");
  assert_string_equal(feed_json_item(text.root, 1)->text, "A\xC3\xA9\xEA\xB0\x80\xF0\x9F\x98\x80!");
  assert_int_equal(feed_json_item(text.root, 1)->length, 11);
  assert_string_equal(feed_json_item(text.root, 2)->text, "가");
  assert_string_equal(feed_json_item(text.root, 3)->text, "");
  feed_json_close(&text);
  text = read_text("{\"\\u006b\":1}");
  assert_string_equal(member(text.root, "k")->text, "1");
  feed_json_close(&text);
}

static void what_ends_too_early_was_cut(void **state) {
  (void)state;
  const char *whole = "{\"data\":[{\"a\":-1.5e+3,\"b\":\"x\\u00e9\\\\\\ud83d\\ude00가\"},true,false,null,{}]}";
  FeedJsonText text = read_text(whole);
  feed_json_close(&text);
  for (size_t length = 0; length < strlen(whole); length++) assert_refused_bytes(whole, length, FEED_JSON_CUT);
}

static void what_is_no_json_is_refused(void **state) {
  (void)state;
  static const char *const texts[] = {"Service Unavailable",
                                      "<html>",
                                      "{a:1}",
                                      "{'a':1}",
                                      "[1,]",
                                      "[,1]",
                                      "{\"a\":1,}",
                                      "[1 2]",
                                      "{\"a\" 1}",
                                      "01",
                                      "+1",
                                      "1.",
                                      ".5",
                                      "1e",
                                      "-",
                                      "[-]",
                                      "0x10",
                                      "NaN",
                                      "Infinity",
                                      "nul",
                                      "truth",
                                      "tRue",
                                      "\"\x01\"",
                                      "\"\n\"",
                                      "\"\\x\"",
                                      "\"\\u12g4\"",
                                      "{} {}",
                                      "{}x",
                                      "[]]",
                                      "1 2",
                                      "// c\n1",
                                      "\xEF\xBB\xBF{}",
                                      "{1:2}",
                                      "{\"a\":1:}",
                                      "[1:2]",
                                      "{\"a\",1}",
                                      "\f1",
                                      "\xC2\xA0"
                                      "1",
                                      "[1}"};
  for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
    FeedJsonText text = {0};
    Error err = {{0}};
    if (feed_json_open(texts[i], strlen(texts[i]), &text, &err) != STATUS_BAD_DATA) fail_msg("%s", texts[i]);
    if (text.fault == FEED_JSON_UNFIT) fail_msg("%s: %s", texts[i], err.text);
  }
  assert_refused("{} {}", FEED_JSON_OTHER);
  assert_refused("Service Unavailable", FEED_JSON_OTHER);
  assert_refused_bytes("[1]\0", 4, FEED_JSON_OTHER);
  assert_refused_bytes("[1]\xEA\xB0", 5, FEED_JSON_OTHER);
}

static void what_cannot_be_believed_is_unfit(void **state) {
  (void)state;
  static const char *const texts[] = {"{\"a\":1,\"a\":1}", "{\"a\":1,\"b\":2,\"\\u0061\":3}",
                                      "\"\\u0000\"",       "\"\\ud83d\"",
                                      "\"\\ude00\"",       "\"\\ud83dx\"",
                                      "\"\\ud83d\\n\"",    "\"\\ud83d\\u0041\"",
                                      "\"\xFF\"",          "\"\xC0\x80\"",
                                      "\"\xED\xA0\x80\"",  "\"\xF4\x90\x80\x80\"",
                                      "{\"\\u0000\":1}"};
  for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) assert_refused(texts[i], FEED_JSON_UNFIT);
}

/* Above a size names are sorted to find one that stands there twice. */
static void a_member_that_stands_twice_is_found_among_many(void **state) {
  (void)state;
  enum { MEMBERS = 100 };
  char json[MEMBERS * 16];
  for (int twice = 0; twice <= 1; twice++) {
    int length = snprintf(json, sizeof json, "{");
    for (int i = 0; i < MEMBERS; i++)
      length += snprintf(json + length, sizeof json - (size_t)length, "%s\"m%d\":%d", i > 0 ? "," : "",
                         twice && i == 90 ? 3 : i, i);
    snprintf(json + length, sizeof json - (size_t)length, "}");
    if (twice) {
      assert_refused(json, FEED_JSON_UNFIT);
      continue;
    }
    FeedJsonText text = read_text(json);
    assert_int_equal(text.root->length, MEMBERS);
    assert_string_equal(member(text.root, "m99")->text, "99");
    feed_json_close(&text);
  }
}

static void nested(int depth, char *json) {
  for (int i = 0; i < depth; i++) json[i] = '[', json[2 * depth - 1 - i] = ']';
  json[2 * depth] = '\0';
}

static void nesting_is_bounded(void **state) {
  (void)state;
  char json[2 * FEED_JSON_MAX_DEPTH + 8];
  nested(FEED_JSON_MAX_DEPTH, json);
  FeedJsonText text = read_text(json);
  feed_json_close(&text);
  nested(FEED_JSON_MAX_DEPTH + 1, json);
  assert_refused(json, FEED_JSON_UNFIT);
}

static void values_and_bytes_are_bounded(void **state) {
  (void)state;
  size_t values = FEED_JSON_MAX_VALUES + 1, length = 2 * values + 1;
  char *json = malloc(FEED_JSON_MAX_BYTES + 1);
  assert_non_null(json);
  json[0] = '[';
  for (size_t i = 0; i < values; i++) memcpy(json + 1 + 2 * i, "1,", 2);
  json[length - 1] = ']';
  assert_refused_bytes(json, length, FEED_JSON_UNFIT);
  memset(json, ' ', FEED_JSON_MAX_BYTES + 1);
  json[0] = '1';
  assert_refused_bytes(json, FEED_JSON_MAX_BYTES + 1, FEED_JSON_UNFIT);
  FeedJsonText text = {0};
  assert_int_equal(feed_json_open(json, FEED_JSON_MAX_BYTES, &text, NULL), STATUS_OK);
  feed_json_close(&text);
  free(json);
}

static void a_refusal_names_the_place_and_shows_nothing_of_the_text(void **state) {
  (void)state;
  FeedJsonText text = {0};
  Error err = {{0}};
  const char *json = "{\"apikey\":SECRET}";
  assert_int_equal(feed_json_open(json, strlen(json), &text, &err), STATUS_BAD_DATA);
  assert_non_null(strstr(err.text, "byte 11 of 17"));
  assert_null(strstr(err.text, "SECRET"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_tree_has_its_values_in_their_order),
      cmocka_unit_test(a_number_stays_as_it_was_written),
      cmocka_unit_test(what_stands_beside_a_number_is_not_touched),
      cmocka_unit_test(escapes_are_read),
      cmocka_unit_test(what_ends_too_early_was_cut),
      cmocka_unit_test(what_is_no_json_is_refused),
      cmocka_unit_test(what_cannot_be_believed_is_unfit),
      cmocka_unit_test(a_member_that_stands_twice_is_found_among_many),
      cmocka_unit_test(nesting_is_bounded),
      cmocka_unit_test(values_and_bytes_are_bounded),
      cmocka_unit_test(a_refusal_names_the_place_and_shows_nothing_of_the_text),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
