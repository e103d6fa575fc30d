/* explain.h: --explain: the story of one date or one ticker: what is known about it, and what happens next and when. */
#ifndef CLOSEBELL_REPORT_EXPLAIN_H
#define CLOSEBELL_REPORT_EXPLAIN_H

#include <closebell/run/job.h>

/* Whether the text names something that can be explained: a date like 2025-04-10, or a ticker. */
bool explain_understands(const char *what);

/* Prints to job->out; writes nothing, asks no source, needs no lease. */
void explain_run(Job *job, const char *what, Outcome *ret_outcome);

#endif
