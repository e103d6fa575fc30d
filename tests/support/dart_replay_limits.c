#include "dart_replay_limits.h"

static const int64_t DAY_MS = 86400000, MINUTE_MS = 60000;

bool dart_counts_take(DartCounts *counts, const DartLimits *limits, int64_t uptime_ms, int64_t now_ms) {
  long minute = (long)(uptime_ms / MINUTE_MS);
  if (minute != counts->minute) counts->minute = minute, counts->this_minute = 0;
  counts->this_minute++;
  if (counts->this_minute > counts->most_a_minute) counts->most_a_minute = counts->this_minute;
  bool is_too_often = limits->per_minute > 0 && counts->this_minute > limits->per_minute;
  if (is_too_often) counts->shut_until_ms = now_ms + DAY_MS;
  bool is_in = now_ms >= counts->shut_until_ms;
  counts->shut_out += !is_in;
  return is_in;
}

const char *dart_counts_take_day(DartCounts *counts, const DartLimits *limits, long day) {
  if (day != counts->day) counts->day = day, counts->today = 0;
  counts->today++;
  if (limits->per_day == 0 || counts->today <= limits->per_day) return NULL;
  counts->over_day++;
  return "020";
}
