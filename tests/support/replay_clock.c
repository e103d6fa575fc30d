#include "replay_clock.h"

#include <time.h>

static int64_t read_ms(clockid_t clock) {
  struct timespec now;
  clock_gettime(clock, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t replay_uptime_ms(void) { return read_ms(CLOCK_MONOTONIC); }

ReplayClock replay_clock_from(bool is_set, int64_t ms, double speed) {
  return (ReplayClock){.is_set = is_set, .speed = speed, .begun = ms, .uptime = replay_uptime_ms()};
}

int64_t replay_clock_ms(const ReplayClock *clock) {
  if (!clock->is_set) return read_ms(CLOCK_REALTIME);
  return clock->begun + (int64_t)((double)(replay_uptime_ms() - clock->uptime) * clock->speed);
}

long replay_clock_korean_day(const ReplayClock *clock) {
  return (long)((replay_clock_ms(clock) / 1000 + 9 * 3600) / 86400);
}
