/* job_status_read.h: a document of job_status as a JobStatus. Private to src/store. */
#ifndef CLOSEBELL_STORE_JOB_STATUS_READ_H
#define CLOSEBELL_STORE_JOB_STATUS_READ_H

#include <closebell/store/job_status.h>

#include "document.h"

/* In place, whatever it holds: every run reads a document a weekday for years. job_status_free gives back what it owns;
 * after a failure it owns nothing. */
Status job_status_read(const bson_t *document, JobStatus *to, Error *err);
void job_status_get_state(DocumentReader *from, JobState *to);

#endif
