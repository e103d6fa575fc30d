/* replay_clock.h: the clock of a replay server: the host's, or one that begins at an instant and goes as fast as told.
 */
#ifndef REPLAY_CLOCK_H
#define REPLAY_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

typedef struct {
  bool is_set;   /* else it is the host's */
  double speed;  /* 0: it stands */
  int64_t begun; /* milliseconds since the epoch, at uptime */
  int64_t uptime;
} ReplayClock;

int64_t replay_uptime_ms(void); /* of a monotonic clock */
ReplayClock replay_clock_from(bool is_set, int64_t ms, double speed);
int64_t replay_clock_ms(const ReplayClock *clock);
long replay_clock_korean_day(const ReplayClock *clock);

#endif
