#include <closebell/report/alert_report.h>

#include <string.h>

bool alert_is_news(const Alert *alert) {
  if (alert->resolved_utc == INSTANT_NONE) return alert->notified_utc == INSTANT_NONE;
  return alert->notified_utc != INSTANT_NONE && alert->notified_utc < alert->resolved_utc;
}

static Status take(void *context, const Alert *alert, Error *err) {
  AlertReport *report = context;
  (void)err;
  bool open = alert->resolved_utc == INSTANT_NONE;
  report->open_critical += open && alert->severity == ALERT_CRITICAL;
  report->open_warn += open && alert->severity == ALERT_WARN;
  for (size_t i = 0; i < report->jobs->count; i++)
    report->late[i] |=
        open && report->jobs->rows[i].late_alert && strcmp(alert->kind, report->jobs->rows[i].late_alert) == 0;
  report->database_full |= open && strcmp(alert->kind, ALERT_DATABASE_FULL) == 0;
  if (alert_is_news(alert) && report->news_count < ALERT_REPORT_NEWS_MAX) report->news[report->news_count++] = *alert;
  return STATUS_OK;
}

Status alert_report_read(AlertReport *report, const Job *job, Error *err) {
  if (report->read) return STATUS_OK;
  *report = (AlertReport){.jobs = job->tables.jobs};
  Status status = ops_alerts_read(job->db, NULL, take, report, err);
  report->read = status == STATUS_OK;
  return status;
}
