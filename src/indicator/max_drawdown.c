/* max_drawdown.c: the deepest fall of the last year, from a close to a later one, in percent: 0 or below.
 *
 * A window is the end of one block of closes and the beginning of the next, as in window.h; ratios have the same bits
 * however it is taken apart (risk.h). */
#include "risk.h"
#include "table.h"

size_t max_drawdown_start(const int *parameters, size_t output) {
  (void)output;
  (void)parameters;
  return RISK_LEAST;
}

static inline RiskStretch stretch_of(double close) { return (RiskStretch){close, close, 1}; }

/* tails[j]: of the block's closes from the j-th on. */
static void take_tails(const double *block, RiskStretch tails[RISK_CLOSES]) {
  RiskStretch tail = tails[RISK_CLOSES - 1] = stretch_of(block[RISK_CLOSES - 1]);
  for (size_t j = RISK_CLOSES - 1; j-- > 0;) tails[j] = tail = risk_join_stretches(stretch_of(block[j]), tail);
}

void max_drawdown_compute(const Bars *bars, const int *parameters, double *const *outputs) {
  const double *closes = bars->chained_close;
  RiskStretch tails[RISK_CLOSES];
  (void)parameters;
  if (bars->count <= RISK_LEAST) return;
  const size_t least = bars->from > RISK_LEAST ? bars->from : RISK_LEAST;
  for (size_t b = bars->from - bars->from % RISK_CLOSES; b < bars->count; b += RISK_CLOSES) {
    size_t length = block_length(b, bars->count, RISK_CLOSES);
    RiskStretch head = stretch_of(closes[b]);
    if (b > 0) take_tails(closes + b - RISK_CLOSES, tails);
    for (size_t j = 0; j < length; j++) {
      if (j > 0) head = risk_join_stretches(head, stretch_of(closes[b + j]));
      if (b + j < least) continue;
      bool reaches_back = b > 0 && j + 1 < RISK_CLOSES;
      RiskStretch window = reaches_back ? risk_join_stretches(tails[j + 1], head) : head;
      outputs[0][b + j] = 100 * (window.ratio - 1);
    }
  }
}
