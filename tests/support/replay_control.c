#include "replay_control.h"

#include <stdlib.h>

#include "krx_replay_time.h"

const char *replay_argument(struct MHD_Connection *connection, const char *name) {
  return MHD_lookup_connection_value(connection, MHD_GET_ARGUMENT_KIND, name);
}

bool replay_control_fault(struct MHD_Connection *connection, ReplayFaults *faults) {
  const ReplayFaultWords words = {.market = replay_argument(connection, "service"),
                                  .kind = replay_argument(connection, "kind"),
                                  .times = replay_argument(connection, "times"),
                                  .value = replay_argument(connection, "value"),
                                  .message = replay_argument(connection, "message"),
                                  .code = replay_argument(connection, "code"),
                                  .retry_after = replay_argument(connection, "retry_after")};
  ReplayFault fault;
  return replay_fault_read(&words, &fault) && replay_faults_add(faults, &fault);
}

bool replay_control_now(struct MHD_Connection *connection, double fallback, ReplayClock *clock) {
  const char *instant = replay_argument(connection, "instant"), *speed = replay_argument(connection, "speed");
  int64_t seconds = 0;
  if (instant != NULL && !replay_instant_parse(instant, &seconds)) return false;
  *clock = replay_clock_from(instant != NULL, seconds * 1000, speed == NULL ? fallback : strtod(speed, NULL));
  return true;
}
