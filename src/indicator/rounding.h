/* rounding.h: when a difference of two values is nothing but rounding. Behind a corporate action prices are products,
 * and equal prices may differ in their last digits; that is no movement. The width is TA-Lib's (since 0.8), relative to
 * the values, so that it is the same for a stock of 50 won and one of a million. */
#ifndef CLOSEBELL_INDICATOR_ROUNDING_H
#define CLOSEBELL_INDICATOR_ROUNDING_H

#include <math.h>
#include <stdbool.h>

static inline double rounding_of(double scale) { return 1e-14 * scale; }

static inline bool is_rounding(double difference, double scale) { return fabs(difference) <= rounding_of(scale); }

#endif
