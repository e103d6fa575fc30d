/* market_rows.h: rows and sessions for the tests of market: made up in a line, or read from tests/data. */
#ifndef CLOSEBELL_TESTS_MARKET_ROWS_H
#define CLOSEBELL_TESTS_MARKET_ROWS_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>

#include <cmocka.h>

#include <closebell/base/text.h>
#include <closebell/market/session.h>

static inline Day day_of(const char *text) {
  Day day = DAY_NONE;
  if (!day_parse(text, &day)) fail_msg("%s is no day", text);
  return day;
}

/* A row that closes unchanged, traded, with a million shares: its cap is close million KRW. */
static inline StockRow row_of(const char *ticker, int64_t close) {
  StockRow row = {.market = MARKET_KOSPI, .open = close, .high = close, .low = close, .close = close};
  assert_true(text_copy(row.ticker, sizeof row.ticker, ticker));
  snprintf(row.name, sizeof row.name, "Stock %s", ticker);
  row.volume = 1000;
  row.value = 1000 * close;
  row.listed_shares = 1000000;
  row.market_cap = close * row.listed_shares;
  return row;
}

static inline Session session_of(Day date, const StockRow *rows, size_t count) {
  Session session = {.date = date, .markets = 7};
  Error err = {{0}};
  for (size_t i = 0; i < count; i++) assert_int_equal(session_add(&session, &rows[i]), STATUS_OK);
  assert_int_equal(session_seal(&session, &err), STATUS_OK);
  return session;
}

/* The fields of a CSV line, which is cut up; returns how many. */
static inline int csv_fields(char *line, char *fields[], int most) {
  int count = 0;
  line[strcspn(line, "\r\n")] = '\0';
  while (line != NULL && count < most) fields[count++] = strsep(&line, ",");
  return count;
}

/* A session of tests/data/raw-2023. The caller frees it. */
static inline Session session_from_raw(const char *date) {
  char path[512], line[512], *field[13];
  Session session = {.date = day_of(date), .markets = 7};
  Error err = {{0}};
  snprintf(path, sizeof path, "%s/raw-2023/%s.csv", TEST_DATA, date);
  FILE *file = fopen(path, "r");
  if (file == NULL || fgets(line, sizeof line, file) == NULL) fail_msg("cannot read %s", path);
  while (fgets(line, sizeof line, file) != NULL) {
    StockRow row = {0};
    assert_int_equal(csv_fields(line, field, 13), 13);
    assert_true(text_copy(row.ticker, sizeof row.ticker, field[0]));
    assert_true(text_copy(row.name, sizeof row.name, field[1]));
    assert_true(market_parse(field[2], &row.market));
    int64_t *const numbers[] = {&row.open, &row.high,   &row.low,   &row.close,      &row.change,
                                NULL,      &row.volume, &row.value, &row.market_cap, &row.listed_shares};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
      if (numbers[i] != NULL) *numbers[i] = strtoll(field[3 + i], NULL, 10);
    assert_int_equal(session_add(&session, &row), STATUS_OK);
  }
  fclose(file);
  assert_int_equal(session_seal(&session, &err), STATUS_OK);
  return session;
}

/* The trading days of tests/data/raw-2023. */
static const char *const RAW_DATES[] = {
    "2023-01-02", "2023-01-03", "2023-01-04", "2023-01-05", "2023-01-06", "2023-01-09", "2023-01-10", "2023-01-11",
    "2023-01-12", "2023-01-13", "2023-01-16", "2023-01-17", "2023-01-18", "2023-01-19", "2023-01-20", "2023-01-25",
    "2023-01-26", "2023-01-27", "2023-01-30", "2023-01-31", "2023-02-01", "2023-02-02", "2023-02-03", "2023-02-06",
    "2023-02-07", "2023-02-08", "2023-02-09", "2023-02-10", "2023-02-13", "2023-02-14"};
enum { RAW_DATE_COUNT = sizeof RAW_DATES / sizeof RAW_DATES[0] };

#endif
