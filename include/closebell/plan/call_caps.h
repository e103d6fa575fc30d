/* call_caps.h: the caps of a day on questions to a model: whether there may be one more, and what it is counted as.
 * Pure.
 *
 * Each call is a document under the next number of its day. Whoever inserts a number has read all calls before it, so
 * the tokens of a day are a sum that only one process at a time adds to. A call stands with as many tokens as it can
 * take, until the tokens that it took are known; what is older than the last CALL_WINDOW calls is added up as it stands
 * then, and stays so. */
#ifndef CLOSEBELL_PLAN_CALL_CAPS_H
#define CLOSEBELL_PLAN_CALL_CAPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CALL_WINDOW = 64 };

typedef struct {
  int64_t calls;  /* a day */
  int64_t tokens; /* a day; 0: no cap */
} CallCaps;

typedef struct {
  int64_t number; /* 1 and up */
  int64_t tokens; /* reserved, or those that it took */
  int64_t before; /* the tokens of all calls up to number - CALL_WINDOW - 1 */
} CountedCall;

typedef enum { CAPS_KEPT, CAPS_NO_CALLS, CAPS_NO_TOKENS } CapsVerdict;

/* newest: the last calls of the day in their order, CALL_WINDOW + 1 of them or all that there are. tokens: what the
 * next one can take. *ret_next is what to insert. */
CapsVerdict call_caps_next(const CallCaps *caps, const CountedCall *newest, size_t count, int64_t tokens,
                           CountedCall *ret_next);

/* The first number that has to be read before the call behind `newest` can be counted. */
int64_t call_caps_read_from(int64_t newest);

#endif
