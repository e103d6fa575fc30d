/* What is asked of a screen: a strategy by its name, a condition, or either, as the command line takes it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <closebell/analysis/screen_request.h>

#include <stdio.h>
#include <string.h>

/* One strategy that has the name of a signal, and one that has not. */
static NamedStrategy items[2];
static BadFile bad = {.path = "/folder/broken.ini", .line = 2, .column = 9, .what = "this is none"};
static const Strategies strategies = {.items = items, .count = 2, .bad = {&bad, 1}};

static int make_strategies(void **state) {
  static const char text[] = "title = A title\nwhere = close > 5\nsort = -close\ncolumns = rsi_14\n";
  ScreenError error;
  (void)state;
  strcpy(items[0].name, "golden_cross");
  strcpy(items[1].name, "squeeze");
  for (int i = 0; i < 2; i++)
    if (strategy_parse(text, strlen(text), &items[i].strategy, &error) != STATUS_OK) return -1;
  return 0;
}

static ScreenRequest request;
static ScreenComplaint complaint;

static Status read_request(ScreenQuestion question) {
  Error err = {{0}};
  question.date = DAY_NONE;
  return screen_request_read(&question, &strategies, &request, &complaint, &err);
}

static void assert_refused(ScreenQuestion question, const char *parameter, int column, const char *nearest) {
  assert_int_equal(read_request(question), STATUS_USAGE);
  assert_string_equal(complaint.parameter, parameter);
  assert_int_equal(complaint.place.column, column);
  assert_string_equal(complaint.place.nearest, nearest);
}

static void a_strategy_is_taken_with_its_order_and_columns(void **state) {
  (void)state;
  assert_int_equal(read_request((ScreenQuestion){.strategy_name = "squeeze"}), STATUS_OK);
  assert_string_equal(request.strategy, "squeeze");
  assert_int_equal(request.sort.count, 1);
  assert_int_equal(request.columns.count, 1);
  const ScreenQuestion other = {.strategy_name = "squeeze", .sort = "", .columns = "close,name"};
  assert_int_equal(read_request(other), STATUS_OK);
  assert_int_equal(request.sort.count, 0);
  assert_int_equal(request.columns.count, 2);
}

static void a_condition_is_none_of_the_strategies(void **state) {
  (void)state;
  assert_int_equal(read_request((ScreenQuestion){.where = "golden_cross"}), STATUS_OK);
  assert_string_equal(request.strategy, "");
  assert_int_equal(read_request((ScreenQuestion){.screen = "golden_cross"}), STATUS_OK);
  assert_string_equal(request.strategy, "golden_cross");
  assert_refused((ScreenQuestion){.where = "squeeze"}, "where", 1, "");
  assert_refused((ScreenQuestion){.where = "close > smaa_20"}, "where", 9, "sma_20");
}

static void a_strategy_that_is_not_there_is_offered_the_nearest(void **state) {
  (void)state;
  assert_refused((ScreenQuestion){.strategy_name = "sqeeze"}, "strategy_name", 0, "squeeze");
  assert_refused((ScreenQuestion){.strategy_name = "close > 5"}, "strategy_name", 0, "");
  assert_refused((ScreenQuestion){.strategy_name = "broken"}, "strategy_name", 0, "");
  assert_non_null(strstr(complaint.place.what, "broken.ini:2:9"));
  assert_refused((ScreenQuestion){.screen = "broken"}, "screen", 0, "");
}

static void who_names_a_file_is_told_where_it_belongs(void **state) {
  (void)state;
  assert_refused((ScreenQuestion){.screen = "./folder/mine.ini"}, "screen", 0, "");
  assert_non_null(strstr(complaint.place.what, STRATEGIES_OWN));
  assert_refused((ScreenQuestion){.screen = "squeeze.ini"}, "screen", 0, "");
  assert_non_null(strstr(complaint.place.what, ": squeeze"));
  assert_refused((ScreenQuestion){.screen = "squeeze_of_a_breakout_behind_a_long_narrow_base.ini"}, "screen", 0, "");
  assert_non_null(strstr(complaint.place.what, "squeeze_of_a_breakout_behind_a_long_narrow_base.ini: "));
  assert_refused((ScreenQuestion){.screen = "close / open.ini"}, "screen", 13, "");
}

static void an_order_or_a_column_that_is_none_is_named(void **state) {
  (void)state;
  assert_refused((ScreenQuestion){.where = "close > 5", .sort = "-clsoe"}, "sort", 2, "close");
  assert_refused((ScreenQuestion){.where = "close > 5", .columns = "name,clsoe"}, "columns", 6, "close");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_strategy_is_taken_with_its_order_and_columns),
      cmocka_unit_test(a_condition_is_none_of_the_strategies),
      cmocka_unit_test(a_strategy_that_is_not_there_is_offered_the_nearest),
      cmocka_unit_test(who_names_a_file_is_told_where_it_belongs),
      cmocka_unit_test(an_order_or_a_column_that_is_none_is_named),
  };
  return cmocka_run_group_tests_name("screen request", tests, make_strategies, NULL);
}
