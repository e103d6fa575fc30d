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

/* Tails, as in window.h, of the distances from an origin and of their squares. */
typedef struct {
  double distances[WINDOW_LONGEST], squares[WINDOW_LONGEST];
} Tails;

static void fill_tails(const double *values, size_t period, double origin, Tails *tails) {
  double distances = tails->distances[period - 1] = 0, squares = tails->squares[period - 1] = 0;
  for (size_t j = period - 1; j > 0; j--) {
    double distance = values[j - 1] - origin;
    tails->distances[j - 1] = distances += distance;
    tails->squares[j - 1] = squares += distance * distance;
  }
}

/* Becomes the whole windows. */
static void join_heads(const double *values, size_t count, double origin, Tails *tails) {
  double distances = 0, squares = 0;
  for (size_t j = 0; j < count; j++) {
    double distance = values[j] - origin;
    tails->distances[j] += distances += distance;
    tails->squares[j] += squares += distance * distance;
  }
}

static void put_bands(const Tails *windows, size_t count, double origin, const int *parameters, size_t at,
                      double *const *outputs) {
  double period = parameters[PERIOD], part = 1 / period, deviations = parameters[DEVIATIONS];
  double *upper = outputs[0] + at, *middle = outputs[1] + at, *lower = outputs[2] + at;
  for (size_t j = 0; j < count; j++) {
    double mean = windows->distances[j] / period, variance = windows->squares[j] * part - mean * mean;
    double width = deviations * sqrt(larger(variance, 0));
    upper[j] = origin + mean + width;
    middle[j] = origin + mean;
    lower[j] = origin + mean - width;
  }
}

void bb_compute(const Bars *bars, const int *parameters, double *const *outputs) {
  Tails tails;
  size_t period = (size_t)parameters[PERIOD];
  for (size_t b = period - 1; b < bars->count; b += period) {
    const double *head = bars->close + b;
    size_t count = block_length(b, bars->count, period);
    fill_tails(head + 1 - period, period, head[0], &tails);
    join_heads(head, count, head[0], &tails);
    put_bands(&tails, count, head[0], parameters, b, outputs);
  }
}
