/* macd.c: moving average convergence/divergence (Gerald Appel): fast less slow exponential mean, its exponential mean
 * (the signal), and the difference of the two.
 *
 * TA-Lib begins the fast mean as late as the slow one has its first value, seeding it with the `fast` closes up to that
 * session (14 to 25 for 12 and 26); so macd is not ema_12 - ema_26 at first. All three outputs begin with the signal.
 */
#include "smooth.h"
#include "table.h"
#include "window.h"

enum { FAST, SLOW, SIGNAL }; /* parameters */

size_t macd_start(const int *parameters, size_t output) {
  (void)output;
  return (size_t)(parameters[SLOW] - 1 + parameters[SIGNAL] - 1);
}

void macd_compute(const Bars *bars, const int *parameters, double *const *outputs) {
  size_t start = macd_start(parameters, 0), seed = (size_t)parameters[SLOW] - 1;
  if (bars->count <= start) return;
  double fast = window_mean(bars->close, seed, parameters[FAST]);
  double slow = window_mean(bars->close, seed, parameters[SLOW]);
  double signal = 0, sum = fast - slow;
  for (size_t i = seed + 1; i < bars->count; i++) {
    fast = ema_next(fast, bars->close[i], parameters[FAST]);
    slow = ema_next(slow, bars->close[i], parameters[SLOW]);
    double macd = fast - slow;
    if (i <= start) {
      sum += macd;
      signal = sum / parameters[SIGNAL];
      if (i < start) continue;
    } else {
      signal = ema_next(signal, macd, parameters[SIGNAL]);
    }
    outputs[0][i] = macd;
    outputs[1][i] = signal;
    outputs[2][i] = macd - signal;
  }
}
