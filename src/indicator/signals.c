/* signals.c: the predicates behind the boolean fields. Each is a plain comparison of stored values, so that anyone can
 * check it on the documents; the table says which values, and how far back. */
#include <closebell/indicator/trend.h>

#include "table.h"

/* ---- averages and MACD: inputs[0] x inputs[1] ---- */

bool crosses_above(const Bars *bars, const double *const *inputs, size_t i) {
  (void)bars;
  return inputs[0][i] > inputs[1][i] && !(inputs[0][i - 1] > inputs[1][i - 1]);
}

bool crosses_below(const Bars *bars, const double *const *inputs, size_t i) {
  (void)bars;
  return inputs[0][i] < inputs[1][i] && !(inputs[0][i - 1] < inputs[1][i - 1]);
}

/* ---- levels ---- */

bool is_oversold(const Bars *bars, const double *const *inputs, size_t i) {
  (void)bars;
  return inputs[0][i] < 30;
}

bool is_overbought(const Bars *bars, const double *const *inputs, size_t i) {
  (void)bars;
  return inputs[0][i] > 70;
}

bool closes_above(const Bars *bars, const double *const *inputs, size_t i) { return bars->close[i] > inputs[0][i]; }

bool closes_below(const Bars *bars, const double *const *inputs, size_t i) { return bars->close[i] < inputs[0][i]; }

/* Within 5 % of the highest high, the session's own included. */
bool is_near_high(const Bars *bars, const double *const *inputs, size_t i) {
  return bars->close[i] >= 0.95 * inputs[0][i];
}

/* The mean is the one that stands in the same document and that charts draw under the bar: it includes the surge. To
 * reach three times that, a volume must be 3.35 times the mean of the 19 sessions before it. */
bool volume_surges(const Bars *bars, const double *const *inputs, size_t i) {
  return bars->volume[i] > 0 && bars->volume[i] >= 3 * inputs[0][i];
}

/* The spans are stored unshifted; charts draw them 26 sessions ahead (Hosoda's chikou and senkou displacement). */
bool is_above_cloud(const Bars *bars, const double *const *inputs, size_t i) {
  enum { DISPLACEMENT = 26 };
  double close = bars->close[i];
  return close > inputs[0][i - DISPLACEMENT] && close > inputs[1][i - DISPLACEMENT];
}

/* ---- all eight conditions of Minervini's trend template: closebell/indicator/trend.h ---- */

bool follows_trend(const Bars *bars, const double *const *inputs, size_t i) {
  return trend_holds(&(TrendFigures){.close = bars->close[i],
                                     .sma_50 = inputs[0][i],
                                     .sma_150 = inputs[1][i],
                                     .sma_200 = inputs[2][i],
                                     .low_52w = inputs[3][i],
                                     .high_52w = inputs[4][i],
                                     .rs_rating = inputs[5][i],
                                     .sma_200_before = inputs[2][i - TREND_MONTH]});
}
