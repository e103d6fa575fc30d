#include <closebell/store/evening.h>

#include <closebell/plan/evening.h>

#include "finality.h"
#include "series.h"
#include "shared_documents.h"

#define COLLECTION "evening_days"

static const Series DAYS = {.database = DB_SYSTEM, .key = COLLECTION};

/* ---- the indices, by name; those that were not had have no member ---- */

static Status put_index(DocumentWriter *to, MarketIndex which, const IndexRow *row) {
  bson_t part = BSON_INITIALIZER;
  DocumentWriter inner = document_writer(&part, to->err);
  index_row_put(&inner, row);
  if (inner.status == STATUS_OK) document_put_document(to, index_name(which), &part);
  bson_destroy(&part);
  return inner.status == STATUS_OK ? to->status : inner.status;
}

static Status put_indices(bson_t *document, const IndexDay *indices, Error *err) {
  bson_t part = BSON_INITIALIZER;
  DocumentWriter to = document_writer(document, err), inner = document_writer(&part, err);
  Status status = STATUS_OK;
  for (MarketIndex which = 0; which < INDEX_COUNT && status == STATUS_OK; which++)
    if (index_set_has(indices->has, which)) status = put_index(&inner, which, &indices->rows[which]);
  if (status == STATUS_OK && indices->has != 0) document_put_document(&to, "indices", &part);
  bson_destroy(&part);
  return status == STATUS_OK ? to.status : status;
}

static void get_index(DocumentReader *from, MarketIndex which, IndexDay *indices) {
  bson_t part;
  DocumentReader inner;
  IndexRow *row = &indices->rows[which];
  if (!document_get_part(from, index_name(which), &part, &inner)) return;
  index_row_get(&inner, row);
  const char *fault = inner.status == STATUS_OK ? index_row_fault(row) : NULL;
  if (fault != NULL) document_fault(&inner, fault, "cannot be right");
  if (inner.status != STATUS_OK) from->status = inner.status;
  indices->has |= index_bit(which);
}

static Status get_indices(const bson_t *document, Day date, IndexDay *ret_indices, Error *err) {
  bson_t part;
  DocumentReader from = document_reader(DB_SYSTEM, COLLECTION, document, err), inner;
  IndexDay indices = {.date = date};
  if (document_has(&from, "indices") && document_get_part(&from, "indices", &part, &inner)) {
    for (MarketIndex which = 0; which < INDEX_COUNT && inner.status == STATUS_OK; which++)
      if (document_has(&inner, index_name(which))) get_index(&inner, which, &indices);
    if (inner.status != STATUS_OK) from.status = inner.status;
  }
  if (from.status == STATUS_OK) *ret_indices = indices;
  return from.status;
}

/* ---- the sessions ---- */

Status evening_days_write(const Db *db, const Session *session, const IndexDay *indices, Instant fetched_at_utc,
                          Error *err) {
  Documents documents = {0};
  Status status = market_day_document(session, "kis", FINALITY_PROVISIONAL, fetched_at_utc, &documents, err);
  if (status == STATUS_OK) status = put_indices(documents.items[0], indices, err);
  if (status == STATUS_OK)
    status = db->replace_many(db->self, DB_SYSTEM, COLLECTION, documents_view(&documents), 1, err);
  documents_free(&documents);
  return status;
}

Status evening_days_find(const Db *db, Day date, Session *ret_session, Error *err) {
  bson_t *document = NULL;
  Status status = db->find(db->self, DB_SYSTEM, COLLECTION, day_text(date).text, &document, err);
  if (status != STATUS_OK) return status;
  status = market_day_decode(COLLECTION, document, ret_session, err);
  bson_destroy(document);
  return status;
}

Status evening_days_find_indices(const Db *db, Day date, IndexDay *ret_indices, Error *err) {
  bson_t *document = NULL;
  Status status = db->find(db->self, DB_SYSTEM, COLLECTION, day_text(date).text, &document, err);
  if (status != STATUS_OK) return status;
  status = get_indices(document, date, ret_indices, err);
  bson_destroy(document);
  return status;
}

Status evening_days_expire(const Db *db, Day today, Error *err) {
  return series_expire(&DAYS, db, today - EVENING_KEPT_DAYS - 1, err);
}
