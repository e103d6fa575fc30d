/* metrics_text.h: the numbers of a run in the text format of Prometheus. */
#ifndef CLOSEBELL_REPORT_METRICS_TEXT_H
#define CLOSEBELL_REPORT_METRICS_TEXT_H

#include <closebell/base/instant.h>
#include <closebell/base/text.h>
#include <closebell/plan/job_table.h>

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
  int64_t requests_open;                /* that daily_update has left open; -1: another program */
  Instant feed_done[JOB_TABLE_MAX];     /* of declared feeds: when the newest completed unit was due; 0: none */
  int64_t alerts_warn, alerts_critical; /* open */
} Metrics;

/* The text file, given the one of the run before (may be empty). */
void metrics_render(const Metrics *metrics, const char *previous, TextBuffer *ret_text);

#endif
