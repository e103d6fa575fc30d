/* verify.h: manual_setup --verify: compares everything that is kept with the archive, and changes nothing. */
#ifndef CLOSEBELL_JOB_VERIFY_H
#define CLOSEBELL_JOB_VERIFY_H

#include <closebell/run/job.h>

/* Prints a line a finding to job->out, each with the command that heals it, and a summary. Needs no lease and asks no
 * source: a run at work meanwhile may show as findings. Exit code 0: everything is as it should be, or only waiting;
 * 75: something is missing, damaged or does not belong. */
void verify_run(Job *job, Outcome *ret_outcome);

#endif
