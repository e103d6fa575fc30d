/* beta.c: how far the stock goes with its market: the covariance of its daily log returns with those of the index over
 * the variance of the latter (Sharpe, 1964).
 *
 * The index is that of the stock's market in the session, over the whole window; its return is the one between the
 * same two dates. Absent without index days, on KONEX, and while fewer than 200 pairs are known. */
#include <string.h>

#include "risk.h"
#include "table.h"
#include "window.h"

enum { CHUNK = 256, ROOM = RISK_RETURNS + CHUNK };

size_t beta_start(const int *parameters, size_t output) {
  (void)output;
  (void)parameters;
  return RISK_LEAST;
}

typedef struct {
  double own[ROOM], index[MARKET_INDICES][ROOM];
} Returns;

/* Those of the bars from .. from + count - 1 come behind the `kept` ones before them. */
static void take_returns(Returns *returns, const Bars *bars, size_t from, size_t count, size_t kept) {
  for (size_t i = 0; i < count; i++)
    returns->own[kept + i] = log_return(bars->chained_close[from + i - 1], bars->chained_close[from + i]);
  for (size_t k = 0; k < MARKET_INDICES; k++)
    for (size_t i = 0; i < count; i++)
      returns->index[k][kept + i] = index_return(bars->index_close[k][from + i - 1], bars->index_close[k][from + i]);
}

static void move_on(Returns *returns, size_t kept) {
  memmove(returns->own, returns->own + CHUNK, kept * sizeof *returns->own);
  for (size_t k = 0; k < MARKET_INDICES; k++)
    memmove(returns->index[k], returns->index[k] + CHUNK, kept * sizeof *returns->own);
}

WIDE_VECTORS void beta_compute(const Bars *bars, const int *parameters, double *const *outputs) {
  const size_t longest = (size_t)parameters[0];
  Returns returns;
  if (!bars_have_indices(bars)) {
    for (size_t i = RISK_LEAST; i < bars->count; i++) outputs[0][i] = NAN;
    return;
  }
  for (size_t from = 1; from < bars->count; from += CHUNK) {
    size_t count = block_length(from, bars->count, CHUNK);
    if (from > 1) move_on(&returns, longest);
    take_returns(&returns, bars, from, count, longest);
    for (size_t bar = from < RISK_LEAST ? RISK_LEAST : from; bar < from + count; bar++) {
      size_t window = bar < longest ? bar : longest, first = longest + (bar - from) + 1 - window;
      int which = bars_index(bars, bar);
      outputs[0][bar] = which < 0 ? NAN : risk_beta(returns.own + first, returns.index[which] + first, window);
    }
  }
}
