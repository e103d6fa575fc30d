/* risk.h: what the last year of one stock says of its risk. Shared by the rows of the table and by strength.c, which
 * ranks the whole market: both give the same bits, because a value is made of its own window alone.
 *
 * A window has RISK_CLOSES closes, fewer of a young stock, and never fewer than RISK_LEAST returns. */
#ifndef CLOSEBELL_INDICATOR_RISK_H
#define CLOSEBELL_INDICATOR_RISK_H

#include <math.h>
#include <stddef.h>

#include "window.h"

enum { RISK_RETURNS = 252, RISK_CLOSES = RISK_RETURNS + 1, RISK_LEAST = 200 };

/* A price of 0 has no return: 0, as in roc. */
static inline double log_return(double before, double now) { return before > 0 && now > 0 ? log(now / before) : 0; }

/* NaN where a day of the index is missing. */
static inline double index_return(double before, double now) { return log(now / before); }

enum { RISK_LANES = 4 };

/* Four sums beside each other, in the same order whatever the processor: see WIDE_VECTORS. */
typedef struct {
  double of[RISK_LANES];
} RiskLanes;

static inline double risk_join(const RiskLanes *lanes, double rest) {
  return ((lanes->of[0] + lanes->of[1]) + (lanes->of[2] + lanes->of[3])) + rest;
}

/* Every bar sums its whole window anew: four steps in a turn take a quarter fewer instructions. The order of the sums,
 * and so each bit, stays. */
static inline __attribute__((always_inline)) double risk_mean(const double *values, size_t count) {
  RiskLanes sums = {{0}};
  double rest = 0;
  size_t i = 0;
#pragma GCC unroll 4
  for (; i + RISK_LANES <= count; i += RISK_LANES)
    for (size_t k = 0; k < RISK_LANES; k++) sums.of[k] += values[i + k];
  for (; i < count; i++) rest += values[i];
  return risk_join(&sums, rest) / (double)count;
}

/* Sum of the products of both's distances from their means. */
static inline __attribute__((always_inline)) double risk_joint(const double *a, double a_mean, const double *b,
                                                               double b_mean, size_t count) {
  RiskLanes sums = {{0}};
  double rest = 0;
  size_t i = 0;
#pragma GCC unroll 4
  for (; i + RISK_LANES <= count; i += RISK_LANES)
    for (size_t k = 0; k < RISK_LANES; k++) sums.of[k] += (a[i + k] - a_mean) * (b[i + k] - b_mean);
  for (; i < count; i++) rest += (a[i] - a_mean) * (b[i] - b_mean);
  return risk_join(&sums, rest);
}

/* Percent a year: 100 sd sqrt(252), with the sample's deviation (n - 1). */
static inline __attribute__((always_inline)) double risk_volatility(const double *returns, size_t count) {
  double mean = risk_mean(returns, count);
  return 100 * sqrt(risk_joint(returns, mean, returns, mean, count) / (double)(count - 1)) * sqrt(252);
}

/* Two of them: what a return of the index is missing for is passed over. */
static inline size_t risk_pairs(const double *returns, const double *index, size_t count, double *own, double *other) {
  size_t pairs = 0;
  for (size_t i = 0; i < count; i++) {
    own[pairs] = returns[i];
    other[pairs] = index[i];
    if (!isnan(index[i])) pairs++;
  }
  return pairs;
}

/* Covariance with the index over the index's variance. Pairs without a return of the index are left out; NaN: fewer
 * than RISK_LEAST are left, or the index did not move. */
static inline __attribute__((always_inline)) double risk_beta(const double *returns, const double *index,
                                                              size_t count) {
  double own[RISK_RETURNS], other[RISK_RETURNS], index_mean = risk_mean(index, count);
  if (isnan(index_mean)) {
    count = risk_pairs(returns, index, count, own, other);
    returns = own;
    index = other;
    if (count < RISK_LEAST) return NAN;
    index_mean = risk_mean(index, count);
  }
  double variance = risk_joint(index, index_mean, index, index_mean, count);
  if (!(variance > 0)) return NAN;
  return risk_joint(returns, risk_mean(returns, count), index, index_mean, count) / variance;
}

/* A stretch of closes: its highest and lowest, and the lowest ratio of a close to one before it. Two stretches, one
 * behind the other, make a third; as division keeps the order of its operands, the ratio has the same bits however a
 * window is taken apart. */
typedef struct {
  double max, min, ratio;
} RiskStretch;

static inline double risk_ratio(double close, double max) {
  double ratio = close / max; /* 0 / 0 is no fall */
  return max > 0 ? ratio : 1;
}

static inline RiskStretch risk_join_stretches(RiskStretch a, RiskStretch b) {
  double across = risk_ratio(b.min, a.max);
  return (RiskStretch){larger(a.max, b.max), smaller(a.min, b.min), smaller(smaller(a.ratio, b.ratio), across)};
}

/* Percent, <= 0: the deepest fall from a close to a later one. Four stretches at a time, as vector code: each waits for
 * its own highest only. */
static inline __attribute__((always_inline)) double risk_drawdown(const double *closes, size_t count) {
  const size_t part = count / RISK_LANES;
  double max[RISK_LANES], min[RISK_LANES], ratio[RISK_LANES];
  for (size_t k = 0; k < RISK_LANES; k++) max[k] = min[k] = closes[k * part], ratio[k] = 1;
  for (size_t i = 1; i < part; i++) {
    const double now[RISK_LANES] = {closes[i], closes[part + i], closes[2 * part + i], closes[3 * part + i]};
    for (size_t k = 0; k < RISK_LANES; k++) {
      max[k] = larger(now[k], max[k]);
      min[k] = smaller(now[k], min[k]);
      ratio[k] = smaller(risk_ratio(now[k], max[k]), ratio[k]);
    }
  }
  RiskStretch whole = {max[0], min[0], ratio[0]};
  for (size_t k = 1; k < RISK_LANES; k++) whole = risk_join_stretches(whole, (RiskStretch){max[k], min[k], ratio[k]});
  for (size_t i = RISK_LANES * part; i < count; i++)
    whole = risk_join_stretches(whole, (RiskStretch){closes[i], closes[i], 1});
  return 100 * (whole.ratio - 1);
}

#endif
