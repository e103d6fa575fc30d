#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <closebell/screen/list.h>

#include "../../src/screen/columns.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { STOCKS = 6 };

/* By ticker, as every market of a session. */
static const struct {
  const char *ticker, *name;
  double rs_rating, market_cap, close, golden_cross;
} rows[STOCKS] = {
    {"000010", "b", 50, 10, 3, 1},  {"000020", "a", NAN, 90, 1, 0},   {"000030", "\xEA\xB0\x80", 50, 20, NAN, 1},
    {"000040", "ab", 99, 10, 2, 0}, {"000050", "B", NAN, 90, 2, NAN}, {"000060", "c", 50, 20, 1, 1}};

static ScreenMarket market;

/* One session; the columns' values are those above. */
static int fill_market(void **state) {
  (void)state;
  Error err;
  Session session = {.date = 20000};
  bool names[512] = {false};
  market.considered = market_bit(MARKET_KOSPI);
  for (size_t i = 0; i < STOCKS; i++) {
    StockRow row = {.open = 1, .high = 1, .low = 1, .close = 1};
    snprintf(row.ticker, sizeof row.ticker, "%s", rows[i].ticker);
    snprintf(row.name, sizeof row.name, "%s", rows[i].name);
    assert_int_equal(session_add(&session, &row), STATUS_OK);
  }
  assert_int_equal(screen_market_add(&market, &session, false, &err), STATUS_OK);
  session_free(&session);
  static const char *const fields[] = {"rs_rating", "market_cap", "close", "golden_cross"};
  for (int f = 0; f < 4; f++) names[screen_name_find(fields[f], strlen(fields[f]))] = true;
  assert_int_equal(screen_columns_prepare(&market, names, 0, &err), STATUS_OK);
  for (size_t i = 0; i < STOCKS; i++) {
    const double values[] = {rows[i].rs_rating, rows[i].market_cap, rows[i].close, rows[i].golden_cross};
    for (int f = 0; f < 4; f++) market.columns->values[screen_name_find(fields[f], strlen(fields[f]))][i] = values[f];
  }
  return 0;
}

static int free_market(void **state) {
  (void)state;
  screen_market_free(&market);
  return 0;
}

/* The tickers' fifth digits, one behind the other. */
static void expect_order(const char *sort_text, size_t limit, const char *expected) {
  static const uint8_t all[STOCKS] = {1, 1, 1, 1, 1, 1};
  size_t stocks[STOCKS];
  char order[STOCKS + 1] = "";
  ScreenNames sort;
  ScreenCounts counts;
  ScreenError error;
  Error err;
  assert_int_equal(screen_sort_parse(sort_text, strlen(sort_text), &sort, &error), STATUS_OK);
  assert_int_equal(screen_list(&(ScreenListing){0, &sort, limit}, &market, all, stocks, &counts, &err), STATUS_OK);
  for (size_t i = 0; i < counts.listed; i++) order[i] = rows[stocks[i]].ticker[4];
  assert_string_equal(order, expected);
  assert_int_equal(counts.count, STOCKS);
}

static void ties_go_on_with_the_default_order(void **state) {
  (void)state;
  expect_order("", 0, "436125");
  expect_order("close", 0, "624513");
  expect_order("rs_rating,-ticker", 0, "631452");
}

static void absent_values_come_last_either_way(void **state) {
  (void)state;
  expect_order("-close", 0, "145623");
  expect_order("-golden_cross", 0, "361425");
  expect_order("golden_cross", 0, "423615");
}

static void texts_go_by_code_point_and_the_limit_cuts_afterwards(void **state) {
  (void)state;
  expect_order("name", 0, "524163");
  expect_order(" - name ", 2, "36");
}

static void counts_are_those_of_the_whole_list(void **state) {
  (void)state;
  static const uint8_t answers[STOCKS] = {SCREEN_MATCH, SCREEN_FALSE,   SCREEN_MATCH,
                                          SCREEN_MATCH, SCREEN_UNKNOWN, SCREEN_UNKNOWN};
  const ScreenNames sort = {.count = 0};
  size_t stocks[STOCKS];
  ScreenCounts counts;
  Error err;
  assert_int_equal(screen_list(&(ScreenListing){0, &sort, 1}, &market, answers, stocks, &counts, &err), STATUS_OK);
  assert_int_equal(counts.considered, STOCKS);
  assert_int_equal(counts.count, 3);
  assert_int_equal(counts.unknown, 2);
  assert_int_equal(counts.listed, 1);
  assert_int_equal(stocks[0], 3);
}

static void wrong_names_are_told_with_their_place(void **state) {
  (void)state;
  static const struct {
    const char *text;
    int column;
    const char *nearest;
  } bad[] = {
      {"close,", 7, ""}, {"close open", 7, ""}, {"-rsi14", 2, "rsi_14"}, {"close,,open", 7, ""}, {"--close", 2, ""}};
  ScreenNames names = {.count = 7};
  ScreenError error;
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    assert_int_equal(screen_sort_parse(bad[i].text, strlen(bad[i].text), &names, &error), STATUS_CONFIG);
    assert_int_equal(error.column, bad[i].column);
    assert_string_equal(error.nearest, bad[i].nearest);
  }
  assert_int_equal(screen_columns_parse("-close", 6, &names, &error), STATUS_CONFIG);
  assert_int_equal(names.count, 7);
  assert_int_equal(screen_columns_parse("close, name", 11, &names, &error), STATUS_OK);
  assert_int_equal(names.count, 2);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(ties_go_on_with_the_default_order),
      cmocka_unit_test(absent_values_come_last_either_way),
      cmocka_unit_test(texts_go_by_code_point_and_the_limit_cuts_afterwards),
      cmocka_unit_test(counts_are_those_of_the_whole_list),
      cmocka_unit_test(wrong_names_are_told_with_their_place),
  };
  return cmocka_run_group_tests(tests, fill_market, free_market);
}
