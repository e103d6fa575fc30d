/* facts_load.h: from documents of latest_analysis to the facts that a model is told. The same state gives the same
 * facts and the same bytes, whoever reads it. */
#ifndef CLOSEBELL_DECISION_FACTS_LOAD_H
#define CLOSEBELL_DECISION_FACTS_LOAD_H

#include <closebell/ai/fact.h>
#include <closebell/analysis/screen_result.h>
#include <closebell/store/stored.h>

/* The state that documents are read from: as_of is that of latest_analysis; the days that are not proven, newest first,
 * of which the facts take the first FACT_UNPROVEN_MAX. Lent. */
typedef struct {
  Day as_of;
  const Day *unproven;
  size_t unproven_count;
} FactState;

/* The documents in the order in which they are told; at most FACT_STOCKS_MAX. The caller frees the table. */
Status facts_make(const FactState *state, const StoredDocument *const *documents, size_t count, FactTable *ret_table,
                  Error *err);

/* Which stocks, by their codes. Lent. */
typedef struct {
  const char (*tickers)[TICKER_SIZE];
  size_t count;
  bool absent_are_refused; /* false: those that latest_analysis lacks are passed over */
  size_t most;             /* of those that are there, the first so many */
} FactStocks;

/* One read of latest_analysis. STATUS_USAGE names a stock that has no document there and is refused for it. None at
 * all: an empty table. */
Status facts_load(const Db *db, const FactState *state, const FactStocks *stocks, FactTable *ret_table, Error *err);

/* The order in which a strategy's matches are told: the largest market capitalisation first. */
#define FACTS_ORDER "-market_cap, ticker"
/* The codes of the result's matches in their order; the caller frees them. */
Status facts_matches(const ScreenResult *result, char (**ret_tickers)[TICKER_SIZE], size_t *ret_count, Error *err);

/* The mean over the stocks of compass_score, else rs_rating; NaN when none has one. */
double facts_hunter_score(const FactTable *table);

#endif
