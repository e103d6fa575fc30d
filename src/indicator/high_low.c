/* high_low.c: highest high and lowest low of the last `period` traded sessions, the current one included: 250 of them
 * are the 52 weeks of a Korean year. No value before there are that many. TA-Lib's MAX of high and MIN of low. */
#include "table.h"
#include "window.h"

size_t high_low_start(const int *parameters, size_t output) {
  (void)output;
  return (size_t)parameters[0] - 1;
}

void high_low_compute(const Bars *bars, const int *parameters, double *const *outputs) {
  for (size_t i = high_low_start(parameters, 0); i < bars->count; i++) {
    outputs[0][i] = window_max(bars->high, i, parameters[0]);
    outputs[1][i] = window_min(bars->low, i, parameters[0]);
  }
}
