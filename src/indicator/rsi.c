/* rsi.c: relative strength index (J. Welles Wilder, New Concepts in Technical Trading Systems, 1978): the share of the
 * gains in all movement of the closes, in percent. Seed and warm-up are TA-Lib's RSI.
 *
 * Without any movement the share is undefined: here 50, neither side prevails; TA-Lib gives 0. */
#include <math.h>

#include "smooth.h"
#include "table.h"

static double share_of_gains(double gain, double loss) { return gain + loss > 0 ? 100 * (gain / (gain + loss)) : 50; }

size_t rsi_start(const int *parameters, size_t output) {
  (void)output;
  return (size_t)parameters[0];
}

void rsi_compute(const Bars *bars, const int *parameters, double *const *outputs) {
  size_t start = rsi_start(parameters, 0);
  if (bars->count <= start) return;
  double gain = 0, loss = 0;
  for (size_t i = 1; i <= start; i++) {
    double change = bars->close[i] - bars->close[i - 1];
    gain += fmax(change, 0);
    loss += fmax(-change, 0);
  }
  gain /= parameters[0];
  loss /= parameters[0];
  outputs[0][start] = share_of_gains(gain, loss);
  for (size_t i = start + 1; i < bars->count; i++) {
    double change = bars->close[i] - bars->close[i - 1];
    gain = wilder_next(gain, fmax(change, 0), parameters[0]);
    loss = wilder_next(loss, fmax(-change, 0), parameters[0]);
    outputs[0][i] = share_of_gains(gain, loss);
  }
}
