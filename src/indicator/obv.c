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
  const double *closes = bars->close, *volumes = bars->volume;
  size_t count = bars->count;
  if (count == 0) return;
  double *totals = outputs[0], total = totals[0] = volumes[0];
  for (size_t i = 1; i < count; i++) {
    int direction = (closes[i] > closes[i - 1]) - (closes[i] < closes[i - 1]);
    totals[i] = total += direction * volumes[i];
  }
}
