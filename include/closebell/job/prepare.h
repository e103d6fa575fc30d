/* prepare.h: what the settings mean to a job, before anything is opened. */
#ifndef CLOSEBELL_JOB_PREPARE_H
#define CLOSEBELL_JOB_PREPARE_H

#include <closebell/run/job.h>

/* Sets closures, filter, leaders and terms from the configuration. STATUS_CONFIG names what is wrong. To be released
 * with job_release. */
Status job_prepare(Job *job, Error *err);

#endif
