/* retry.h: how often and after what wait a failed question is asked again: one table. */
#ifndef CLOSEBELL_PLAN_RETRY_H
#define CLOSEBELL_PLAN_RETRY_H

#include <stdbool.h>
#include <stdint.h>

#include <closebell/plan/answer.h>

enum { RETRY_AFTER_MAX_MS = 10 * 60 * 1000 }; /* the longest Retry-After that is obeyed */

/* tries: how often it has been asked. False: give up. *ret_wait_ms includes `scale` ([retry] scale) and up to a tenth
 * of jitter drawn from `chance`. Failing 30/60/120 s, throttled 60 s twice or Retry-After, unreachable 10 s three
 * times, broken 30 s twice; nothing else is retried. */
bool retry_decide(AnswerKind kind, int tries, int64_t retry_after_ms, double scale, uint64_t chance,
                  int64_t *ret_wait_ms);

#endif
