#include <closebell/api/http_server.h>

#include <arpa/inet.h>
#include <microhttpd.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "workers.h"

/* The library zeroes a connection's memory at each request: it is no larger than a target and headers need. */
enum { CONNECTION_MEMORY = 24 * 1024, DRAIN_STEP_MS = 20 };

/* One open connection. */
typedef struct Peer {
  HttpServer *server;
  struct Peer *before, *after;
  int fd;
  int64_t since_ms; /* when it began, or its last request was over */
  bool busy;        /* its request is whole: it is the answer that takes time */
  char address[INET6_ADDRSTRLEN];
} Peer;

struct HttpServer {
  HttpServerOptions options;
  struct MHD_Daemon *daemon;
  Workers *workers;
  pthread_mutex_t mutex; /* over the list */
  Peer *peers;
  atomic_long active; /* requests that have begun and are not over */
  atomic_bool stopping;
};

/* One request. The item is its first member: the workers give that back. */
typedef struct {
  WorkItem item;
  HttpServer *server;
  struct MHD_Connection *connection;
  char *target, *body;
  size_t capacity;
  bool looked_at, queued, answered, large;
} Exchange;

/* ---- connections ---- */

static const Clock *clock_of(const HttpServer *server) { return server->options.service->clock; }

static void note_address(Peer *peer, struct MHD_Connection *connection) {
  const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
  const struct sockaddr *address = info ? info->client_addr : NULL;
  if (address && address->sa_family == AF_INET)
    inet_ntop(AF_INET, &((const struct sockaddr_in *)(const void *)address)->sin_addr, peer->address,
              sizeof peer->address);
  else if (address && address->sa_family == AF_INET6)
    inet_ntop(AF_INET6, &((const struct sockaddr_in6 *)(const void *)address)->sin6_addr, peer->address,
              sizeof peer->address);
}

static void add_peer(HttpServer *server, struct MHD_Connection *connection, void **socket_context) {
  Peer *peer = calloc(1, sizeof *peer);
  const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
  *socket_context = peer;
  if (!peer) return;
  *peer = (Peer){.server = server, .fd = info ? info->connect_fd : -1, .since_ms = clock_uptime_ms(clock_of(server))};
  note_address(peer, connection);
  pthread_mutex_lock(&server->mutex);
  peer->after = server->peers;
  if (peer->after) peer->after->before = peer;
  server->peers = peer;
  pthread_mutex_unlock(&server->mutex);
}

static void remove_peer(HttpServer *server, Peer *peer) {
  pthread_mutex_lock(&server->mutex);
  if (peer->before)
    peer->before->after = peer->after;
  else
    server->peers = peer->after;
  if (peer->after) peer->after->before = peer->before;
  pthread_mutex_unlock(&server->mutex);
  free(peer);
}

static void on_connection(void *context, struct MHD_Connection *connection, void **socket_context,
                          enum MHD_ConnectionNotificationCode code) {
  HttpServer *server = context;
  if (code == MHD_CONNECTION_NOTIFY_STARTED)
    add_peer(server, connection, socket_context);
  else if (*socket_context)
    remove_peer(server, *socket_context);
}

static Peer *peer_of(struct MHD_Connection *connection) {
  const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
  return info ? info->socket_context : NULL;
}

static void mark(struct MHD_Connection *connection, bool busy) {
  Peer *peer = peer_of(connection);
  if (!peer) return;
  pthread_mutex_lock(&peer->server->mutex);
  peer->busy = busy;
  peer->since_ms = clock_uptime_ms(clock_of(peer->server));
  pthread_mutex_unlock(&peer->server->mutex);
}

void http_server_sweep(HttpServer *server) {
  int64_t now = clock_uptime_ms(clock_of(server));
  pthread_mutex_lock(&server->mutex);
  for (Peer *peer = server->peers; peer; peer = peer->after)
    if (peer->fd >= 0 && now - peer->since_ms >= (peer->busy ? HTTP_TAKE_MS : HTTP_SEND_MS))
      shutdown(peer->fd, SHUT_RDWR);
  pthread_mutex_unlock(&server->mutex);
}

/* ---- the beginning of a request ---- */

static void *on_target(void *context, const char *target, struct MHD_Connection *connection) {
  HttpServer *server = context;
  Exchange *exchange = calloc(1, sizeof *exchange);
  if (!exchange) return NULL;
  exchange->server = server;
  exchange->connection = connection;
  exchange->target = strdup(target);
  atomic_fetch_add(&server->active, 1);
  return exchange;
}

static void on_completed(void *context, struct MHD_Connection *connection, void **request,
                         enum MHD_RequestTerminationCode code) {
  (void)code;
  HttpServer *server = context;
  Exchange *exchange = *request;
  mark(connection, false);
  if (!exchange) return;
  answer_free(&exchange->item.answer);
  free(exchange->target);
  free(exchange->body);
  free(exchange);
  *request = NULL;
  atomic_fetch_sub(&server->active, 1);
}

/* Headers that may come once. */
typedef struct {
  int lengths, encodings, hosts;
  const char *length, *encoding;
} Framing;

static enum MHD_Result count_header(void *context, enum MHD_ValueKind kind, const char *name, const char *value) {
  (void)kind;
  Framing *framing = context;
  if (strcasecmp(name, "Content-Length") == 0) {
    framing->lengths++;
    framing->length = value ? value : "";
  } else if (strcasecmp(name, "Transfer-Encoding") == 0) {
    framing->encodings++;
    framing->encoding = value ? value : "";
  } else if (strcasecmp(name, "Host") == 0) {
    framing->hosts++;
  }
  return MHD_YES;
}

/* What makes it uncertain where a request ends is refused, and ends the connection. */
static bool check_framing(Exchange *exchange, const char *version, Problem *problem) {
  Framing framing = {0};
  int64_t length = 0;
  MHD_get_connection_values(exchange->connection, MHD_HEADER_KIND, count_header, &framing);
  if (framing.lengths > 1) return problem_set(problem, 400, "Content-Length is given twice");
  if (framing.lengths && framing.encodings)
    return problem_set(problem, 400, "Content-Length and Transfer-Encoding exclude each other");
  if (framing.encodings > 1 || (framing.encodings && strcasecmp(framing.encoding, "chunked") != 0))
    return problem_set(problem, 501, "the only Transfer-Encoding known is chunked");
  if (framing.hosts > 1 || (framing.hosts == 0 && strcmp(version, "HTTP/1.0") != 0))
    return problem_set(problem, 400, "one Host is wanted");
  if (framing.lengths && (strspn(framing.length, "0123456789") != strlen(framing.length) || *framing.length == '\0'))
    return problem_set(problem, 400, "Content-Length is no number");
  if (framing.lengths && (!text_parse_int64(framing.length, 0, INT64_MAX, &length) || length > HTTP_BODY_MAX))
    return problem_set(problem, 413, "a body has at most %d bytes", HTTP_BODY_MAX);
  return true;
}

static const char *header(Exchange *exchange, const char *name) {
  return MHD_lookup_connection_value(exchange->connection, MHD_HEADER_KIND, name);
}

static void take_request(Exchange *exchange, const char *method) {
  Peer *peer = peer_of(exchange->connection);
  exchange->item.request = (ServiceRequest){.method = method,
                                            .target = exchange->target ? exchange->target : "/",
                                            .authorization = header(exchange, "Authorization"),
                                            .accept = header(exchange, "Accept"),
                                            .accept_encoding = header(exchange, "Accept-Encoding"),
                                            .if_none_match = header(exchange, "If-None-Match"),
                                            .content_type = header(exchange, "Content-Type"),
                                            .address = peer ? peer->address : ""};
}

/* ---- its body ---- */

static bool take_body(Exchange *exchange, const char *data, size_t size) {
  ServiceRequest *request = &exchange->item.request;
  if (exchange->large || size > HTTP_BODY_MAX - request->body_size) {
    exchange->large = true; /* what follows is read and forgotten */
    return true;
  }
  if (request->body_size + size + 1 > exchange->capacity) {
    size_t capacity = 2 * (request->body_size + size + 1);
    char *body = realloc(exchange->body, capacity);
    if (!body) return false;
    exchange->body = body;
    exchange->capacity = capacity;
  }
  memcpy(exchange->body + request->body_size, data, size);
  request->body_size += size;
  exchange->body[request->body_size] = '\0';
  request->body = exchange->body;
  return true;
}

/* ---- its answer ---- */

static void free_body(void *body) { free(body); }

static const char *content_type(const char *type) {
  if (strcmp(type, TYPE_CSV) == 0) return "text/csv; charset=utf-8";
  return strcmp(type, TYPE_TEXT) == 0 ? "text/plain; version=0.0.4; charset=utf-8" : type;
}

static void add_headers(struct MHD_Response *response, const Answer *answer) {
  if (answer->type && answer->status != 304)
    MHD_add_response_header(response, "Content-Type", content_type(answer->type));
  if (answer->etag[0]) MHD_add_response_header(response, "ETag", answer->etag);
  if (answer->etag[0]) MHD_add_response_header(response, "Cache-Control", "no-cache");
  if (answer->zipped && answer->status == 200) MHD_add_response_header(response, "Content-Encoding", "gzip");
  MHD_add_response_header(response, "Vary", "Accept-Encoding");
  MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
  if (answer->closes) MHD_add_response_header(response, "Connection", "close");
  for (size_t i = 0; i < answer->header_count; i++)
    MHD_add_response_header(response, answer->headers[i].name, answer->headers[i].value);
}

static void release_body(void *shared) { shared_body_release(shared); }

/* The body's memory, or the hold on it, goes over to the response. */
static struct MHD_Response *make_response(Answer *answer) {
  static char nothing[1];
  struct MHD_Response *response;
  if (answer->shared)
    response = MHD_create_response_from_buffer_with_free_callback_cls(answer->shared->length, answer->shared->data,
                                                                      release_body, answer->shared);
  else if (answer->body.data)
    response = MHD_create_response_from_buffer_with_free_callback(answer->body.length, answer->body.data, free_body);
  else
    return MHD_create_response_from_buffer(0, nothing, MHD_RESPMEM_PERSISTENT);
  if (!response) return NULL;
  answer->shared = NULL;
  answer->body = (TextBuffer){0};
  return response;
}

static enum MHD_Result send_answer(Exchange *exchange) {
  Answer *answer = &exchange->item.answer;
  if (atomic_load(&exchange->server->stopping)) answer->closes = true;
  struct MHD_Response *response = make_response(answer);
  if (!response) return MHD_NO;
  add_headers(response, answer);
  enum MHD_Result sent = MHD_queue_response(exchange->connection, (unsigned)answer->status, response);
  MHD_destroy_response(response);
  return sent;
}

static enum MHD_Result refuse(Exchange *exchange, const Problem *problem, bool closes) {
  exchange->item.answer.closes = closes;
  answer_problem(&exchange->item.answer, problem);
  return send_answer(exchange);
}

static void on_done(WorkItem *item) {
  Exchange *exchange = (Exchange *)(void *)item;
  exchange->answered = true;
  MHD_resume_connection(exchange->connection);
}

static enum MHD_Result answer_now(Exchange *exchange) {
  HttpServer *server = exchange->server;
  Problem problem = {0};
  mark(exchange->connection, true);
  if (exchange->large) {
    problem_set(&problem, 413, "a body has at most %d bytes", HTTP_BODY_MAX);
    return refuse(exchange, &problem, true);
  }
  if (service_answer(server->options.service, &exchange->item.request, &exchange->item.answer, &exchange->item.lane))
    return send_answer(exchange);
  exchange->queued = true;
  MHD_suspend_connection(exchange->connection);
  if (workers_add(server->workers, &exchange->item)) return MHD_YES;
  problem_set(&problem, 503, "too many requests wait for the database");
  problem.retry_after = 2;
  answer_problem(&exchange->item.answer, &problem);
  on_done(&exchange->item);
  return MHD_YES;
}

static enum MHD_Result on_request(void *context, struct MHD_Connection *connection, const char *url, const char *method,
                                  const char *version, const char *data, size_t *size, void **request) {
  (void)context;
  (void)connection;
  (void)url;
  Exchange *exchange = *request;
  if (!exchange) return MHD_NO;
  if (!exchange->looked_at) {
    Problem problem = {0};
    exchange->looked_at = true;
    take_request(exchange, method);
    return check_framing(exchange, version, &problem) ? MHD_YES : refuse(exchange, &problem, true);
  }
  if (*size > 0) {
    bool taken = take_body(exchange, data, *size);
    *size = 0;
    return taken ? MHD_YES : MHD_NO;
  }
  if (exchange->answered) return send_answer(exchange);
  return exchange->queued ? MHD_YES : answer_now(exchange);
}

/* ---- life ---- */

static bool start_daemon(HttpServer *server) {
  unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ITC;
  server->daemon =
      MHD_start_daemon(flags, 0, NULL, NULL, on_request, server, MHD_OPTION_LISTEN_SOCKET, server->options.listen_fd,
                       MHD_OPTION_THREAD_POOL_SIZE, server->options.threads, MHD_OPTION_CONNECTION_LIMIT,
                       (unsigned)HTTP_CONNECTIONS, MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)HTTP_IDLE_S,
                       MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY, MHD_OPTION_STRICT_FOR_CLIENT, 1,
                       MHD_OPTION_URI_LOG_CALLBACK, on_target, server, MHD_OPTION_NOTIFY_COMPLETED, on_completed,
                       server, MHD_OPTION_NOTIFY_CONNECTION, on_connection, server, MHD_OPTION_END);
  return server->daemon != NULL;
}

Status http_server_start(const HttpServerOptions *options, HttpServer **ret_server, Error *err) {
  HttpServer *server = calloc(1, sizeof *server);
  if (!server) return error_set(err, STATUS_NO_MEMORY, "no memory for the server");
  server->options = *options;
  pthread_mutex_init(&server->mutex, NULL);
  WorkersOptions workers = {.service = options->service,
                            .db_options = options->db_options,
                            .uri = options->uri,
                            .threads = options->workers,
                            .queue_max = HTTP_QUEUE_MAX,
                            .done = on_done};
  Status status = workers_start(&workers, &server->workers, err);
  if (status == STATUS_OK && !start_daemon(server)) {
    workers_stop(server->workers);
    status = error_set(err, STATUS_UNAVAILABLE, "the HTTP server did not start");
  }
  if (status != STATUS_OK) {
    pthread_mutex_destroy(&server->mutex);
    free(server);
    return status;
  }
  *ret_server = server;
  return STATUS_OK;
}

bool http_server_stop(HttpServer *server, int64_t wait_ms) {
  const Clock *clock = clock_of(server);
  int64_t until = clock_uptime_ms(clock) + wait_ms;
  atomic_store(&server->stopping, true);
  MHD_socket listening = MHD_quiesce_daemon(server->daemon);
  if (listening != MHD_INVALID_SOCKET) close(listening);
  while (atomic_load(&server->active) > 0 && clock_uptime_ms(clock) < until) clock_sleep_ms(clock, DRAIN_STEP_MS);
  if (atomic_load(&server->active) > 0) return false;
  workers_stop(server->workers);
  MHD_stop_daemon(server->daemon);
  pthread_mutex_destroy(&server->mutex);
  free(server);
  return true;
}
