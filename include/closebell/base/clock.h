/* clock.h: the interface to time. Only main() makes the real one; simulations bring their own. */
#ifndef CLOSEBELL_BASE_CLOCK_H
#define CLOSEBELL_BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include <closebell/base/instant.h>

typedef struct Clock {
  void *self;
  Instant (*now)(void *self);       /* real time, UTC */
  int64_t (*uptime_ms)(void *self); /* CLOCK_BOOTTIME: never set back, runs while the machine sleeps */
  /* Waits; false as soon as a stop was asked for (a signal), true when the time has passed. */
  bool (*sleep_ms)(void *self, int64_t ms);
  /* True once a signal asked the program to stop. */
  bool (*stopping)(void *self);
} Clock;

static inline Instant clock_now(const Clock *clock) { return clock->now(clock->self); }
static inline int64_t clock_uptime_ms(const Clock *clock) { return clock->uptime_ms(clock->self); }
static inline bool clock_sleep_ms(const Clock *clock, int64_t ms) { return clock->sleep_ms(clock->self, ms); }
static inline bool clock_stopping(const Clock *clock) { return clock->stopping(clock->self); }

/* The host's clock. Its stop flag is set by the handlers that signals_install (run/stop_signals.h) installs: stop_fd
 * becomes readable then. -1 when no signals are handled. */
Clock clock_system(int stop_fd);

#endif
