/* bb.c: Bollinger bands (John Bollinger): the mean of the last closes, and k population standard deviations above and
 * below it. Definition and warm-up are TA-Lib's BBANDS with the simple mean.
 *
 * The variance is the mean square less the squared mean. Of prices that loses digits when they hardly move, as TA-Lib's
 * does; here it is of their distances from one of the window's own prices, whose square is at most `period` variances
 * away from the mean: two digits of sixteen at the worst. Flat prices: all three bands are the price. */
#include <math.h>

#include "table.h"
#include "window.h"

enum { PERIOD, DEVIATIONS }; /* parameters */

size_t bb_start(const int *parameters, size_t output) {
  (void)output;
  return (size_t)parameters[PERIOD] - 1;
}

/* Tails and heads, as in window.h, of the distances from an origin and of their squares. */
typedef struct {
  double distances[WINDOW_LONGEST], squares[WINDOW_LONGEST];
} Sums;

static void add_next(double distance, double *distances, double *squares) {
  *distances += distance;
  *squares += distance * distance;
}

/* Of the period - 1 values before values[0], and of the `count` values from there on: side by side, so that neither has
 * to wait for itself. The first step backwards is of the origin, values[0]: 0. */
static void fill_sums(const double *values, size_t period, size_t count, Sums *tails, Sums *heads) {
  double origin = values[0], tail = 0, tail_squares = 0, head = 0, head_squares = 0;
  for (size_t j = 0; j < period; j++) {
    add_next(*(values - j) - origin, &tail, &tail_squares);
    tails->distances[period - 1 - j] = tail;
    tails->squares[period - 1 - j] = tail_squares;
    if (j >= count) continue;
    add_next(values[j] - origin, &head, &head_squares);
    heads->distances[j] = head;
    heads->squares[j] = head_squares;
  }
}

static void put_bands(const Sums *tails, const Sums *heads, size_t count, double origin, const int *parameters,
                      size_t at, double *const *outputs) {
  double part = 1.0 / parameters[PERIOD], deviations = parameters[DEVIATIONS];
  double *restrict upper = outputs[0] + at, *restrict middle = outputs[1] + at, *restrict lower = outputs[2] + at;
  for (size_t j = 0; j < count; j++) {
    double mean = (tails->distances[j] + heads->distances[j]) * part;
    double variance = (tails->squares[j] + heads->squares[j]) * part - mean * mean;
    double width = deviations * sqrt(larger(variance, 0));
    upper[j] = origin + mean + width;
    middle[j] = origin + mean;
    lower[j] = origin + mean - width;
  }
}

void bb_compute(const Bars *bars, const int *parameters, double *const *outputs) {
  Sums tails, heads;
  size_t period = (size_t)parameters[PERIOD];
  for (size_t b = period - 1; b < bars->count; b += period) {
    const double *values = bars->close + b;
    size_t count = block_length(b, bars->count, period);
    fill_sums(values, period, count, &tails, &heads);
    put_bands(&tails, &heads, count, values[0], parameters, b, outputs);
  }
}
