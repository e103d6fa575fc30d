/* analysis_print.h: the newest analysed values of one ticker, for people and for scripts. */
#ifndef CLOSEBELL_REPORT_ANALYSIS_PRINT_H
#define CLOSEBELL_REPORT_ANALYSIS_PRINT_H

#include <closebell/run/job.h>

/* Prints to job->out: an aligned table, or the stored document as one line of JSON; and which conditions of
 * trend_template fail. Takes no lease and writes nothing. `wanted` is a code or a name (target_find.h): what is not one
 * target ends with 64. One that is not analysed yet: says so, 0. */
void analysis_print(Job *job, const char *wanted, bool json, Outcome *ret_outcome);

#endif
