/* JSON pointers: the examples of RFC 6901, section 5, and what is none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <closebell/feed/pointer.h>

static FeedJsonText text;

static int open_example(void **state) {
  static const char json[] = "{\"foo\":[\"bar\",\"baz\"],\"\":0,\"a/b\":1,\"c%d\":2,\"e^f\":3,\"g|h\":4,\"i\\\\j\":5,"
                             "\"k\\\"l\":6,\" \":7,\"m~n\":8,\"0\":9,\"*\":10,\"null\":null,"
                             "\"ts\":[{\"t\":\"x\"},{\"t\":\"y\"},{}],\"~1\":11,\"deep\":{\"\":{\"\":12}}}";
  (void)state;
  return feed_json_open(json, strlen(json), &text, NULL) != STATUS_OK;
}

static int close_example(void **state) {
  (void)state;
  feed_json_close(&text);
  return 0;
}

static const FeedJson *find(const char *pointer) {
  FeedPointer parsed;
  const char *fault = feed_pointer_parse(pointer, false, &parsed);
  if (fault != NULL) fail_msg("%s: %s", pointer, fault);
  return feed_pointer_find(&parsed, text.root);
}

static void a_pointer_leads_where_the_rfc_says(void **state) {
  static const char *const cases[][2] = {{"/foo/0", "bar"}, {"/foo/1", "baz"}, {"/", "0"},       {"/a~1b", "1"},
                                         {"/c%d", "2"},     {"/e^f", "3"},     {"/g|h", "4"},    {"/i\\j", "5"},
                                         {"/k\"l", "6"},    {"/ ", "7"},       {"/m~0n", "8"},   {"/0", "9"},
                                         {"/*", "10"},      {"/~01", "11"},    {"/deep//", "12"}};
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    const FeedJson *found = find(cases[i][0]);
    if (found == NULL || strcmp(found->text, cases[i][1]) != 0) fail_msg("%s", cases[i][0]);
  }
  assert_ptr_equal(find(""), text.root);
  assert_int_equal(find("/foo")->kind, FEED_JSON_ARRAY);
  assert_int_equal(find("/null")->kind, FEED_JSON_NULL);
}

static void a_pointer_to_nothing_finds_nothing(void **state) {
  static const char *const pointers[] = {
      "/nothing",       "/foo/2",   "/foo/-",  "/foo/00", "/foo/01", "/foo/+1",  "/foo/1a", "/foo/",
      "/foo/-1",        "/foo/0/x", "/null/x", "/a",      "//",      "/ts/0/t/", "/FOO",    "/foo/99999999999999999999",
      "/foo/4294967296"};
  (void)state;
  for (size_t i = 0; i < sizeof pointers / sizeof pointers[0]; i++)
    if (find(pointers[i]) != NULL) fail_msg("%s", pointers[i]);
}

static void a_text_that_is_no_pointer_is_refused(void **state) {
  char long_one[FEED_POINTER_SIZE + 2], deep[2 * FEED_POINTER_STEPS + 3] = "";
  static const char *const texts[] = {"foo", " /foo", "/~", "/a~", "/~2", "/a~x/b", "#/foo", "*"};
  FeedPointer pointer;
  (void)state;
  for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
    if (feed_pointer_parse(texts[i], false, &pointer) == NULL) fail_msg("%s", texts[i]);
  memset(long_one, 'a', sizeof long_one);
  long_one[0] = '/';
  long_one[FEED_POINTER_SIZE] = '\0';
  assert_non_null(feed_pointer_parse(long_one, false, &pointer));
  long_one[FEED_POINTER_SIZE - 1] = '\0';
  assert_null(feed_pointer_parse(long_one, false, &pointer));
  for (int i = 0; i < FEED_POINTER_STEPS; i++) strcat(deep, "/a");
  assert_null(feed_pointer_parse(deep, false, &pointer));
  assert_int_equal(pointer.count, FEED_POINTER_STEPS);
  assert_non_null(feed_pointer_parse(strcat(deep, "/a"), false, &pointer));
}

static void a_star_stands_for_every_element(void **state) {
  FeedPointer pointer;
  (void)state;
  assert_null(feed_pointer_parse("/ts/*/t", true, &pointer));
  const FeedJson *array = feed_pointer_find(&pointer, text.root);
  assert_int_equal(array->kind, FEED_JSON_ARRAY);
  assert_string_equal(feed_pointer_find_in(&pointer, feed_json_item(array, 1))->text, "y");
  assert_null(feed_pointer_find_in(&pointer, feed_json_item(array, 2)));
  assert_null(feed_pointer_parse("/foo/*", true, &pointer));
  assert_ptr_equal(feed_pointer_find_in(&pointer, text.root), text.root);
  assert_non_null(feed_pointer_parse("/a/*/b/*", true, &pointer));
  assert_null(feed_pointer_parse("/a/*b/*", true, &pointer));
  assert_int_equal(pointer.star, 2);
  assert_null(feed_pointer_parse("/a", true, &pointer));
  assert_int_equal(pointer.star, FEED_POINTER_STEPS);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_pointer_leads_where_the_rfc_says),
      cmocka_unit_test(a_pointer_to_nothing_finds_nothing),
      cmocka_unit_test(a_text_that_is_no_pointer_is_refused),
      cmocka_unit_test(a_star_stands_for_every_element),
  };
  return cmocka_run_group_tests(tests, open_example, close_example);
}
