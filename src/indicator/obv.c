/* obv.c: on-balance volume (Joseph Granville): the running total of volume, added when the close rises and taken off
 * when it falls. It begins with the volume of the first session, as TA-Lib's OBV; in shares.
 *
 * A total has no window to be summed anew. Whole volumes are exact up to 2^53; behind a split each session rounds once.
 */
#include "table.h"

size_t obv_start(const int *parameters, size_t output) {
  (void)parameters, (void)output;
  return 0;
}

void obv_compute(const Bars *bars, const int *parameters, double *const *outputs) {
  (void)parameters;
  double total = 0;
  for (size_t i = 0; i < bars->count; i++) {
    if (i == 0 || bars->close[i] > bars->close[i - 1])
      total += bars->volume[i];
    else if (bars->close[i] < bars->close[i - 1])
      total -= bars->volume[i];
    outputs[0][i] = total;
  }
}
