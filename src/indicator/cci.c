/* cci.c: commodity channel index (Donald Lambert): how far the typical price lies from its mean, in units of 0.015 mean
 * absolute deviations. Definition and warm-up are TA-Lib's CCI.
 *
 * Flat prices have no deviation to measure by: exactly 0, as in TA-Lib since 0.8. Older ones divide the rounding error
 * of the sum of equal prices by itself. */
#include "price.h"
#include "rounding.h"
#include "table.h"
#include "window.h"

size_t cci_start(const int *parameters, size_t output) {
  (void)output;
  return (size_t)parameters[0] - 1;
}

/* Typical prices, the first of them at the window's begin. */
static double window_cci(const double *prices, int period, double mean) {
  double deviation = 0, distance = prices[period - 1] - mean;
  for (int k = 0; k < period; k++) deviation += fabs(prices[k] - mean);
  deviation /= period;
  if (is_rounding(distance, fabs(mean)) || is_rounding(deviation, fabs(mean))) return 0;
  return distance / (0.015 * deviation);
}

WIDE_VECTORS void cci_compute(const Bars *bars, const int *parameters, double *const *outputs) {
  enum { CHUNK = 256 };
  double prices[WINDOW_LONGEST + CHUNK], means[WINDOW_LONGEST + CHUNK];
  size_t before = cci_start(parameters, 0);
  for (size_t from = 0; from + before < bars->count; from += CHUNK) {
    size_t count = block_length(from, bars->count, before + CHUNK);
    for (size_t k = 0; k < count; k++) prices[k] = typical_price(bars, from + k);
    window_means(prices, count, parameters[0], means);
    for (size_t k = before; k < count; k++)
      outputs[0][from + k] = window_cci(prices + k - before, parameters[0], means[k]);
  }
}
