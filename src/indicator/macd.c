/* macd.c: moving average convergence/divergence (Gerald Appel): fast less slow exponential mean, its exponential mean
 * (the signal), and the difference of the two.
 *
 * TA-Lib begins the fast mean as late as the slow one has its first value, seeding it with the `fast` closes up to that
 * session (14 to 25 for 12 and 26); so macd is not ema_12 - ema_26 at first. All three outputs begin with the signal.
 */
#include "table.h"
#include "window.h"

enum { FAST, SLOW, SIGNAL }; /* parameters */

size_t macd_start(const int *parameters, size_t output) {
  (void)output;
  return (size_t)(parameters[SLOW] - 1 + parameters[SIGNAL] - 1);
}

/* How far a close lies above the fast mean and above the slow one, side by side because both take the same steps. A
 * distance grows by the change of the close, and `one` of it is left when the mean has followed, `two` after two steps:
 * from one distance both of the next can be had, as in smooth.h. The means' difference is that of the distances,
 * without the digits that subtracting two prices loses. The signal follows macd in the same way. */
typedef double Pair __attribute__((vector_size(2 * sizeof(double))));

typedef struct {
  Pair one, two;
} PairRest;

typedef struct {
  double one, two;
} Rest;

static Rest rest_of(int period) {
  double rest = 1 - 2.0 / (period + 1);
  return (Rest){rest, rest * rest};
}

static double macd_of(Pair distances) { return distances[SLOW] - distances[FAST]; }

/* The distances at macd's first bar, where it fills the outputs. */
static Pair seed_distances(const double *closes, const int *parameters, Pair rest, double *const *outputs) {
  size_t seed = (size_t)parameters[SLOW] - 1, start = macd_start(parameters, 0);
  Pair distances = {closes[seed] - window_mean(closes, seed, parameters[FAST]),
                    closes[seed] - window_mean(closes, seed, parameters[SLOW])};
  double sum = macd_of(distances);
  for (size_t i = seed + 1; i <= start; i++) {
    distances = (distances + (closes[i] - closes[i - 1])) * rest;
    sum += macd_of(distances);
  }
  outputs[0][start] = macd_of(distances);
  outputs[1][start] = sum / parameters[SIGNAL];
  outputs[2][start] = outputs[0][start] - outputs[1][start];
  return distances;
}

WIDE_VECTORS void macd_compute(const Bars *bars, const int *parameters, double *const *outputs) {
  const Rest fast = rest_of(parameters[FAST]), slow = rest_of(parameters[SLOW]), signal = rest_of(parameters[SIGNAL]);
  const PairRest rest = {{fast.one, slow.one}, {fast.two, slow.two}};
  const double *closes = bars->close;
  double *restrict macds = outputs[0], *restrict signals = outputs[1], *restrict differences = outputs[2];
  size_t start = macd_start(parameters, 0), count = bars->count;
  if (count <= start) return;
  Pair distances = seed_distances(closes, parameters, rest.one, outputs);
  double before = macds[start], difference = differences[start];
  for (size_t i = start + 1; i < count; i += 2) {
    Pair kept = rest.one * (closes[i] - closes[i - 1]);
    double macd = macd_of(distances * rest.one + kept), left = (macd - before) * signal.one;
    macds[i] = macd;
    differences[i] = difference * signal.one + left;
    if (i + 1 == count) break;
    distances = distances * rest.two + (kept + (closes[i + 1] - closes[i])) * rest.one;
    macds[i + 1] = before = macd_of(distances);
    differences[i + 1] = difference = difference * signal.two + (left + (before - macd)) * signal.one;
  }
  for (size_t i = start + 1; i < count; i++) signals[i] = macds[i] - differences[i];
}
