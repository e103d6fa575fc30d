#include <closebell/store/stock_data.h>

#include <stdlib.h>
#include <string.h>

#include <closebell/base/text.h>
#include <closebell/base/vector.h>

#include "document.h"
#include "series.h"

/* --- documents --- */

static Status add_document(Documents *documents, const DatedRow *dated, Error *err) {
  DocumentWriter to = document_writer(documents_add(documents), err);
  document_put_day(&to, "_id", dated->date);
#define PUT(number) document_put_int64(&to, #number, dated->row->number);
  ROW_NUMBERS(PUT)
#undef PUT
  return to.status;
}

static Status read_document(const char *ticker, const bson_t *document, StoredRow *ret_row, Error *err) {
  StoredRow read = {0};
  text_copy(read.row.ticker, sizeof read.row.ticker, ticker);
  DocumentReader from = document_reader(DB_STOCK, ticker, document, err);
  document_get_day(&from, "_id", &read.date);
#define GET(number) document_get_int64(&from, #number, &read.row.number);
  ROW_NUMBERS(GET)
#undef GET
  if (from.status == STATUS_OK) *ret_row = read;
  return from.status;
}

/* --- reading --- */

void stored_rows_free(StoredRows *rows) {
  free(rows->items);
  *rows = (StoredRows){0};
}

typedef struct {
  const char *ticker;
  StoredRows rows;
} Loading;

static Status add_row(void *context, const bson_t *document, Error *err) {
  Loading *loading = context;
  StoredRows *rows = &loading->rows;
  Day date;
  if (!series_day(document, &date)) {
    rows->strangers++;
    return STATUS_OK;
  }
  StoredRow *items = vector_reserve(rows->items, &rows->capacity, rows->count + 1, sizeof *items);
  if (items == NULL) return error_set(err, STATUS_NO_MEMORY, "%s: out of memory", loading->ticker);
  rows->items = items;
  StoredRow *row = &items[rows->count++];
  *row = (StoredRow){.date = date};
  text_copy(row->row.ticker, sizeof row->row.ticker, loading->ticker);
  row->readable = read_document(loading->ticker, document, row, NULL) == STATUS_OK;
  return STATUS_OK;
}

Status stock_data_load(const Db *db, const char *ticker, DayRange range, StoredRows *ret_rows, Error *err) {
  Loading loading = {.ticker = ticker};
  const Series series = {.database = DB_STOCK, .key = ticker};
  Status status = series_check_ticker(ticker, err);
  if (status == STATUS_OK) status = series_read(&series, db, range, add_row, &loading, err);
  if (status == STATUS_OK)
    *ret_rows = loading.rows;
  else
    stored_rows_free(&loading.rows);
  return status;
}

/* --- storing --- */

typedef struct {
  const char *ticker;
  const DatedRow *rows;
} Storing;

/* By its numbers, of whatever type. A document that cannot be read is another: it is overwritten like any damage. */
static bool is_same(const void *context, size_t index, const bson_t *ours, const bson_t *document) {
  const Storing *storing = context;
  StoredRow stored;
  (void)ours;
  return read_document(storing->ticker, document, &stored, NULL) == STATUS_OK &&
         row_numbers_equal(&stored.row, storing->rows[index].row);
}

Status stock_data_store(const Db *db, const char *ticker, const DatedRow *rows, size_t count, StoredCounts *ret_counts,
                        Error *err) {
  const Storing storing = {.ticker = ticker, .rows = rows};
  const Series series = {.database = DB_STOCK, .key = ticker, .same = is_same, .context = &storing};
  Status status = series_check_ticker(ticker, err);
  Documents documents = {0};
  StoredCounts counts = {0};
  for (size_t i = 0; i < count && status == STATUS_OK; i++) status = add_document(&documents, &rows[i], err);
  if (status == STATUS_OK) status = series_append(&series, db, &documents, &counts, err);
  documents_free(&documents);
  if (status == STATUS_OK) *ret_counts = counts;
  return status;
}

Status stock_data_delete(const Db *db, const char *ticker, Day date, Error *err) {
  Status status = series_check_ticker(ticker, err);
  return status == STATUS_OK ? db->delete_one(db->self, DB_STOCK, ticker, day_text(date).text, err) : status;
}
