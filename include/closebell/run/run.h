/* run.h: one run of a program: its lease, its heartbeat, its record in job_runs. */
#ifndef CLOSEBELL_RUN_RUN_H
#define CLOSEBELL_RUN_RUN_H

#include <closebell/run/job.h>
#include <closebell/store/db_gate.h>

/* Takes the lease of that name: the job's own (job->lease.name), or that of one of its slots. *ret_holder is set, and
 * STATUS_OK returned, when another process holds it (job->run.held stays false). */
Status run_acquire(Job *job, const char *name, Lease *ret_holder, Error *err);

/* Whether the lease is held by a process that may be alive. */
bool run_is_live(const Job *job, const Lease *lease);

/* Releases the lease, if it is held; another one may be taken then. */
void run_release(Job *job);

/* The heartbeat: to be called whenever the worker has made progress and before it writes. Renews the lease when that is
 * due, and looks then whether another process has taken it over. STATUS_LOST: the lease may be another's by now, write
 * nothing more. STATUS_INTERRUPTED: a signal asked to stop.
 */
Status run_beat(Job *job, Error *err);

/* A DbMayWrite: the lease is looked at before each write, and renewed when that is due; the context is the Job. A run
 * without a lease may write. */
DbMayWrite run_may_write;

/* Waits, beating. */
Status run_wait(Job *job, int64_t ms, Error *err);

/* Turns what a job returned into the outcome, logs it, writes the record and releases the lease. What fails in that is
 * logged: there is nobody left to act on it. A job that already decided sets outcome->message. Who has lost its lease
 * ends with EXIT_TRY_AGAIN and says who has it now, in log and record. */
void run_conclude(Job *job, Status status, const Error *err, Outcome *outcome);

#endif
