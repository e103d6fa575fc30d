/* replay_control.h: what the replay servers are told in the same words: /control/fault and /control/now. */
#ifndef REPLAY_CONTROL_H
#define REPLAY_CONTROL_H

#include <microhttpd.h>
#include <stdbool.h>

#include "krx_replay_fault.h"
#include "replay_clock.h"

/* Of the query; null: it is not there, or has no value. */
const char *replay_argument(struct MHD_Connection *connection, const char *name);

/* service, kind, times, value, message, code, retry_after. */
bool replay_control_fault(struct MHD_Connection *connection, ReplayFaults *faults);
/* instant; without, the host's time. speed; without, fallback. */
bool replay_control_now(struct MHD_Connection *connection, double fallback, ReplayClock *clock);

#endif
