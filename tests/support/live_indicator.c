#include "live_indicator.h"

#include <math.h>

enum { SMA = 0, EMA_12 = 8, EMA_26, MACD, MACD_SIGNAL, MACD_HIST, RSI, BB_UPPER, BB_MIDDLE, BB_LOWER };

const char *const LIVE_INDICATOR_NAMES[LIVE_INDICATORS] = {
    "sma_5",  "sma_10", "sma_20",      "sma_50",    "sma_60", "sma_120",  "sma_150",   "sma_200", "ema_12",
    "ema_26", "macd",   "macd_signal", "macd_hist", "rsi_14", "bb_upper", "bb_middle", "bb_lower"};

static double mean_of_last(const double *values, size_t i, size_t length) {
  double sum = 0;
  for (size_t k = i + 1 - length; k <= i; k++) sum += values[k];
  return sum / (double)length;
}

static void sma(const double *closes, size_t count, size_t length, double *values) {
  for (size_t i = length - 1; i < count; i++) values[i] = mean_of_last(closes, i, length);
}

/* Begins at `first` with a plain mean. */
static void ema(const double *closes, size_t count, size_t length, size_t first, double *values) {
  for (size_t i = first; i < count; i++) {
    double weight = 2 / (double)(length + 1);
    values[i] = i == first ? mean_of_last(closes, i, length) : weight * closes[i] + (1 - weight) * values[i - 1];
  }
}

/* Both averages begin at the 26th close, the signal at the ninth difference; nothing is shown before the signal. */
static void macd(const double *closes, size_t count, LiveIndicators *to) {
  double fast[LIVE_MAX_BARS] = {0}, slow[LIVE_MAX_BARS] = {0}, difference[LIVE_MAX_BARS] = {0};
  ema(closes, count, 12, 25, fast);
  ema(closes, count, 26, 25, slow);
  for (size_t i = 25; i < count; i++) difference[i] = fast[i] - slow[i];
  ema(difference, count, 9, 33, to->values[MACD_SIGNAL]);
  for (size_t i = 33; i < count; i++) {
    to->values[MACD][i] = difference[i];
    to->values[MACD_HIST][i] = difference[i] - to->values[MACD_SIGNAL][i];
  }
}

/* Wilder's averages of rises and falls; 50 where the price has not moved at all. */
static void rsi(const double *closes, size_t count, double *values) {
  double rises = 0, falls = 0;
  for (size_t i = 1; i < count; i++) {
    double rise = fmax(closes[i] - closes[i - 1], 0), fall = fmax(closes[i - 1] - closes[i], 0);
    rises = i <= 14 ? rises + rise / 14 : (rises * 13 + rise) / 14;
    falls = i <= 14 ? falls + fall / 14 : (falls * 13 + fall) / 14;
    if (i >= 14) values[i] = rises + falls > 0 ? 100 * rises / (rises + falls) : 50;
  }
}

static void bands(const double *closes, size_t count, LiveIndicators *to) {
  for (size_t i = 19; i < count; i++) {
    double middle = mean_of_last(closes, i, 20), squares = 0;
    for (size_t k = i - 19; k <= i; k++) squares += (closes[k] - middle) * (closes[k] - middle);
    to->values[BB_MIDDLE][i] = middle;
    to->values[BB_UPPER][i] = middle + 2 * sqrt(squares / 20);
    to->values[BB_LOWER][i] = middle - 2 * sqrt(squares / 20);
  }
}

void live_indicators_compute(const double *closes, size_t count, LiveIndicators *ret_indicators) {
  static const size_t lengths[] = {5, 10, 20, 50, 60, 120, 150, 200};
  for (size_t k = 0; k < LIVE_INDICATORS; k++)
    for (size_t i = 0; i < LIVE_MAX_BARS; i++) ret_indicators->values[k][i] = NAN;
  for (size_t k = 0; k < EMA_12; k++) sma(closes, count, lengths[k], ret_indicators->values[SMA + k]);
  ema(closes, count, 12, 11, ret_indicators->values[EMA_12]);
  ema(closes, count, 26, 25, ret_indicators->values[EMA_26]);
  macd(closes, count, ret_indicators);
  rsi(closes, count, ret_indicators->values[RSI]);
  bands(closes, count, ret_indicators);
}
