#include "strength_year.h"

#include <stdlib.h>
#include <string.h>

#include <closebell/base/vector.h>

#include "risk.h"
#include "table.h"

enum { HIGH_SESSIONS = 250, MONTH = 21 };

bool strength_year_take(StrengthStock *stock, const StockRow *row, size_t session, double close) {
  if (!stock->year && !(stock->year = malloc(sizeof *stock->year))) return false;
  const size_t at = stock->traded % RING;
  stock->year->highs[at] = (double)row->high / stock->chain.factors;
  stock->year->sessions[at] = session;
  if (stock->traded > 0) stock->year->returns[at] = log_return(stock->closes[(stock->traded - 1) % RING], close);
  return true;
}

/* ---- the indices ---- */

static double index_at(const Strength *strength, size_t session, size_t index) {
  return strength->index_closes[(session - 1) * MARKET_INDICES + index];
}

bool strength_take_index(Strength *strength) {
  const size_t session = strength->sessions, needed = session * MARKET_INDICES;
  size_t closes_capacity = strength->index_capacity, steps_capacity = strength->index_capacity;
  double *closes = vector_reserve(strength->index_closes, &closes_capacity, needed, sizeof *closes);
  if (!closes) return false;
  strength->index_closes = closes;
  double *steps = vector_reserve(strength->index_steps, &steps_capacity, needed, sizeof *steps);
  if (!steps) return false;
  strength->index_steps = steps;
  strength->index_capacity = closes_capacity < steps_capacity ? closes_capacity : steps_capacity;
  for (size_t k = 0; k < MARKET_INDICES; k++) {
    const size_t at = (session - 1) * MARKET_INDICES + k;
    closes[at] = strength->index_close[k];
    steps[at] = session > 1 ? index_return(index_at(strength, session - 1, k), closes[at]) : (double)NAN;
  }
  return true;
}

/* Between two sessions of a stock: mostly neighbours, for which it is known. */
static inline double step_of(const Strength *strength, size_t earlier, size_t later, size_t index) {
  if (later == earlier + 1) return strength->index_steps[(later - 1) * MARKET_INDICES + index];
  return index_return(index_at(strength, earlier, index), index_at(strength, later, index));
}

/* ---- one stock ---- */

/* The newest `count` values of a ring, oldest first. */
static inline void unroll(const double *ring, size_t traded, size_t count, double *to) {
  size_t first = (traded - count) % RING, behind = count < RING - first ? count : RING - first;
  memcpy(to, ring + first, behind * sizeof *to);
  memcpy(to + behind, ring, (count - behind) * sizeof *to);
}

static inline double highest_of(const double *values, size_t count) {
  double highest = values[0];
  for (size_t i = 1; i < count; i++) highest = larger(values[i], highest);
  return highest;
}

static void unroll_index(const Strength *strength, const StrengthStock *stock, size_t count, double *to) {
  const size_t *sessions = stock->year->sessions;
  size_t earlier = sessions[(stock->traded - 1 - count) % RING];
  for (size_t i = 0; i < count; i++) {
    size_t later = sessions[(stock->traded - count + i) % RING];
    to[i] = step_of(strength, earlier, later, stock->market);
    earlier = later;
  }
}

/* Of the bars that the table has RISK_LEAST returns and more of. */
static WIDE_VECTORS void take_risk(const Strength *strength, const StrengthStock *stock, const double *closes,
                                   size_t returns, StrengthPrices *prices) {
  double own[RISK_RETURNS], index[RISK_RETURNS];
  unroll(stock->year->returns, stock->traded, returns, own);
  prices->volatility = risk_volatility(own, returns);
  prices->max_drawdown = risk_drawdown(closes, returns + 1);
  if (stock->market >= MARKET_INDICES) return;
  unroll_index(strength, stock, returns, index);
  prices->beta = risk_beta(own, index, returns);
}

static void take_year(const StrengthStock *stock, const double *closes, StrengthPrices *prices) {
  double highs[HIGH_SESSIONS];
  unroll(stock->year->highs, stock->traded, HIGH_SESSIONS, highs);
  prices->has_year = true;
  prices->rs_raw = stock->rs_raw;
  prices->nearness = closes[RING - 1] / highest_of(highs, HIGH_SESSIONS);
  prices->momentum = closes[RING - 1 - MONTH] / closes[0] - 1;
}

StrengthPrices strength_prices(const Strength *strength, const StrengthStock *stock) {
  StrengthPrices prices = {NAN, NAN, NAN, NAN, NAN, NAN, false};
  double closes[RING];
  if (!stock->year || stock->session != strength->sessions ||
      stock->year->sessions[(stock->traded - 1) % RING] != strength->sessions || stock->traded <= RISK_LEAST)
    return prices;
  size_t count = stock->traded < RING ? stock->traded : RING;
  unroll(stock->closes, stock->traded, count, closes);
  take_risk(strength, stock, closes, count - 1, &prices);
  if (count == RING) take_year(stock, closes, &prices);
  return prices;
}
