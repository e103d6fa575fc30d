/* The bodies of requests: flat JSON objects of texts and lists of texts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <closebell/api/json_body.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const KNOWN[] = {"tickers", "prompt", "language", NULL};

static bool parse(const char *text, JsonBody *body, Problem *problem) {
  *problem = (Problem){0};
  return json_body_parse(text, strlen(text), KNOWN, body, problem);
}

static void texts_and_lists_are_found_by_name(void **state) {
  (void)state;
  JsonBody body;
  Problem problem;
  assert_true(parse(" { \"tickers\" : [ \"005930\" , \"0126Z0\" ] , \"prompt\":\"compare\"}\n", &body, &problem));
  const JsonBodyMember *tickers = json_body_find(&body, "tickers"), *prompt = json_body_find(&body, "prompt");
  assert_true(tickers->is_list && tickers->count == 2);
  assert_string_equal(tickers->texts[0], "005930");
  assert_string_equal(tickers->texts[1], "0126Z0");
  assert_true(!prompt->is_list && prompt->count == 1);
  assert_string_equal(prompt->texts[0], "compare");
  assert_null(json_body_find(&body, "language"));
  json_body_free(&body);
  assert_true(parse("{}", &body, &problem));
  assert_int_equal(body.member_count, 0);
  json_body_free(&body);
  assert_true(parse("{\"tickers\":[]}", &body, &problem));
  assert_int_equal(json_body_find(&body, "tickers")->count, 0);
  json_body_free(&body);
}

static void escapes_become_what_they_mean(void **state) {
  (void)state;
  JsonBody body;
  Problem problem;
  assert_true(parse("{\"pro\\u006dpt\":\"\\uD55c\\n\\\"\\\\\\/\\b\\f\\r\\t\\ud83d\\ude00\\u00e9\"}", &body, &problem));
  assert_string_equal(json_body_find(&body, "prompt")->texts[0], "한\n\"\\/\b\f\r\t😀é");
  json_body_free(&body);
}

static void what_is_no_such_object_is_refused_by_name(void **state) {
  (void)state;
  static const struct {
    const char *text, *parameter, *nearest;
  } cases[] = {{"", "", ""},
               {"[]", "", ""},
               {"\"tickers\"", "", ""},
               {"{\"tickers\":[\"a\"]} x", "", ""},
               {"{\"tickers\":[\"a\",]}", "", ""},
               {"{\"prompt\":\"\\ud800\"}", "", ""},
               {"{\"prompt\":\"\\ud800\\u0041\"}", "", ""},
               {"{\"prompt\":\"\\udc00\"}", "", ""},
               {"{\"prompt\":\"a\\u0000b\"}", "", ""},
               {"{\"prompt\":\"\xff\"}", "", ""},
               {"{\"prompt\":1}", "prompt", ""},
               {"{\"prompt\":null}", "prompt", ""},
               {"{\"prompt\":{\"a\":\"b\"}}", "prompt", ""},
               {"{\"tickers\":[\"a\",1]}", "tickers", ""},
               {"{\"tickers\":[[\"a\"]]}", "tickers", ""},
               {"{\"prompt\":\"a\",\"prompt\":\"a\"}", "prompt", ""},
               {"{\"tikcers\":[]}", "tikcers", "tickers"},
               {"{\"\":\"\"}", "", ""}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    JsonBody body;
    Problem problem;
    if (parse(cases[i].text, &body, &problem)) fail_msg("%s passes", cases[i].text);
    assert_int_equal(problem.status, 400);
    assert_string_equal(problem.parameter, cases[i].parameter);
    assert_string_equal(problem.nearest, cases[i].nearest);
  }
}

static void a_nul_or_no_body_at_all_is_no_json(void **state) {
  (void)state;
  JsonBody body;
  Problem problem = {0};
  assert_false(json_body_parse(NULL, 0, KNOWN, &body, &problem));
  assert_int_equal(problem.status, 400);
  assert_false(json_body_parse("{}\0x", 4, KNOWN, &body, &problem));
}

static void more_texts_than_there_is_room_for_are_refused(void **state) {
  (void)state;
  TextBuffer text = {0};
  JsonBody body;
  Problem problem;
  text_buffer_printf(&text, "{\"tickers\":[\"a\"");
  for (int i = 1; i < JSON_BODY_TEXTS; i++) text_buffer_printf(&text, ",\"a\"");
  size_t full = text.length;
  text_buffer_printf(&text, "]}");
  assert_true(parse(text.data, &body, &problem));
  json_body_free(&body);
  text.length = full;
  text_buffer_printf(&text, ",\"a\"]}");
  assert_false(parse(text.data, &body, &problem));
  assert_string_equal(problem.parameter, "tickers");
  text_buffer_free(&text);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(texts_and_lists_are_found_by_name),
      cmocka_unit_test(escapes_become_what_they_mean),
      cmocka_unit_test(what_is_no_such_object_is_refused_by_name),
      cmocka_unit_test(a_nul_or_no_body_at_all_is_no_json),
      cmocka_unit_test(more_texts_than_there_is_room_for_are_refused),
  };
  return cmocka_run_group_tests_name("api body", tests, NULL, NULL);
}
