#include <closebell/store/dividend_data.h>

#include <string.h>

#include <closebell/base/text.h>

#include "document.h"
#include "origin.h"
#include "series.h"

/* ---- documents ---- */

static Status add_document(Documents *documents, const Dividend *dividend, Error *err) {
  char id[DIVIDEND_ID_SIZE];
  DocumentWriter to = document_writer(documents_add(documents), err);
  document_put_text(&to, "_id", dividend_id(dividend, id));
  document_put_day(&to, "filed", dividend->filed);
  document_put_double_unless_nan(&to, "dps", dividend->dps);
  document_put_double_unless_nan(&to, "payout_percent", dividend->payout_percent);
  document_put_double_unless_nan(&to, "yield_percent", dividend->yield_percent);
  if (dividend->has_total) document_put_int64(&to, "total", dividend->total);
  origin_put(&to, dividend->is_live);
  document_put_instant(&to, "first_seen_utc", dividend->first_seen_utc);
  return to.status;
}

static Status read_document(const char *ticker, const bson_t *document, Dividend *ret_dividend, Error *err) {
  Dividend dividend = {.version = 1};
  Day filed = DAY_NONE;
  DocumentReader from = document_reader(DB_DIVIDEND, ticker, document, err);
  if (document_id(document) == NULL || !dividend_id_parse(from.id, &dividend))
    document_fault(&from, "_id", "is no dividend");
  document_get_day(&from, "filed", &filed);
  document_get_double_or_nan(&from, "dps", &dividend.dps);
  document_get_double_or_nan(&from, "payout_percent", &dividend.payout_percent);
  document_get_double_or_nan(&from, "yield_percent", &dividend.yield_percent);
  dividend.has_total = document_has(&from, "total");
  if (dividend.has_total) document_get_int64(&from, "total", &dividend.total);
  origin_get(&from, &dividend.is_live);
  document_get_instant(&from, "first_seen_utc", &dividend.first_seen_utc);
  if (from.status != STATUS_OK) return from.status;
  const char *fault = dividend_fault(&dividend);
  if (fault) document_fault(&from, fault, "cannot be believed");
  if (filed != dividend.filed) document_fault(&from, "filed", "is another day than the receipt number says");
  if (from.status == STATUS_OK) *ret_dividend = dividend;
  return from.status;
}

/* ---- storing ---- */

Status dividend_data_append(const Db *db, const char *ticker, const Dividend *dividends, size_t count,
                            StoredCounts *ret_counts, Error *err) {
  const Series series = {.database = DB_DIVIDEND, .key = ticker};
  Documents documents = {0};
  StoredCounts counts = {0};
  Status status = series_check_ticker(ticker, err);
  for (size_t i = 0; i < count && status == STATUS_OK; i++) status = add_document(&documents, &dividends[i], err);
  if (status == STATUS_OK) status = series_append(&series, db, &documents, &counts, err);
  documents_free(&documents);
  if (status != STATUS_OK) return status;
  if (counts.stored < count)
    return error_set(err, STATUS_INCOMPLETE, "%s.%s: somebody else writes it", DB_DIVIDEND, ticker);
  *ret_counts = counts;
  return STATUS_OK;
}

/* ---- reading ---- */

typedef struct {
  Dividends dividends;
  UnreadableVisit *tell;
  void *context;
} Loading;

static Status load_one(void *context, const bson_t *document, Error *err) {
  Loading *loading = context;
  Dividend dividend;
  Error unread;
  if (read_document(loading->dividends.ticker, document, &dividend, &unread) != STATUS_OK) {
    const char *id = document_id(document);
    return loading->tell ? loading->tell(loading->context, id ? id : "", unread.text, err) : STATUS_OK;
  }
  if (dividends_put(&loading->dividends, &dividend) == STATUS_OK) return STATUS_OK;
  return error_set(err, STATUS_NO_MEMORY, "no memory for the dividends of %s", loading->dividends.ticker);
}

Status dividend_data_read(const Db *db, const char *ticker, UnreadableVisit *tell, void *context,
                          Dividends *ret_dividends, Error *err) {
  Loading loading = {.tell = tell, .context = context};
  Status status = series_check_ticker(ticker, err);
  if (status != STATUS_OK) return status;
  text_copy(loading.dividends.ticker, sizeof loading.dividends.ticker, ticker);
  status = db->find_range(db->self, DB_DIVIDEND, ticker, NULL, NULL, NULL, load_one, &loading, err);
  if (status == STATUS_OK)
    *ret_dividends = loading.dividends;
  else
    dividends_free(&loading.dividends);
  return status;
}
