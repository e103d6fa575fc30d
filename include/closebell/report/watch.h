/* watch.h: a job that never comes is noticed by the others, which still do. */
#ifndef CLOSEBELL_REPORT_WATCH_H
#define CLOSEBELL_REPORT_WATCH_H

#include <closebell/report/alert_report.h>
#include <closebell/run/job.h>

/* Sessions that the job has not come to, each awaited for row->grace_ms: it has no status of them nor of a later one.
 * Of a job that awaits daily_update: those that have been completed for so long and that the gate lets through. Of one
 * that awaits the source: days expected open and due for so long, after its newest. */
size_t watch_missed(const Job *job, const JobRow *row, const JobStatuses *statuses);

/* After a run of a recurring program: raises the late_alert of each job of the table that is wanted and has not come to
 * row->late_sessions, but never of the program itself, and resolves what is no longer so. With --now it is not known
 * what should have been run, and nothing is said of who awaits the source. What goes wrong here is logged; the run is
 * over and stays what it was. The alerts are read, and read anew by the next who asks when something has changed. */
void watch_programs(Job *job, const Outcome *outcome, AlertReport *alerts);

#endif
