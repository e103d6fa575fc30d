/* metrics.h: what a run leaves for Prometheus: closebell_<program>.prom in [metrics] textfile_dir, for node_exporter's
 * textfile collector.
 *
 * Each program has a file of its own and names itself in a label, so that no series is in two files. Counters go on
 * from the file's earlier values; when it is lost they begin at 0, as after a restart. */
#ifndef CLOSEBELL_REPORT_METRICS_H
#define CLOSEBELL_REPORT_METRICS_H

#include <closebell/report/alert_report.h>
#include <closebell/run/job.h>

/* At the end of a run; does nothing without [metrics] textfile_dir and in a dry run. alerts: null when the database
 * cannot be asked. Whatever fails is logged: a job never fails because of its metrics. */
void metrics_write(Job *job, const Outcome *outcome, AlertReport *alerts);

#endif
