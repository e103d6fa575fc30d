/* alert_report.h: the alerts as they stand at the end of a run: what the metrics count and people are told of. */
#ifndef CLOSEBELL_REPORT_ALERT_REPORT_H
#define CLOSEBELL_REPORT_ALERT_REPORT_H

#include <closebell/store/ops_alerts.h>

enum { ALERT_REPORT_NEWS_MAX = 10 }; /* a run; the next one tells of the rest */

/* A program that never runs (watch.h). */
#define ALERT_UPDATE_MISSING "update-missing"
#define ALERT_ANALYSIS_MISSING "analysis-missing"
/* full_disk.h */
#define ALERT_DATABASE_FULL "database-full"

/* Zero-initialise. */
typedef struct {
  bool read;
  bool update_missing, analysis_missing, database_full; /* such an alert is open */
  int64_t open_warn, open_critical;
  Alert news[ALERT_REPORT_NEWS_MAX];
  size_t news_count;
} AlertReport;

/* Whether somebody has to be told of it: it is open and nobody was, or it has ended since. */
bool alert_is_news(const Alert *alert);

/* Reads them, once: whoever comes second finds them there. */
Status alert_report_read(AlertReport *report, const Db *db, Error *err);

#endif
