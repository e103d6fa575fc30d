/* The answers of screens, printed from a market made by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <closebell/base/json.h>
#include <closebell/base/width.h>
#include <closebell/report/screen_print.h>

#include "named.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STOCKS = 4, SESSIONS = 12, FIRST_DAY = 20000 };

static const char *const NAMES[STOCKS] = {"삼성전자", "A, \"B\"", "가\x1b[2J나", "plain"};
static ScreenMarket market;

/* The last stock is listed two sessions before the end; prices differ by stock and session. */
static int fill_market(void **state) {
  (void)state;
  Error err;
  market.considered = market_bit(MARKET_KOSPI);
  for (int s = 0; s < SESSIONS; s++) {
    Session session = {.date = FIRST_DAY + s};
    for (int i = 0; i < (s < SESSIONS - 2 ? STOCKS - 1 : STOCKS); i++) {
      int64_t close = 1000 * (i + 1) + 10 * s + 3 * (s % 3);
      StockRow row = {.open = close - 1,
                      .high = close + 2,
                      .low = close - 2,
                      .close = close,
                      .change = 10,
                      .volume = 5,
                      .market_cap = close * 123456789};
      snprintf(row.ticker, sizeof row.ticker, "0000%d0", (i + 1) % 10);
      snprintf(row.name, sizeof row.name, "%s", NAMES[i]);
      assert_int_equal(session_add(&session, &row), STATUS_OK);
    }
    assert_int_equal(screen_market_add(&market, &session, false, &err), STATUS_OK);
    session_free(&session);
  }
  return 0;
}

static int free_market(void **state) {
  (void)state;
  screen_market_free(&market);
  return 0;
}

/* ---- one answer ---- */

static ScreenRequest request;

static ScreenResult answer(const char *where, const char *columns, size_t limit, bool outcome) {
  const ScreenQuestion question = {
      .screen = where, .columns = columns, .limit = limit, .outcome = outcome, .date = DAY_NONE};
  const Strategies none = {0};
  ScreenComplaint complaint;
  ScreenResult result = {0};
  Error err = {{0}};
  if (screen_request_read(&question, &none, &request, &complaint, &err) != STATUS_OK) fail_msg("%s", err.text);
  if (screen_result_make(&request, &market, SESSIONS - 1, &result, &err) != STATUS_OK) fail_msg("%s", err.text);
  result.proof.as_of = FIRST_DAY + SESSIONS - 1;
  return result;
}

typedef enum { TABLE, JSON, CSV } Form;

static char *print(ScreenResult result, Form form, size_t columns) {
  char *text = NULL;
  size_t size = 0;
  Error err = {{0}};
  Output out = {.stream = open_memstream(&text, &size), .columns = columns};
  assert_non_null(out.stream);
  Status status = form == TABLE  ? screen_print_table(&out, &result, &err)
                  : form == JSON ? screen_print_json(out.stream, &result, &err)
                                 : screen_print_csv(out.stream, &result, &err);
  assert_int_equal(status, STATUS_OK);
  assert_int_equal(fclose(out.stream), 0);
  screen_result_free(&result);
  return text;
}

static char *table(const char *where, const char *columns, size_t limit) {
  return print(answer(where, columns, limit, false), TABLE, 0);
}

/* ---- the table ---- */

/* The column of the terminal at which `what` begins in its line. */
static size_t column_of(const char *text, const char *what) {
  const char *at = strstr(text, what), *line = at;
  if (at == NULL) fail_msg("\"%s\" is not in:\n%s", what, text);
  while (line > text && line[-1] != '\n') line--;
  char before[512];
  snprintf(before, sizeof before, "%.*s", (int)(at - line), line);
  return width_of(before);
}

static void columns_stand_below_each_other_with_korean_names(void **state) {
  (void)state;
  char *text = table("close > 0", "volume,ichimoku_above_cloud", 0);
  static const char *const TICKERS[] = {"000010", "000020", "000030", "000040"};
  for (size_t i = 0; i < STOCKS; i++) {
    const char *line = strstr(text, TICKERS[i]);
    assert_non_null(line);
    assert_int_equal(column_of(line, "KOSPI"), column_of(text, "market"));
  }
  assert_named(text, "000010|삼성전자|KOSPI|1,116");
  assert_null(strchr(text, '\x1b'));
  assert_named(text, "rs_rating|volume|ichimoku_above_cloud");
  free(text);
}

static void a_narrow_terminal_has_no_wider_line(void **state) {
  (void)state;
  for (size_t columns = WIDTH_LEAST; columns < 140; columns++) {
    ScreenResult result = answer("close > sma_10", "volume,close,sma_5", 0, true);
    char *text = print(result, TABLE, columns), *rest = text;
    for (char *line; (line = strsep(&rest, "\n")) != NULL;)
      if (width_of(line) > columns) fail_msg("%zu columns: %s", columns, line);
    free(text);
  }
}

static void the_bar_shows_how_many_match_and_are_unknown(void **state) {
  (void)state;
  char *text = table("close > 1010 and close < 1130", NULL, 0);
  assert_named(text, "1 match|3 do not|0 are unknown|4 stocks");
  assert_non_null(strstr(text, "[##########.............................."));
  free(text);
  text = table("close > highest(close, 5)[1]", NULL, 0);
  assert_named(text, "1 are unknown|4 stocks");
  assert_non_null(strstr(text, "??????????]"));
  free(text);
  text = table("close < 0", NULL, 0); /* nothing is found, and no table is there */
  assert_named(text, "0 match|4 do not");
  assert_null(strstr(text, "rs_rating"));
  free(text);
}

static void the_unknown_are_told_with_what_they_have_and_need(void **state) {
  (void)state;
  char *text = table("close > highest(close, 5)[1]", NULL, 0);
  assert_named(text, "unknown|too short|1 stocks|2 to 2 of the 6|close of 5 sessions before|12 sessions");
  free(text);
  text = table("per < 10", NULL, 0);
  assert_named(text, "unknown|per|4 stocks");
  free(text);
  text = table("close / (close - close) > 1", NULL, 0);
  assert_named(text, "unknown|division by 0|4 stocks");
  free(text);
}

static void a_limit_is_told_and_what_is_not_proven(void **state) {
  (void)state;
  ScreenResult result = answer("close > 0", NULL, 3, false);
  result.proof.unproven = malloc(sizeof(Day));
  result.proof.unproven[0] = FIRST_DAY + SESSIONS;
  result.proof.unproven_count = 1;
  char *text = print(result, TABLE, 0);
  assert_named(text, "first 3 of the 4");
  assert_named(text, "not proven|2024-10-16");
  free(text);
}

/* ---- JSON and CSV ---- */

static void json_has_numbers_that_read_back(void **state) {
  (void)state;
  ScreenResult result = answer("close > 1000", "sma_5,ichimoku_above_cloud,name,rsi_14", 0, false);
  double mean = screen_value(&market, SESSIONS - 1, screen_name_find("sma_5", 5), result.stocks[3]);
  strcpy(request.strategy, "some");
  char *text = print(result, JSON, 0), *at = strstr(text, "\"sma_5\":");
  assert_true(json_is_valid(text));
  assert_null(strchr(text, '\x1b'));
  assert_non_null(strstr(text, "\"strategy\":\"some\",\"where\":\"close > 1000\",\"date\":\"2024-10-15\""));
  assert_non_null(strstr(text, "\"considered\":4,\"unknown\":0,\"count\":4,\"matches\":[{\"ticker\":\"000040\""));
  assert_non_null(strstr(text, "\"market_cap\":137777776524,\"close\":1116"));
  assert_non_null(strstr(text, "\"restatement\":0,\"proof\":{\"proven\":true,\"unproven\":[]}"));
  assert_null(strstr(text, "rsi_14")); /* absent */
  assert_non_null(at);
  for (char *next; (next = strstr(at + 1, "\"sma_5\":")) != NULL;) at = next;
  assert_true(strtod(at + strlen("\"sma_5\":"), NULL) == mean);
  free(text);
}

static void csv_quotes_what_needs_it_and_leaves_absent_cells_empty(void **state) {
  (void)state;
  char *text = print(answer("close > 1000", "rsi_14,volume", 0, false), CSV, 0);
  assert_int_equal(strncmp(text, "ticker,name,market,market_cap,close,rs_rating,rsi_14,volume\n", 60), 0);
  assert_non_null(strstr(text, "\n000020,\"A, \"\"B\"\"\",KOSPI,"));
  assert_non_null(strstr(text, ",1116,,,5\n"));
  assert_null(strchr(text, '\x1b'));
  free(text);
}

/* ---- the outcome ---- */

static void an_outcome_says_what_is_counted_and_what_history_lacks(void **state) {
  (void)state;
  char *text = print(answer("close > 0", NULL, 0, true), TABLE, 0);
  assert_named(text, "12 sessions|2024-10-04|2024-10-15|38 signals|12 sessions|4 stocks");
  assert_named(text, "entered|34|4 pending");
  assert_named(text, "60 sessions|too short|12 sessions|34");
  assert_named(text, "no mean path|too short");
  assert_named(text, "overlap|not corrected");
  assert_named(text, "sessions held|5|20|60");
  free(text);
  text = print(answer("close > 0", NULL, 0, true), JSON, 0);
  assert_true(json_is_valid(text));
  assert_non_null(strstr(text, "\"60\":{\"n\":0,\"unfinished\":34}"));
  assert_non_null(strstr(text, "\"path\":[],\"absent\":{\"20\":"));
  free(text);
}

static void without_signals_there_is_a_sentence_and_no_figure(void **state) {
  (void)state;
  char *text = print(answer("close < 0", NULL, 0, true), TABLE, 0);
  assert_named(text, "no figures|no signals");
  assert_null(strstr(text, "nan"));
  free(text);
}

/* ---- where an expression is wrong ---- */

static void the_mark_stands_below_the_column(void **state) {
  (void)state;
  static const struct {
    const char *text, *shown;
    int line, column;
  } CASES[] = {{"close > rsi14", "close > rsi14\n        ^\n", 1, 9},
               {"a\n\tand x", " and x\n     ^\n", 2, 6},
               {"name == \"가나\" x", "name == \"가나\" x\n               ^\n", 1, 14},
               {"\x1b[2J", "\\x1b[2J\n    ^\n", 1, 2},
               {"", "\n^\n", 1, 1}};
  for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
    ScreenComplaint complaint = {"screen", CASES[i].text, {.line = CASES[i].line, .column = CASES[i].column}};
    char *text = NULL;
    size_t size = 0;
    FILE *to = open_memstream(&text, &size);
    assert_non_null(to);
    screen_print_place(to, &complaint);
    assert_int_equal(fclose(to), 0);
    assert_string_equal(text, CASES[i].shown);
    free(text);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(columns_stand_below_each_other_with_korean_names),
      cmocka_unit_test(a_narrow_terminal_has_no_wider_line),
      cmocka_unit_test(the_bar_shows_how_many_match_and_are_unknown),
      cmocka_unit_test(the_unknown_are_told_with_what_they_have_and_need),
      cmocka_unit_test(a_limit_is_told_and_what_is_not_proven),
      cmocka_unit_test(json_has_numbers_that_read_back),
      cmocka_unit_test(csv_quotes_what_needs_it_and_leaves_absent_cells_empty),
      cmocka_unit_test(an_outcome_says_what_is_counted_and_what_history_lacks),
      cmocka_unit_test(without_signals_there_is_a_sentence_and_no_figure),
      cmocka_unit_test(the_mark_stands_below_the_column),
  };
  return cmocka_run_group_tests(tests, fill_market, free_market);
}
