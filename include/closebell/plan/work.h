/* work.h: what is missing, and up to where nothing is: the two questions every run begins with. */
#ifndef CLOSEBELL_PLAN_WORK_H
#define CLOSEBELL_PLAN_WORK_H

#include <closebell/base/status.h>
#include <closebell/plan/job_state.h>

/* Every weekday from..to that is neither completed nor closed, ascending. *ret_dates is the caller's to free. */
Status work_missing(const DayState *days, size_t count, Day from, Day to, Day **ret_dates, size_t *ret_count);

/* True when every weekday strictly between the two days is closed: nothing can be missing between them. */
bool work_nothing_between(const DayState *days, size_t count, Day earlier, Day later);

enum { GATE_PASS_OVER_SESSIONS = 3, GATE_MAX_PASSED_OVER = 16 };

typedef struct {
  Day session; /* the newest session up to which all are completed or closed; DAY_NONE: the gate is shut from the start
                */
  Day passed_over[GATE_MAX_PASSED_OVER]; /* unfinished days with three or more later completed sessions */
  size_t passed_over_count;
  Day blocked_by; /* the first unfinished day after `session` that later sessions wait for; DAY_NONE */
} Gate;

/* Looks at the weekdays from `first`, the first session kept, to the newest day known. */
Gate gate_find(const DayState *days, size_t count, Day first);

#endif
