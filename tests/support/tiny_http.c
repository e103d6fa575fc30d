#include "tiny_http.h"

#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { REQUEST_SIZE = 65536 };

static int bind_loopback(int *ret_port) {
  struct sockaddr_in address = {.sin_family = AF_INET};
  socklen_t length = sizeof address;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) != 0) return -1;
  if (getsockname(fd, (struct sockaddr *)&address, &length) != 0) return -1;
  *ret_port = ntohs(address.sin_port);
  return fd;
}

int tiny_closed_port(int *ret_fd) {
  int port = 0;
  *ret_fd = bind_loopback(&port);
  return port;
}

/* The head and as much of a body as it announces. */
static size_t read_request(int fd, char *request) {
  size_t length = 0, wanted = 0;
  for (;;) {
    ssize_t got = read(fd, request + length, REQUEST_SIZE - 1 - length);
    if (got <= 0) return length;
    length += (size_t)got;
    request[length] = '\0';
    const char *end = strstr(request, "\r\n\r\n"), *announced = strcasestr(request, "content-length:");
    if (end == NULL) continue;
    wanted = (size_t)(end + 4 - request);
    if (announced != NULL && announced < end) wanted += (size_t)atol(announced + strlen("content-length:"));
    if (length >= wanted || length >= REQUEST_SIZE - 1) return length;
  }
}

static void write_down(const char *log, const char *request) {
  const char *body = strstr(request, "\r\n\r\n"), *end = strstr(request, " HTTP/");
  FILE *file = fopen(log, "a");
  if (file == NULL || end == NULL) _exit(1);
  fprintf(file, "%.*s %s\n", (int)(end - request), request, body != NULL ? body + 4 : "");
  fclose(file);
}

static void say(int fd, const char *answer, const char *request) {
  char text[REQUEST_SIZE], path[4096];
  const char *from = strchr(request, ' '), *place = strstr(answer, "{path}");
  snprintf(path, sizeof path, "%.*s", from != NULL ? (int)strcspn(from + 1, " ") : 0, from != NULL ? from + 1 : "");
  int before = place != NULL ? (int)(place - answer) : (int)strlen(answer);
  snprintf(text, sizeof text, "%.*s%s%s", before, answer, place != NULL ? path : "", place != NULL ? place + 6 : "");
  if (write(fd, text, strlen(text)) < 0) return;
  shutdown(fd, SHUT_WR);
}

static void serve(int listening, const char *answer, const char *log) {
  static char request[REQUEST_SIZE];
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  signal(SIGPIPE, SIG_IGN);
  for (;;) {
    int fd = accept(listening, NULL, NULL);
    if (fd < 0) continue;
    request[0] = '\0';
    if (read_request(fd, request) > 0) {
      write_down(log, request);
      say(fd, answer, request);
    }
    close(fd);
  }
}

bool tiny_http_start(TinyHttp *server, const char *answer, const char *log) {
  int fd = bind_loopback(&server->port);
  FILE *file = fopen(log, "w");
  if (file != NULL) fclose(file);
  if (fd < 0 || file == NULL || listen(fd, 64) != 0) return false;
  server->pid = fork();
  if (server->pid == 0) serve(fd, answer, log);
  close(fd);
  return server->pid > 0;
}

void tiny_http_stop(TinyHttp *server) {
  if (server->pid <= 0) return;
  kill(server->pid, SIGKILL);
  waitpid(server->pid, NULL, 0);
  server->pid = 0;
}
