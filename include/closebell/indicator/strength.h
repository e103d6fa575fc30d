/* strength.h: the cross-section: how strong each stock of the market has been, and its place among all the others.
 *
 * Takes the archive session by session, whole, and keeps of each stock what rs_raw looks back at (253 closes, 2 KB),
 * and of the newest session the values of all; on request also its year of highs and returns (7 KB). So rs_rating ranks
 * the market, whoever is a target and whatever an hour's quota took; and as chained closes depend on nothing later, the
 * ranks of a date never change afterwards. */
#ifndef CLOSEBELL_INDICATOR_STRENGTH_H
#define CLOSEBELL_INDICATOR_STRENGTH_H

#include <stdbool.h>
#include <stddef.h>

#include <closebell/base/status.h>
#include <closebell/market/chain.h>
#include <closebell/market/index_closes.h>
#include <closebell/market/session.h>

typedef struct {
  char ticker[TICKER_SIZE];
  CloseChain chain;
  size_t session;            /* the newest that lists it, counted from 1 */
  uint8_t market;            /* Market, there */
  size_t traded;             /* sessions with trades so far */
  double *closes;            /* the newest of them, chained: a ring */
  struct StrengthYear *year; /* what strength_prices looks at beside them; null: not kept, or never traded */
  bool is_ranked;            /* it traded in `session`, and has rs_raw there */
  double rs_raw;
} StrengthStock;

/* Zero-initialise; strength_free at the end. */
typedef struct {
  StrengthStock *stocks; /* sorted by ticker */
  size_t count, capacity;
  size_t sessions;
  size_t broken;  /* the newest session with a broken place before it, counted from 1; 0 none */
  double *values; /* rs_raw of all that have it in the newest session, ascending */
  size_t value_count, value_capacity;
  bool keeps_years;                   /* set before the first session: strength_prices will be asked */
  double index_close[MARKET_INDICES]; /* with that: of the session that is added next; NaN: missing */
  double *index_closes[MARKET_INDICES], *index_steps[MARKET_INDICES]; /* returns since the session before */
  size_t index_capacity[MARKET_INDICES], step_capacity[MARKET_INDICES];
} Strength;

/* Sessions come in ascending order of date; broken_before as in panel_add. After STATUS_NO_MEMORY only strength_free.
 */
Status strength_add(Strength *strength, const Session *session, bool broken_before);

/* What the newest session says about a stock; null when it does not list it. */
const StrengthStock *strength_find(const Strength *strength, const char *ticker);
/* Its close there, chained. */
double strength_close(const StrengthStock *stock);
/* Its place there, 1 (weakest) to 99; 0 when it has none. */
int strength_rating(const Strength *strength, const StrengthStock *stock);

/* What its year of prices says in the newest session, in which it traded; else, and where there is too little of it,
 * all is NaN. The same bits as the fields of the table have: see risk.h. keeps_years was set. */
typedef struct {
  double rs_raw;
  double nearness; /* close / high_52w */
  double momentum; /* close 21 sessions ago / close 252 sessions ago - 1 */
  double volatility, max_drawdown, beta;
  bool has_year; /* 253 traded sessions */
} StrengthPrices;
StrengthPrices strength_prices(const Strength *strength, const StrengthStock *stock);

/* 1 + floor(98 (less + (equal - 1) / 2) / (count - 1) + 0.5), in integers: of count values `less` are smaller, and
 * `equal` are the same, itself included. 0 when there is nobody to compare with. */
int strength_place(size_t less, size_t equal, size_t count);

void strength_free(Strength *strength);

#endif
