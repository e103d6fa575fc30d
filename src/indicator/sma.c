/* sma.c: simple moving average of the closes. Definition and warm-up are TA-Lib's SMA. */
#include "table.h"
#include "window.h"

size_t sma_start(const int *parameters, size_t output) {
  (void)output;
  return (size_t)parameters[0] - 1;
}

WIDE_VECTORS void sma_compute(const Bars *bars, const int *parameters, double *const *outputs) {
  window_means(bars->close, bars->count, parameters[0], outputs[0]);
}
