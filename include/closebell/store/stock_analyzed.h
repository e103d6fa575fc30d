/* stock_analyzed.h: stock_analyzed.<ticker>: adjusted prices and indicators, a document a traded session; and
 * latest_analysis. */
#ifndef CLOSEBELL_STORE_STOCK_ANALYZED_H
#define CLOSEBELL_STORE_STOCK_ANALYZED_H

#include <closebell/base/day_range.h>
#include <closebell/indicator/company_fields.h>
#include <closebell/indicator/indicator.h>
#include <closebell/market/panel.h>
#include <closebell/market/universe.h>
#include <closebell/store/db.h>

/* The documents of one ticker: adjusted bars and, beside them, one array a field. fields[k] exists from starts[k] on;
 * what is NaN, and no DOUBLE, is left out. All lent. */
typedef struct {
  const char *ticker;
  const AdjustedSeries *bars;
  size_t field_count;
  const char *const *fields;
  const double *const *values; /* values[k][i] belongs to bars->dates[i]; values[k] null: the field is in none */
  const size_t *starts;
  const FieldKind *kinds; /* null: all doubles */
  Day companies_from;     /* fields of companies are known from that date on; in earlier documents they are neither
                             written nor compared. DAY_NONE: all */
  size_t stale_sessions;  /* sessions after the last bar, up to where the analysis has come: without a trade */
} AnalyzedSeries;

/* The adjusted prices, which stand before the fields of the table: open, high, low, close, volume. */
enum { ANALYZED_PRICES = 5 };
extern const char *const ANALYZED_PRICE_FIELDS[ANALYZED_PRICES];

extern const char *const ANALYZED_COMPANY_FIELDS[COMPANY_FIELD_COUNT];

/* A value of a kind that is stored as text, as it is written there; returns text. And back: of any such kind, false
 * when it is none. */
enum { ANALYZED_TEXT_SIZE = 16 };
const char *analyzed_text(FieldKind kind, double value, char text[ANALYZED_TEXT_SIZE]);
bool analyzed_text_parse(const char *text, double *ret_value);

/* Inserts documents bars[from_index ..]. A duplicate that differs is overwritten. */
Status stock_analyzed_append(const Db *db, const AnalyzedSeries *series, size_t from_index, size_t *ret_written,
                             Error *err);
/* Removes every document dated `from` or later (DAY_NONE: all), then inserts bars[from_index ..]: the series is briefly
 * shorter, and the ticker's stamps say so. */
Status stock_analyzed_rewrite(const Db *db, const AnalyzedSeries *series, Day from, size_t from_index,
                              size_t *ret_written, Error *err);

/* *ret_equal: bars[index] is stored, just so. */
Status stock_analyzed_compare(const Db *db, const AnalyzedSeries *series, size_t index, bool *ret_equal, Error *err);

typedef struct {
  size_t stored;                      /* documents that should be there, and are */
  size_t missing, different, foreign; /* foreign: of a date without a bar, or of no date at all */
  Day first;                          /* of what is missing, different or foreign with a date; DAY_NONE */
} AnalyzedDamage;

/* Compares every stored document of the dates (an open end takes in what has no date as well) with the bars of these
 * dates; bars and documents dated after `analyzed` do not count. */
Status stock_analyzed_verify(const Db *db, const AnalyzedSeries *series, Day analyzed, DayRange range,
                             AnalyzedDamage *ret_damage, Error *err);
static inline bool analyzed_is_damaged(const AnalyzedDamage *damage) {
  return damage->missing + damage->different + damage->foreign > 0;
}

/* Some fields of a ticker's documents. */
typedef struct {
  const char *ticker;
  DayRange dates;
  const char *const *fields;
  size_t field_count;
} AnalyzedQuestion;

/* The fields of one document, as doubles: a boolean is 1 or 0, a text what it is computed as, what the document lacks
 * is NaN. Lent. */
typedef Status AnalyzedVisit(void *context, Day date, const double *values, Error *err);
/* The documents of the dates, ascending. STATUS_BAD_DATA: a field is of a type that is never stored. */
Status stock_analyzed_read(const Db *db, const AnalyzedQuestion *asked, AnalyzedVisit *visit, void *context,
                           Error *err);

/* latest_analysis: the newest analysed document of each series plus date, as_of, name, market, market_cap, and
 * stale_sessions of a stock that did not trade in as_of. A series without bars is left out. */
Status latest_analysis_replace(const Db *db, const AnalyzedSeries *const *series, const Target *const *targets,
                               size_t count, Day as_of, Error *err);
Status latest_analysis_delete(const Db *db, const char *ticker, Error *err);
/* The tickers that have a document, sorted; owned by the caller (free). Documents whose _id is no ticker are only
 * counted. */
Status latest_analysis_tickers(const Db *db, char (**ret_tickers)[TICKER_SIZE], size_t *ret_count,
                               size_t *ret_strangers, Error *err);

/* What stands in latest_analysis, as it stands, ascending by ticker. Zero-initialise. */
typedef struct {
  bson_t **items; /* owned */
  size_t count, capacity;
  size_t strangers; /* documents whose _id is no ticker: not kept */
} LatestDocuments;

Status latest_analysis_load(const Db *db, LatestDocuments *documents, Error *err);
void latest_documents_free(LatestDocuments *documents);
const char *latest_documents_ticker(const LatestDocuments *documents, size_t index);

typedef enum { LATEST_RIGHT, LATEST_MISSING, LATEST_DIFFERENT, LATEST_FOREIGN } LatestState;

/* What stands of the series, against what should. target null: name, market and market_cap are anybody's guess. */
Status latest_documents_compare(const LatestDocuments *documents, const AnalyzedSeries *series, const Target *target,
                                Day as_of, LatestState *ret_state, Error *err);

/* ---- for people ---- */

typedef enum { REPORT_TEXT, REPORT_WHOLE, REPORT_REAL, REPORT_YES_NO } ReportFieldKind;

typedef struct {
  char name[32];
  ReportFieldKind kind;
  char text[96]; /* REPORT_TEXT */
  double real;   /* REPORT_REAL */
  int64_t whole; /* REPORT_WHOLE; of REPORT_YES_NO 1 or 0 */
} ReportField;

/* One stored document, as it stands. */
typedef struct {
  ReportField *fields; /* in stored order, without _id; owned */
  size_t count;
  char id[32];
  char *json; /* the whole document, one line; owned */
} AnalysisReport;

/* The ticker's document in latest_analysis; or, when it has none (it is not followed any more), the newest of its
 * series. STATUS_NOT_FOUND: neither. */
Status analysis_report_load(const Db *db, const char *ticker, AnalysisReport *ret_report, Error *err);
void analysis_report_free(AnalysisReport *report);

#endif
