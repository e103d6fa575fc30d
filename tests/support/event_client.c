#include "event_client.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { STEP_MS = 20 };

void event_client_open(EventClient *client, const Api *api, const char *last_id, const char *headers) {
  char request[EVENT_TEXT_SIZE + 512];
  client->fd = api_connect(api);
  assert_true(client->fd >= 0);
  client->length = client->taken = 0;
  client->status = 0;
  snprintf(request, sizeof request, "GET /events HTTP/1.0\r\n%s%s%s%s\r\n", last_id ? "Last-Event-ID: " : "",
           last_id ? last_id : "", last_id ? "\r\n" : "", headers);
  assert_int_equal(send(client->fd, request, strlen(request), MSG_NOSIGNAL), strlen(request));
}

static void take_line(EventClient *client, SeenEvent *event, const char *line, size_t length) {
  char text[EVENT_TEXT_SIZE];
  assert_true(length < sizeof text);
  snprintf(text, sizeof text, "%.*s", (int)length, line);
  if (*text == ':')
    client->comments++;
  else if (strncmp(text, "id: ", 4) == 0)
    snprintf(event->id, sizeof event->id, "%s", text + 4);
  else if (strncmp(text, "event: ", 7) == 0)
    snprintf(event->kind, sizeof event->kind, "%.31s", text + 7);
  else if (strncmp(text, "data: ", 6) == 0)
    snprintf(event->data, sizeof event->data, "%.1023s", text + 6);
  else if (strncmp(text, "retry: ", 7) != 0)
    fail_msg("this is no line of server-sent events: %s", text);
}

static void take_block(EventClient *client, const char *block, const char *end) {
  SeenEvent event = {0};
  while (block < end) {
    const char *line = memchr(block, '\n', (size_t)(end - block));
    if (!line) line = end;
    take_line(client, &event, block, (size_t)(line - block));
    block = line + 1;
  }
  if (*event.id) memcpy(client->last_id, event.id, sizeof event.id);
  if (!*event.kind) return;
  assert_true(*event.id && *event.data);
  assert_true(client->count < EVENT_CLIENT_MOST);
  if (!client->events) client->events = calloc(EVENT_CLIENT_MOST, sizeof *client->events);
  client->events[client->count++] = event;
}

static void take_blocks(EventClient *client) {
  const char *end;
  if (client->status == 0) {
    if (!(end = strstr(client->text, "\r\n\r\n"))) return;
    client->status = atoi(client->text + 9);
    client->taken = (size_t)(end + 4 - client->text);
  }
  if (client->status != 200) return;
  while ((end = strstr(client->text + client->taken, "\n\n"))) {
    take_block(client, client->text + client->taken, end);
    client->taken = (size_t)(end + 2 - client->text);
  }
}

bool event_client_read(EventClient *client) {
  for (;;) {
    if (client->capacity < client->length + 65536) {
      client->capacity = 2 * (client->length + 65536);
      client->text = realloc(client->text, client->capacity + 1);
    }
    ssize_t got = recv(client->fd, client->text + client->length, client->capacity - client->length, MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return true;
    if (got <= 0) return false;
    client->text[client->length += (size_t)got] = '\0';
    take_blocks(client);
  }
}

static void rest(const EventClient *client) {
  struct pollfd fd = {.fd = client->fd, .events = POLLIN};
  poll(&fd, 1, STEP_MS);
}

void event_client_join(EventClient *client, const Api *api, const char *last_id) {
  event_client_open(client, api, last_id, "");
  client->last_id[0] = '\0';
  for (int64_t until = live_now_ms() + LIVE_PATIENCE_MS;; rest(client)) {
    if (!event_client_read(client) || live_now_ms() > until || client->status > 200)
      fail_msg("not listening: %s", client->text);
    if (*client->last_id) return;
  }
}

size_t event_client_await(EventClient *client, const char *kind, const char *part) {
  for (int64_t until = live_now_ms() + LIVE_PATIENCE_MS;; rest(client)) {
    const bool open = event_client_read(client);
    for (size_t i = 0; i < client->count; i++)
      if (strcmp(client->events[i].kind, kind) == 0 && strstr(client->events[i].data, part)) return i;
    if (!open) fail_msg("the stream ended before %s %s: %s", kind, part, client->text);
    if (live_now_ms() > until) fail_msg("%s %s never came", kind, part);
  }
}

void event_client_await_end(EventClient *client) {
  for (int64_t until = live_now_ms() + LIVE_PATIENCE_MS; event_client_read(client); rest(client))
    if (live_now_ms() > until) fail_msg("the stream does not end");
}

size_t event_client_count(const EventClient *client, const char *kind, const char *part) {
  size_t count = 0;
  for (size_t i = 0; i < client->count; i++)
    count += strcmp(client->events[i].kind, kind) == 0 && strstr(client->events[i].data, part) != NULL;
  return count;
}

void event_client_close(EventClient *client) {
  if (client->fd > 0) close(client->fd);
  client->fd = -1;
}

void event_client_free(EventClient *client) {
  event_client_close(client);
  free(client->text);
  free(client->events);
  *client = (EventClient){0};
}
