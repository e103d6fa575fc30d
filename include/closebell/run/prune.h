/* prune.h: keeps job_runs, job_locks and the counted calls to a model from growing for ever. */
#ifndef CLOSEBELL_RUN_PRUNE_H
#define CLOSEBELL_RUN_PRUNE_H

#include <closebell/run/job.h>

/* After a run of daily_update that has completed sessions, so about once a day: deletes runs older than [history]
 * run_days and all but the newest [history] locks leases of each job, and counted calls to a model that are older
 * than a week. What fails is logged; the next one tries again.
 */
void prune_runs(Job *job);

#endif
