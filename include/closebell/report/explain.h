/* explain.h: --explain: the story of one date, one ticker or one dataset: what is known about it, and what happens next
 * and when. */
#ifndef CLOSEBELL_REPORT_EXPLAIN_H
#define CLOSEBELL_REPORT_EXPLAIN_H

#include <closebell/run/job.h>

/* Whether the text could name something that can be explained: a date like 2025-04-10, a ticker, or a dataset. */
bool explain_understands(const char *what);
/* Whether it does: STATUS_USAGE: it is no dataset of this run. */
Status explain_check(const Job *job, const char *what, Error *err);

/* Prints to job->out; writes nothing, asks no source, needs no lease. */
void explain_run(Job *job, const char *what, Outcome *ret_outcome);

#endif
