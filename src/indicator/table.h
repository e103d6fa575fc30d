/* table.h: the rows of the indicator table, private to this folder.
 *
 * A row is ROW(formula, kind, parameters, fields, help). It names the file <formula>.c, which defines <formula>_start
 * and <formula>_compute; their prototypes are made from the rows too. So a new indicator is one file and one row;
 * src/README.md, "Adding an indicator", has the rest: page, oracle, vectors, version.
 *
 * A signal is SIGNAL(predicate, inputs, back, field, help): a predicate of signals.c over fields of rows above it. */
#ifndef CLOSEBELL_INDICATOR_TABLE_H
#define CLOSEBELL_INDICATOR_TABLE_H

#include <closebell/indicator/company_fields.h>
#include <closebell/indicator/indicator.h>

#include "risk.h"
#include "rs_raw.h"

/* Compiled twice, and chosen when the program starts: also for processors with vectors of four. Both give the same
 * bits, because neither joins or reorders operations (no fused ones in AVX2, no fast math). Given to those that it made
 * faster. The sanitizers are not ready when the choice is made, and clang does not export the chosen name. */
#if !defined(WIDE_VECTORS) && defined(__x86_64__) && defined(__GLIBC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__)
#define WIDE_VECTORS __attribute__((target_clones("avx2", "default")))
#elif !defined(WIDE_VECTORS)
#define WIDE_VECTORS
#endif

#define LIST(...)                                                                                                      \
  { __VA_ARGS__ }

#define COMPANY_ROW(ROW, field, kind, help) ROW(company, kind, LIST(COMPANY_##field), LIST(#field), help)

/* clang-format off */
#define INDICATOR_ROWS(ROW, SIGNAL) \
  ROW(sma, DOUBLE, LIST(5), LIST("sma_5"), "mean of the last 5 closes (TA-Lib SMA)") \
  ROW(sma, DOUBLE, LIST(10), LIST("sma_10"), "mean of the last 10 closes (TA-Lib SMA)") \
  ROW(sma, DOUBLE, LIST(20), LIST("sma_20"), "mean of the last 20 closes (TA-Lib SMA)") \
  ROW(sma, DOUBLE, LIST(50), LIST("sma_50"), "mean of the last 50 closes (TA-Lib SMA)") \
  ROW(sma, DOUBLE, LIST(60), LIST("sma_60"), "mean of the last 60 closes (TA-Lib SMA)") \
  ROW(sma, DOUBLE, LIST(120), LIST("sma_120"), "mean of the last 120 closes (TA-Lib SMA)") \
  ROW(sma, DOUBLE, LIST(150), LIST("sma_150"), "mean of the last 150 closes (TA-Lib SMA)") \
  ROW(sma, DOUBLE, LIST(200), LIST("sma_200"), "mean of the last 200 closes (TA-Lib SMA)") \
  ROW(ema, DOUBLE, LIST(12), LIST("ema_12"), "exponential mean, weight 2/13, seeded with the mean of 12 closes (TA-Lib EMA)") \
  ROW(ema, DOUBLE, LIST(26), LIST("ema_26"), "exponential mean, weight 2/27, seeded with the mean of 26 closes (TA-Lib EMA)") \
  ROW(macd, DOUBLE, LIST(12, 26, 9), LIST("macd", "macd_signal", "macd_hist"), \
      "12-session less 26-session exponential mean, its 9-session mean, their difference (Appel; TA-Lib MACD)") \
  ROW(rsi, DOUBLE, LIST(14), LIST("rsi_14"), "100 x gains / (gains + losses), Wilder's means over 14; flat 50 (TA-Lib RSI)") \
  ROW(bb, DOUBLE, LIST(20, 2), LIST("bb_upper", "bb_middle", "bb_lower"), \
      "mean of 20 closes, and 2 population standard deviations above and below (Bollinger; TA-Lib BBANDS)") \
  ROW(stoch, DOUBLE, LIST(14, 3, 3), LIST("stoch_k", "stoch_d"), \
      "place of the close in the range of 14 sessions, mean of 3, and its mean of 3; flat 50 (Lane; TA-Lib STOCH)") \
  ROW(atr, DOUBLE, LIST(14), LIST("atr_14"), "Wilder's mean of 14 true ranges (TA-Lib ATR)") \
  ROW(adx, DOUBLE, LIST(14), LIST("adx_14", "plus_di_14", "minus_di_14"), \
      "up and down movement in percent of the true range, and the mean of their disparity (Wilder; TA-Lib ADX)") \
  ROW(cci, DOUBLE, LIST(20), LIST("cci_20"), \
      "typical price less its mean, over 0.015 mean absolute deviations; flat 0 (Lambert; TA-Lib CCI)") \
  ROW(mfi, DOUBLE, LIST(14), LIST("mfi_14"), \
      "100 x money moved at rising typical prices / all money moved; flat 50 (Quong and Soudack; TA-Lib MFI)") \
  ROW(obv, DOUBLE, LIST(0), LIST("obv"), "volume added on rising, taken off on falling closes (Granville; TA-Lib OBV)") \
  ROW(willr, DOUBLE, LIST(14), LIST("willr_14"), \
      "close below the highest high, in percent of the range of 14; flat -50 (Williams; TA-Lib WILLR)") \
  ROW(roc, DOUBLE, LIST(10), LIST("roc_10"), "percent from the close 10 sessions ago (TA-Lib ROC)") \
  ROW(volume_sma, DOUBLE, LIST(20), LIST("volume_sma_20"), "mean of the last 20 volumes (TA-Lib SMA)") \
  ROW(high_low, DOUBLE, LIST(250), LIST("high_52w", "low_52w"), \
      "highest high and lowest low of 250 traded sessions (TA-Lib MAX, MIN)") \
  ROW(ichimoku, DOUBLE, LIST(9, 26, 52), \
      LIST("ichimoku_conversion", "ichimoku_base", "ichimoku_span_a", "ichimoku_span_b"), \
      "middles of the ranges of 9, 26 and 52 sessions, span_a of the first two; unshifted (Hosoda; TA-Lib MIDPRICE)") \
  ROW(rs_raw, DOUBLE, LIST(RS_RAW_QUARTERS), LIST("rs_raw"), \
      "0.4 roc_63 + 0.2 roc_126 + 0.2 roc_189 + 0.2 roc_252, the strength that rs_rating ranks (TA-Lib ROC)") \
  ROW(volatility, DOUBLE, LIST(RISK_RETURNS), LIST("volatility_252"), \
      "100 x deviation of the last 252 daily log returns x sqrt(252), percent a year; from 200 returns on") \
  ROW(max_drawdown, DOUBLE, LIST(RISK_RETURNS), LIST("max_drawdown_252"), \
      "deepest fall from a close to a later one among the last 253, in percent, 0 or below; from 201 closes on") \
  ROW(beta, MAYBE, LIST(RISK_RETURNS), LIST("beta_252"), \
      "covariance with the index of its market over the variance of that, of the last 252 log returns; from 200 pairs on (Sharpe)") \
  ROW(rs_index, MAYBE, LIST(RISK_RETURNS), LIST("rs_index"), \
      "change over 252 sessions against that of the index of its market, in percent; absent without index days") \
  ROW(rs_rating, INT32, LIST(RS_RAW_LONGEST), LIST("rs_rating"), \
      "place of rs_raw among all stocks that traded that day, 1 to 99; absent without another (after IBD)") \
  COMPANY_FIELDS(COMPANY_ROW, ROW) \
  SIGNAL(is_near_high, LIST("high_52w"), LIST(0), "near_high_52w", \
      "close >= 0.95 high_52w (George and Hwang, 2004: nearness to the 52-week high)") \
  SIGNAL(crosses_above, LIST("sma_20", "sma_60"), LIST(1, 1), "golden_cross", \
      "sma_20 > sma_60, and not so the session before (moving average crossover)") \
  SIGNAL(crosses_below, LIST("sma_20", "sma_60"), LIST(1, 1), "dead_cross", \
      "sma_20 < sma_60, and not so the session before (moving average crossover)") \
  SIGNAL(crosses_above, LIST("macd", "macd_signal"), LIST(1, 1), "macd_cross_up", \
      "macd > macd_signal, and not so the session before (Appel)") \
  SIGNAL(crosses_below, LIST("macd", "macd_signal"), LIST(1, 1), "macd_cross_down", \
      "macd < macd_signal, and not so the session before (Appel)") \
  SIGNAL(is_oversold, LIST("rsi_14"), LIST(0), "rsi_oversold", "rsi_14 < 30 (Wilder)") \
  SIGNAL(is_overbought, LIST("rsi_14"), LIST(0), "rsi_overbought", "rsi_14 > 70 (Wilder)") \
  SIGNAL(closes_above, LIST("bb_upper"), LIST(0), "bb_breakout_up", "close > bb_upper (Bollinger)") \
  SIGNAL(closes_below, LIST("bb_lower"), LIST(0), "bb_breakout_down", "close < bb_lower (Bollinger)") \
  SIGNAL(volume_surges, LIST("volume_sma_20"), LIST(0), "volume_surge", \
      "volume >= 3 volume_sma_20, the mean of the same session, which includes it; false without volume") \
  SIGNAL(is_above_cloud, LIST("ichimoku_span_a", "ichimoku_span_b"), LIST(26, 26), "ichimoku_above_cloud", \
      "close above both spans of 26 sessions ago: the cloud that charts draw under this session (Hosoda)") \
  SIGNAL(follows_trend, LIST("sma_50", "sma_150", "sma_200", "low_52w", "high_52w", "rs_rating"), LIST(0, 0, 22, 0, 0, 0), \
      "trend_template", "all eight conditions of Minervini's trend template (see trend.h); absent without rs_rating")
/* clang-format on */

#define DECLARE_FORMULA(formula, kind, parameters, fields, help)                                                       \
  size_t formula##_start(const int *, size_t);                                                                         \
  void formula##_compute(const Bars *, const int *, double *const *);
#define DECLARE_PREDICATE(predicate, inputs, back, field, help)                                                        \
  bool predicate(const Bars *, const double *const *, size_t);
INDICATOR_ROWS(DECLARE_FORMULA, DECLARE_PREDICATE)
#undef DECLARE_FORMULA
#undef DECLARE_PREDICATE

#endif
