/* runs.h: --history: the latest runs of all programs as a table. */
#ifndef CLOSEBELL_REPORT_RUNS_H
#define CLOSEBELL_REPORT_RUNS_H

#include <closebell/run/job.h>

enum { RUNS_SHOWN = 20 };

/* Prints the latest RUNS_SHOWN to job->out, the newest last; writes nothing, asks no source, needs no lease. */
void runs_print(Job *job, Outcome *ret_outcome);

#endif
