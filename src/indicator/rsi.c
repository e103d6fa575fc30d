/* rsi.c: relative strength index (J. Welles Wilder, New Concepts in Technical Trading Systems, 1978): the share of the
 * gains in all movement of the closes, in percent. Seed and warm-up are TA-Lib's RSI.
 *
 * Without any movement the share is undefined: here 50, neither side prevails; TA-Lib gives 0. */
#include "smooth.h"
#include "table.h"
#include "window.h"

static double share_of_gains(double gain, double loss) { return gain + loss > 0 ? 100 * (gain / (gain + loss)) : 50; }

size_t rsi_start(const int *parameters, size_t output) {
  (void)output;
  return (size_t)parameters[0];
}

WIDE_VECTORS void rsi_compute(const Bars *bars, const int *parameters, double *const *outputs) {
  SmoothWeights weights = wilder_weights(parameters[0]);
  const double *closes = bars->close;
  size_t start = rsi_start(parameters, 0), count = bars->count;
  if (count <= start) return;
  double gain = 0, loss = 0, *shares = outputs[0];
  for (size_t i = 1; i <= start; i++) {
    gain += larger(closes[i] - closes[i - 1], 0);
    loss += larger(closes[i - 1] - closes[i], 0);
  }
  gain /= parameters[0];
  loss /= parameters[0];
  shares[start] = share_of_gains(gain, loss);
  for (size_t i = start + 1; i < count; i += 2) {
    double change = closes[i] - closes[i - 1], up = larger(change, 0), down = larger(-change, 0);
    shares[i] = share_of_gains(smooth_once(&weights, gain, up), smooth_once(&weights, loss, down));
    if (i + 1 == count) break;
    change = closes[i + 1] - closes[i];
    gain = smooth_twice(&weights, gain, up, larger(change, 0));
    loss = smooth_twice(&weights, loss, down, larger(-change, 0));
    shares[i + 1] = share_of_gains(gain, loss);
  }
}
