/* bars.h: a market's history as the indicators take it: one series of traded sessions a ticker, one behind the other.
 */
#ifndef CLOSEBELL_TESTS_BENCH_BARS_H
#define CLOSEBELL_TESTS_BENCH_BARS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <closebell/indicator/indicator.h>

typedef struct {
  size_t *first; /* series + 1 of them: where each begins, and the end */
  size_t series, bars, longest;
  double *open, *high, *low, *close, *volume;
  double *index[MARKET_INDICES]; /* closes, beside the bars */
  uint8_t *rating, *market;
} MarketBars;

/* Of a folder of YYYY-MM-DD.csv with code,open,high,low,close,volume; sessions without trades are left out. Ends the
 * program when it cannot be read. */
MarketBars market_bars_load(const char *folder);
/* The same size for the same numbers, the same bars for the same seed: walks of whole won with a daily spread. */
MarketBars market_bars_make(size_t tickers, size_t sessions, uint64_t seed);
Bars market_bars_of(const MarketBars *market, size_t series);
void market_bars_free(MarketBars *market);

#endif
