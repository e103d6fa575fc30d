/* analysis_stamp.h: what hourly_analysis says about a session in job_status. The lease of the bare job must be ours for
 * all that writes: stamps of several workers have one order. */
#ifndef CLOSEBELL_JOB_ANALYSIS_STAMP_H
#define CLOSEBELL_JOB_ANALYSIS_STAMP_H

#include <closebell/job/analysis_work.h>

/* The gate's session is completed by job_status as it was read. */
bool analysis_is_stamped(const AnalysisWork *work);

Status analysis_stamp_running(const AnalysisWork *work, Error *err);

/* How a run ends. */
typedef struct {
  const char *reason;   /* why something remains */
  const Lease *fellow;  /* one that is still at work on the same session; null: none */
  bool attempt_counted; /* the statuses were read after `running` had been stamped */
} StampEnd;

/* By the stamps in hand: completed when nothing remains but what failed, its leaders written before; else running while
 * a fellow works, else waiting. The one place that stamps `completed` for the session analysed. ret_tally's failed
 * tickers are not kept. */
Status analysis_stamp_result(const AnalysisWork *work, const StampEnd *end, AnalysisTally *ret_tally, Error *err);

/* Older sessions that were left waiting are done once every target has passed them. */
Status analysis_stamp_older(const AnalysisWork *work, Error *err);

/* Removes latest_analysis of tickers that are not followed any more, or have nothing to show. */
Status analysis_drop_inactive(const AnalysisWork *work, Error *err);

/* An alert for each session that the gate passes over. */
Status analysis_report_passed_over(const AnalysisWork *work, Error *err);

#endif
