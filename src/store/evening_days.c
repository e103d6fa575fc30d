#include <closebell/store/evening.h>

#include <closebell/plan/evening.h>

#include "finality.h"
#include "series.h"
#include "shared_documents.h"

#define COLLECTION "evening_days"

static const Series DAYS = {.database = DB_SYSTEM, .key = COLLECTION};

Status evening_days_write(const Db *db, const Session *session, Instant fetched_at_utc, Error *err) {
  Documents documents = {0};
  Status status = market_day_document(session, "kis", FINALITY_PROVISIONAL, fetched_at_utc, &documents, err);
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

Status evening_days_dates(const Db *db, Day **ret_days, size_t *ret_count, Error *err) {
  return series_dates(&DAYS, db, DAY_NONE, DAY_NONE, ret_days, ret_count, err);
}

Status evening_days_expire(const Db *db, Day today, Error *err) {
  return series_expire(&DAYS, db, today - EVENING_KEPT_DAYS - 1, err);
}
