#include "api_client.h"

#include <arpa/inet.h>
#include <signal.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "tiny_http.h"

enum { PAUSE_MS = 20 };

static void rest(void) { nanosleep(&(struct timespec){.tv_nsec = PAUSE_MS * 1000000L}, NULL); }

static int connect_to(int port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  const struct timeval patience = {.tv_sec = 60};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  if (connect(fd, (struct sockaddr *)&address, sizeof address) == 0) return fd;
  close(fd);
  return -1;
}

int api_connect(const Api *api) { return connect_to(api->port); }

static void read_all(int fd, Reply *reply) {
  size_t capacity = 1 << 16;
  reply->text = malloc(capacity + 1);
  for (;;) {
    if (reply->length == capacity) reply->text = realloc(reply->text, (capacity *= 2) + 1);
    ssize_t got = recv(fd, reply->text + reply->length, capacity - reply->length, 0);
    if (got <= 0) break;
    reply->length += (size_t)got;
  }
  reply->text[reply->length] = '\0';
}

/* The server may answer, and end the connection, before it has read all. */
static void send_all(int fd, const char *bytes, size_t size) {
  while (size > 0) {
    ssize_t sent = send(fd, bytes, size, MSG_NOSIGNAL);
    if (sent <= 0) return;
    bytes += sent;
    size -= (size_t)sent;
  }
}

Reply api_send(const Api *api, const char *request) {
  Reply reply = {0};
  int fd = connect_to(api->port);
  if (fd < 0) return reply;
  send_all(fd, request, strlen(request));
  read_all(fd, &reply);
  close(fd);
  if (strncmp(reply.text, "HTTP/1.1 ", 9) == 0) reply.status = atoi(reply.text + 9);
  char *end = strstr(reply.text, "\r\n\r\n");
  reply.body = end ? end + 4 : reply.text + reply.length;
  reply.body_length = reply.length - (size_t)(reply.body - reply.text);
  return reply;
}

Reply api_ask(const Api *api, const char *method, const char *target, const char *headers) {
  size_t size = strlen(target) + strlen(headers) + 256;
  char *request = malloc(size);
  snprintf(request, size, "%s %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n%s\r\n", method, target, headers);
  Reply reply = api_send(api, request);
  free(request);
  return reply;
}

Reply api_get(const Api *api, const char *target) { return api_ask(api, "GET", target, ""); }

void reply_free(Reply *reply) {
  free(reply->text);
  *reply = (Reply){0};
}

char *reply_header(const Reply *reply, const char *name, char *value, size_t size) {
  value[0] = '\0';
  size_t length = strlen(name);
  for (const char *line = reply->text; line && line < reply->body; line = strstr(line, "\r\n")) {
    if (*line == '\r') line += 2;
    if (strncasecmp(line, name, length) != 0 || line[length] != ':') continue;
    snprintf(value, size, "%.*s", (int)strcspn(line + length + 2, "\r"), line + length + 2);
    break;
  }
  return value;
}

char *api_expect(const Api *api, const char *target, int status) {
  Reply reply = api_get(api, target);
  if (reply.status != status) fail_msg("%s: %d instead of %d: %.500s", target, reply.status, status, reply.text);
  char *body = strdup(reply.body);
  reply_free(&reply);
  return body;
}

void api_await(const Api *api, const char *target, int status) {
  int64_t until = live_now_ms() + LIVE_PATIENCE_MS;
  for (;;) {
    Reply reply = api_get(api, target);
    int got = reply.status;
    reply_free(&reply);
    if (got == status) return;
    if (live_now_ms() > until) fail_msg("%s: %d and not %d", target, got, status);
    rest();
  }
}

Api api_start_on(LiveWorld *world, const char *host, const char *arguments, bool ready) {
  char all[256];
  int held;
  Api api = {.port = tiny_closed_port(&held)};
  close(held);
  snprintf(all, sizeof all, "--listen %s:%d %s", host, api.port, arguments);
  api.process = live_start(world, "closebell_api", all);
  api_await(&api, ready ? "/readyz" : "/healthz", 200);
  return api;
}

Api api_start(LiveWorld *world, const char *arguments, bool ready) {
  return api_start_on(world, "127.0.0.1", arguments, ready);
}

void api_stop(LiveWorld *world, Api *api) {
  kill(api->process.pid, SIGTERM);
  LiveResult result = live_finish(world, &api->process);
  live_assert_exit(&result, 0);
}
