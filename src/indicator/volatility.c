/* volatility.c: how much the price moved: the deviation of the daily log returns of the last year, in percent a year.
 *
 * Of the chained closes, whose ratios no later corporate action changes; so is all of this year's risk (risk.h). */
#include <string.h>

#include "risk.h"
#include "table.h"
#include "window.h"

size_t volatility_start(const int *parameters, size_t output) {
  (void)output;
  (void)parameters;
  return RISK_LEAST;
}

/* Returns of a stretch of bars and of those before it, one behind the other: every window is a part of them. */
WIDE_VECTORS void volatility_compute(const Bars *bars, const int *parameters, double *const *outputs) {
  enum { CHUNK = 256 };
  const double *closes = bars->chained_close;
  const size_t longest = (size_t)parameters[0];
  double returns[RISK_RETURNS + CHUNK];
  if (bars->count <= RISK_LEAST) return;
  const size_t first = bars->from > longest ? bars->from - longest + 1 : 1;
  const size_t least = bars->from > RISK_LEAST ? bars->from : RISK_LEAST;
  for (size_t from = first; from < bars->count; from += CHUNK) {
    size_t count = block_length(from, bars->count, CHUNK);
    if (from > first) memmove(returns, returns + CHUNK, longest * sizeof *returns);
    for (size_t i = 0; i < count; i++) returns[longest + i] = log_return(closes[from + i - 1], closes[from + i]);
    for (size_t bar = from; bar < from + count; bar++) {
      size_t window = bar < longest ? bar : longest;
      if (bar >= least) outputs[0][bar] = risk_volatility(returns + longest + (bar - from) + 1 - window, window);
    }
  }
}
