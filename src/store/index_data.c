#include <closebell/store/index_data.h>

#include <math.h>
#include <stdlib.h>

#include <closebell/base/vector.h>

#include "document.h"
#include "names.h"
#include "series.h"
#include "shared_documents.h"

/* --- the collections --- */

Status index_collections_create(const Db *db, IndexSet indices, Error *err) {
  const char *names[INDEX_COUNT];
  size_t count = 0;
  for (MarketIndex which = 0; which < INDEX_COUNT; which++)
    if (index_set_has(indices, which)) names[count++] = index_name(which);
  return names_create_missing(db, DB_INDEX, names, count, err);
}

/* --- writing --- */

/* The double that reads "2587.02" and prints as it. */
static double points_of(int64_t hundredths) { return (double)hundredths / 100; }

void index_row_put(DocumentWriter *to, const IndexRow *row) {
  document_put_double(to, "open", points_of(row->open));
  document_put_double(to, "high", points_of(row->high));
  document_put_double(to, "low", points_of(row->low));
  document_put_double(to, "close", points_of(row->close));
  document_put_double(to, "change", points_of(row->change));
  document_put_int64(to, "volume", row->volume);
  document_put_int64(to, "value", row->value);
}

static Status add_document(Documents *documents, const DatedIndexRow *dated, Error *err) {
  const IndexRow *row = &dated->row;
  DocumentWriter to = document_writer(documents_add(documents), err);
  document_put_day(&to, "_id", dated->date);
  index_row_put(&to, row);
  document_put_int64(&to, "market_cap", row->market_cap);
  return to.status;
}

Status index_data_write(const Db *db, MarketIndex which, const DatedIndexRow *rows, size_t count, Error *err) {
  Documents documents = {0};
  Status status = STATUS_OK;
  for (size_t i = 0; i < count && status == STATUS_OK; i++) status = add_document(&documents, &rows[i], err);
  if (status == STATUS_OK && count > 0)
    status = db->replace_many(db->self, DB_INDEX, index_name(which), documents_view(&documents), count, err);
  documents_free(&documents);
  return status;
}

/* --- reading --- */

static void get_points(DocumentReader *from, const char *field, int64_t *to) {
  double points = 0;
  document_get_double(from, field, &points);
  if (from->status != STATUS_OK) return;
  double hundredths = round(points * 100);
  if (!(fabs(hundredths) <= (double)INDEX_VALUE_MAX))
    document_fault(from, field, "is beyond every index");
  else if (points_of((int64_t)hundredths) != points)
    document_fault(from, field, "is not in whole hundredths");
  else
    *to = (int64_t)hundredths;
}

void index_row_get(DocumentReader *from, IndexRow *row) {
  get_points(from, "open", &row->open);
  get_points(from, "high", &row->high);
  get_points(from, "low", &row->low);
  get_points(from, "close", &row->close);
  get_points(from, "change", &row->change);
  document_get_int64(from, "volume", &row->volume);
  document_get_int64(from, "value", &row->value);
}

static Status read_document(MarketIndex which, const bson_t *document, StoredIndexRow *ret_row, Error *err) {
  StoredIndexRow read = {.readable = true};
  IndexRow *row = &read.row;
  DocumentReader from = document_reader(DB_INDEX, index_name(which), document, err);
  document_get_day(&from, "_id", &read.date);
  index_row_get(&from, row);
  document_get_int64(&from, "market_cap", &row->market_cap);
  const char *fault = from.status == STATUS_OK ? index_row_fault(row) : NULL;
  if (fault != NULL) document_fault(&from, fault, "cannot be right");
  if (from.status == STATUS_OK) *ret_row = read;
  return from.status;
}

typedef struct {
  MarketIndex which;
  StoredIndexRow *rows;
  size_t count, capacity;
} Loading;

static Status add_row(void *context, const bson_t *document, Error *err) {
  Loading *loading = context;
  StoredIndexRow row = {0};
  if (!series_day(document, &row.date)) return STATUS_OK;
  read_document(loading->which, document, &row, NULL); /* else it stays what it is: not readable */
  StoredIndexRow *rows = vector_reserve(loading->rows, &loading->capacity, loading->count + 1, sizeof *rows);
  if (rows == NULL) return error_set(err, STATUS_NO_MEMORY, "index days: out of memory");
  loading->rows = rows;
  rows[loading->count++] = row;
  return STATUS_OK;
}

static Series series_of(MarketIndex which) { return (Series){.database = DB_INDEX, .key = index_name(which)}; }

Status index_data_read(const Db *db, const IndexRange *range, StoredIndexRow **ret_rows, size_t *ret_count,
                       Error *err) {
  Loading loading = {.which = range->which};
  Series series = series_of(range->which);
  Status status = series_read(&series, db, (DayRange){range->from, range->to}, add_row, &loading, err);
  if (status != STATUS_OK) {
    free(loading.rows);
    return status;
  }
  *ret_rows = loading.rows;
  *ret_count = loading.count;
  return STATUS_OK;
}

Status index_data_delete(const Db *db, MarketIndex which, Day date, Error *err) {
  return db->delete_one(db->self, DB_INDEX, index_name(which), day_text(date).text, err);
}
