#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <closebell/screen/strategy.h>

#include <dirent.h>
#include <stdio.h>
#include <string.h>

static Strategy strategy;

static void every_shipped_strategy_is_a_condition_with_titles_and_an_origin(void **state) {
  (void)state;
  char path[600], content[STRATEGY_MAX_BYTES];
  int seen = 0;
  DIR *folder = opendir(TEST_STRATEGIES);
  assert_non_null(folder);
  for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
    if (strstr(entry->d_name, ".ini") == NULL) continue;
    ScreenError error;
    snprintf(path, sizeof path, "%s/%s", TEST_STRATEGIES, entry->d_name);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    size_t length = fread(content, 1, sizeof content, file);
    fclose(file);
    if (strategy_parse(content, length, &strategy, &error) != STATUS_OK)
      fail_msg("%s:%d:%d: %s", entry->d_name, error.line, error.column, error.what);
    assert_true(strategy.title[0] != '\0' && strategy.title_ko[0] != '\0' && strategy.origin[0] != '\0');
    assert_true(strategy.hold > 0);
    seen++;
  }
  closedir(folder);
  assert_int_equal(seen, 21);
}

static void all_keys_are_taken_and_comments_are_not(void **state) {
  (void)state;
  static const char text[] =
      "# mine\n\ntitle = T = U\r\n  where=close > 1\n; no\nsort = -rs_rating\ncolumns = close,rsi_14\n"
      "hold = 60\ntitle_ko = \xEA\xB0\x80\norigin = me";
  ScreenError error;
  assert_int_equal(strategy_parse(text, sizeof text - 1, &strategy, &error), STATUS_OK);
  assert_string_equal(strategy.title, "T = U");
  assert_int_equal(strategy.where.length, strlen("close > 1"));
  assert_int_equal(strategy.sort.count, 1);
  assert_true(strategy.sort.descending[0]);
  assert_int_equal(strategy.columns.count, 2);
  assert_int_equal(strategy.hold, 60);
  assert_string_equal(strategy.origin, "me");
}

static void a_bad_file_is_told_with_line_and_column(void **state) {
  (void)state;
  static const struct {
    const char *text;
    int line, column;
    const char *nearest;
  } bad[] = {{"", 1, 1, ""},
             {"title = T\n", 2, 1, ""},
             {"where = close > 1\n", 2, 1, ""},
             {"title = T\nwhere = close > rsi14\n", 2, 17, "rsi_14"},
             {"title = T\n where =\n", 2, 9, ""},
             {"title = T\nwere = close > 1\n", 2, 1, "where"},
             {"title = T\ntitle = U\n", 2, 1, ""},
             {"title = T\nwhere close > 1 \n", 2, 1, ""},
             {"sort = close, -opn", 1, 16, "open"},
             {"columns = close -open", 1, 17, ""},
             {"hold = 0", 1, 8, ""},
             {"hold = 5 days", 1, 8, ""},
             {"hold = 1001", 1, 8, ""}};
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    ScreenError error;
    assert_int_equal(strategy_parse(bad[i].text, strlen(bad[i].text), &strategy, &error), STATUS_CONFIG);
    if (error.line != bad[i].line || error.column != bad[i].column || strcmp(error.nearest, bad[i].nearest) != 0)
      fail_msg("%s: %d:%d %s [%s]", bad[i].text, error.line, error.column, error.what, error.nearest);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_shipped_strategy_is_a_condition_with_titles_and_an_origin),
      cmocka_unit_test(all_keys_are_taken_and_comments_are_not),
      cmocka_unit_test(a_bad_file_is_told_with_line_and_column),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
