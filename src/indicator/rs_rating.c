/* rs_rating.c: the place of a stock's rs_raw among those of all stocks that traded on the date, 1 to 99. After IBD's
 * Relative Strength Rating. The ranking itself is strength.c's: it needs the whole market, a Bars has one ticker. */
#include <math.h>

#include "table.h"

size_t rs_rating_start(const int *parameters, size_t output) {
  (void)output;
  return (size_t)parameters[0];
}

void rs_rating_compute(const Bars *bars, const int *parameters, double *const *outputs) {
  for (size_t i = rs_rating_start(parameters, 0); i < bars->count; i++)
    outputs[0][i] = bars->rating[i] > 0 ? bars->rating[i] : NAN;
}
