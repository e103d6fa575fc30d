/* bench_instructions: every row of the indicator table over a fixed market, once; test_guard runs it under callgrind,
 * which counts what compute_rows calls. Prints how many bars there were. */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>

#include "bars.h"

enum { TICKERS = 8, SESSIONS = 1000, MAX_FIELDS = 128 };

__attribute__((noinline)) static void compute_rows(const Bars *bars, double *const *outputs) {
  size_t count;
  const Indicator *table = indicator_table(&count);
  for (size_t r = 0; r < count; r++)
    if (table[r].compute) table[r].compute(bars, table[r].parameters, outputs);
  indicator_compute_all(bars, outputs);
}

int main(void) {
  MarketBars market = market_bars_make(TICKERS, SESSIONS, 1);
  double *outputs[MAX_FIELDS];
  for (size_t k = 0; k < MAX_FIELDS; k++)
    if ((outputs[k] = calloc(SESSIONS, sizeof(double))) == NULL) err(1, "bench_instructions");
  for (size_t s = 0; s < market.series; s++) {
    Bars bars = market_bars_of(&market, s);
    compute_rows(&bars, outputs);
  }
  for (size_t k = 0; k < MAX_FIELDS; k++) free(outputs[k]);
  printf("%zu\n", market.bars);
  market_bars_free(&market);
}
