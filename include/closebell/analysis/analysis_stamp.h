/* analysis_stamp.h: what hourly_analysis says about a session in job_status. The lease of the bare job must be ours for
 * all that writes: stamps of several workers have one order. */
#ifndef CLOSEBELL_ANALYSIS_ANALYSIS_STAMP_H
#define CLOSEBELL_ANALYSIS_ANALYSIS_STAMP_H

#include <closebell/analysis/analysis_work.h>

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
 * a fellow works, else waiting. ret_tally's failed tickers are not kept. The alert of too
 * many failures is raised or resolved before, by the gate's session.
 *
 * Older sessions come first, so that a run that breaks off leaves the gate's session to be completed, and the next one
 * repeats all of it. Every completed session from the first one that has a status of hourly_analysis has one of its
 * own, however many were analysed in one go: a session is `completed` once each stock that was followed in it has been
 * analysed up to it or has failed, its leaders written before. What lies before that first session, as the 300 sessions
 * of a set-up, was never the newest at an analysis, and has no status.
 *
 * An older session counts the stocks that were followed in it: `analyzed` those that are analysed up to it, `failed`
 * the others, `remaining` 0. One that is completed already is left alone, also when it is restated. */
Status analysis_stamp_result(const AnalysisWork *work, const StampEnd *end, AnalysisTally *ret_tally, Error *err);

/* Removes latest_analysis of tickers that are not followed any more, or have nothing to show. */
Status analysis_drop_inactive(const AnalysisWork *work, Error *err);

/* An alert for each session that the gate passes over. */
Status analysis_report_passed_over(const AnalysisWork *work, Error *err);

#endif
