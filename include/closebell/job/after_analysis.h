/* after_analysis.h: [ai] after_analysis: once the analysis of a session is complete, a model is asked by itself about
 * the first matches of strategies, one question a stock. */
#ifndef CLOSEBELL_JOB_AFTER_ANALYSIS_H
#define CLOSEBELL_JOB_AFTER_ANALYSIS_H

#include <closebell/analysis/analysis_work.h>
#include <closebell/plan/budget.h>

/* Asks what has not been asked about the gate's session, as long as the budget lasts; a later run goes on. What has
 * been decided, accepted or refused, is not asked again. Whatever fails costs a warning. Nothing is read or written
 * where it is off, and one read is made once a session is done. Without a lease: claims keep two runs apart.
 * state_folder: for decisions that the database does not take; null: the archivist's own choice. */
void after_analysis_run(const AnalysisWork *work, Budget *budget, const char *state_folder);

#endif
