#include <closebell/run/child.h>

#include <signal.h>
#include <sys/wait.h>

enum { LOOK_MS = 10 };

static void end(pid_t child) {
  kill(-child, SIGKILL);
  kill(child, SIGKILL);
  waitpid(child, NULL, 0);
}

bool child_await(const Clock *clock, pid_t child, int64_t timeout_ms, int *ret_state) {
  int64_t deadline_ms = clock_uptime_ms(clock) + timeout_ms;
  int state = 0;
  pid_t ended;
  while ((ended = waitpid(child, &state, WNOHANG)) == 0) {
    if (clock_uptime_ms(clock) < deadline_ms && clock_sleep_ms(clock, LOOK_MS)) continue;
    end(child);
    return false;
  }
  if (ended == child && ret_state) *ret_state = state;
  return ended == child;
}
