/* child.h: a process that was started on the side, and how long it is waited for. */
#ifndef CLOSEBELL_RUN_CHILD_H
#define CLOSEBELL_RUN_CHILD_H

#include <stdbool.h>
#include <sys/types.h>

#include <closebell/base/clock.h>

/* Waits until it has ended. One that is not over after timeout_ms, or when we are asked to stop, is killed, with its
 * group if it leads one. Returns whether it ended by itself; *ret_state is then waitpid's, and may be null. */
bool child_await(const Clock *clock, pid_t child, int64_t timeout_ms, int *ret_state);

#endif
