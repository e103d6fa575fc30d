/* smooth.h: one step of the two recursive means. Both weigh the past geometrically, so rounding dies out and nothing
 * drifts; the order of operations is TA-Lib's, so that differences of two means agree to the last digits too. */
#ifndef CLOSEBELL_INDICATOR_SMOOTH_H
#define CLOSEBELL_INDICATOR_SMOOTH_H

/* Exponential mean: the newest value weighs 2 / (period + 1). */
static inline double ema_next(double mean, double value, int period) {
  return (value - mean) * (2.0 / (period + 1)) + mean;
}

/* Wilder's mean: the newest value weighs 1 / period (New Concepts in Technical Trading Systems, 1978). */
static inline double wilder_next(double mean, double value, int period) {
  return (mean * (period - 1) + value) / period;
}

#endif
