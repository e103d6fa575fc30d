/* stoch.c: slow stochastic oscillator (George Lane): where the close lies between the lowest low and the highest high,
 * in percent, smoothed (stoch_k) and smoothed again (stoch_d). Definition and warm-up are TA-Lib's STOCH with simple
 * means; both outputs begin with stoch_d.
 *
 * A window without any range gives 50, the middle, before smoothing; TA-Lib gives 0. */
#include "rounding.h"
#include "table.h"
#include "window.h"

enum { PERIOD, K_PERIOD, D_PERIOD }; /* parameters */

static double fast_k(const Bars *bars, size_t i, const int *parameters) {
  double lowest = window_min(bars->low, i, parameters[PERIOD]);
  double highest = window_max(bars->high, i, parameters[PERIOD]);
  if (is_rounding(highest - lowest, fabs(highest) + fabs(lowest))) return 50;
  return (bars->close[i] - lowest) / ((highest - lowest) / 100);
}

static double slow_k(const Bars *bars, size_t i, const int *parameters) {
  double sum = 0;
  for (int back = parameters[K_PERIOD] - 1; back >= 0; back--) sum += fast_k(bars, i - (size_t)back, parameters);
  return sum / parameters[K_PERIOD];
}

static double slow_d(const Bars *bars, size_t i, const int *parameters) {
  double sum = 0;
  for (int back = parameters[D_PERIOD] - 1; back >= 0; back--) sum += slow_k(bars, i - (size_t)back, parameters);
  return sum / parameters[D_PERIOD];
}

size_t stoch_start(const int *parameters, size_t output) {
  (void)output;
  return (size_t)(parameters[PERIOD] - 1 + parameters[K_PERIOD] - 1 + parameters[D_PERIOD] - 1);
}

void stoch_compute(const Bars *bars, const int *parameters, double *const *outputs) {
  for (size_t i = stoch_start(parameters, 0); i < bars->count; i++) {
    outputs[0][i] = slow_k(bars, i, parameters);
    outputs[1][i] = slow_d(bars, i, parameters);
  }
}
