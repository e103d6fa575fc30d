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

/* Sessions are counted from 1. */
static double index_at(const Strength *strength, size_t session, size_t index) {
  return strength->index_closes[index][session - 1];
}

static double *append(double *values, size_t *capacity, size_t count, double value) {
  double *moved = vector_reserve(values, capacity, count, sizeof *moved);
  if (moved) moved[count - 1] = value;
  return moved;
}

bool strength_take_index(Strength *strength) {
  const size_t session = strength->sessions;
  for (size_t k = 0; k < MARKET_INDICES; k++) {
    const double close = strength->index_close[k];
    double *closes = append(strength->index_closes[k], &strength->index_capacity[k], session, close);
    if (!closes) return false;
    strength->index_closes[k] = closes;
    double step = session > 1 ? index_return(index_at(strength, session - 1, k), close) : (double)NAN;
    double *steps = append(strength->index_steps[k], &strength->step_capacity[k], session, step);
    if (!steps) return false;
    strength->index_steps[k] = steps;
  }
  return true;
}

/* Between two sessions of a stock: mostly neighbours, for which it is known. */
static inline double step_of(const Strength *strength, size_t earlier, size_t later, size_t index) {
  if (later == earlier + 1) return strength->index_steps[index][later - 1];
  return index_return(index_at(strength, earlier, index), index_at(strength, later, index));
}

/* ---- one stock ---- */

/* The newest `count` values of a ring, oldest first. */
static inline void unroll(const double *ring, size_t traded, size_t count, double *to) {
  size_t first = (traded - count) % RING, behind = count < RING - first ? count : RING - first;
  memcpy(to, ring + first, behind * sizeof *to);
  memcpy(to + behind, ring, (count - behind) * sizeof *to);
}

/* Eight at a time: none waits for the one before. */
static inline double highest_of(const double *values, size_t count) {
  double highest[8];
  size_t i = 8;
  for (size_t k = 0; k < 8; k++) highest[k] = values[k];
  for (; i + 8 <= count; i += 8)
    for (size_t k = 0; k < 8; k++) highest[k] = larger(values[i + k], highest[k]);
  for (; i < count; i++) highest[0] = larger(values[i], highest[0]);
  for (size_t k = 1; k < 8; k++) highest[0] = larger(highest[k], highest[0]);
  return highest[0];
}

/* The index's returns of the stock's last `count`. Most stocks traded in every session: theirs are those of the index
 * itself. */
static const double *unroll_index(const Strength *strength, const StrengthStock *stock, size_t count, double *room) {
  const size_t *sessions = stock->year->sessions;
  size_t at = (stock->traded - 1 - count) % RING, earlier = sessions[at];
  if (earlier + count == strength->sessions) return strength->index_steps[stock->market] + earlier;
  for (size_t i = 0; i < count; i++) {
    at = at + 1 == RING ? 0 : at + 1;
    room[i] = step_of(strength, earlier, sessions[at], stock->market);
    earlier = sessions[at];
  }
  return room;
}

/* Of the bars that the table has RISK_LEAST returns and more of. */
static WIDE_VECTORS void take_risk(const Strength *strength, const StrengthStock *stock, const double *closes,
                                   size_t returns, StrengthPrices *prices) {
  double own[RISK_RETURNS], room[RISK_RETURNS];
  unroll(stock->year->returns, stock->traded, returns, own);
  prices->volatility = risk_volatility(own, returns);
  prices->max_drawdown = risk_drawdown(closes, returns + 1);
  if (stock->market >= MARKET_INDICES) return;
  prices->beta = risk_beta(own, unroll_index(strength, stock, returns, room), returns);
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
