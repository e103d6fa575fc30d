#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <closebell/base/status.h>

/* A closed descriptor would be given to the next file or connection that is opened, and a table or the log would be
 * printed into it. Whoever prints to a closed one is told so: it cannot be written to. */
static void hold_standard_descriptors(void) {
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
    if (fcntl(fd, F_GETFD) < 0 && errno == EBADF) open("/dev/null", fd == STDERR_FILENO ? O_WRONLY : O_RDONLY);
}

void process_begin(void) {
  hold_standard_descriptors();
  signal(SIGPIPE, SIG_IGN);
}

void process_keep_secrets(void) {
  const struct rlimit none = {0, 0};
  umask(077);
  setrlimit(RLIMIT_CORE, &none);
  prctl(PR_SET_DUMPABLE, 0);
}

int process_finish_output(const char *program, int exit_code) {
  if (!ferror(stdout) && fflush(stdout) == 0) return exit_code;
  /* Which error an earlier write met is forgotten by now; one more write meets it again. */
  errno = 0;
  if (write(STDOUT_FILENO, "\n", 1) == 1 || errno != EPIPE)
    fprintf(stderr, "%s: standard output could not be written: %s\n", program,
            errno ? strerror(errno) : "a write failed");
  return exit_code == EXIT_DONE ? EXIT_IO : exit_code;
}
