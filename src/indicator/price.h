/* price.h: what several indicators make of one session and the one before it. */
#ifndef CLOSEBELL_INDICATOR_PRICE_H
#define CLOSEBELL_INDICATOR_PRICE_H

#include <closebell/indicator/indicator.h>
#include <math.h>

#include "window.h"

static inline double typical_price(const Bars *bars, size_t i) {
  return (bars->high[i] + bars->low[i] + bars->close[i]) / 3;
}

/* Wilder's true range: the widest of the session's range and its distances from the previous close. i >= 1. */
static inline double true_range(const Bars *bars, size_t i) {
  double previous = bars->close[i - 1];
  return larger(bars->high[i], previous) - smaller(bars->low[i], previous);
}

/* As TA-Lib's ROC; from a price of 0 it is 0. */
static inline double change_in_percent(double before, double now) {
  double change = (now / before - 1) * 100;
  return before == 0 ? 0 : change;
}

#endif
