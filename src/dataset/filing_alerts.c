#include "filing_alerts.h"

#include <stdlib.h>
#include <string.h>

#include <closebell/base/text.h>
#include <closebell/base/vector.h>
#include <closebell/store/ops_alerts.h>

static const char *alert_kind(const FilingAlerts *alerts, bool is_refused) {
  return is_refused ? alerts->refused : alerts->contradicted;
}

static Status remember(FilingAlerts *alerts, const char *subject, bool is_refused, Error *err) {
  FilingAlert *items = vector_reserve(alerts->items, &alerts->capacity, alerts->count + 1, sizeof *items);
  if (!items) return error_set(err, STATUS_NO_MEMORY, "no memory for the alerts of %s", alerts->refused);
  alerts->items = items;
  FilingAlert *alert = &items[alerts->count++];
  *alert = (FilingAlert){.is_refused = is_refused};
  text_copy(alert->subject, sizeof alert->subject, subject);
  return STATUS_OK;
}

static Status note_open(void *context, const Alert *alert, Error *err) {
  FilingAlerts *alerts = context;
  bool refused = strcmp(alert->kind, alerts->refused) == 0;
  bool contradicted = strcmp(alert->kind, alerts->contradicted) == 0;
  if (alert->resolved_utc != INSTANT_NONE || (!refused && !contradicted)) return STATUS_OK;
  return remember(alerts, alert->subject, refused, err);
}

Status filing_alerts_read(FilingAlerts *alerts, const Db *db, Error *err) {
  return ops_alerts_read(db, NULL, note_open, alerts, err);
}

Status filing_alerts_raise(FilingAlerts *alerts, const Job *job, bool is_refused, const char *subject,
                           const char *message, Error *err) {
  const char *kind = alert_kind(alerts, is_refused);
  log_with(job->log, LOG_WARN, LOG_FACTS(log_text("alert", kind), log_text("subject", subject)), "%s: %s", subject,
           message);
  Status status =
      ops_alerts_raise(job->db, &(NewAlert){ALERT_WARN, kind, subject, message}, clock_now(job->clock), err);
  return status == STATUS_OK ? remember(alerts, subject, is_refused, err) : status;
}

Status filing_alerts_close(const FilingAlerts *alerts, const Job *job, FilingAlert *alert, Error *err) {
  Status status =
      ops_alerts_resolve(job->db, alert_kind(alerts, alert->is_refused), alert->subject, clock_now(job->clock), err);
  alert->subject[0] = '\0';
  return status;
}

Status filing_alerts_answer(const FilingAlerts *alerts, const Job *job, const char *subject, bool is_newer,
                            Error *err) {
  Status status = STATUS_OK;
  for (size_t i = 0; i < alerts->count && status == STATUS_OK; i++) {
    FilingAlert *alert = &alerts->items[i];
    if ((!alert->is_refused && !is_newer) || strcmp(alert->subject, subject) != 0) continue;
    status = filing_alerts_close(alerts, job, alert, err);
  }
  return status;
}

void filing_alerts_free(FilingAlerts *alerts) {
  free(alerts->items);
  alerts->items = NULL;
  alerts->count = alerts->capacity = 0;
}
