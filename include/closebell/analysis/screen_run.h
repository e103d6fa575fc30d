/* screen_run.h: a request answered from the archive, which is read for it: what the command line does. */
#ifndef CLOSEBELL_ANALYSIS_SCREEN_RUN_H
#define CLOSEBELL_ANALYSIS_SCREEN_RUN_H

#include <closebell/analysis/analysis_work.h>
#include <closebell/analysis/screen_result.h>
#include <closebell/run/job.h>

/* Zero-initialise; screen_run_free at the end. */
typedef struct {
  ScreenMarket market;
  ScreenResult result;
} ScreenRun;

/* Reads only. What may be asked for is a session that is completed and not newer than the gate's.
 * STATUS_USAGE: the date is no session of the archive; the nearest ones are named. STATUS_INCOMPLETE: it is not proven;
 * nothing is analysed yet; with an outcome, sessions between are not proven; or a session was restated meanwhile. */
Status screen_run(Job *job, const ScreenRequest *request, ScreenRun *ret_run, Error *err);
void screen_run_free(ScreenRun *run);

/* The state of the database as the work has read it; the caller frees the days. */
Status screen_proof_load(const AnalysisWork *work, ScreenProof *ret_proof, Error *err);

#endif
