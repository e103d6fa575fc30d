#include <closebell/report/explain.h>

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <closebell/base/output.h>
#include <closebell/ingest/guard.h>
#include <closebell/run/run.h>
#include <closebell/store/ops_alerts.h>

#include "explain_internal.h"

enum { LABEL_COLUMNS = 18 }; /* what stands before the text of a line */

void explain_line(const Job *job, const char *label, const char *format, ...) {
  char beginning[64];
  va_list arguments;
  snprintf(beginning, sizeof beginning, "  %-15s ", label);
  va_start(arguments, format);
  output_line_after(&job->out, LABEL_COLUMNS, beginning, format, arguments);
  va_end(arguments);
}

typedef struct {
  const Job *job;
  const char *subject;
} AlertsOf;

static Status print_alert(void *context, const Alert *alert, Error *err) {
  const AlertsOf *of = context;
  (void)err;
  if (strcmp(alert->subject, of->subject) != 0) return STATUS_OK;
  bool open = alert->resolved_utc == INSTANT_NONE;
  explain_line(of->job, "alert", "%s %s, %s since %s (%lld times): %s",
               alert->severity == ALERT_CRITICAL ? "CRITICAL" : "WARN", alert->kind, open ? "open" : "resolved",
               instant_kst_text(open ? alert->first_utc : alert->resolved_utc).text, (long long)alert->count,
               alert->message);
  return STATUS_OK;
}

Status explain_alerts(const Job *job, const char *subject, Error *err) {
  AlertsOf of = {.job = job, .subject = subject};
  return ops_alerts_read(job->db, print_alert, &of, err);
}

bool explain_understands(const char *what) {
  Day date;
  return day_parse(what, &date) || ticker_is_valid(what);
}

static Status run(Job *job, const char *what, AnalysisWork *work, Error *err) {
  static const AnalyzeOptions everything = {0};
  Meta meta;
  Status status = guard_setup_finished(job, &meta, err);
  if (status == STATUS_OK) status = analysis_work_load(work, job, &everything, err);
  if (status != STATUS_OK) return status;
  Day date;
  return day_parse(what, &date) ? explain_date(work, date, err) : explain_ticker(work, what, err);
}

void explain_run(Job *job, const char *what, Outcome *ret_outcome) {
  AnalysisWork work = {0};
  Error err = {{0}};
  Status status = run(job, what, &work, &err);
  ret_outcome->exit_code = EXIT_DONE;
  snprintf(ret_outcome->message, sizeof ret_outcome->message, "explained %s; nothing written", what);
  analysis_work_free(&work);
  run_conclude(job, status, &err, ret_outcome);
}
