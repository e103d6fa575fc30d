/* atr.c: average true range (J. Welles Wilder, 1978). The first value is the mean of the first `period` true ranges,
 * of which the first session has none; definition and warm-up are TA-Lib's ATR. Flat prices: 0, as there. */
#include "price.h"
#include "smooth.h"
#include "table.h"

size_t atr_start(const int *parameters, size_t output) {
  (void)output;
  return (size_t)parameters[0];
}

void atr_compute(const Bars *bars, const int *parameters, double *const *outputs) {
  size_t start = atr_start(parameters, 0);
  if (bars->count <= start) return;
  double mean = 0;
  for (size_t i = 1; i <= start; i++) mean += true_range(bars, i);
  mean /= parameters[0];
  outputs[0][start] = mean;
  for (size_t i = start + 1; i < bars->count; i++) {
    mean = wilder_next(mean, true_range(bars, i), parameters[0]);
    outputs[0][i] = mean;
  }
}
