/* dart_replay_limits.h: how often the DART server lets itself be asked, by the day in Korea and by the minute. */
#ifndef DART_REPLAY_LIMITS_H
#define DART_REPLAY_LIMITS_H

#include "dart_replay_server.h"

typedef struct {
  long day, today, over_day; /* calls of that day; those that came too late in it */
  long minute, this_minute, most_a_minute;
  int64_t shut_until_ms; /* by the server's clock */
  long shut_out;         /* calls that met a shut door */
} DartCounts;

/* Counts a call by the minute of real time. False: whoever asked too often is shut out for a day of the server's clock.
 */
bool dart_counts_take(DartCounts *counts, const DartLimits *limits, int64_t uptime_ms, int64_t now_ms);
/* Counts a call of that day. "020" when there were too many; else null. */
const char *dart_counts_take_day(DartCounts *counts, const DartLimits *limits, long day);

#endif
