/* stock_analyzed.h: stock_analyzed.<ticker>: adjusted prices and indicators, a document a traded session; and latest_analysis. */
#ifndef CLOSEBELL_STORE_STOCK_ANALYZED_H
#define CLOSEBELL_STORE_STOCK_ANALYZED_H

#include <closebell/market/panel.h>
#include <closebell/market/universe.h>
#include <closebell/store/db.h>

/* The documents of one ticker: adjusted bars and, beside them, one array a field. fields[k] exists from starts[k] on. All lent. */
typedef struct {
  const char *ticker;
  const AdjustedSeries *bars;
  size_t field_count;
  const char *const *fields;
  const double *const *values; /* values[k][i] belongs to bars->dates[i] */
  const size_t *starts;
} AnalyzedSeries;

/* Inserts documents bars[from_index ..]. A duplicate that differs is overwritten. */
Status stock_analyzed_append(const Db *db, const AnalyzedSeries *series, size_t from_index, size_t *ret_written, Error *err);
/* Removes every document dated `from` or later (DAY_NONE: all), then inserts bars[from_index ..]: the series is briefly shorter, and the ticker's
 * stamps say so. */
Status stock_analyzed_rewrite(const Db *db, const AnalyzedSeries *series, Day from, size_t from_index, size_t *ret_written, Error *err);

/* latest_analysis: the newest analysed document of each series plus date, as_of, name, market, market_cap. A series without bars is left out. */
Status latest_analysis_replace(const Db *db, const AnalyzedSeries *const *series, const Target *const *targets, size_t count, Day as_of, Error *err);
Status latest_analysis_delete(const Db *db, const char *ticker, Error *err);
/* The tickers that have a document, sorted; owned by the caller (free). */
Status latest_analysis_tickers(const Db *db, char (**ret_tickers)[TICKER_SIZE], size_t *ret_count, Error *err);

#endif
