#include "replay_process.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Whoever sees the file can connect: it appears complete, and last. */
static bool write_port(const char *program, const char *path, uint16_t port) {
  char temporary[4096];
  if (snprintf(temporary, sizeof(temporary), "%s.%ld", path, (long)getpid()) >= (int)sizeof(temporary)) return false;
  FILE *file = fopen(temporary, "w");
  bool good = file != NULL && fprintf(file, "%u\n", (unsigned)port) > 0;
  if (file != NULL) good = fclose(file) == 0 && good;
  good = good && rename(temporary, path) == 0;
  if (!good) fprintf(stderr, "%s: %s: %s\n", program, path, strerror(errno));
  return good;
}

/* A descriptor that becomes readable when the process has ended; -1 and errno ESRCH when it has already. */
static int watch_process(pid_t pid) { return (int)syscall(SYS_pidfd_open, pid, 0); }

static void wait_for_stop(const char *program, int signals, pid_t stop_with) {
  int process = stop_with > 0 ? watch_process(stop_with) : -1;
  if (stop_with > 0 && process < 0) {
    fprintf(stderr, "%s: process %ld: %s\n", program, (long)stop_with, strerror(errno));
    return;
  }
  struct pollfd waits[] = {{.fd = signals, .events = POLLIN}, {.fd = process, .events = POLLIN}};
  while (poll(waits, 2, -1) < 0 && errno == EINTR) continue;
  if (process >= 0) close(process);
}

/* Blocked before any thread exists, so that signals arrive at the descriptor only. */
int replay_block_signals(void) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGHUP);
  sigprocmask(SIG_BLOCK, &set, NULL);
  signal(SIGPIPE, SIG_IGN);
  return signalfd(-1, &set, SFD_CLOEXEC);
}

bool replay_run_until_stop(const ReplayReady *ready) {
  if (ready->port_file != NULL && !write_port(ready->program, ready->port_file, ready->port)) return false;
  printf("%s: %shttp://127.0.0.1:%u%s\n", ready->program, ready->of, (unsigned)ready->port, ready->path);
  fflush(stdout);
  wait_for_stop(ready->program, ready->signals, ready->stop_with);
  return true;
}
