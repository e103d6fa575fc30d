/* closebell_api: /matrix, answered from the market in memory, beside histories that are read from the archive; over
 * sessions with corporate actions. */
#include <stdlib.h>

#include "api_client.h"
#include "live_db.h"
#include "named.h"

static const char NOW[] = "2023-02-15T00:00:00Z"; /* tests/data/raw-2023 ends the day before */

static int fill(void **state) {
  LiveWorld *world = calloc(1, sizeof *world);
  *state = world;
  if (world == NULL) return -1;
  live_world_open(world, LIVE_RAW);
  live_world_reset(world);
  live_set(world, "CLOSEBELL_UNIVERSE_MIN_MARKET_CAP", "100000000000000"); /* hardly any is followed */
  live_do(world, "manual_setup", NOW, "--days 30");
  live_do(world, "hourly_analysis", NOW, "");
  return 0;
}

static int close_world(void **state) {
  live_world_close(*state);
  free(*state);
  return 0;
}

/* The text behind the comma, to the next one or the end of the line. */
static size_t cell(const char *line, int number, const char **ret_text) {
  for (; number > 0; number--) line = strchr(line, ',') + 1;
  *ret_text = line;
  return strcspn(line, ",\n");
}

static size_t lines_with_a_cell(const char *matrix) {
  size_t count = 0;
  const char *text;
  for (const char *line = strchr(matrix, '\n') + 1; *line; line = strchr(line, '\n') + 1)
    count += cell(line, 1, &text) > 0;
  return count;
}

/* Returns how many lines the history has. */
static size_t assert_same_closes(const char *ticker, const char *matrix, const char *history) {
  size_t count = 0;
  for (const char *line = strchr(history, '\n') + 1; *line; line = strchr(line, '\n') + 1, count++) {
    char date[13];
    const char *wanted, *got;
    snprintf(date, sizeof date, "\n%.10s,", line);
    const char *row = strstr(matrix, date);
    if (row == NULL) fail_msg("%s: /matrix has no line of %.10s", ticker, line);
    size_t length = cell(line, 4, &wanted);
    if (cell(row + 1, 1, &got) != length || strncmp(got, wanted, length) != 0)
      fail_msg("%s: %.10s is %.20s in /matrix, %.20s in its history", ticker, line, got, wanted);
  }
  assert_int_equal(lines_with_a_cell(matrix), count);
  return count;
}

static size_t compare(const Api *api, const char *ticker) {
  char target[96];
  snprintf(target, sizeof target, "/matrix?tickers=%.6s", ticker);
  char *matrix = api_expect(api, target, 200);
  snprintf(target, sizeof target, "/stocks/%.6s/prices?format=csv", ticker);
  char *history = api_expect(api, target, 200);
  size_t count = assert_same_closes(ticker, matrix, history);
  free(matrix);
  free(history);
  return count;
}

static void a_column_is_the_history_of_its_stock(void **state) {
  LiveWorld *world = *state;
  Api api = api_start(world, "", true);
  char *market = api_expect(&api, "/sessions/2023-01-02/market.csv", 200);
  size_t stocks = 0, cells = 0;
  for (const char *line = strchr(market, '\n') + 1; *line; line = strchr(line, '\n') + 1, stocks++)
    cells += compare(&api, line);
  assert_true(stocks > 70);
  assert_true(cells > 20 * stocks);
  free(market);
  api_stop(world, &api);
}

/* Other forms say the same: one line a session, and what is not asked for left out. */
static void dates_tickers_and_form_are_those_asked_for(void **state) {
  LiveWorld *world = *state;
  Api api = api_start(world, "", true);
  char *body = api_expect(&api, "/matrix?tickers=005930,000000&from=2023-02-08&to=2023-02-09", 200);
  live_assert_says(body, "date,000000,005930\n2023-02-08,,");
  assert_int_equal(lines_with_a_cell(body), 0); /* of 000000, which is no stock */
  assert_null(strstr(body, "2023-02-10"));
  free(body);
  body = api_expect(&api, "/matrix?tickers=005930&from=2023-02-08&to=2023-02-08&format=ndjson", 200);
  live_assert_says(body, "{\"date\":\"2023-02-08\",\"005930\":");
  free(body);
  body = api_expect(&api, "/matrix?tickers=005930&from=2023-02-15", 200);
  assert_string_equal(body, "date,005930\n");
  free(body);
  api_stop(world, &api);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_column_is_the_history_of_its_stock),
      cmocka_unit_test(dates_tickers_and_form_are_those_asked_for),
  };
  return cmocka_run_group_tests_name("api matrix", tests, fill, close_world);
}
