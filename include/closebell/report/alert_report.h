/* alert_report.h: the alerts as they stand at the end of a run: what the metrics count and people are told of. */
#ifndef CLOSEBELL_REPORT_ALERT_REPORT_H
#define CLOSEBELL_REPORT_ALERT_REPORT_H

#include <closebell/run/job.h>
#include <closebell/store/ops_alerts.h>

enum { ALERT_REPORT_NEWS_MAX = 10 }; /* a run; the next one tells of the rest */

/* full_disk.h */
#define ALERT_DATABASE_FULL "database-full"

/* Zero-initialise. */
typedef struct {
  bool read;
  const JobTable *jobs;
  bool late[JOB_TABLE_MAX]; /* the late_alert of this row of the table is open (watch.h) */
  bool database_full;       /* such an alert is open */
  int64_t open_warn, open_critical;
  Alert news[ALERT_REPORT_NEWS_MAX];
  size_t news_count;
} AlertReport;

/* Whether somebody has to be told of it: it is open and nobody was, or it has ended since. */
bool alert_is_news(const Alert *alert);

/* Reads them, once: whoever comes second finds them there. */
Status alert_report_read(AlertReport *report, const Job *job, Error *err);

#endif
