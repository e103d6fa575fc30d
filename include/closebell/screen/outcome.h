/* outcome.h: what became of the signals of a screen.
 *
 * A signal is a stock and a session in which it matches; each is bought at the next open, where it can be. D is the
 * session of a signal, D + k the k-th session of the market after it. Prices are chained (market/chain.h), so
 * corporate actions move no return. Returns are fractions: 0.01 is one per cent. An absent figure is NaN. No I/O. */
#ifndef CLOSEBELL_SCREEN_OUTCOME_H
#define CLOSEBELL_SCREEN_OUTCOME_H

#include <closebell/market/horizon.h>
#include <closebell/screen/market.h>

enum {
  OUTCOME_PATH_BEFORE = 20, /* the mean path goes from D - 20 to D + 60 */
  OUTCOME_PATH_AFTER = 60,
  OUTCOME_PATH = OUTCOME_PATH_BEFORE + 1 + OUTCOME_PATH_AFTER
};

/* What became of the order to buy at the open of D + 1. */
typedef enum {
  OUTCOME_ENTERED = 0,
  OUTCOME_PENDING, /* D is the newest session of the market */
  OUTCOME_GONE,    /* no row on D + 1 */
  OUTCOME_HALTED,  /* a row without trades */
  OUTCOME_LOCKED,  /* it opened at the upper limit, and nobody sold below */
  OUTCOME_FATES
} OutcomeFate;

/* ---- the market, whatever is screened ---- */

/* An entry of the market, as something to buy. */
typedef struct {
  double open;    /* of D + 1, chained; meant for OUTCOME_ENTERED only */
  int32_t before; /* the entry of the stock's traded session before D; -1: none, or it was not considered there */
  uint8_t fate;   /* OutcomeFate */
} OutcomeEntry;

/* The equal-weight market of a session: the mean of all stocks considered that could be entered. NaN: none could, or
 * history does not reach there. */
typedef struct {
  double returns[HORIZONS];
  double path[OUTCOME_PATH];
} OutcomeMeans;

/* What all screens of sessions first .. last share. It lasts until sessions are added to the market. Any number of
 * threads may read it. Zero-initialise or outcome_market_init; outcome_market_free at the end. */
typedef struct {
  const ScreenMarket *market; /* borrowed */
  size_t first, last;
  OutcomeEntry *entries; /* of the market's entries from first_entry[first] on */
  OutcomeMeans *means;   /* of sessions first .. last */
  double *closes; /* `width` of each stock, from session `from` on, chained; NaN before the stock's first row, and
                     in a session without a row that of its last row before */
  size_t from, width;
} OutcomeMarket;

/* Sessions after `last` are looked at for prices alone. STATUS_INTERNAL: no such sessions. STATUS_NO_MEMORY. */
Status outcome_market_init(const ScreenMarket *market, size_t first, size_t last, OutcomeMarket *ret_market,
                           Error *err);
void outcome_market_free(OutcomeMarket *market);

/* What becomes of an order for any stock of the market, whether it was considered in the session or not. *ret_open:
 * chained, NaN unless it is entered. */
OutcomeFate outcome_fate(const ScreenMarket *market, const ScreenStock *stock, size_t session, double *ret_open);

/* ---- one screen ---- */

/* The answers of a screen: one for each entry of sessions answered .. last, in the market's order. The signals are the
 * matches of first .. last; earlier answers say only which of them are repeated. Begin at outcome_answers_from for all
 * that history has; with answered = first a match before `first` is not seen. */
typedef struct {
  size_t answered, first, last; /* answered <= first <= last; first .. last lie within those of the OutcomeMarket */
  const uint8_t *answers;       /* ScreenAnswer */
} OutcomeSignals;

/* The oldest session in which a stock considered in first .. last traded last before; at most first. */
size_t outcome_answers_from(const ScreenMarket *market, size_t first, size_t last);

typedef struct {
  size_t signals;
  size_t sessions, tickers;    /* distinct */
  size_t repeated;             /* the stock matched in its traded session before, too */
  size_t fates[OUTCOME_FATES]; /* by OutcomeFate; together they are all signals */
} OutcomeCounts;

/* Of the excesses over the market's mean: position p * (n - 1) between order statistics. */
typedef struct {
  double mean, lower_quartile, median, upper_quartile;
  double hit_rate;       /* share above 0 */
  double standard_error; /* clustered by session; that horizons of neighbouring sessions overlap is not corrected */
} OutcomeExcess;

typedef struct {
  int horizon;
  size_t n, unfinished; /* of the entered: with a figure, and those whose D + horizon is not archived yet */
  size_t sessions;      /* distinct ones of the n; with fewer than two there is no standard error */
  OutcomeExcess excess;
  double mean_return, median_return;
  double market_mean; /* the mean over the n of the market's return of their session */
} OutcomeReturns;

/* close(D + k) / open(D + 1) - 1 less the market's mean of the same, the same n signals at every k. */
typedef struct {
  size_t n;
  size_t too_early, unfinished, too_young; /* the other entered ones: D - 20 is not archived; else D + 60 is not; else
                                              the stock had no row by D - 20 */
  double excess[OUTCOME_PATH];             /* k from -OUTCOME_PATH_BEFORE on; NaN when n is 0 */
} OutcomePath;

typedef struct {
  OutcomeCounts counts;
  OutcomeReturns returns[HORIZONS];
  OutcomePath path;
} ScreenOutcome;

/* STATUS_INTERNAL: the signals' sessions are not those of the market. STATUS_NO_MEMORY. */
Status outcome_of(const OutcomeMarket *market, const OutcomeSignals *signals, ScreenOutcome *ret_outcome, Error *err);

#endif
