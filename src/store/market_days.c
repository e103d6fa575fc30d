#include <closebell/store/market_days.h>

#include <stdlib.h>
#include <string.h>

#include <closebell/base/vector.h>
#include <closebell/market/archive.h>

#include "shared_documents.h"

#define COLLECTION "market_days"

static void get_markets(DocumentReader *from, MarketSet *to) {
  const char *name;
  MarketSet markets = 0;
  for (DocumentTexts names = document_get_texts(from, "markets"); document_next_text(&names, &name);) {
    Market market;
    if (market_parse(name, &market))
      markets |= market_bit(market);
    else
      document_fault(from, "markets", "holds an unknown market");
  }
  if (markets == 0) document_fault(from, "markets", "is empty");
  *to = markets;
}

/* --- which --- */

static Status add_id(void *context, const bson_t *document, Error *err) {
  MarketDayIds *ids = context;
  MarketDayId id = {0};
  DocumentReader from = document_reader(DB_SYSTEM, COLLECTION, document, err);
  document_get_day(&from, "_id", &id.date);
  if (from.status != STATUS_OK) return STATUS_OK; /* another's: no session */
  get_markets(&from, &id.markets);
  if (from.status != STATUS_OK) id.markets = 0; /* whoever reads the session is told what is wrong with it */
  MarketDayId *items = vector_reserve(ids->items, &ids->capacity, ids->count + 1, sizeof *items);
  if (items == NULL) return error_set(err, STATUS_NO_MEMORY, "market days: out of memory");
  ids->items = items;
  ids->items[ids->count++] = id;
  return STATUS_OK;
}

Status market_days_list(const Db *db, MarketDayIds *ret_ids, Error *err) {
  static const char *const fields[] = {"markets", NULL};
  MarketDayIds ids = {0};
  Status status = db->find_range(db->self, DB_SYSTEM, COLLECTION, NULL, NULL, fields, add_id, &ids, err);
  if (status == STATUS_OK)
    *ret_ids = ids;
  else
    market_day_ids_free(&ids);
  return status;
}

void market_day_ids_free(MarketDayIds *ids) {
  free(ids->items);
  *ids = (MarketDayIds){0};
}

/* --- the sessions --- */

/* What stands beside the blob must agree with it: either may have been damaged. */
Status market_day_decode(const char *collection, const bson_t *document, Session *ret_session, Error *err) {
  Day date = DAY_NONE;
  MarketSet markets = 0;
  int64_t rows = 0;
  char encoding[32];
  const uint8_t *data = NULL;
  size_t size = 0;
  DocumentReader from = document_reader(DB_SYSTEM, collection, document, err);
  document_get_day(&from, "_id", &date);
  get_markets(&from, &markets);
  document_get_int64(&from, "rows", &rows);
  document_get_text(&from, "encoding", encoding, sizeof encoding);
  document_get_binary(&from, "data", &data, &size);
  if (from.status == STATUS_OK && strcmp(encoding, ARCHIVE_ENCODING) != 0)
    document_fault(&from, "encoding", "is not known to this program");
  if (from.status != STATUS_OK) return from.status;
  Session session = {0};
  Status status = archive_decode(data, size, date, &session, err);
  if (status != STATUS_OK) return error_prefix(err, status, "%s.%s %s", DB_SYSTEM, collection, from.id);
  if (session.markets != markets) document_fault(&from, "markets", "differs from the data");
  if (rows != (int64_t)session.count) document_fault(&from, "rows", "differs from the data");
  if (from.status == STATUS_OK)
    *ret_session = session;
  else
    session_free(&session);
  return from.status;
}

Status market_days_find(const Db *db, Day date, Session *ret_session, Error *err) {
  bson_t *document = NULL;
  Status status = db->find(db->self, DB_SYSTEM, COLLECTION, day_text(date).text, &document, err);
  if (status != STATUS_OK) return status;
  status = market_day_decode(COLLECTION, document, ret_session, err);
  bson_destroy(document);
  return status;
}

typedef struct {
  MarketDayVisit *visit;
  void *context;
} Reading;

static Status visit_document(void *context, const bson_t *document, Error *err) {
  const Reading *reading = context;
  Session session = {0};
  Status status = market_day_decode(COLLECTION, document, &session, err);
  if (status != STATUS_OK) return status;
  status = reading->visit(reading->context, &session, err);
  session_free(&session);
  return status;
}

Status market_days_read(const Db *db, Day from, Day to, MarketDayVisit *visit, void *context, Error *err) {
  Reading reading = {.visit = visit, .context = context};
  DayText from_text = day_text(from), to_text = day_text(to);
  return db->find_range(db->self, DB_SYSTEM, COLLECTION, from == DAY_NONE ? NULL : from_text.text,
                        to == DAY_NONE ? NULL : to_text.text, NULL, visit_document, &reading, err);
}

static void put_markets(DocumentWriter *to, MarketSet markets) {
  bson_t names = BSON_INITIALIZER;
  for (int market = 0; market < MARKET_COUNT; market++) {
    if (market_set_has(markets, (Market)market)) document_add_text(&names, market_name((Market)market));
  }
  document_put_array(to, "markets", &names);
  bson_destroy(&names);
}

Status market_day_document(const Session *session, const char *source, const char *finality, Instant fetched_at_utc,
                           Documents *documents, Error *err) {
  uint8_t *data = NULL;
  size_t size = 0;
  Status status = archive_encode(session, &data, &size, err);
  if (status != STATUS_OK) return error_prefix(err, status, "archive %s", day_text(session->date).text);
  DocumentWriter to = document_writer(documents_add(documents), err);
  document_put_day(&to, "_id", session->date);
  put_markets(&to, session->markets);
  document_put_text(&to, "source", source);
  document_put_instant(&to, "fetched_at_utc", fetched_at_utc);
  document_put_text(&to, "finality", finality);
  document_put_int64(&to, "rows", (int64_t)session->count);
  document_put_text(&to, "encoding", ARCHIVE_ENCODING);
  document_put_binary(&to, "data", data, size);
  free(data);
  return to.status;
}

Status market_days_insert(const Db *db, const Session *session, const char *source, const char *finality,
                          Instant fetched_at_utc, Error *err) {
  Documents documents = {0};
  Status status = market_day_document(session, source, finality, fetched_at_utc, &documents, err);
  if (status == STATUS_OK) status = db->insert(db->self, DB_SYSTEM, COLLECTION, documents.items[0], err);
  documents_free(&documents);
  return status;
}

Status market_days_replace(const Db *db, const Session *session, const char *source, const char *finality,
                           Instant fetched_at_utc, Error *err) {
  Documents documents = {0};
  Status status = market_day_document(session, source, finality, fetched_at_utc, &documents, err);
  if (status == STATUS_OK)
    status = db->replace_many(db->self, DB_SYSTEM, COLLECTION, documents_view(&documents), 1, err);
  documents_free(&documents);
  return status;
}

Status market_days_delete(const Db *db, Day date, Error *err) {
  return db->delete_one(db->self, DB_SYSTEM, COLLECTION, day_text(date).text, err);
}
