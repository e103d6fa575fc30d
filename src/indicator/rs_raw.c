/* rs_raw.c: relative strength before ranking: the rates of change over one to four quarters, the newest quarter twice
 * as heavy, in percent. After the weighting that is commonly given for IBD's rating; TA-Lib has none. What rs_rating
 * ranks across the market of a date. */
#include "price.h"
#include "table.h"

size_t rs_raw_start(const int *parameters, size_t output) {
  (void)output;
  return (size_t)parameters[3];
}

void rs_raw_compute(const Bars *bars, const int *parameters, double *const *outputs) {
  for (size_t i = rs_raw_start(parameters, 0); i < bars->count; i++)
    outputs[0][i] = 0.4 * rate_of_change(bars, i, parameters[0]) + 0.2 * rate_of_change(bars, i, parameters[1]) +
                    0.2 * rate_of_change(bars, i, parameters[2]) + 0.2 * rate_of_change(bars, i, parameters[3]);
}
