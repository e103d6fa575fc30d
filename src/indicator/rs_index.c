/* rs_index.c: the price's change over a year against that of its market's index, in percent: 10 means that it did 10 %
 * better. The index is that of the stock's market in the session; both dates are the stock's own. */
#include <math.h>

#include "table.h"

size_t rs_index_start(const int *parameters, size_t output) {
  (void)output;
  return (size_t)parameters[0];
}

void rs_index_compute(const Bars *bars, const int *parameters, double *const *outputs) {
  const size_t back = (size_t)parameters[0];
  const double *closes = bars->chained_close;
  for (size_t i = rs_index_start(parameters, 0); i < bars->count; i++) {
    int which = bars_have_indices(bars) ? bars_index(bars, i) : -1;
    bool known = which >= 0 && closes[i - back] > 0;
    outputs[0][i] = NAN;
    if (!known) continue;
    const double *index = bars->index_close[which];
    outputs[0][i] = 100 * (closes[i] / closes[i - back] / (index[i] / index[i - back]) - 1);
  }
}
