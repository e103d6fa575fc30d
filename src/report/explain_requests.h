/* explain_requests.h: what people have asked to have done again, where that is still open. */
#ifndef CLOSEBELL_REPORT_EXPLAIN_REQUESTS_H
#define CLOSEBELL_REPORT_EXPLAIN_REQUESTS_H

#include <closebell/run/job.h>
#include <closebell/store/requests.h>

/* A line a request about that day (DAY_NONE: any), and that dataset (null: any). Without marks nothing is read. */
Status explain_requests(const Job *job, const RequestMarks *marks, Day date, const char *dataset, Error *err);

#endif
