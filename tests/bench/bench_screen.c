/* bench_screen: hostile and ordinary conditions over 2,700 stocks and 300 sessions of made-up prices: milliseconds of
 * processor time for the newest session, and for all of them. */
#include <err.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <closebell/screen/market.h>

enum { STOCKS = 2700, SESSIONS = 300 };
static ScreenMarket market;
static uint8_t answers[STOCKS * SESSIONS];

static double now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* Closes walk at random; one stock in a thousand a session has a corporate action, one row in fifty no trade. */
static void fill_market(void) {
  static StockRow rows[STOCKS];
  unsigned seed = 7;
  Error why;
  market.considered = market_bit(MARKET_KOSPI);
  for (int t = 0; t < SESSIONS; t++) {
    for (int s = 0; s < STOCKS; s++) {
      StockRow *row = &rows[s];
      seed = seed * 1664525u + 1013904223u;
      int64_t base = t == 0 ? 5000 + 10 * s : row->close;
      if (seed >> 8 & 1023 ? 0 : t > 0) base = base / 2 + 1;
      *row = (StockRow){.volume = 1000 + (seed >> 20), .value = 1000000, .market_cap = base * 1000000};
      row->close = base + base * ((int64_t)(seed >> 16 & 255) - 127) / 4000;
      row->change = row->close - base;
      row->open = (seed >> 4) % 50 == 0 ? 0 : base;
      row->high = (base > row->close ? base : row->close) + (seed >> 28);
      row->low = (base < row->close ? base : row->close) - (seed >> 29);
      snprintf(row->ticker, sizeof row->ticker, "%06d", 10 * s);
      snprintf(row->name, sizeof row->name, "stock %d", s);
    }
    Session session = {.date = 20000 + t, .rows = rows, .count = STOCKS};
    if (screen_market_add(&market, &session, false, &why) != STATUS_OK) errx(1, "%s", why.text);
  }
}

static void repeat(char *to, const char *first, const char *format, int times, const char *last) {
  size_t length = (size_t)snprintf(to, SCREEN_MAX_BYTES, "%s", first);
  for (int k = 1; k <= times; k++) length += (size_t)snprintf(to + length, SCREEN_MAX_BYTES - length, format, k, k, k);
  snprintf(to + length, SCREEN_MAX_BYTES - length, "%s", last);
}

static Status best_of_three(const ScreenPlan *plan, size_t first, double *ret_ms, Error *why) {
  Status status = STATUS_OK;
  *ret_ms = INFINITY;
  for (int turn = 0; turn < 3 && status == STATUS_OK; turn++) {
    double begin = now_ms();
    status = screen_evaluate(plan, &market, first, SESSIONS - 1, answers, why);
    *ret_ms = fmin(*ret_ms, now_ms() - begin);
  }
  return status;
}

static void measure(const char *title, const char *where) {
  static ScreenPlan plan;
  ScreenError error;
  Error why = {0};
  double begin = now_ms(), columns, newest, all;
  Status status = screen_plan(where, strlen(where), &plan, &error);
  if (status != STATUS_OK) errx(1, "%s: %d:%d %s", title, error.line, error.column, error.what);
  status = screen_market_prepare(&market, &plan, 0, &why);
  columns = now_ms() - begin;
  if (status == STATUS_OK) status = best_of_three(&plan, SESSIONS - 1, &newest, &why);
  if (status != STATUS_OK) {
    printf("%-40s %s\n", title, why.text);
    return;
  }
  status = best_of_three(&plan, 0, &all, &why);
  printf("%-40s columns %8.2f ms, newest session %8.2f ms, ", title, columns, newest);
  if (status == STATUS_OK)
    printf("all sessions %8.2f ms\n", all);
  else
    printf("all sessions: %s\n", why.text);
}

int main(void) {
  char where[SCREEN_MAX_BYTES];
  double begin = now_ms();
  fill_market();
  printf("%-40s %8.2f ms\n", "the market from its sessions", now_ms() - begin);
  measure("an ordinary window", "close > highest(close, 20)[1]");
  measure("fields", "sma_5 > sma_20 and sma_20 > sma_60 and sma_60 > sma_120 and sma_20 > sma_20[5]");
  measure("a rank", "rank(close[21] / close[252]) >= 90");
  measure("windows of windows", "mean(mean(mean(close, 87), 87), 87) > 1");
  repeat(where, "mean(mean(close + 0, 130), 130) > 1", " or mean(mean(close + %d, 130), 130) < 1", 14, "");
  measure("fifteen windows of windows", where);
  repeat(where, "mean(close", " + close / (close + %d)", 20, ", 260) > 1");
  measure("long sums in a window of 260", where);
  measure("ranks of ranks", "rank(rank(rank(rank(rank(rank(rank(rank(close)))))))) > 50");
  measure("a rank in a window of 260", "highest(rank(close), 260) > 50");
  measure("ranks of windows in windows", "mean(rank(mean(rank(mean(close, 60)), 60)), 60) > 50");
  repeat(where, "highest(rank(close)", " + rank(close + %d)", 24, ", 260) > 1");
  measure("twenty-five ranks in a window of 260", where);
  screen_market_free(&market);
  return 0;
}
