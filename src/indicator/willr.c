/* willr.c: Williams %R (Larry Williams): how far the close lies below the highest high, in percent of the window's
 * range, from 0 down to -100. Definition and warm-up are TA-Lib's WILLR; as there since 0.8, an adjusted close that
 * rounding has put outside the range counts as its edge.
 *
 * A window without any range gives -50, the middle; TA-Lib gives 0. */
#include "rounding.h"
#include "table.h"
#include "window.h"

size_t willr_start(const int *parameters, size_t output) {
  (void)output;
  return (size_t)parameters[0] - 1;
}

void willr_compute(const Bars *bars, const int *parameters, double *const *outputs) {
  for (size_t i = willr_start(parameters, 0); i < bars->count; i++) {
    double highest = window_max(bars->high, i, parameters[0]), lowest = window_min(bars->low, i, parameters[0]);
    if (is_rounding(highest - lowest, fabs(highest) + fabs(lowest)))
      outputs[0][i] = -50;
    else
      outputs[0][i] = fmax(-100, fmin(0, (bars->close[i] - highest) / ((highest - lowest) / 100)));
  }
}
