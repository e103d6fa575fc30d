/* bb.c: Bollinger bands (John Bollinger): the mean of the last closes, and k population standard deviations above and
 * below it. Definition and warm-up are TA-Lib's BBANDS with the simple mean.
 *
 * The deviation is taken around the mean in a second pass: TA-Lib's difference of the mean square and the squared mean
 * loses digits when a price hardly moves, and can even turn negative. Flat prices: all three bands are the price. */
#include <math.h>

#include "table.h"
#include "window.h"

enum { PERIOD, DEVIATIONS }; /* parameters */

static double deviation_around(double mean, const double *values, size_t last, int period) {
  double sum = 0;
  for (size_t i = last + 1 - (size_t)period; i <= last; i++) sum += (values[i] - mean) * (values[i] - mean);
  return sqrt(sum / period);
}

size_t bb_start(const int *parameters, size_t output) {
  (void)output;
  return (size_t)parameters[PERIOD] - 1;
}

void bb_compute(const Bars *bars, const int *parameters, double *const *outputs) {
  for (size_t i = bb_start(parameters, 0); i < bars->count; i++) {
    double middle = window_mean(bars->close, i, parameters[PERIOD]);
    double width = parameters[DEVIATIONS] * deviation_around(middle, bars->close, i, parameters[PERIOD]);
    outputs[0][i] = middle + width;
    outputs[1][i] = middle;
    outputs[2][i] = middle - width;
  }
}
