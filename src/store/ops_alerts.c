#include <closebell/store/ops_alerts.h>

#include <stdio.h>
#include <string.h>

#include "document.h"

#define COLLECTION "ops_alerts"

enum { ID_SIZE = 160 };

static char *alert_id(const char *kind, const char *subject, char id[ID_SIZE]) {
  snprintf(id, ID_SIZE, "%s:%s", kind, subject);
  return id;
}

/* What an open alert goes on from; count 0 when there is none that is open. */
typedef struct {
  Instant first_utc, notified_utc;
  int64_t count;
  bool is_critical;
} OpenAlert;

static Status find_open(const Db *db, const char *id, OpenAlert *ret_alert, Error *err) {
  bson_t *document = NULL;
  OpenAlert alert = {.notified_utc = INSTANT_NONE};
  Status status = db->find(db->self, DB_SYSTEM, COLLECTION, id, &document, err);
  if (status == STATUS_NOT_FOUND) {
    *ret_alert = alert;
    return STATUS_OK;
  }
  if (status != STATUS_OK) return status;
  DocumentReader from = document_reader(DB_SYSTEM, COLLECTION, document, err);
  if (!document_has(&from, "resolved_utc")) {
    char severity[16] = "";
    document_get_text(&from, "severity", severity, sizeof severity);
    alert.is_critical = strcmp(severity, "CRITICAL") == 0;
    document_get_instant(&from, "first_utc", &alert.first_utc);
    document_get_int64(&from, "count", &alert.count);
    document_get_instant_or_none(&from, "notified_utc", &alert.notified_utc);
  }
  bson_destroy(document);
  /* An alert that somebody damaged is opened anew: raising it again must not fail over that. */
  *ret_alert = from.status == STATUS_OK ? alert : (OpenAlert){.notified_utc = INSTANT_NONE};
  return STATUS_OK;
}

Status ops_alerts_raise(const Db *db, const NewAlert *alert, Instant now_utc, Error *err) {
  char id[ID_SIZE];
  OpenAlert open;
  Status status = find_open(db, alert_id(alert->kind, alert->subject, id), &open, err);
  if (status != STATUS_OK) return status;
  bool is_worse = alert->severity == ALERT_CRITICAL && !open.is_critical;
  Documents documents = {0};
  DocumentWriter to = document_writer(documents_add(&documents), err);
  document_put_text(&to, "_id", id);
  document_put_text(&to, "severity", alert->severity == ALERT_CRITICAL ? "CRITICAL" : "WARN");
  document_put_text(&to, "kind", alert->kind);
  document_put_text(&to, "subject", alert->subject);
  document_put_text(&to, "message", alert->message);
  document_put_instant(&to, "first_utc", open.count > 0 ? open.first_utc : now_utc);
  document_put_instant(&to, "last_utc", now_utc);
  document_put_int64(&to, "count", open.count + 1);
  document_put_instant(&to, "notified_utc", is_worse ? INSTANT_NONE : open.notified_utc);
  status = to.status;
  if (status == STATUS_OK)
    status = db->replace_many(db->self, DB_SYSTEM, COLLECTION, documents_view(&documents), 1, err);
  documents_free(&documents);
  return status;
}

static Status set_instant(const Db *db, const char *id, const char *field, Instant now_utc, Error *err) {
  bson_t set = BSON_INITIALIZER;
  DocumentWriter to = document_writer(&set, err);
  document_put_instant(&to, field, now_utc);
  DbUpdate update = {.id = id, .set = &set};
  Status status = to.status;
  if (status == STATUS_OK) status = db->update_many(db->self, DB_SYSTEM, COLLECTION, &update, 1, err);
  bson_destroy(&set);
  return status;
}

Status ops_alerts_notified(const Db *db, const char *kind, const char *subject, Instant now_utc, Error *err) {
  char id[ID_SIZE];
  return set_instant(db, alert_id(kind, subject, id), "notified_utc", now_utc, err);
}

Status ops_alerts_resolve(const Db *db, const char *kind, const char *subject, Instant now_utc, Error *err) {
  char id[ID_SIZE];
  OpenAlert open;
  Status status = find_open(db, alert_id(kind, subject, id), &open, err);
  if (status != STATUS_OK || open.count == 0) return status;
  return set_instant(db, id, "resolved_utc", now_utc, err);
}

static Status read_document(const bson_t *document, Alert *ret_alert, Error *err) {
  char severity[16] = "";
  Alert alert = {.count = 0};
  DocumentReader from = document_reader(DB_SYSTEM, COLLECTION, document, err);
  document_get_text(&from, "severity", severity, sizeof severity);
  document_get_prose(&from, "kind", alert.kind, sizeof alert.kind);
  document_get_prose(&from, "subject", alert.subject, sizeof alert.subject);
  document_get_prose(&from, "message", alert.message, sizeof alert.message);
  document_get_instant(&from, "first_utc", &alert.first_utc);
  document_get_instant(&from, "last_utc", &alert.last_utc);
  document_get_instant_or_none(&from, "resolved_utc", &alert.resolved_utc);
  document_get_instant_or_none(&from, "notified_utc", &alert.notified_utc);
  document_get_int64(&from, "count", &alert.count);
  alert.severity = strcmp(severity, "CRITICAL") == 0 ? ALERT_CRITICAL : ALERT_WARN;
  if (from.status == STATUS_OK) *ret_alert = alert;
  return from.status;
}

typedef struct {
  UnreadableVisit *tell;
  AlertVisit *visit;
  void *context;
} Reading;

static Status read_alert(void *context, const bson_t *document, Error *err) {
  const Reading *reading = context;
  Alert alert;
  Error unread;
  if (read_document(document, &alert, &unread) == STATUS_OK) return reading->visit(reading->context, &alert, err);
  const char *id = document_id(document);
  return reading->tell ? reading->tell(reading->context, id ? id : "", unread.text, err) : STATUS_OK;
}

Status ops_alerts_read(const Db *db, UnreadableVisit *tell, AlertVisit *visit, void *context, Error *err) {
  Reading reading = {.tell = tell, .visit = visit, .context = context};
  return db->find_range(db->self, DB_SYSTEM, COLLECTION, NULL, NULL, NULL, read_alert, &reading, err);
}
