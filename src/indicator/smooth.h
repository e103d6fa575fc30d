/* smooth.h: the recursive mean, mean += weight (value - mean). It weighs the past geometrically, so rounding dies out
 * and nothing drifts; while prices are flat it is their price to the last bit.
 *
 * Several steps at once: each waits for the one before, but all can be had from the mean before the first. After n
 * steps that mean has moved towards the first value by 1 - (1 - weight)^n of its distance, and every change from one
 * value to the next has moved it, by the same rule, as many steps as have been since. */
#ifndef CLOSEBELL_INDICATOR_SMOOTH_H
#define CLOSEBELL_INDICATOR_SMOOTH_H

#include <stddef.h>

/* How much of a distance is gone after so many steps. */
typedef struct {
  double one, two, three, four;
} SmoothWeights;

static inline SmoothWeights smooth_weights(double weight) {
  double rest = 1 - weight;
  return (SmoothWeights){weight, 1 - rest * rest, 1 - rest * rest * rest, 1 - rest * rest * rest * rest};
}

/* Exponential mean: the newest value weighs 2 / (period + 1). */
static inline SmoothWeights ema_weights(int period) { return smooth_weights(2.0 / (period + 1)); }

/* Wilder's mean: the newest value weighs 1 / period (New Concepts in Technical Trading Systems, 1978). */
static inline SmoothWeights wilder_weights(int period) { return smooth_weights(1.0 / period); }

static inline double smooth_once(const SmoothWeights *weights, double mean, double value) {
  return mean + weights->one * (value - mean);
}

/* The mean after both values. */
static inline double smooth_twice(const SmoothWeights *weights, double mean, double first, double second) {
  return (mean + weights->one * (second - first)) + weights->two * (first - mean);
}

/* means[k]: the mean after values[0 .. k], which may be the same array. Returns the last. */
static inline double smooth_four(const SmoothWeights *weights, double mean, const double values[4], double means[4]) {
  double distance = values[0] - mean, one = weights->one, two = weights->two, three = weights->three;
  double first = values[1] - values[0], second = values[2] - values[1], third = values[3] - values[2];
  means[0] = mean + one * distance;
  means[1] = (mean + one * first) + two * distance;
  means[2] = (mean + (two * first + one * second)) + three * distance;
  return means[3] = (mean + (three * first + (two * second + one * third))) + weights->four * distance;
}

/* The same of 0 to 3 values that are left over: among four, the others of which nobody reads, so that a longer series
 * has the same bits. */
static inline void smooth_rest(const SmoothWeights *weights, double mean, const double *values, size_t count,
                               double *means) {
  double rest[4] = {0};
  for (size_t k = 0; k < count; k++) rest[k] = values[k];
  smooth_four(weights, mean, rest, rest);
  for (size_t k = 0; k < count; k++) means[k] = rest[k];
}

#endif
