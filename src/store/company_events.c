#include <closebell/store/company_events.h>

#include <string.h>

#include "document.h"
#include "origin.h"
#include "series.h"

#define COLLECTION "company_events"

/* ---- documents ---- */

static Status add_document(Documents *documents, const CompanyEvent *event, Error *err) {
  char id[EVENT_ID_SIZE];
  DocumentWriter to = document_writer(documents_add(documents), err);
  document_put_text(&to, "_id", event_id(event, id));
  document_put_text(&to, "ticker", event->ticker);
  document_put_text(&to, "corp_code", event->corp_code);
  document_put_text(&to, "kind", event_kind_name(event->kind));
  document_put_day(&to, "filed", event_filed(event));
  document_put_day(&to, "first_filed", event->first_filed);
  document_put_day(&to, "base_date", event->as_filed.base_date);
  document_put_day(&to, "listing_date", event->as_filed.listing_date);
  if (event->as_filed.ratio > 0) document_put_double(&to, "ratio", event->as_filed.ratio);
  document_put_text(&to, "report_name", event->report_name);
  if (event->is_withdrawal) document_put_bool(&to, "withdrawn", true);
  origin_put(&to, event->is_live);
  document_put_instant(&to, "first_seen_utc", event->first_seen_utc);
  return to.status;
}

static void get_kind(DocumentReader *from, EventKind *to) {
  char text[32] = "";
  document_get_text(from, "kind", text, sizeof text);
  if (from->status == STATUS_OK && !event_kind_find(text, to)) document_fault(from, "kind", "is none");
}

static void check(DocumentReader *from, const CompanyEvent *event, Day filed) {
  if (from->status != STATUS_OK) return;
  if (!ticker_is_valid(event->ticker)) document_fault(from, "ticker", "is no ticker");
  if (!corp_code_is_valid(event->corp_code)) document_fault(from, "corp_code", "is no code");
  if (filed != event_filed(event)) document_fault(from, "filed", "is another day than the receipt number says");
  if (event->first_filed != DAY_NONE && event->first_filed > filed)
    document_fault(from, "first_filed", "is later than filed");
  if (document_has(from, "ratio") && !(event->as_filed.ratio > 0)) document_fault(from, "ratio", "is not above 0");
}

static Status read_document(const bson_t *document, CompanyEvent *ret_event, Error *err) {
  CompanyEvent event = {.first_filed = DAY_NONE, .as_filed = {.base_date = DAY_NONE, .listing_date = DAY_NONE}};
  Day filed = DAY_NONE;
  DocumentReader from = document_reader(DB_SYSTEM, COLLECTION, document, err);
  if (document_id(document) == NULL || !event_id_parse(from.id, &event)) document_fault(&from, "_id", "is no event");
  document_get_text(&from, "ticker", event.ticker, sizeof event.ticker);
  document_get_text(&from, "corp_code", event.corp_code, sizeof event.corp_code);
  get_kind(&from, &event.kind);
  document_get_day(&from, "filed", &filed);
  document_get_day_or_none(&from, "first_filed", &event.first_filed);
  document_get_day_or_none(&from, "base_date", &event.as_filed.base_date);
  document_get_day_or_none(&from, "listing_date", &event.as_filed.listing_date);
  if (document_has(&from, "ratio")) document_get_double(&from, "ratio", &event.as_filed.ratio);
  document_get_text(&from, "report_name", event.report_name, sizeof event.report_name);
  if (document_has(&from, "withdrawn")) document_get_bool(&from, "withdrawn", &event.is_withdrawal);
  origin_get(&from, &event.is_live);
  document_get_instant(&from, "first_seen_utc", &event.first_seen_utc);
  check(&from, &event, filed);
  if (from.status == STATUS_OK) *ret_event = event;
  return from.status;
}

/* ---- storing ---- */

Status company_events_append(const Db *db, const CompanyEvent *events, size_t count, Error *err) {
  const Series series = {.database = DB_SYSTEM, .key = COLLECTION};
  Documents documents = {0};
  StoredCounts counts = {0};
  Status status = STATUS_OK;
  for (size_t i = 0; i < count && status == STATUS_OK; i++) status = add_document(&documents, &events[i], err);
  if (status == STATUS_OK) status = series_append(&series, db, &documents, &counts, err);
  documents_free(&documents);
  if (status == STATUS_OK && counts.stored < count)
    return error_set(err, STATUS_INCOMPLETE, "%s.%s: somebody else writes it", DB_SYSTEM, COLLECTION);
  return status;
}

/* ---- reading ---- */

typedef struct {
  Events events;
  UnreadableVisit *tell;
  void *context;
} Loading;

static Status load_one(void *context, const bson_t *document, Error *err) {
  Loading *loading = context;
  CompanyEvent event;
  Error unread;
  if (read_document(document, &event, &unread) != STATUS_OK) {
    const char *id = document_id(document);
    return loading->tell ? loading->tell(loading->context, id ? id : "", unread.text, err) : STATUS_OK;
  }
  if (events_put(&loading->events, &event) == STATUS_OK) return STATUS_OK;
  return error_set(err, STATUS_NO_MEMORY, "no memory for the events of companies");
}

Status company_events_read(const Db *db, UnreadableVisit *tell, void *context, Events *ret_events, Error *err) {
  Loading loading = {.tell = tell, .context = context};
  Status status = db->find_range(db->self, DB_SYSTEM, COLLECTION, NULL, NULL, NULL, load_one, &loading, err);
  if (status == STATUS_OK)
    *ret_events = loading.events;
  else
    events_free(&loading.events);
  return status;
}

Status company_events_find(const Db *db, const char *rcept_no, CompanyEvent *ret_event, Error *err) {
  bson_t *document;
  Status status = db->find(db->self, DB_SYSTEM, COLLECTION, rcept_no, &document, err);
  if (status != STATUS_OK) return status;
  if (read_document(document, ret_event, err) != STATUS_OK) status = STATUS_NOT_FOUND;
  bson_destroy(document);
  return status;
}
