/* volume_sma.c: simple moving average of the volumes, in shares. Definition and warm-up are TA-Lib's SMA. */
#include "table.h"
#include "window.h"

size_t volume_sma_start(const int *parameters, size_t output) {
  (void)output;
  return (size_t)parameters[0] - 1;
}

WIDE_VECTORS void volume_sma_compute(const Bars *bars, const int *parameters, double *const *outputs) {
  window_means(bars->volume, bars->count, parameters[0], outputs[0]);
}
