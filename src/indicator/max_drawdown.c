/* max_drawdown.c: the deepest fall of the last year, from a close to a later one, in percent: 0 or below. */
#include "risk.h"
#include "table.h"

size_t max_drawdown_start(const int *parameters, size_t output) {
  (void)output;
  (void)parameters;
  return RISK_LEAST;
}

WIDE_VECTORS void max_drawdown_compute(const Bars *bars, const int *parameters, double *const *outputs) {
  for (size_t i = max_drawdown_start(parameters, 0); i < bars->count; i++) {
    size_t returns = i < (size_t)parameters[0] ? i : (size_t)parameters[0];
    outputs[0][i] = risk_drawdown(bars->chained_close + i - returns, returns + 1);
  }
}
