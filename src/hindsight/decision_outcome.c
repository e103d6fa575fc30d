#include <closebell/hindsight/decision_outcome.h>

#include <math.h>

static bool is_archived(const OutcomeMarket *market, size_t session, size_t horizon) {
  return session + (size_t)HORIZON[horizon] < market->market->session_count;
}

/* Adds the stock's returns to the sums where it could be bought. */
static bool add_stock(const OutcomeMarket *market, size_t session, const char *ticker, double *sums) {
  double open;
  size_t stock = screen_market_stock(market->market, ticker);
  if (stock == market->market->stock_count) return false;
  if (outcome_fate(market->market, &market->market->stocks[stock], session, &open) != OUTCOME_ENTERED) return false;
  const double *closes = market->closes + stock * market->width + (session - market->from);
  for (size_t h = 0; h < HORIZONS; h++)
    if (is_archived(market, session, h)) sums[h] += closes[HORIZON[h]] / open - 1;
  return true;
}

bool decision_outcome(const OutcomeMarket *market, size_t session, const char (*tickers)[TICKER_SIZE], size_t count,
                      DecisionOutcome *ret_outcome) {
  DecisionOutcome outcome = {.tickers = (int)count};
  if (session < market->first || session > market->last || session + 1 >= market->market->session_count) return false;
  for (size_t i = 0; i < count; i++) outcome.entered += add_stock(market, session, tickers[i], outcome.returns);
  for (size_t h = 0; h < HORIZONS; h++) {
    double mean = market->means[session - market->first].returns[h];
    bool known = outcome.entered > 0 && is_archived(market, session, h) && !isnan(mean);
    outcome.returns[h] = known ? outcome.returns[h] / outcome.entered : (double)NAN;
    outcome.market[h] = known ? mean : (double)NAN;
  }
  *ret_outcome = outcome;
  return true;
}

static bool same(double a, double b) { return a == b || (isnan(a) && isnan(b)); }

bool decision_outcome_equal(const DecisionOutcome *a, const DecisionOutcome *b) {
  bool equal = a->tickers == b->tickers && a->entered == b->entered;
  for (size_t h = 0; h < HORIZONS; h++)
    equal = equal && same(a->returns[h], b->returns[h]) && same(a->market[h], b->market[h]);
  return equal;
}
