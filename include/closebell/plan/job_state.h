/* job_state.h: how far a job is with a session. */
#ifndef CLOSEBELL_PLAN_JOB_STATE_H
#define CLOSEBELL_PLAN_JOB_STATE_H

#include <stdbool.h>
#include <stddef.h>

#include <closebell/base/day.h>

typedef enum { JOB_ABSENT = 0, JOB_RUNNING, JOB_COMPLETED, JOB_FAILED, JOB_WAITING, JOB_CLOSED } JobState;

const char *job_state_name(JobState state); /* "running", ...; "absent" */
bool job_state_parse(const char *name, JobState *ret_state);

/* Nothing more to do for the day: completed, or proven closed. */
bool job_state_is_final(JobState state);

typedef struct {
  Day date;
  JobState state;
} DayState;

/* days is ascending by date; JOB_ABSENT when the date is not among them. */
JobState day_state_find(const DayState *days, size_t count, Day date);

#endif
