/* high_low.c: highest high and lowest low of the last `period` traded sessions, the current one included: 250 of them
 * are the 52 weeks of a Korean year. No value before there are that many. TA-Lib's MAX of high and MIN of low. */
#include "table.h"
#include "window.h"

size_t high_low_start(const int *parameters, size_t output) {
  (void)output;
  return (size_t)parameters[0] - 1;
}

void high_low_compute(const Bars *bars, const int *parameters, double *const *outputs) {
  size_t start = high_low_start(parameters, 0);
  if (bars->count <= start) return;
  window_ranges(bars->high, bars->low, start, bars->count, parameters[0], outputs[0] + start, outputs[1] + start);
}
