/* atr.c: average true range (J. Welles Wilder, 1978). The first value is the mean of the first `period` true ranges,
 * of which the first session has none; definition and warm-up are TA-Lib's ATR. Flat prices: 0, as there. */
#include "price.h"
#include "smooth.h"
#include "table.h"

size_t atr_start(const int *parameters, size_t output) {
  (void)output;
  return (size_t)parameters[0];
}

WIDE_VECTORS void atr_compute(const Bars *bars, const int *parameters, double *const *outputs) {
  SmoothWeights weights = wilder_weights(parameters[0]);
  size_t i = atr_start(parameters, 0), count = bars->count;
  if (count <= i) return;
  double mean = 0, *means = outputs[0], ranges[4];
  for (size_t k = 1; k <= i; k++) mean += true_range(bars, k);
  mean = means[i] = mean / parameters[0];
  for (i++; i + 4 <= count; i += 4) {
    for (size_t k = 0; k < 4; k++) ranges[k] = true_range(bars, i + k);
    mean = smooth_four(&weights, mean, ranges, means + i);
  }
  for (size_t k = 0; i + k < count; k++) ranges[k] = true_range(bars, i + k);
  smooth_rest(&weights, mean, ranges, count - i, means + i);
}
