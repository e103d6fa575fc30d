/* signals.c: the predicates behind the boolean fields. Each is a plain comparison of stored values, so that anyone can
 * check it on the documents; the table says which values, and how far back. */
#include "table.h"
#include "window.h"

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

/* ---- Mark Minervini, Trade Like a Stock Market Wizard (2013), chapter 5: the eight conditions of a stage 2 ---- */

bool follows_trend(const Bars *bars, const double *const *inputs, size_t i) {
  enum { MONTH = 22 }; /* sessions */
  const double *sma_200 = inputs[0], *high_52w = inputs[1], *low_52w = inputs[2], *rs_rating = inputs[3];
  double close = bars->close[i];
  if (!(close > sma_200[i] &&
        sma_200[i] > sma_200[i - MONTH] /* 1, 3: above the longest average, which has risen, ... */
        && close >= 1.3 * low_52w[i]    /* 6: 30 % or more off the low, ... */
        && close >= 0.75 * high_52w[i]  /* 7: ... no more than 25 % below the high; */
        && rs_rating[i] >= 70))         /* 8: stronger than most. */
    return false;
  double sma_50 = window_mean(bars->close, i, 50), sma_150 = window_mean(bars->close, i, 150);
  return close > sma_150 && sma_150 > sma_200[i]    /* 1, 2: above the long averages, which are in order; */
         && sma_50 > sma_150 && sma_50 > sma_200[i] /* 4: the short one is above both, ... */
         && close > sma_50;                         /* 5: ... and the price above it. */
}
