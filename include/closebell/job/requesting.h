/* requesting.h: daily_update --request: what a person wants done again, as POST /requests takes it. */
#ifndef CLOSEBELL_JOB_REQUESTING_H
#define CLOSEBELL_JOB_REQUESTING_H

#include <closebell/plan/request.h>
#include <closebell/run/job.h>

/* As the command line says. Zero: nothing is asked for. */
typedef struct {
  const char *dataset; /* --request */
  const char *reason;  /* --reason */
  Day from, to;        /* DAY_NONE: not said */
  const char *user;    /* who asks, on this host */
} RequestOptions;

/* What a request is held against here and now; first: the first session kept, DAY_NONE: not known. */
RequestFacts requesting_facts(const Job *job, Day first);

/* STATUS_USAGE: what is missing. */
Status requesting_check(const RequestOptions *options, Error *err);

/* Stores the request and says its id; the next run does it. A dry run says what would be stored. */
void requesting_run(Job *job, const RequestOptions *options, Outcome *ret_outcome);

#endif
