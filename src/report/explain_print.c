#include "explain_print.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <closebell/base/output.h>
#include <closebell/store/ops_alerts.h>

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
  return ops_alerts_read(job->db, NULL, print_alert, &of, err);
}
