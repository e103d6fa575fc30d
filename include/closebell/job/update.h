/* update.h: daily_update: every due session that is missing, oldest first. */
#ifndef CLOSEBELL_JOB_UPDATE_H
#define CLOSEBELL_JOB_UPDATE_H

#include <closebell/run/job.h>

typedef struct {
  Day from, to; /* DAY_NONE: everything due */
  bool force;
  const char *dataset; /* this one alone, not daily prices; with dates, its sessions are asked for anew; null */
  bool check_feeds;    /* says what the declared feeds are, and nothing else */
} UpdateOptions;

void update_run(Job *job, const UpdateOptions *options, Outcome *ret_outcome);

#endif
