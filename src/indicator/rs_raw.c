/* rs_raw.c: relative strength before ranking: the rates of change over one to four quarters, the newest quarter twice
 * as heavy, in percent. After the weighting that is commonly given for IBD's rating; TA-Lib has none. What rs_rating
 * ranks across the market of a date.
 *
 * Of the chained closes, whose ratios are those of the adjusted ones: so this value is, to the last bit, the one that
 * was ranked on its date, whatever corporate action came later. */
#include "rs_raw.h"
#include "table.h"

size_t rs_raw_start(const int *parameters, size_t output) {
  (void)output;
  return (size_t)parameters[3];
}

void rs_raw_compute(const Bars *bars, const int *parameters, double *const *outputs) {
  const double *closes = bars->chained_close;
  for (size_t i = rs_raw_start(parameters, 0); i < bars->count; i++)
    outputs[0][i] = rs_raw_of(closes[i], closes[i - (size_t)parameters[0]], closes[i - (size_t)parameters[1]],
                              closes[i - (size_t)parameters[2]], closes[i - (size_t)parameters[3]]);
}
