/* watch.h: a run that never happened is noticed by the other program, which still runs. */
#ifndef CLOSEBELL_REPORT_WATCH_H
#define CLOSEBELL_REPORT_WATCH_H

#include <closebell/report/alert_report.h>
#include <closebell/run/job.h>

enum {
  WATCH_SESSIONS = 2,                  /* so many without a run are an alert */
  WATCH_GRACE_MS = 3 * 60 * 60 * 1000, /* a session counts once the other program has had so long to come to it */
};

/* Sessions that have been completed for WATCH_GRACE_MS, that the gate lets the analysis read, and of which no analysis
 * has any status. */
size_t watch_missed_analyses(const JobStatuses *statuses, Instant now);

/* Days after the newest one that has any status of daily_update, expected open, and due for WATCH_GRACE_MS. */
size_t watch_missed_updates(const JobStatusList *updates, Publication publication, const Closures *closures,
                            Instant now);

/* After a run of daily_update or hourly_analysis: raises `analysis-missing` or `update-missing` about the other one,
 * and resolves what is no longer so. With --now it is not known what should have been run, and nothing is said of
 * updates. What goes wrong here is logged; the run is over and stays what it was. The alerts are read, and read anew by
 * the next who asks when something has changed. */
void watch_programs(Job *job, const Outcome *outcome, AlertReport *alerts);

#endif
