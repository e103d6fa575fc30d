#include <closebell/store/etf_data.h>

#include <string.h>

#include <closebell/base/text.h>

#include "series.h"

/* ---- documents ---- */

static Status add_document(Documents *documents, const DatedEtfRow *dated, Error *err) {
  const EtfRow *row = dated->row;
  DocumentWriter to = document_writer(documents_add(documents), err);
  document_put_day(&to, "_id", dated->date);
  for (EtfFigure i = 0; i < ETF_FIGURE_COUNT; i++) {
    if (!etf_has(row, i)) continue;
    if (ETF_FIGURE[i].is_real)
      document_put_double(&to, ETF_FIGURE[i].field, row->real[i]);
    else
      document_put_int64(&to, ETF_FIGURE[i].field, row->whole[i]);
  }
  if (row->index_name[0] != '\0') document_put_text(&to, "index_name", row->index_name);
  return to.status;
}

static void get_figure(DocumentReader *from, EtfFigure figure, EtfRow *row) {
  const EtfFigureRow *of = &ETF_FIGURE[figure];
  int64_t whole = 0;
  double real = 0;
  if (!document_has(from, of->field)) return;
  if (of->is_real)
    document_get_double(from, of->field, &real);
  else
    document_get_int64(from, of->field, &whole);
  if (from->status != STATUS_OK) return;
  if (of->is_real)
    etf_set_real(row, figure, real);
  else
    etf_set_whole(row, figure, whole);
}

static Status read_document(const char *ticker, const bson_t *document, StoredEtfRow *ret_stored, Error *err) {
  StoredEtfRow stored = {.readable = true};
  DocumentReader from = document_reader(DB_ETF, ticker, document, err);
  document_get_day(&from, "_id", &stored.date);
  text_copy(stored.row.ticker, sizeof stored.row.ticker, ticker);
  for (EtfFigure i = 0; i < ETF_FIGURE_COUNT; i++) get_figure(&from, i, &stored.row);
  if (document_has(&from, "index_name"))
    document_get_text(&from, "index_name", stored.row.index_name, sizeof stored.row.index_name);
  const char *fault = from.status == STATUS_OK ? etf_row_fault(&stored.row) : NULL;
  if (fault != NULL) document_fault(&from, fault, "cannot be right");
  if (from.status == STATUS_OK) *ret_stored = stored;
  return from.status;
}

/* ---- storing ---- */

static Series series_of(const char *ticker) { return (Series){.database = DB_ETF, .key = ticker}; }

Status etf_data_store(const Db *db, const char *ticker, const DatedEtfRow *rows, size_t count, size_t *ret_stored,
                      Error *err) {
  const Series series = series_of(ticker);
  Documents documents = {0};
  StoredCounts counts = {0};
  Status status = series_check_ticker(ticker, err);
  for (size_t i = 0; i < count && status == STATUS_OK; i++) status = add_document(&documents, &rows[i], err);
  if (status == STATUS_OK) status = series_append(&series, db, &documents, &counts, err);
  documents_free(&documents);
  if (status == STATUS_OK) *ret_stored = counts.stored;
  return status;
}

/* ---- reading ---- */

typedef struct {
  const char *ticker;
  EtfVisit *visit;
  void *context;
} Reading;

static Status visit_document(void *context, const bson_t *document, Error *err) {
  const Reading *reading = context;
  StoredEtfRow stored = {0};
  if (!series_day(document, &stored.date)) return STATUS_OK;
  text_copy(stored.row.ticker, sizeof stored.row.ticker, reading->ticker);
  read_document(reading->ticker, document, &stored, NULL); /* else it stays what it is: not readable */
  return reading->visit(reading->context, &stored, err);
}

Status etf_data_read(const Db *db, const char *ticker, DayRange range, EtfVisit *visit, void *context, Error *err) {
  const Series series = series_of(ticker);
  Reading reading = {ticker, visit, context};
  Status status = series_check_ticker(ticker, err);
  return status == STATUS_OK ? series_read(&series, db, range, visit_document, &reading, err) : status;
}

Status etf_data_delete(const Db *db, const char *ticker, Day date, Error *err) {
  Status status = series_check_ticker(ticker, err);
  return status == STATUS_OK ? db->delete_one(db->self, DB_ETF, ticker, day_text(date).text, err) : status;
}
