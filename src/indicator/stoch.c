/* stoch.c: slow stochastic oscillator (George Lane): where the close lies between the lowest low and the highest high,
 * in percent, smoothed (stoch_k) and smoothed again (stoch_d). Definition and warm-up are TA-Lib's STOCH with simple
 * means; both outputs begin with stoch_d.
 *
 * A window without any range gives 50, the middle, before smoothing; TA-Lib gives 0. */
#include "rounding.h"
#include "table.h"
#include "window.h"

enum { PERIOD, K_PERIOD, D_PERIOD }; /* parameters */

enum { CHUNK = 256, SMOOTHING_LONGEST = 16 };

static double fast_k(double highest, double lowest, double close) {
  if (is_rounding(highest - lowest, fabs(highest) + fabs(lowest))) return 50;
  return 100 * ((close - lowest) / (highest - lowest));
}

/* The mean of `period` values from index k on goes to k. */
static void smooth_ahead(double *values, size_t count, int period) {
  for (size_t k = 0; k < count; k++) {
    double sum = 0;
    for (int ahead = 0; ahead < period; ahead++) sum += values[k + (size_t)ahead];
    values[k] = sum / period;
  }
}

size_t stoch_start(const int *parameters, size_t output) {
  (void)output;
  return (size_t)(parameters[PERIOD] - 1 + parameters[K_PERIOD] - 1 + parameters[D_PERIOD] - 1);
}

void stoch_compute(const Bars *bars, const int *parameters, double *const *outputs) {
  double max[CHUNK + 2 * SMOOTHING_LONGEST], min[CHUNK + 2 * SMOOTHING_LONGEST],
      k_values[CHUNK + 2 * SMOOTHING_LONGEST];
  size_t k_before = (size_t)parameters[D_PERIOD] - 1, before = k_before + (size_t)parameters[K_PERIOD] - 1;
  for (size_t from = stoch_start(parameters, 0); from < bars->count; from += CHUNK) {
    size_t count = block_length(from, bars->count, CHUNK), first = from - before;
    window_ranges(bars->high, bars->low, first, from + count, parameters[PERIOD], max, min);
    for (size_t k = 0; k < before + count; k++) k_values[k] = fast_k(max[k], min[k], bars->close[first + k]);
    smooth_ahead(k_values, k_before + count, parameters[K_PERIOD]);
    for (size_t k = 0; k < count; k++) outputs[0][from + k] = k_values[k_before + k];
    smooth_ahead(k_values, count, parameters[D_PERIOD]);
    for (size_t k = 0; k < count; k++) outputs[1][from + k] = k_values[k];
  }
}
