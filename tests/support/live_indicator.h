/* live_indicator.h: the averages, MACD, RSI and Bollinger bands of closes, straight from their definitions: plain, and
 * written without a look at src/indicator. */
#ifndef CLOSEBELL_TESTS_LIVE_INDICATOR_H
#define CLOSEBELL_TESTS_LIVE_INDICATOR_H

#include <stddef.h>

enum { LIVE_INDICATORS = 17, LIVE_MAX_BARS = 512 };

extern const char *const LIVE_INDICATOR_NAMES[LIVE_INDICATORS]; /* "sma_5", ... */

/* values[k][i] belongs to closes[i], NaN where it does not exist yet. At most LIVE_MAX_BARS closes. */
typedef struct {
  double values[LIVE_INDICATORS][LIVE_MAX_BARS];
} LiveIndicators;
void live_indicators_compute(const double *closes, size_t count, LiveIndicators *ret_indicators);

#endif
