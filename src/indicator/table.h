/* table.h: the rows of the indicator table, private to this folder.
 *
 * A row is ROW(formula, parameters, fields, help). It names the file <formula>.c, which defines <formula>_start and
 * <formula>_compute; their prototypes are made from the rows too. So a new indicator is one file and one row. */
#ifndef CLOSEBELL_INDICATOR_TABLE_H
#define CLOSEBELL_INDICATOR_TABLE_H

#include <closebell/indicator/indicator.h>

#define LIST(...)                                                                                                      \
  { __VA_ARGS__ }

/* clang-format off */
#define INDICATOR_ROWS(ROW) \
  ROW(sma, LIST(5), LIST("sma_5"), "mean of the last 5 closes (TA-Lib SMA)") \
  ROW(sma, LIST(10), LIST("sma_10"), "mean of the last 10 closes (TA-Lib SMA)") \
  ROW(sma, LIST(20), LIST("sma_20"), "mean of the last 20 closes (TA-Lib SMA)") \
  ROW(sma, LIST(60), LIST("sma_60"), "mean of the last 60 closes (TA-Lib SMA)") \
  ROW(sma, LIST(120), LIST("sma_120"), "mean of the last 120 closes (TA-Lib SMA)") \
  ROW(sma, LIST(200), LIST("sma_200"), "mean of the last 200 closes (TA-Lib SMA)") \
  ROW(ema, LIST(12), LIST("ema_12"), "exponential mean, weight 2/13, seeded with the mean of 12 closes (TA-Lib EMA)") \
  ROW(ema, LIST(26), LIST("ema_26"), "exponential mean, weight 2/27, seeded with the mean of 26 closes (TA-Lib EMA)") \
  ROW(macd, LIST(12, 26, 9), LIST("macd", "macd_signal", "macd_hist"), \
      "12-session less 26-session exponential mean, its 9-session mean, their difference (Appel; TA-Lib MACD)") \
  ROW(rsi, LIST(14), LIST("rsi_14"), "100 x gains / (gains + losses), Wilder's means over 14; flat 50 (TA-Lib RSI)") \
  ROW(bb, LIST(20, 2), LIST("bb_upper", "bb_middle", "bb_lower"), \
      "mean of 20 closes, and 2 population standard deviations above and below (Bollinger; TA-Lib BBANDS)")
/* clang-format on */

#define DECLARE_FORMULA(formula, parameters, fields, help)                                                             \
  size_t formula##_start(const int *, size_t);                                                                         \
  void formula##_compute(const Bars *, const int *, double *const *);
INDICATOR_ROWS(DECLARE_FORMULA)
#undef DECLARE_FORMULA

#endif
