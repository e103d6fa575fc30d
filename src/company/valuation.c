/* valuation.c: fundamentals at the price of a session. Multiples for people, yields for ranks: a loss then comes last
 * without a special case. */
#include <closebell/company/fundamentals.h>

#include <math.h>

#include "ratios.h"

enum { STALE_DAYS = 200 };

static const Valuation NOTHING = {NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN};

static void fill_yields(Valuation *valuation, const Fundamentals *fundamentals, double cap) {
  valuation->earnings_yield = ratio_of(fundamentals->ttm_net_income, cap);
  valuation->book_yield = ratio_of(fundamentals->total_equity, cap);
  if (!fundamentals->is_financial) valuation->sales_yield = ratio_of(fundamentals->ttm_revenue, cap);
}

Valuation valuation_of(const Fundamentals *fundamentals, Day session, int64_t cap, int64_t shares) {
  Valuation valuation = NOTHING;
  if (!fundamentals->newest || !fundamentals->is_won) return valuation;
  valuation.eps_ttm = ratio_of(fundamentals->ttm_net_income, (double)shares);
  valuation.bps = ratio_of(fundamentals->total_equity, (double)shares);
  double price = cap > 0 ? (double)cap : NAN;
  valuation.per = ratio_of(price, fundamentals->ttm_net_income);
  valuation.pbr = ratio_of(price, fundamentals->total_equity);
  valuation.psr = ratio_of(price, fundamentals->ttm_revenue);
  if (session - fundamentals->newest->period_end <= STALE_DAYS) fill_yields(&valuation, fundamentals, price);
  return valuation;
}
