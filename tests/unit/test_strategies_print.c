#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <closebell/base/json.h>
#include <closebell/base/width.h>
#include <closebell/report/strategies_print.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Some strategies, and a file that is none. */
static NamedStrategy items[3];
static BadFile bad[1];
static Strategies some(void) {
  static const struct {
    const char *name, *text;
  } files[] = {{"aligned", "title = Aligned averages\ntitle_ko = 정배열\norigin = Of old\nwhere = sma_5 > sma_20\n"},
               {"squeeze",
                "title = A \"squeeze\" \\ \u202e\ntitle_ko = 볼린저 밴드 수축\norigin = John Bollinger: the width of "
                "the bands is its lowest of one hundred and twenty sessions\nwhere = close in (1, 2)\nhold = 5\n"
                "sort = -rs_rating, name\ncolumns = close\n"},
               {"x", "title = Without more\nwhere = name == \"가\"\n"}};
  for (size_t i = 0; i < 3; i++) {
    ScreenError error;
    strcpy(items[i].name, files[i].name);
    snprintf(items[i].path, sizeof items[i].path, "/s/%s.ini", files[i].name);
    assert_int_equal(strategy_parse(files[i].text, strlen(files[i].text), &items[i].strategy, &error), STATUS_OK);
  }
  bad[0] = (BadFile){.path = "/s/a \"bad\"\none.ini", .line = 2, .column = 9, .what = "rsi14: no", .nearest = "rsi_14"};
  return (Strategies){.items = items, .count = 3, .bad = {bad, 1}};
}

static char *table_of(size_t columns) {
  char *text = NULL;
  size_t size = 0;
  Strategies strategies = some();
  Output out = {.stream = open_memstream(&text, &size), .columns = columns};
  assert_non_null(out.stream);
  strategies_print_table(&out, &strategies);
  assert_int_equal(fclose(out.stream), 0);
  return text;
}

/* The column of the terminal at which `what` begins in its line. */
static size_t column_of(const char *text, const char *what) {
  const char *at = strstr(text, what), *line = at;
  if (at == NULL) fail_msg("\"%s\" is not in:\n%s", what, text);
  while (line > text && line[-1] != '\n') line--;
  char before[512];
  snprintf(before, sizeof before, "%.*s", (int)(at - line), line);
  return width_of(before);
}

static void columns_stand_below_each_other_with_korean_titles(void **state) {
  (void)state;
  char *text = table_of(0);
  assert_int_equal(column_of(text, "Aligned"), column_of(text, "Without more"));
  assert_int_equal(column_of(text, "정배열"), column_of(text, "볼린저"));
  assert_int_equal(column_of(text, "Of old"), column_of(text, "John"));
  assert_int_equal(column_of(text, "Of old"), column_of(text, "origin"));
  assert_int_equal(column_of(text, "정배열"), column_of(text, "Korean title"));
  assert_null(strstr(text, "\u202e"));
  free(text);
}

static void on_a_narrow_terminal_no_line_is_wider_and_nothing_is_lost(void **state) {
  (void)state;
  for (size_t columns = WIDTH_LEAST; columns < 160; columns++) {
    char *text = table_of(columns), *rest = text;
    for (char *line; (line = strsep(&rest, "\n")) != NULL;)
      if (width_of(line) > columns) fail_msg("%zu columns: %s", columns, line);
    free(text);
    text = table_of(columns);
    static const char *const all[] = {"aligned", "정배열", "Of old",   "squeeze", "수축",
                                      "John",    "twenty", "sessions", "Without"};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) assert_non_null(strstr(text, all[i]));
    free(text);
  }
}

static void json_holds_all_of_it_and_what_is_bad(void **state) {
  (void)state;
  char *text = NULL;
  size_t size = 0;
  Error err;
  Strategies strategies = some();
  FILE *out = open_memstream(&text, &size);
  assert_non_null(out);
  assert_int_equal(strategies_print_json(out, &strategies, &err), STATUS_OK);
  assert_int_equal(fclose(out), 0);
  assert_true(json_is_valid(text));
  assert_ptr_equal(strchr(text, '\n'), text + size - 1);
  static const char *const all[] = {"\"name\":\"aligned\"",
                                    "\"title_ko\":\"정배열\"",
                                    "\"title\":\"A \\\"squeeze\\\" \\\\ \\u202e\"",
                                    "\"where\":\"close in (1, 2)\"",
                                    "\"where\":\"name == \\\"가\\\"\"",
                                    "\"sort\":[\"-rs_rating\",\"name\"]",
                                    "\"columns\":[\"close\"]",
                                    "\"hold\":5}",
                                    "\"columns\":[]}",
                                    "\"path\":\"/s/x.ini\"",
                                    "\"path\":\"/s/a \\\"bad\\\"\\none.ini\",\"line\":2,\"column\":9",
                                    "\"nearest\":\"rsi_14\""};
  for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
    if (strstr(text, all[i]) == NULL) fail_msg("%s is not in %s", all[i], text);
  free(text);
}

static void no_strategies_are_an_empty_list(void **state) {
  (void)state;
  char *text = NULL;
  size_t size = 0;
  Error err;
  Strategies none = {0};
  FILE *out = open_memstream(&text, &size);
  assert_non_null(out);
  assert_int_equal(strategies_print_json(out, &none, &err), STATUS_OK);
  fclose(out);
  assert_string_equal(text, "{\"strategies\":[],\"bad\":[]}\n");
  free(text);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(columns_stand_below_each_other_with_korean_titles),
      cmocka_unit_test(on_a_narrow_terminal_no_line_is_wider_and_nothing_is_lost),
      cmocka_unit_test(json_holds_all_of_it_and_what_is_bad),
      cmocka_unit_test(no_strategies_are_an_empty_list),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
