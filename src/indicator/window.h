/* window.h: what several indicators ask of the last `period` values up to and including index `last`.
 *
 * Every window is read anew instead of carrying a running sum: a sum that values enter and leave drifts over thousands
 * of sessions, and a price of 1,000,000 that has left would remain in the last digits of prices around 1. The caller
 * makes sure that last + 1 >= period >= 1. */
#ifndef CLOSEBELL_INDICATOR_WINDOW_H
#define CLOSEBELL_INDICATOR_WINDOW_H

#include <stddef.h>

static inline double window_max(const double *values, size_t last, int period) {
  double max = values[last];
  for (size_t i = last + 1 - (size_t)period; i < last; i++)
    if (values[i] > max) max = values[i];
  return max;
}

static inline double window_min(const double *values, size_t last, int period) {
  double min = values[last];
  for (size_t i = last + 1 - (size_t)period; i < last; i++)
    if (values[i] < min) min = values[i];
  return min;
}

/* The mean lies within the window's own range. Held there against rounding, the mean of a flat window is its price to
 * the last bit, so that flat prices show no deviation and no crossing of averages. */
static inline double window_mean(const double *values, size_t last, int period) {
  size_t first = last + 1 - (size_t)period;
  double sum = 0, min = values[first], max = values[first];
  for (size_t i = first; i <= last; i++) {
    sum += values[i];
    if (values[i] < min) min = values[i];
    if (values[i] > max) max = values[i];
  }
  double mean = sum / period;
  return mean < min ? min : mean > max ? max : mean;
}

#endif
