#include <closebell/store/market_totals.h>

#include <stdlib.h>

#include <closebell/base/vector.h>

#include "document.h"
#include "series.h"

#define COLLECTION "market_totals"

/* --- writing --- */

static Status put_market(DocumentWriter *to, Market market, const MarketTotals *summed, const MarketTotals *published,
                         Error *err) {
  bson_t part = BSON_INITIALIZER;
  DocumentWriter inner = document_writer(&part, err);
  document_put_int64(&inner, "volume", summed->volume);
  document_put_int64(&inner, "value", summed->value);
  document_put_int64(&inner, "market_cap", summed->market_cap);
  document_put_int64(&inner, "rows", summed->rows);
  document_put_int64(&inner, "volume_published", published->volume);
  document_put_int64(&inner, "value_published", published->value);
  document_put_int64(&inner, "market_cap_published", published->market_cap);
  if (inner.status == STATUS_OK) document_put_document(to, market_name(market), &part);
  bson_destroy(&part);
  return inner.status == STATUS_OK ? to->status : inner.status;
}

static Status add_document(Documents *documents, const SessionTotals *totals, Error *err) {
  DocumentWriter to = document_writer(documents_add(documents), err);
  document_put_day(&to, "_id", totals->date);
  for (Market market = 0; market < MARKET_COUNT; market++) {
    if (!market_set_has(totals->markets, market)) continue;
    Status status = put_market(&to, market, &totals->summed[market], &totals->published[market], err);
    if (status != STATUS_OK) return status;
  }
  document_put_bool(&to, "agrees", session_totals_agree(totals));
  return to.status;
}

Status market_totals_write(const Db *db, const SessionTotals *totals, size_t count, Error *err) {
  Documents documents = {0};
  Status status = STATUS_OK;
  for (size_t i = 0; i < count && status == STATUS_OK; i++) status = add_document(&documents, &totals[i], err);
  if (status == STATUS_OK && count > 0)
    status = db->replace_many(db->self, DB_SYSTEM, COLLECTION, documents_view(&documents), count, err);
  documents_free(&documents);
  return status;
}

/* --- reading --- */

static void get_market(DocumentReader *from, Market market, MarketTotals *summed, MarketTotals *published) {
  bson_t part;
  DocumentReader inner;
  if (!document_get_part(from, market_name(market), &part, &inner)) return;
  document_get_int64(&inner, "volume", &summed->volume);
  document_get_int64(&inner, "value", &summed->value);
  document_get_int64(&inner, "market_cap", &summed->market_cap);
  document_get_int64(&inner, "rows", &summed->rows);
  document_get_int64(&inner, "volume_published", &published->volume);
  document_get_int64(&inner, "value_published", &published->value);
  document_get_int64(&inner, "market_cap_published", &published->market_cap);
  from->status = inner.status;
}

static Status read_document(const bson_t *document, SessionTotals *ret_totals, Error *err) {
  SessionTotals totals = {0};
  bool agrees = false;
  DocumentReader from = document_reader(DB_SYSTEM, COLLECTION, document, err);
  document_get_day(&from, "_id", &totals.date);
  for (Market market = 0; market < MARKET_COUNT; market++) {
    if (!document_has(&from, market_name(market))) continue;
    totals.markets |= market_bit(market);
    get_market(&from, market, &totals.summed[market], &totals.published[market]);
  }
  document_get_bool(&from, "agrees", &agrees);
  if (totals.markets == 0) document_fault(&from, "KOSPI", "is missing, and every other market");
  if (from.status == STATUS_OK && agrees != session_totals_agree(&totals))
    document_fault(&from, "agrees", "is not what the figures say");
  if (from.status == STATUS_OK) *ret_totals = totals;
  return from.status;
}

typedef struct {
  StoredTotals *items;
  size_t count, capacity;
} TotalsList;

static Status add_totals(void *context, const bson_t *document, Error *err) {
  TotalsList *list = context;
  StoredTotals stored = {0};
  if (!series_day(document, &stored.date)) return STATUS_OK;
  stored.totals.date = stored.date;
  stored.readable = read_document(document, &stored.totals, NULL) == STATUS_OK;
  StoredTotals *items = vector_reserve(list->items, &list->capacity, list->count + 1, sizeof *items);
  if (items == NULL) return error_set(err, STATUS_NO_MEMORY, "market totals: out of memory");
  list->items = items;
  items[list->count++] = stored;
  return STATUS_OK;
}

static const Series SERIES = {.database = DB_SYSTEM, .key = COLLECTION};

Status market_totals_read(const Db *db, Day from, Day to, StoredTotals **ret_totals, size_t *ret_count, Error *err) {
  TotalsList list = {0};
  Status status = series_read(&SERIES, db, (DayRange){from, to}, add_totals, &list, err);
  if (status != STATUS_OK) {
    free(list.items);
    return status;
  }
  *ret_totals = list.items;
  *ret_count = list.count;
  return STATUS_OK;
}

Status market_totals_delete(const Db *db, Day date, Error *err) {
  return db->delete_one(db->self, DB_SYSTEM, COLLECTION, day_text(date).text, err);
}
