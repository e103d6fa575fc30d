/* window.h: what several indicators ask of the last `period` values up to and including each index.
 *
 * A window that slides is taken apart at fixed places, every `period` values (van Herk, Gil and Werman, 1992): up to
 * such a place it is a tail of the values before, from there on a head of the values behind. Tails are computed once a
 * block and heads on the way, so that a step costs the same whatever the period, and yet a window is made of nothing
 * but its own values. A running sum that values enter and leave would cost as little, but drifts over thousands of
 * sessions, and a price of 1,000,000 that has left would remain in the last digits of prices around 1.
 *
 *     for (size_t b = period - 1; b < count; b += period) {       the places
 *       ..._tails(values + b + 1 - period, period, tails);          tails[j]: of the period - 1 - j values before b
 *       for (size_t j = 0; j < period && b + j < count; j++)        the window of b + j: tails[j], values[b .. b + j]
 */
#ifndef CLOSEBELL_INDICATOR_WINDOW_H
#define CLOSEBELL_INDICATOR_WINDOW_H

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { WINDOW_LONGEST = 256 };

static inline double larger(double a, double b) { return a > b ? a : b; }
static inline double smaller(double a, double b) { return a < b ? a : b; }

static inline size_t block_length(size_t from, size_t count, size_t period) {
  return count - from < period ? count - from : period;
}

/* ---- sums and means ---- */

/* Four values at a time: a fourth of the additions wait for each other. */
static inline void sum_tails(const double *values, size_t period, double *tails) {
  double sum = tails[period - 1] = 0;
  size_t j = period - 1;
  for (; j >= 4; j -= 4) {
    double one = values[j - 1], two = one + values[j - 2], other = values[j - 3], others = other + values[j - 4];
    tails[j - 1] = sum + one;
    tails[j - 2] = sum + two;
    tails[j - 3] = sum + (two + other);
    tails[j - 4] = sum += two + others;
  }
  for (; j > 0; j--) tails[j - 1] = sum += values[j - 1];
}

/* Four windows that end at values[0 .. 3], before which the tails end; sum: of what lies between. */
static inline double join_four(double sum, const double *values, const double *tails, double divisor, double *means) {
  double one = values[0], two = one + values[1], other = values[2], four = two + (other + values[3]);
  means[0] = (sum + one + tails[0]) / divisor;
  means[1] = (sum + two + tails[1]) / divisor;
  means[2] = (sum + (two + other) + tails[2]) / divisor;
  means[3] = (sum + four + tails[3]) / divisor;
  return sum + four;
}

/* The last few are computed among four as well, the others of which nobody reads: a longer series has the same bits. */
static inline void join_sums(const double *values, size_t count, const double *tails, double divisor, double *means) {
  double sum = 0, rest[4] = {0}, rest_tails[4] = {0};
  size_t j = 0, k = 0;
  for (; j + 4 <= count; j += 4) sum = join_four(sum, values + j, tails + j, divisor, means + j);
  if (j == count) return;
  for (k = 0; j + k < count; k++) rest[k] = values[j + k], rest_tails[k] = tails[j + k];
  join_four(sum, rest, rest_tails, divisor, rest);
  for (k = 0; j + k < count; k++) means[j + k] = rest[k];
}

/* Short windows as five parts of 1, 2 or 4 values each, which neighbours have in common. `part` is a constant where
 * this is called, so that the loop over it is written out and those over the windows become vector code.
 *
 * The mean is the newest value and the mean distance from it. While prices are flat that distance is 0 to the last bit:
 * 5, 10 or 20 equal values are added to the one rounding of 4 parts and 1, which is that of the product too. */
static inline __attribute__((always_inline)) double part_of(const double *values, size_t part) {
  if (part == 1) return values[0];
  double two = values[0] + values[1];
  return part == 2 ? two : two + (values[2] + values[3]);
}

static inline __attribute__((always_inline)) void short_means(const double *restrict values, size_t count, size_t part,
                                                              double *restrict means) {
  enum { CHUNK = 128, LONGEST = 20 };
  double parts[CHUNK + LONGEST];
  const size_t period = 5 * part;
  for (size_t from = 0; from + period <= count; from += CHUNK) {
    size_t windows = block_length(from, count - period + 1, CHUNK);
    const double *newest = values + from + period - 1;
    for (size_t j = 0; j < windows + 4 * part; j++) parts[j] = part_of(values + from + j, part);
    for (size_t j = 0; j < windows; j++) {
      double four = (parts[j] + parts[j + part]) + (parts[j + 2 * part] + parts[j + 3 * part]);
      double distances = four + parts[j + 4 * part] - (double)period * newest[j];
      means[from + period - 1 + j] = newest[j] + distances / (double)period;
    }
  }
}

/* To the last bit, and without a branch: 1 or 0. */
static inline int is_same(const double *a, const double *b) {
  uint64_t left, right;
  memcpy(&left, a, sizeof left);
  memcpy(&right, b, sizeof right);
  return left == right;
}

/* The mean of a flat window is its price to the last bit, so that flat prices show no deviation and no crossing. Of
 * `period` equal prices in a row, three at least, one at a multiple of period - 1 has its like before it, and either
 * behind it or before that. */
static inline void hold_flat(const double *values, size_t count, size_t period, double *means) {
  for (size_t i = period - 1; i < count; i += period - 1) {
    size_t third = i + 1 < count ? i + 1 : i - 2;
    if (!(is_same(values + i, values + i - 1) &
          (is_same(values + i, values + i - 2) | is_same(values + i, values + third))))
      continue;
    size_t first = i - 1;
    while (first > 0 && values[first - 1] == values[i]) first--;
    while (i + 1 < count && values[i + 1] == values[i]) i++;
    for (size_t flat = first + period - 1; flat <= i; flat++) means[flat] = values[flat];
  }
}

static inline void long_means(const double *values, size_t count, int period, double *means) {
  double tails[WINDOW_LONGEST];
  size_t length = (size_t)period;
  for (size_t b = length - 1; b < count; b += length) {
    sum_tails(values + b + 1 - length, length, tails);
    join_sums(values + b, block_length(b, count, length), tails, period, means + b);
  }
}

/* Period 3 at least. */
static inline __attribute__((always_inline)) void window_means(const double *values, size_t count, int period,
                                                               double *means) {
  if (period == 5)
    short_means(values, count, 1, means);
  else if (period == 10)
    short_means(values, count, 2, means);
  else if (period == 20)
    short_means(values, count, 4, means);
  else {
    long_means(values, count, period, means);
    hold_flat(values, count, (size_t)period, means);
  }
}

/* Of one window. The mean lies within the window's own range, and is held there against rounding. */
static inline double window_mean(const double *values, size_t last, int period) {
  size_t first = last + 1 - (size_t)period;
  double sum = 0, min = values[first], max = values[first];
  for (size_t i = first; i <= last; i++) {
    sum += values[i];
    min = smaller(values[i], min);
    max = larger(values[i], max);
  }
  return smaller(larger(sum / period, min), max);
}

/* ---- highest and lowest ---- */

/* Two values at a time, as above. */
static inline void range_tails(const double *high, const double *low, size_t period, double *highs, double *lows) {
  double max = highs[period - 1] = -INFINITY, min = lows[period - 1] = INFINITY;
  size_t j = period - 1;
  for (; j >= 2; j -= 2) {
    highs[j - 1] = larger(high[j - 1], max);
    lows[j - 1] = smaller(low[j - 1], min);
    highs[j - 2] = max = larger(larger(high[j - 1], high[j - 2]), max);
    lows[j - 2] = min = smaller(smaller(low[j - 1], low[j - 2]), min);
  }
  if (j == 1) highs[0] = larger(high[0], max), lows[0] = smaller(low[0], min);
}

static inline void join_ranges(const double *high, const double *low, size_t count, const double *highs,
                               const double *lows, double *max, double *min) {
  double highest = -INFINITY, lowest = INFINITY;
  size_t j = 0;
  for (; j + 2 <= count; j += 2) {
    max[j] = larger(larger(high[j], highest), highs[j]);
    min[j] = smaller(smaller(low[j], lowest), lows[j]);
    highest = larger(larger(high[j], high[j + 1]), highest);
    lowest = smaller(smaller(low[j], low[j + 1]), lowest);
    max[j + 1] = larger(highest, highs[j + 1]);
    min[j + 1] = smaller(lowest, lows[j + 1]);
  }
  if (j < count) {
    max[j] = larger(larger(high[j], highest), highs[j]);
    min[j] = smaller(smaller(low[j], lowest), lows[j]);
  }
}

/* Highest high and lowest low of the windows that end at from .. to - 1; those of the first go to max[0] and min[0]. */
static inline void window_ranges(const double *high, const double *low, size_t from, size_t to, int period, double *max,
                                 double *min) {
  double highs[WINDOW_LONGEST], lows[WINDOW_LONGEST];
  size_t length = (size_t)period;
  for (size_t b = from; b < to; b += length) {
    range_tails(high + b + 1 - length, low + b + 1 - length, length, highs, lows);
    join_ranges(high + b, low + b, block_length(b, to, length), highs, lows, max + b - from, min + b - from);
  }
}

#endif
