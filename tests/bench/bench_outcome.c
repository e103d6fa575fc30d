/* bench_outcome: what became of the signals of a strategy, over 300 sessions of 2,700 stocks at made-up prices, with
 * halts, actions and delistings: milliseconds, best of five. */
#include <err.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <closebell/screen/outcome.h>

#include "../support/made_screen.h"

enum { STOCKS = 2700, SESSIONS = 300, TURNS = 5 };

static unsigned seed = 7;
static unsigned below(unsigned limit) { return ((seed = seed * 1664525u + 1013904223u) >> 8) % limit; }

static MadeRow next_row(const MadeRow *last) {
  if (last->close == 0) return *last; /* delisted */
  MadeRow row = {.base = last->close};
  if (below(4000) == 0) return (MadeRow){0};
  if (below(2000) == 0) row.base = 1000 + row.base / 2;
  row.close = row.base;
  if (below(50) == 0) return row; /* halted */
  row.open = row.base * (970 + below(61)) / 1000 + 1;
  row.low = row.open - below(20);
  row.close = row.open * (970 + below(61)) / 1000 + 1;
  return row;
}

static void make_rows(MadeRow *rows) {
  for (size_t s = 0; s < STOCKS; s++) {
    MadeRow row = {.close = 1000 + below(100000)};
    for (size_t t = 0; t < SESSIONS; t++) rows[t * STOCKS + s] = row = next_row(&row);
  }
}

static double now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static void measure_outcome(const OutcomeMarket *shared, const ScreenMarket *market, unsigned one_in) {
  uint8_t *answers = made_room(market->entry_count, 1);
  OutcomeSignals signals = {0, 0, SESSIONS - 1, answers};
  ScreenOutcome outcome;
  Error why = {{0}};
  double best = INFINITY;
  for (size_t i = 0; i < market->entry_count; i++) answers[i] = below(one_in) == 0 ? SCREEN_MATCH : SCREEN_FALSE;
  for (int turn = 0; turn < TURNS; turn++) {
    double begin = now_ms();
    if (outcome_of(shared, &signals, &outcome, &why) != STATUS_OK) errx(1, "%s", why.text);
    best = fmin(best, now_ms() - begin);
  }
  printf("%8.2f ms  the outcome of %zu signals; mean excess over 20 sessions %.4f %%, error %.4f\n", best,
         outcome.counts.signals, 100 * outcome.returns[1].excess.mean, 100 * outcome.returns[1].excess.standard_error);
  free(answers);
}

int main(void) {
  MadeRow *rows = made_room(STOCKS * SESSIONS, sizeof(MadeRow));
  make_rows(rows);
  ScreenMarket market = made_screen(&(MadeTable){SESSIONS, STOCKS, rows});
  free(rows);
  OutcomeMarket shared = {0};
  Error why = {{0}};
  double best = INFINITY;
  for (int turn = 0; turn < TURNS; turn++) {
    outcome_market_free(&shared);
    double begin = now_ms();
    if (outcome_market_init(&market, 0, SESSIONS - 1, &shared, &why) != STATUS_OK) errx(1, "%s", why.text);
    best = fmin(best, now_ms() - begin);
  }
  printf("%8.2f ms  the market of %zu entries, for all strategies together\n", best, market.entry_count);
  measure_outcome(&shared, &market, 400);
  measure_outcome(&shared, &market, 40);
  measure_outcome(&shared, &market, 1);
  outcome_market_free(&shared);
  made_screen_free(&market);
  return 0;
}
