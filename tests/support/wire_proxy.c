#include "wire_proxy.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
  CONNECTIONS = 16,
  HEADER_SIZE = 16,
  MAX_MESSAGE = 64 << 20,
  OP_MSG = 2013,
  FLAGS_SIZE = 4,
  MORE_TO_COME = 2, /* a flag of OP_MSG: no reply follows */
  BSON_TEXT = 2
};

typedef struct {
  int client, server;
} Connection;

typedef struct {
  uint8_t *bytes; /* header included */
  size_t size, capacity;
} Message;

struct WireProxy {
  pthread_t thread;
  pthread_mutex_t mutex; /* guards fault, victim, report and idle */
  pthread_cond_t victim_known, became_idle;
  bool idle; /* nobody is connected, and no late message is still to be sent */
  WireFault fault;
  pid_t victim;
  WireReport report;
  uint16_t port, target_port;
  int listener, wake[2]; /* a byte in the pipe ends the thread */
  Connection connections[CONNECTIONS];
  WireObserver *observer;
  void *observed;
  /* the thread's */
  Message message, reply;
  Message late; /* to be sent over late_server, unless that is -1, once late_due messages have come */
  int late_server;
  long late_due;
};

const char *wire_fault_name(WireFaultKind kind) {
  static const char *const names[] = {
#define X(name, text) text,
      WIRE_FAULTS(X)
#undef X
  };
  return names[kind];
}

/* ---- frames ---- */

static uint32_t read_uint32(const uint8_t *at) {
  return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

static bool receive(int fd, uint8_t *to, size_t size) {
  for (size_t have = 0; have < size;) {
    ssize_t count = recv(fd, to + have, size - have, 0);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    have += (size_t)count;
  }
  return true;
}

static bool transmit(int fd, const uint8_t *from, size_t size) {
  for (size_t done = 0; done < size;) {
    ssize_t count = send(fd, from + done, size - done, MSG_NOSIGNAL);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    done += (size_t)count;
  }
  return true;
}

static bool reserve(Message *message, size_t size) {
  if (size <= message->capacity) return true;
  uint8_t *larger = realloc(message->bytes, size);
  if (larger == NULL) return false;
  message->bytes = larger;
  message->capacity = size;
  return true;
}

static bool receive_message(int fd, Message *message) {
  if (!reserve(message, HEADER_SIZE) || !receive(fd, message->bytes, HEADER_SIZE)) return false;
  size_t size = read_uint32(message->bytes);
  if (size < HEADER_SIZE || size > MAX_MESSAGE || !reserve(message, size)) return false;
  message->size = size;
  return receive(fd, message->bytes + HEADER_SIZE, size - HEADER_SIZE);
}

static bool is_op_msg(const Message *message) {
  return message->size > HEADER_SIZE + FLAGS_SIZE && read_uint32(message->bytes + 12) == OP_MSG;
}

static bool wants_reply(const Message *message) {
  return !is_op_msg(message) || (read_uint32(message->bytes + HEADER_SIZE) & MORE_TO_COME) == 0;
}

/* The command is the first field of the first document: { insert: "job_locks", ... }. */
static void describe(const Message *message, char *text, size_t text_size) {
  enum { DOCUMENT_AT = HEADER_SIZE + FLAGS_SIZE + 1, TYPE_AT = DOCUMENT_AT + 4, NAME_AT = TYPE_AT + 1 };
  snprintf(text, text_size, "handshake");
  if (!is_op_msg(message) || message->size < NAME_AT + 2 || message->bytes[DOCUMENT_AT - 1] != 0) return;
  const char *name = (const char *)message->bytes + NAME_AT;
  size_t length = strnlen(name, message->size - NAME_AT), value_at = NAME_AT + length + 1 + 4;
  bool has_text = message->bytes[TYPE_AT] == BSON_TEXT && value_at < message->size;
  const char *value = has_text ? (const char *)message->bytes + value_at : "";
  size_t value_length = has_text ? strnlen(value, message->size - value_at) : 0;
  snprintf(text, text_size, "%.*s%s%.*s", (int)length, name, has_text ? " " : "", (int)value_length, value);
}

/* ---- what becomes of a message ---- */

pid_t wire_proxy_await_victim(WireProxy *proxy) {
  pthread_mutex_lock(&proxy->mutex);
  while (proxy->victim == 0) pthread_cond_wait(&proxy->victim_known, &proxy->mutex);
  pid_t victim = proxy->victim;
  pthread_mutex_unlock(&proxy->mutex);
  return victim;
}

static void kill_victim(WireProxy *proxy) { kill(wire_proxy_await_victim(proxy), SIGKILL); }

static void stall(int ms) {
  struct timespec pause = {.tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000};
  nanosleep(&pause, NULL);
}

/* Counts the message; the fault when it is this one's turn. */
static WireFault take_fault(WireProxy *proxy) {
  WireFault fault = {.kind = WIRE_NONE};
  char what[sizeof proxy->report.what];
  describe(&proxy->message, what, sizeof what);
  pthread_mutex_lock(&proxy->mutex);
  proxy->report.messages++;
  bool counts = proxy->fault.command == NULL || strcmp(proxy->fault.command, what) == 0;
  if (counts) proxy->report.last = proxy->report.messages;
  if (counts && ++proxy->report.counted == proxy->fault.message && proxy->fault.kind != WIRE_NONE) {
    fault = proxy->fault;
    memcpy(proxy->report.what, what, sizeof what);
  }
  pthread_mutex_unlock(&proxy->mutex);
  return fault;
}

static long messages_so_far(WireProxy *proxy) {
  pthread_mutex_lock(&proxy->mutex);
  long messages = proxy->report.messages;
  pthread_mutex_unlock(&proxy->mutex);
  return messages;
}

static void note_struck(WireProxy *proxy) {
  pthread_mutex_lock(&proxy->mutex);
  proxy->report.struck = true;
  pthread_mutex_unlock(&proxy->mutex);
}

/* It may have killed the server: nothing after it needs to succeed. */
static void make_call(WireProxy *proxy, const WireFault *fault) {
  fault->call(fault->context);
  note_struck(proxy);
}

/* The message and its way to the server are put aside. */
static void hold_back(WireProxy *proxy, Connection *connection, long delay) {
  Message spare = proxy->late;
  proxy->late = proxy->message;
  proxy->message = spare;
  proxy->late_server = connection->server;
  proxy->late_due = messages_so_far(proxy) + delay;
  connection->server = -1;
}

static void send_late(WireProxy *proxy) {
  bool sent = transmit(proxy->late_server, proxy->late.bytes, proxy->late.size);
  if (sent && (!wants_reply(&proxy->late) || receive_message(proxy->late_server, &proxy->reply))) note_struck(proxy);
  close(proxy->late_server);
  proxy->late_server = -1;
}

/* True when the message is to go on to the server. */
static bool before_forwarding(WireProxy *proxy, Connection *connection, const WireFault *fault) {
  if (fault->kind == WIRE_KILL_BEFORE) kill_victim(proxy);
  if (fault->kind == WIRE_STALL) stall(fault->stall_ms);
  if (fault->kind == WIRE_CALL_BEFORE) make_call(proxy, fault);
  if (fault->kind == WIRE_LATE) hold_back(proxy, connection, fault->delay);
  return fault->kind != WIRE_KILL_BEFORE && fault->kind != WIRE_CUT && fault->kind != WIRE_LATE;
}

/* The server has the message. True when the client is to get the reply. */
static bool before_replying(WireProxy *proxy, const WireFault *fault) {
  if (fault->kind == WIRE_KILL_AFTER) kill_victim(proxy);
  if (fault->kind == WIRE_CALL_AFTER) make_call(proxy, fault);
  return fault->kind != WIRE_KILL_AFTER && fault->kind != WIRE_LOSE_REPLY && fault->kind != WIRE_HALF_REPLY;
}

/* False: the connection is to be cut. */
static bool serve_fault(WireProxy *proxy, Connection *connection, const WireFault *fault) {
  if (!before_forwarding(proxy, connection, fault)) {
    if (fault->kind != WIRE_LATE) note_struck(proxy);
    return false;
  }
  if (!transmit(connection->server, proxy->message.bytes, proxy->message.size)) return false;
  bool passes = before_replying(proxy, fault);
  if (!wants_reply(&proxy->message)) return passes;
  if (!receive_message(connection->server, &proxy->reply)) return false;
  if (proxy->observer != NULL)
    proxy->observer(proxy->observed, proxy->message.bytes, proxy->message.size, proxy->reply.bytes, proxy->reply.size);
  if (fault->kind == WIRE_HALF_REPLY) transmit(connection->client, proxy->reply.bytes, proxy->reply.size / 2);
  if (fault->kind != WIRE_NONE) note_struck(proxy);
  return passes && transmit(connection->client, proxy->reply.bytes, proxy->reply.size);
}

static bool serve_message(WireProxy *proxy, Connection *connection) {
  if (!receive_message(connection->client, &proxy->message)) return false;
  WireFault fault = take_fault(proxy);
  return serve_fault(proxy, connection, &fault);
}

/* ---- connections ---- */

static struct sockaddr_in loopback(uint16_t port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

static int connect_to(uint16_t port) {
  struct sockaddr_in address = loopback(port);
  int on = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) == 0) {
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return fd;
  }
  if (fd >= 0) close(fd);
  return -1;
}

static void disconnect(Connection *connection) {
  if (connection->client >= 0) close(connection->client);
  if (connection->server >= 0) close(connection->server);
  *connection = (Connection){.client = -1, .server = -1};
}

/* A server that is not there is a connection that ends at once. */
static void accept_client(WireProxy *proxy) {
  int on = 1, client = accept4(proxy->listener, NULL, NULL, SOCK_CLOEXEC);
  if (client < 0) return;
  setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  Connection made = {.client = client, .server = connect_to(proxy->target_port)};
  for (size_t i = 0; i < CONNECTIONS && made.server >= 0; i++) {
    if (proxy->connections[i].client >= 0) continue;
    proxy->connections[i] = made;
    return;
  }
  disconnect(&made);
}

static bool is_anyone_connected(const WireProxy *proxy) {
  for (size_t i = 0; i < CONNECTIONS; i++)
    if (proxy->connections[i].client >= 0) return true;
  return false;
}

static void send_late_when_due(WireProxy *proxy) {
  if (proxy->late_server < 0) return;
  if (messages_so_far(proxy) >= proxy->late_due || !is_anyone_connected(proxy)) send_late(proxy);
}

/* An idle connection whose server speaks first has lost it. */
static void serve_ready(WireProxy *proxy, const struct pollfd *polled) {
  for (size_t i = 0; i < CONNECTIONS; i++) {
    Connection *connection = &proxy->connections[i];
    bool asked = polled[2 * i].revents != 0, gone = polled[2 * i + 1].revents != 0;
    if (!gone && !asked) continue;
    if (gone || !serve_message(proxy, connection)) disconnect(connection);
    send_late_when_due(proxy);
  }
}

static void tell_whether_idle(WireProxy *proxy) {
  pthread_mutex_lock(&proxy->mutex);
  proxy->idle = !is_anyone_connected(proxy) && proxy->late_server < 0;
  pthread_cond_broadcast(&proxy->became_idle);
  pthread_mutex_unlock(&proxy->mutex);
}

static void *run(void *context) {
  enum { LISTENER = 2 * CONNECTIONS, WAKE, POLLED };
  WireProxy *proxy = context;
  struct pollfd polled[POLLED];
  for (;;) {
    for (size_t i = 0; i < CONNECTIONS; i++) {
      polled[2 * i] = (struct pollfd){.fd = proxy->connections[i].client, .events = POLLIN};
      polled[2 * i + 1] = (struct pollfd){.fd = proxy->connections[i].server, .events = POLLIN};
    }
    polled[LISTENER] = (struct pollfd){.fd = proxy->listener, .events = POLLIN};
    polled[WAKE] = (struct pollfd){.fd = proxy->wake[0], .events = POLLIN};
    if (poll(polled, POLLED, -1) < 0) continue;
    if (polled[WAKE].revents != 0) return NULL;
    serve_ready(proxy, polled);
    if (polled[LISTENER].revents != 0) accept_client(proxy);
    tell_whether_idle(proxy);
  }
}

/* ---- from outside ---- */

static bool listen_anywhere(WireProxy *proxy) {
  struct sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  proxy->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (proxy->listener < 0 || bind(proxy->listener, (struct sockaddr *)&address, size) != 0) return false;
  if (listen(proxy->listener, CONNECTIONS) != 0) return false;
  if (getsockname(proxy->listener, (struct sockaddr *)&address, &size) != 0) return false;
  proxy->port = ntohs(address.sin_port);
  return true;
}

static void discard(WireProxy *proxy) {
  for (size_t i = 0; i < CONNECTIONS; i++) disconnect(&proxy->connections[i]);
  const int fds[] = {proxy->listener, proxy->wake[0], proxy->wake[1], proxy->late_server};
  for (size_t i = 0; i < sizeof fds / sizeof fds[0]; i++)
    if (fds[i] >= 0) close(fds[i]);
  pthread_cond_destroy(&proxy->victim_known);
  pthread_cond_destroy(&proxy->became_idle);
  pthread_mutex_destroy(&proxy->mutex);
  free(proxy->message.bytes);
  free(proxy->reply.bytes);
  free(proxy->late.bytes);
  free(proxy);
}

WireProxy *wire_proxy_start(uint16_t target_port) {
  WireProxy *proxy = calloc(1, sizeof *proxy);
  if (proxy == NULL) return NULL;
  proxy->target_port = target_port;
  proxy->listener = proxy->wake[0] = proxy->wake[1] = proxy->late_server = -1;
  proxy->idle = true;
  for (size_t i = 0; i < CONNECTIONS; i++) proxy->connections[i] = (Connection){.client = -1, .server = -1};
  pthread_mutex_init(&proxy->mutex, NULL);
  pthread_cond_init(&proxy->victim_known, NULL);
  pthread_cond_init(&proxy->became_idle, NULL);
  bool good = listen_anywhere(proxy) && pipe2(proxy->wake, O_CLOEXEC) == 0 &&
              pthread_create(&proxy->thread, NULL, run, proxy) == 0;
  if (good) return proxy;
  fprintf(stderr, "wire_proxy: %s\n", strerror(errno));
  discard(proxy);
  return NULL;
}

void wire_proxy_stop(WireProxy *proxy) {
  if (proxy == NULL) return;
  while (write(proxy->wake[1], "", 1) < 0 && errno == EINTR) continue;
  pthread_join(proxy->thread, NULL);
  discard(proxy);
}

uint16_t wire_proxy_port(const WireProxy *proxy) { return proxy->port; }

void wire_proxy_observe(WireProxy *proxy, WireObserver *observer, void *context) {
  proxy->observer = observer;
  proxy->observed = context;
}

void wire_proxy_arm(WireProxy *proxy, const WireFault *fault) {
  pthread_mutex_lock(&proxy->mutex);
  proxy->fault = *fault;
  proxy->victim = 0;
  proxy->report = (WireReport){0};
  pthread_mutex_unlock(&proxy->mutex);
}

void wire_proxy_victim(WireProxy *proxy, pid_t victim) {
  pthread_mutex_lock(&proxy->mutex);
  proxy->victim = victim;
  pthread_cond_signal(&proxy->victim_known);
  pthread_mutex_unlock(&proxy->mutex);
}

WireReport wire_proxy_report(WireProxy *proxy) {
  pthread_mutex_lock(&proxy->mutex);
  WireReport report = proxy->report;
  pthread_mutex_unlock(&proxy->mutex);
  return report;
}

WireReport wire_proxy_settle(WireProxy *proxy) {
  pthread_mutex_lock(&proxy->mutex);
  while (!proxy->idle) pthread_cond_wait(&proxy->became_idle, &proxy->mutex);
  WireReport report = proxy->report;
  pthread_mutex_unlock(&proxy->mutex);
  return report;
}
