/* ema.c: exponential moving average of the closes, seeded with the mean of the first `period` of them, as TA-Lib's EMA
 * in its default compatibility. */
#include "smooth.h"
#include "table.h"
#include "window.h"

size_t ema_start(const int *parameters, size_t output) {
  (void)output;
  return (size_t)parameters[0] - 1;
}

void ema_compute(const Bars *bars, const int *parameters, double *const *outputs) {
  size_t start = ema_start(parameters, 0);
  if (bars->count <= start) return;
  double mean = window_mean(bars->close, start, parameters[0]);
  outputs[0][start] = mean;
  for (size_t i = start + 1; i < bars->count; i++) {
    mean = ema_next(mean, bars->close[i], parameters[0]);
    outputs[0][i] = mean;
  }
}
