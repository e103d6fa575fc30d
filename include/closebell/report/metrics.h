/* metrics.h: what a run leaves for Prometheus: closebell_<program>.prom in [metrics] textfile_dir, for node_exporter's
 * textfile collector.
 *
 * Each program has a file of its own and names itself in a label, so that no series is in two files. Counters go on
 * from the file's earlier values; when it is lost they begin at 0, as after a restart. */
#ifndef CLOSEBELL_REPORT_METRICS_H
#define CLOSEBELL_REPORT_METRICS_H

#include <closebell/base/text.h>
#include <closebell/report/alert_report.h>
#include <closebell/run/job.h>

typedef struct {
  const char *program;
  int exit_code;
  Instant start_utc, end_utc;
  int64_t sessions, rows, analyzed, source_calls, healed; /* of this run */
  bool has_state;                                         /* what follows is known */
  int64_t session_lag;                                    /* due sessions after the newest completed one */
  int64_t sessions_unfinished;                            /* failed or waiting */
  Instant newest_session;                                 /* its day in Korea begins; INSTANT_NONE: none */
  int64_t analysis_lag;                                   /* completed sessions after the newest analysed to the end */
  const JobTable *jobs;
  int64_t dataset_lag[JOB_TABLE_MAX];   /* by row, of the datasets: as analysis_lag; -1: not wanted */
  int64_t alerts_warn, alerts_critical; /* open */
} Metrics;

/* The text file, given the one of the run before (may be empty). */
void metrics_render(const Metrics *metrics, const char *previous, TextBuffer *ret_text);

/* At the end of a run; does nothing without [metrics] textfile_dir and in a dry run. alerts: null when the database
 * cannot be asked. Whatever fails is logged: a job never fails because of its metrics. */
void metrics_write(Job *job, const Outcome *outcome, AlertReport *alerts);

#endif
