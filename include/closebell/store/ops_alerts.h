/* ops_alerts.h: system_info.ops_alerts: what an operator should know; opened once, counted, resolved when the cause is gone. */
#ifndef CLOSEBELL_STORE_OPS_ALERTS_H
#define CLOSEBELL_STORE_OPS_ALERTS_H

#include <closebell/store/db.h>
#include <closebell/store/unreadable.h>

typedef enum { ALERT_WARN, ALERT_CRITICAL } AlertSeverity;

enum { ALERT_KIND_SIZE = 48, ALERT_SUBJECT_SIZE = 96, ALERT_MESSAGE_SIZE = 512 };

typedef struct {
  AlertSeverity severity;
  char kind[ALERT_KIND_SIZE], subject[ALERT_SUBJECT_SIZE], message[ALERT_MESSAGE_SIZE];
  Instant first_utc, last_utc;
  Instant resolved_utc; /* INSTANT_NONE while open */
  Instant notified_utc; /* when somebody was last told of its opening or its end; INSTANT_NONE: not yet */
  int64_t count;
} Alert;

typedef Status AlertVisit(void *context, const Alert *alert, Error *err);

/* Every alert, resolved ones too, ascending by _id. One that cannot be read, as somebody has edited it, is left out; tell null: silently. */
Status ops_alerts_read(const Db *db, UnreadableVisit *tell, AlertVisit *visit, void *context, Error *err);

/* One that is raised; lent. */
typedef struct {
  AlertSeverity severity;
  const char *kind, *subject, *message;
} NewAlert;

/* _id "<kind>:<subject>". Opens it, or counts it once more and refreshes message and last_utc; a resolved one is opened again.
 * One that was WARN and becomes CRITICAL has to be told anew. */
Status ops_alerts_raise(const Db *db, const NewAlert *alert, Instant now_utc, Error *err);
/* Somebody has been told. */
Status ops_alerts_notified(const Db *db, const char *kind, const char *subject, Instant now_utc, Error *err);
/* Sets resolved_utc; nothing when there is no such open alert. */
Status ops_alerts_resolve(const Db *db, const char *kind, const char *subject, Instant now_utc, Error *err);

#endif
