/* bench_child: runs a program and tells, as a line of JSON on standard output, how long it took, its processor time and
 * the most memory it had. Small itself, because what a child has before it becomes another program counts as the
 * child's.
 *
 *   bench_child OUTPUT_FILE PROGRAM [ARGUMENT...]
 */
#include <err.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static double seconds(struct timeval time) { return (double)time.tv_sec + 1e-6 * (double)time.tv_usec; }

static _Noreturn void become(const char *output, char **program) {
  int file = open(output, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (file < 0 || dup2(file, STDOUT_FILENO) < 0 || dup2(file, STDERR_FILENO) < 0) _exit(127);
  execv(program[0], program);
  _exit(127);
}

int main(int argc, char **argv) {
  struct rusage usage;
  int status;
  if (argc < 3) errx(64, "usage: bench_child OUTPUT_FILE PROGRAM [ARGUMENT...]");
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  double begin = now();
  pid_t child = fork();
  if (child < 0) err(1, "fork");
  if (child == 0) become(argv[1], argv + 2);
  if (wait4(child, &status, 0, &usage) < 0) err(1, "wait4");
  double wall = now() - begin;
  printf("{\"wall\":%.6f,\"user\":%.6f,\"sys\":%.6f,\"rss_kb\":%ld,\"exit\":%d}\n", wall, seconds(usage.ru_utime),
         seconds(usage.ru_stime), usage.ru_maxrss, WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status));
}
