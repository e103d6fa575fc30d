/* trend.h: the eight conditions behind the signal trend_template, one by one.
 *
 * Mark Minervini, Trade Like a Stock Market Wizard (2013), chapter 5: what a stock in a stage 2 advance looks like. Two
 * of the conditions compare twice, so there are ten comparisons. */
#ifndef CLOSEBELL_INDICATOR_TREND_H
#define CLOSEBELL_INDICATOR_TREND_H

#include <stdbool.h>
#include <stddef.h>

enum { TREND_CONDITIONS = 8, TREND_MONTH = 22 /* sessions */ };

/* All of one session but the last, which is sma_200 of TREND_MONTH traded sessions before. NaN: no value yet. */
typedef struct {
  double close, sma_50, sma_150, sma_200, low_52w, high_52w, rs_rating, sma_200_before;
} TrendFigures;

/* row(condition's number, left side, operator, right side), the sides in names of TrendFigures. */
#define TREND_COMPARISONS(ROW)                                                                                         \
  ROW(1, close, >, sma_150)                                                                                            \
  ROW(1, close, >, sma_200)                                                                                            \
  ROW(2, sma_150, >, sma_200)                                                                                          \
  ROW(3, sma_200, >, sma_200_before)                                                                                   \
  ROW(4, sma_50, >, sma_150)                                                                                           \
  ROW(4, sma_50, >, sma_200)                                                                                           \
  ROW(5, close, >, sma_50)                                                                                             \
  ROW(6, close, >=, 1.3 * low_52w)                                                                                     \
  ROW(7, close, >=, 0.75 * high_52w)                                                                                   \
  ROW(8, rs_rating, >=, 70)
enum { TREND_COMPARISON_COUNT = 10 };

typedef struct {
  int condition;      /* 1 to TREND_CONDITIONS */
  const char *rule;   /* "close >= 1.3 * low_52w" */
  double left, right; /* what stands on both sides; NaN: not known yet */
  bool holds;         /* false as well where a side is not known */
} TrendComparison;

/* All eight hold. */
bool trend_holds(const TrendFigures *figures);
void trend_compare(const TrendFigures *figures, TrendComparison ret_comparisons[TREND_COMPARISON_COUNT]);

#endif
