#include "krx_replay_run.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MAX_ARGUMENTS = 32, START_TRIES = 6000 };

static void become_server(const char *program, const char *const *arguments, const char *port_file, pid_t parent) {
  char pid[24], *list[MAX_ARGUMENTS + 6];
  size_t count = 0;
  snprintf(pid, sizeof(pid), "%ld", (long)parent);
  list[count++] = "krx_replay";
  for (size_t i = 0; i < MAX_ARGUMENTS && arguments[i] != NULL; i++) list[count++] = (char *)arguments[i];
  list[count++] = "--port-file";
  list[count++] = (char *)port_file;
  list[count++] = "--stop-with-pid";
  list[count++] = pid;
  list[count] = NULL;
  execv(program, list);
  _exit(127);
}

static bool read_port(const char *port_file, uint16_t *ret_port) {
  FILE *file = fopen(port_file, "r");
  if (file == NULL) return false;
  unsigned port = 0;
  bool good = fscanf(file, "%u", &port) == 1 && port > 0 && port <= UINT16_MAX;
  fclose(file);
  if (good) *ret_port = (uint16_t)port;
  return good;
}

/* The file appears complete, so the first number read is the port. */
static bool wait_for_port(ReplayRun *run, const char *port_file) {
  static const struct timespec pause = {.tv_nsec = 5000000};
  for (int i = 0; i < START_TRIES; i++) {
    if (read_port(port_file, &run->port)) return true;
    if (waitpid(run->pid, NULL, WNOHANG) != 0) return false;
    nanosleep(&pause, NULL);
  }
  kill(run->pid, SIGKILL);
  waitpid(run->pid, NULL, 0);
  return false;
}

bool replay_run_start(ReplayRun *run, const char *program, const char *const *arguments) {
  char folder[] = "/tmp/krx-replay-XXXXXX", port_file[64];
  pid_t parent = getpid();
  if (mkdtemp(folder) == NULL) return false;
  snprintf(port_file, sizeof(port_file), "%s/port", folder);
  *run = (ReplayRun){.pid = fork()};
  if (run->pid == 0) become_server(program, arguments, port_file, parent);
  bool good = run->pid > 0 && wait_for_port(run, port_file);
  remove(port_file);
  remove(folder);
  return good;
}

bool replay_run_stop(ReplayRun *run) {
  int status = 0;
  kill(run->pid, SIGTERM);
  return waitpid(run->pid, &status, 0) == run->pid && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

int replay_run_connect(const ReplayRun *run) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(run->port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0) return fd;
  if (fd >= 0) close(fd);
  return -1;
}

bool replay_run_control(const ReplayRun *run, const char *request, char *answer, size_t answer_size) {
  int fd = replay_run_connect(run);
  if (fd < 0) return false;
  dprintf(fd, "%s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n", request);
  size_t length = 0;
  for (ssize_t count; (count = read(fd, answer + length, answer_size - 1 - length)) > 0;) length += (size_t)count;
  close(fd);
  answer[length] = '\0';
  return strncmp(answer, "HTTP/1.1 200", 12) == 0;
}

static char *read_all(int fd) {
  char *text = NULL, piece[4096];
  size_t length = 0;
  FILE *out = open_memstream(&text, &length);
  for (ssize_t count; out != NULL && (count = read(fd, piece, sizeof(piece))) > 0;)
    fwrite(piece, 1, (size_t)count, out);
  if (out != NULL) fclose(out);
  return text;
}

char *replay_run_ask(const ReplayRun *run, const char *path, const char *key, int *ret_status) {
  int fd = replay_run_connect(run);
  if (fd < 0) return NULL;
  dprintf(fd, "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nAUTH_KEY: %s\r\nConnection: close\r\n\r\n", path, key);
  char *answer = read_all(fd), *body = answer == NULL ? NULL : strstr(answer, "\r\n\r\n");
  close(fd);
  if (body == NULL || sscanf(answer, "HTTP/1.1 %d", ret_status) != 1) {
    free(answer);
    return NULL;
  }
  memmove(answer, body + 4, strlen(body + 4) + 1);
  return answer;
}

bool replay_run_fault(const ReplayRun *run, const char *what) {
  char request[512], answer[1024];
  int length = snprintf(request, sizeof(request), "POST /control/fault?%s", what);
  return length < (int)sizeof(request) && replay_run_control(run, request, answer, sizeof(answer));
}

long replay_run_calls(const ReplayRun *run, const char *name) {
  static const size_t answer_size = 1 << 16;
  char quoted[128], *answer = malloc(answer_size);
  snprintf(quoted, sizeof(quoted), "\"%s\":", name);
  const char *place = NULL;
  if (answer != NULL && replay_run_control(run, "GET /control/calls", answer, answer_size))
    place = strstr(answer, quoted);
  long number = place == NULL ? 0 : strtol(place + strlen(quoted), NULL, 10);
  free(answer);
  return number;
}
