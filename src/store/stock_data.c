#include <closebell/store/stock_data.h>

#include <stdlib.h>
#include <string.h>

#include <closebell/base/text.h>
#include <closebell/base/vector.h>

#include "document.h"
#include "names.h"

/* --- the collections --- */

static Status create_missing(const Db *db, const char *database, const char *const *tickers, size_t count, Error *err) {
  Names existing = {0};
  Status status = names_list(db, database, &existing, err);
  for (size_t i = 0; i < count && status == STATUS_OK; i++) {
    if (!names_has(&existing, tickers[i])) status = db->create_collection(db->self, database, tickers[i], err);
  }
  names_free(&existing);
  return status;
}

static Status check_ticker(const char *ticker, Error *err) {
  if (ticker_is_valid(ticker)) return STATUS_OK;
  return error_set(err, STATUS_INTERNAL, "a ticker of other characters than the exchange's names no collection");
}

Status stock_collections_create(const Db *db, const char *const *tickers, size_t count, Error *err) {
  Status status = STATUS_OK;
  for (size_t i = 0; i < count && status == STATUS_OK; i++) status = check_ticker(tickers[i], err);
  if (status == STATUS_OK) status = create_missing(db, DB_STOCK, tickers, count, err);
  if (status == STATUS_OK) status = create_missing(db, DB_ANALYZED, tickers, count, err);
  return status;
}

/* --- documents --- */

static Status add_document(Documents *documents, const DatedRow *dated, Error *err) {
  const StockRow *row = dated->row;
  DocumentWriter to = document_writer(documents_add(documents), err);
  document_put_day(&to, "_id", dated->date);
  document_put_int64(&to, "open", row->open);
  document_put_int64(&to, "high", row->high);
  document_put_int64(&to, "low", row->low);
  document_put_int64(&to, "close", row->close);
  document_put_int64(&to, "change", row->change);
  document_put_int64(&to, "volume", row->volume);
  document_put_int64(&to, "value", row->value);
  document_put_int64(&to, "market_cap", row->market_cap);
  document_put_int64(&to, "listed_shares", row->listed_shares);
  return to.status;
}

static Status read_document(const char *ticker, const bson_t *document, StoredRow *ret_row, Error *err) {
  StoredRow read = {0};
  StockRow *row = &read.row;
  text_copy(row->ticker, sizeof row->ticker, ticker);
  DocumentReader from = document_reader(DB_STOCK, ticker, document, err);
  document_get_day(&from, "_id", &read.date);
  document_get_int64(&from, "open", &row->open);
  document_get_int64(&from, "high", &row->high);
  document_get_int64(&from, "low", &row->low);
  document_get_int64(&from, "close", &row->close);
  document_get_int64(&from, "change", &row->change);
  document_get_int64(&from, "volume", &row->volume);
  document_get_int64(&from, "value", &row->value);
  document_get_int64(&from, "market_cap", &row->market_cap);
  document_get_int64(&from, "listed_shares", &row->listed_shares);
  if (from.status == STATUS_OK) *ret_row = read;
  return from.status;
}

static bool same_numbers(const StockRow *a, const StockRow *b) {
  return a->open == b->open && a->high == b->high && a->low == b->low && a->close == b->close &&
         a->change == b->change && a->volume == b->volume && a->value == b->value && a->market_cap == b->market_cap &&
         a->listed_shares == b->listed_shares;
}

/* --- reading --- */

typedef struct {
  const char *ticker;
  StoredRow *rows;
  size_t count, capacity, strangers;
} Loading;

static Status add_row(void *context, const bson_t *document, Error *err) {
  Loading *loading = context;
  const char *id = document_id(document);
  Day date;
  if (id == NULL || !day_parse(id, &date)) {
    loading->strangers++;
    return STATUS_OK;
  }
  StoredRow *rows = vector_reserve(loading->rows, &loading->capacity, loading->count + 1, sizeof *rows);
  if (rows == NULL) return error_set(err, STATUS_NO_MEMORY, "%s: out of memory", loading->ticker);
  loading->rows = rows;
  StoredRow *row = &rows[loading->count++];
  *row = (StoredRow){.date = date};
  text_copy(row->row.ticker, sizeof row->row.ticker, loading->ticker);
  row->readable = read_document(loading->ticker, document, row, NULL) == STATUS_OK;
  return STATUS_OK;
}

static Status read_range(const Db *db, const char *ticker, Day from, Day to, DbVisit *visit, void *context,
                         Error *err) {
  Status status = check_ticker(ticker, err);
  if (status != STATUS_OK) return status;
  DayText from_text = day_text(from), to_text = day_text(to);
  return db->find_range(db->self, DB_STOCK, ticker, from == DAY_NONE ? NULL : from_text.text,
                        to == DAY_NONE ? NULL : to_text.text, NULL, visit, context, err);
}

Status stock_data_load(const Db *db, const char *ticker, Day from, Day to, StoredRow **ret_rows, size_t *ret_count,
                       size_t *ret_strangers, Error *err) {
  Loading loading = {.ticker = ticker};
  Status status = read_range(db, ticker, from, to, add_row, &loading, err);
  if (status != STATUS_OK) {
    free(loading.rows);
    return status;
  }
  *ret_rows = loading.rows;
  *ret_count = loading.count;
  *ret_strangers = loading.strangers;
  return STATUS_OK;
}

/* --- storing --- */

typedef enum { ROW_MISSING = 0, ROW_EQUAL, ROW_DIFFERENT } StoredState;

typedef struct {
  const char *ticker;
  const DatedRow *rows;
  size_t count;
  StoredState *states; /* one a row */
} Comparing;

/* A document that cannot be read is a different one: it is overwritten like any other damage. */
static Status compare_document(void *context, const bson_t *document, Error *err) {
  (void)err;
  Comparing *comparing = context;
  const char *id = document_id(document);
  Day date;
  if (id == NULL || !day_parse(id, &date)) return STATUS_OK;
  StoredRow stored;
  bool readable = read_document(comparing->ticker, document, &stored, NULL) == STATUS_OK;
  for (size_t i = 0; i < comparing->count; i++) {
    if (comparing->rows[i].date != date) continue;
    bool equal = readable && same_numbers(&stored.row, comparing->rows[i].row);
    comparing->states[i] = equal ? ROW_EQUAL : ROW_DIFFERENT;
  }
  return STATUS_OK;
}

static Status compare_stored(const Db *db, Comparing *comparing, Error *err) {
  Day first = comparing->rows[0].date, last = first;
  for (size_t i = 1; i < comparing->count; i++) {
    if (comparing->rows[i].date < first) first = comparing->rows[i].date;
    if (comparing->rows[i].date > last) last = comparing->rows[i].date;
  }
  return read_range(db, comparing->ticker, first, last, compare_document, comparing, err);
}

static size_t select_rows(const Comparing *comparing, const Documents *all, StoredState state,
                          const bson_t **ret_selected) {
  size_t count = 0;
  for (size_t i = 0; i < comparing->count; i++) {
    if (comparing->states[i] == state) ret_selected[count++] = all->items[i];
  }
  return count;
}

typedef struct {
  size_t stored, repaired;
} StoreCounts;

/* Brings in what the comparison found missing or different. */
static Status repair(const Db *db, const Comparing *comparing, const Documents *all, const bson_t **selected,
                     StoreCounts *counts, Error *err) {
  counts->stored = select_rows(comparing, all, ROW_EQUAL, selected);
  size_t missing = select_rows(comparing, all, ROW_MISSING, selected), again = 0;
  Status status = STATUS_OK;
  if (missing > 0) status = db->insert_many(db->self, DB_STOCK, comparing->ticker, selected, missing, &again, err);
  if (status != STATUS_OK) return status;
  counts->stored += missing - again; /* a duplicate now is somebody else's: not known to be as given */
  size_t different = select_rows(comparing, all, ROW_DIFFERENT, selected);
  if (different > 0) status = db->replace_many(db->self, DB_STOCK, comparing->ticker, selected, different, err);
  if (status != STATUS_OK) return status;
  counts->stored += different;
  counts->repaired = different;
  return STATUS_OK;
}

static Status compare_and_repair(const Db *db, const char *ticker, const DatedRow *rows, size_t count,
                                 const Documents *all, StoreCounts *counts, Error *err) {
  Comparing comparing = {.ticker = ticker, .rows = rows, .count = count, .states = calloc(count, sizeof(StoredState))};
  const bson_t **selected = calloc(count, sizeof *selected);
  Status status = STATUS_OK;
  if (comparing.states == NULL || selected == NULL)
    status = error_set(err, STATUS_NO_MEMORY, "%s: out of memory", ticker);
  if (status == STATUS_OK) status = compare_stored(db, &comparing, err);
  if (status == STATUS_OK) status = repair(db, &comparing, all, selected, counts, err);
  free(selected);
  free(comparing.states);
  return status;
}

Status stock_data_store(const Db *db, const char *ticker, const DatedRow *rows, size_t count, size_t *ret_stored,
                        size_t *ret_repaired, Error *err) {
  Status status = check_ticker(ticker, err);
  Documents documents = {0};
  for (size_t i = 0; i < count && status == STATUS_OK; i++) status = add_document(&documents, &rows[i], err);
  size_t duplicates = 0;
  StoreCounts counts = {0};
  if (status == STATUS_OK && count > 0)
    status = db->insert_many(db->self, DB_STOCK, ticker, documents_view(&documents), count, &duplicates, err);
  if (status == STATUS_OK && duplicates > 0)
    status = compare_and_repair(db, ticker, rows, count, &documents, &counts, err);
  else
    counts.stored = count;
  documents_free(&documents);
  if (status != STATUS_OK) return status;
  *ret_stored = counts.stored;
  *ret_repaired = counts.repaired;
  return STATUS_OK;
}

Status stock_collections_clear(const Db *db, const char *ticker, Error *err) {
  static const char FIRST[] = "0", LAST[] = "9999-99-99";
  Status status = check_ticker(ticker, err);
  if (status == STATUS_OK) status = db->delete_range(db->self, DB_ANALYZED, ticker, FIRST, LAST, err);
  if (status == STATUS_OK) status = db->delete_range(db->self, DB_STOCK, ticker, FIRST, LAST, err);
  return status;
}
