/* ema.c: exponential moving average of the closes, seeded with the mean of the first `period` of them, as TA-Lib's EMA
 * in its default compatibility. */
#include "smooth.h"
#include "table.h"
#include "window.h"

size_t ema_start(const int *parameters, size_t output) {
  (void)output;
  return (size_t)parameters[0] - 1;
}

WIDE_VECTORS void ema_compute(const Bars *bars, const int *parameters, double *const *outputs) {
  size_t i = ema_start(parameters, 0), count = bars->count;
  if (count <= i) return;
  SmoothWeights weights = ema_weights(parameters[0]);
  const double *closes = bars->close;
  double *means = outputs[0], mean = means[i] = window_mean(closes, i, parameters[0]);
  for (i++; i + 4 <= count; i += 4) mean = smooth_four(&weights, mean, closes + i, means + i);
  smooth_rest(&weights, mean, closes + i, count - i, means + i);
}
