/* dry_run.h: what a run would do and why: a line a date on job->out, and the totals as the outcome. Nothing is written
 * and nobody is asked, so what the source will answer is not in it. */
#ifndef CLOSEBELL_REPORT_DRY_RUN_H
#define CLOSEBELL_REPORT_DRY_RUN_H

#include <closebell/analysis/analysis_work.h>
#include <closebell/ingest/ingest.h>

typedef struct {
  const Day *missing; /* neither completed nor closed, ascending */
  size_t missing_count;
  const Day *again; /* completed, to be asked for again, ascending */
  size_t again_count;
  bool named; /* those were asked for by name */
  Day newest; /* due */
} UpdatePlan;

/* The archive's ids are loaded. */
void dry_run_update(const Ingest *ingest, const UpdatePlan *plan, Outcome *ret_outcome);

/* Back from newest until so many sessions are archived or expected. */
void dry_run_setup(const Ingest *ingest, Day newest, int64_t sessions, Outcome *ret_outcome);

/* There are items, and a session to analyse up to. */
void dry_run_analysis(const AnalysisWork *work, Outcome *ret_outcome);

#endif
