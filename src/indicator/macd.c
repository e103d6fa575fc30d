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

/* The three means, as they stand after the session in hand. */
typedef struct {
  double fast, slow, signal;
} Means;

static Means seed_means(const Bars *bars, const int *parameters, const SmoothWeights *fast, const SmoothWeights *slow) {
  size_t seed = (size_t)parameters[SLOW] - 1;
  Means means = {.fast = window_mean(bars->close, seed, parameters[FAST]),
                 .slow = window_mean(bars->close, seed, parameters[SLOW])};
  double sum = means.fast - means.slow;
  for (size_t i = seed + 1; i <= macd_start(parameters, 0); i++) {
    means.fast = smooth_once(fast, means.fast, bars->close[i]);
    means.slow = smooth_once(slow, means.slow, bars->close[i]);
    sum += means.fast - means.slow;
  }
  means.signal = sum / parameters[SIGNAL];
  return means;
}

void macd_compute(const Bars *bars, const int *parameters, double *const *outputs) {
  const SmoothWeights fast = ema_weights(parameters[FAST]), slow = ema_weights(parameters[SLOW]);
  const SmoothWeights signal = ema_weights(parameters[SIGNAL]);
  const double *closes = bars->close;
  double *macds = outputs[0], *signals = outputs[1], *differences = outputs[2];
  size_t start = macd_start(parameters, 0), count = bars->count;
  if (count <= start) return;
  Means means = seed_means(bars, parameters, &fast, &slow);
  macds[start] = means.fast - means.slow;
  signals[start] = means.signal;
  for (size_t i = start + 1; i < count; i += 2) {
    double first = closes[i], macd = smooth_once(&fast, means.fast, first) - smooth_once(&slow, means.slow, first);
    macds[i] = macd;
    signals[i] = smooth_once(&signal, means.signal, macd);
    if (i + 1 == count) break;
    means.fast = smooth_twice(&fast, means.fast, first, closes[i + 1]);
    means.slow = smooth_twice(&slow, means.slow, first, closes[i + 1]);
    macds[i + 1] = means.fast - means.slow;
    signals[i + 1] = means.signal = smooth_twice(&signal, means.signal, macd, macds[i + 1]);
  }
  for (size_t i = start; i < count; i++) differences[i] = macds[i] - signals[i];
}
