#include <closebell/run/stop_signals.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

enum { LAST_SECONDS = 4 };

/* Written once by signals_install, before the handlers that read it are in place. */
static int stop_pipe[2] = {-1, -1};

static void on_stop(int signal_number) {
  (void)signal_number;
  int saved = errno;
  ssize_t written = write(stop_pipe[1], "s", 1);
  (void)written; /* a full pipe is readable already */
  alarm(LAST_SECONDS);
  errno = saved;
}

static void on_alarm(int signal_number) {
  (void)signal_number;
  _exit(EXIT_TRY_AGAIN);
}

Status signals_install(int *ret_stop_fd, Error *err) {
  if (pipe2(stop_pipe, O_CLOEXEC | O_NONBLOCK) != 0)
    return error_set(err, STATUS_INTERNAL, "pipe: %s", strerror(errno));
  struct sigaction ignore = {.sa_handler = SIG_IGN}, stop = {.sa_handler = on_stop};
  struct sigaction last = {.sa_handler = on_alarm};
  sigemptyset(&ignore.sa_mask);
  sigfillset(&stop.sa_mask);
  sigemptyset(&last.sa_mask);
  sigaction(SIGPIPE, &ignore, NULL);
  sigaction(SIGALRM, &last, NULL);
  /* Once stopping, a second signal must not push the alarm back: the first handler removes itself. */
  stop.sa_flags = SA_RESTART | (int)SA_RESETHAND;
  const int signals[] = {SIGTERM, SIGINT, SIGHUP};
  for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) sigaction(signals[i], &stop, NULL);
  *ret_stop_fd = stop_pipe[0];
  return STATUS_OK;
}
