/* trouble.h: whose trouble it is when the work on one ticker fails. */
#ifndef CLOSEBELL_PLAN_TROUBLE_H
#define CLOSEBELL_PLAN_TROUBLE_H

#include <stdbool.h>
#include <stddef.h>

#include <closebell/base/status.h>

/* Whether the trouble is the ticker's own: its data, its collection or its documents are at fault, so the others go on.
 * False for STATUS_UNAVAILABLE: only another question to the server shows whose that is. */
bool trouble_is_own(Status status);

/* Whether so many of a session's stocks have failed that their own data cannot be the reason: more than 30 %. */
bool trouble_is_common(size_t failed, size_t stocks);

#endif
