#include <closebell/base/clock.h>

#include <poll.h>
#include <time.h>

/* poll's own timer stands still while the machine sleeps: waiting in pieces notices it after one of them. */
static const int64_t LONGEST_POLL_MS = 30 * 1000;

static int64_t read_ms(clockid_t id) {
  struct timespec now = {0};
  clock_gettime(id, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static Instant system_now(void *self) {
  (void)self;
  return read_ms(CLOCK_REALTIME);
}

static int64_t system_uptime_ms(void *self) {
  (void)self;
  return read_ms(CLOCK_BOOTTIME);
}

/* The descriptor travels in the pointer itself, so that a Clock owns nothing. True when it has become readable, or is
 * broken: then nobody could ask for a stop any more, and waiting on it would spin. A negative one is ignored by poll.
 */
static bool wait_for_stop(void *self, int64_t ms) {
  struct pollfd stop = {.fd = (int)(intptr_t)self, .events = POLLIN};
  return poll(&stop, 1, (int)ms) > 0;
}

static bool system_stopping(void *self) { return wait_for_stop(self, 0); }

static bool system_sleep_ms(void *self, int64_t ms) {
  int64_t start = read_ms(CLOCK_BOOTTIME);
  for (;;) {
    int64_t left = ms - (read_ms(CLOCK_BOOTTIME) - start);
    if (left <= 0) return !system_stopping(self);
    if (wait_for_stop(self, left < LONGEST_POLL_MS ? left : LONGEST_POLL_MS)) return false;
  }
}

Clock clock_system(int stop_fd) {
  return (Clock){.self = (void *)(intptr_t)stop_fd,
                 .now = system_now,
                 .uptime_ms = system_uptime_ms,
                 .sleep_ms = system_sleep_ms,
                 .stopping = system_stopping};
}
