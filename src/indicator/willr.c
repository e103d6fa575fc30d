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

static double place_below(double highest, double lowest, double close) {
  double range = highest - lowest, within = smaller(larger(close, lowest), highest);
  double place = 100 * ((within - highest) / range);
  return is_rounding(range, fabs(highest) + fabs(lowest)) ? -50 : place;
}

void willr_compute(const Bars *bars, const int *parameters, double *const *outputs) {
  enum { CHUNK = 256 };
  double max[CHUNK], min[CHUNK];
  for (size_t from = willr_start(parameters, 0); from < bars->count; from += CHUNK) {
    size_t count = block_length(from, bars->count, CHUNK);
    window_ranges(bars->high, bars->low, from, from + count, parameters[0], max, min);
    for (size_t k = 0; k < count; k++) outputs[0][from + k] = place_below(max[k], min[k], bars->close[from + k]);
  }
}
