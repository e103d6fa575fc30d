/* cci.c: commodity channel index (Donald Lambert): how far the typical price lies from its mean, in units of 0.015 mean
 * absolute deviations. Definition and warm-up are TA-Lib's CCI.
 *
 * Flat prices have no deviation to measure by: exactly 0, as in TA-Lib since 0.8. Older ones divide the rounding error
 * of the sum of equal prices by itself. */
#include "price.h"
#include "rounding.h"
#include "table.h"

size_t cci_start(const int *parameters, size_t output) {
  (void)output;
  return (size_t)parameters[0] - 1;
}

static double window_cci(const Bars *bars, size_t last, int period) {
  size_t first = last + 1 - (size_t)period;
  double mean = 0, deviation = 0;
  for (size_t i = first; i <= last; i++) mean += typical_price(bars, i);
  mean /= period;
  for (size_t i = first; i <= last; i++) deviation += fabs(typical_price(bars, i) - mean);
  deviation /= period;
  double distance = typical_price(bars, last) - mean;
  if (is_rounding(distance, fabs(mean)) || is_rounding(deviation, fabs(mean))) return 0;
  return distance / (0.015 * deviation);
}

void cci_compute(const Bars *bars, const int *parameters, double *const *outputs) {
  for (size_t i = cci_start(parameters, 0); i < bars->count; i++) outputs[0][i] = window_cci(bars, i, parameters[0]);
}
