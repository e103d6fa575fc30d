#include <closebell/api/http_server.h>

#include <microhttpd.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/resource.h>
#include <unistd.h>

#include "http_response.h"
#include "http_stream.h"
#include "peers.h"
#include "workers.h"

/* The library zeroes a connection's memory at each request: it is no larger than a target and headers need. */
enum { CONNECTION_MEMORY = 24 * 1024, DRAIN_STEP_MS = 20, STREAMS_END_MS = 500 };

struct HttpServer {
  HttpServerOptions options;
  struct MHD_Daemon *daemon;
  Workers *workers;
  Peers peers;
  HttpStreams streams;
  atomic_long active; /* requests that have begun and are not over */
  atomic_bool stopping;
};

/* One request. The item is its first member: the workers give that back. */
typedef struct {
  WorkItem item;
  HttpServer *server;
  struct MHD_Connection *connection;
  char *target, *body;
  char *lists[4]; /* owned; null where a list stands in one line */
  size_t capacity;
  bool looked_at, queued, answered, large;
} Exchange;

/* ---- connections ---- */

static const Clock *clock_of(const HttpServer *server) { return server->options.service->clock; }

static Peer *add_peer(HttpServer *server, struct MHD_Connection *connection) {
  const union MHD_ConnectionInfo *fd = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
  const union MHD_ConnectionInfo *client = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
  return peers_add(&server->peers, fd ? fd->connect_fd : -1, client ? client->client_addr : NULL);
}

static void on_connection(void *context, struct MHD_Connection *connection, void **socket_context,
                          enum MHD_ConnectionNotificationCode code) {
  HttpServer *server = context;
  if (code == MHD_CONNECTION_NOTIFY_STARTED)
    *socket_context = add_peer(server, connection);
  else if (*socket_context)
    peers_remove(*socket_context);
}

static Peer *peer_of(struct MHD_Connection *connection) {
  const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
  return info ? info->socket_context : NULL;
}

void http_server_sweep(HttpServer *server) { peers_sweep(&server->peers, HTTP_SEND_MS, HTTP_TAKE_MS); }

void http_server_renew(HttpServer *server) { http_streams_end(&server->streams, false); }

void http_server_tick(HttpServer *server) { http_streams_tick(&server->streams); }

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
  peer_mark(peer_of(connection), false);
  if (!exchange) return;
  answer_free(&exchange->item.answer);
  free(exchange->target);
  free(exchange->body);
  for (size_t i = 0; i < sizeof exchange->lists / sizeof exchange->lists[0]; i++) free(exchange->lists[i]);
  free(exchange);
  *request = NULL;
  atomic_fetch_sub(&server->active, 1);
}

/* Headers that may come once. */
typedef struct {
  int lengths, encodings, hosts;
  const char *length, *encoding;
  bool strange; /* a blank in a name: others may read the header differently */
} Framing;

static enum MHD_Result count_header(void *context, enum MHD_ValueKind kind, const char *name, const char *value) {
  (void)kind;
  Framing *framing = context;
  if (!value) value = "";
  if (strpbrk(name, " \t")) framing->strange = true;
  if (strcasecmp(name, "Content-Length") == 0) {
    framing->lengths++;
    framing->length = value;
  } else if (strcasecmp(name, "Transfer-Encoding") == 0) {
    framing->encodings++;
    framing->encoding = value;
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
  if (framing.strange) return problem_set(problem, 400, "the name of a header has a blank in it");
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

/* A header that is a list may come in several lines, which are one list. */
typedef struct {
  const char *name, *first;
  size_t lines;
  TextBuffer all;
} ListHeader;

static enum MHD_Result gather_line(void *context, enum MHD_ValueKind kind, const char *name, const char *value) {
  (void)kind;
  ListHeader *list = context;
  if (strcasecmp(name, list->name) != 0 || !value) return MHD_YES;
  if (list->lines++ == 0)
    list->first = value;
  else
    text_buffer_printf(&list->all, "%s,%s", list->lines == 2 ? list->first : "", value);
  return MHD_YES;
}

static const char *list_header(Exchange *exchange, size_t place, const char *name) {
  ListHeader list = {.name = name};
  MHD_get_connection_values(exchange->connection, MHD_HEADER_KIND, gather_line, &list);
  exchange->lists[place] = list.all.data;
  return list.lines < 2 || list.all.failed ? list.first : list.all.data;
}

static void take_request(Exchange *exchange, const char *method) {
  Peer *peer = peer_of(exchange->connection);
  exchange->item.request = (ServiceRequest){.method = method,
                                            .target = exchange->target ? exchange->target : "/",
                                            .authorization = header(exchange, "Authorization"),
                                            .accept = list_header(exchange, 0, "Accept"),
                                            .accept_encoding = list_header(exchange, 1, "Accept-Encoding"),
                                            .if_none_match = list_header(exchange, 2, "If-None-Match"),
                                            .content_type = header(exchange, "Content-Type"),
                                            .last_event_id = header(exchange, "Last-Event-ID"),
                                            .idempotency_key = list_header(exchange, 3, "Idempotency-Key"),
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

/* For HEAD nobody listens. */
static bool goes_on(const Exchange *exchange) {
  return exchange->item.answer.listener && strcmp(exchange->item.request.method, "HEAD") != 0;
}

static struct MHD_Response *make_stream(Exchange *exchange) {
  ServiceAnswer *answer = &exchange->item.answer;
  struct MHD_Response *response = http_stream_response(&exchange->server->streams, exchange->connection,
                                                       peer_of(exchange->connection), answer->listener);
  if (!response) return NULL;
  answer->listener = NULL;
  http_response_add_headers(response, answer);
  return response;
}

static enum MHD_Result send_answer(Exchange *exchange) {
  ServiceAnswer *answer = &exchange->item.answer;
  if (atomic_load(&exchange->server->stopping)) answer->closes = true;
  struct MHD_Response *response = goes_on(exchange) ? make_stream(exchange) : http_response(answer);
  if (!response) return MHD_NO;
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
  peer_mark(peer_of(exchange->connection), true);
  if (atomic_load(&server->streams.count) >= LISTENERS_MAX)
    http_streams_tick(&server->streams); /* some may have gone */
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

/* Descriptors that are not connections: of the program, and of the database. */
enum { OTHER_FILES = 96 };

static unsigned most_connections(void) {
  struct rlimit files;
  if (getrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_cur >= HTTP_CONNECTIONS + OTHER_FILES)
    return HTTP_CONNECTIONS;
  return files.rlim_cur > 2 * OTHER_FILES ? (unsigned)files.rlim_cur - OTHER_FILES : OTHER_FILES;
}

static bool start_daemon(HttpServer *server) {
  const unsigned connections = most_connections();
  server->peers.most = connections / 4 * 3;
  unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ITC;
  server->daemon =
      MHD_start_daemon(flags, 0, NULL, NULL, on_request, server, MHD_OPTION_LISTEN_SOCKET, server->options.listen_fd,
                       MHD_OPTION_THREAD_POOL_SIZE, server->options.threads, MHD_OPTION_CONNECTION_LIMIT, connections,
                       MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)HTTP_IDLE_S, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
                       (size_t)CONNECTION_MEMORY, MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_URI_LOG_CALLBACK,
                       on_target, server, MHD_OPTION_NOTIFY_COMPLETED, on_completed, server,
                       MHD_OPTION_NOTIFY_CONNECTION, on_connection, server, MHD_OPTION_END);
  return server->daemon != NULL;
}

static void free_server(HttpServer *server) {
  http_streams_close(&server->streams);
  pthread_mutex_destroy(&server->peers.mutex);
  free(server);
}

/* [retry] scale shortens the wait, for tests. */
static int64_t scaled(const Service *service, int64_t ms) {
  const double scale = service->config->retry.scale;
  return (int64_t)((double)ms * (scale < 1 ? scale : 1));
}

Status http_server_start(const HttpServerOptions *options, HttpServer **ret_server, Error *err) {
  HttpServer *server = calloc(1, sizeof *server);
  if (!server) return error_set(err, STATUS_NO_MEMORY, "no memory for the server");
  server->options = *options;
  server->peers.clock = options->service->clock;
  pthread_mutex_init(&server->peers.mutex, NULL);
  http_streams_open(&server->streams, server->peers.clock, scaled(options->service, STREAM_STUCK_MS));
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
    free_server(server);
    return status;
  }
  *ret_server = server;
  return STATUS_OK;
}

/* Streams end at once, those that do not are cut. */
static void drain(HttpServer *server, int64_t began_ms, int64_t until_ms) {
  const Clock *clock = clock_of(server);
  http_streams_end(&server->streams, true);
  for (int64_t now; atomic_load(&server->active) > 0 && (now = clock_uptime_ms(clock)) < until_ms;) {
    if (now - began_ms > STREAMS_END_MS) http_streams_cut(&server->streams);
    http_streams_tick(&server->streams);
    clock_sleep_ms(clock, DRAIN_STEP_MS);
  }
}

bool http_server_stop(HttpServer *server, int64_t wait_ms) {
  const Clock *clock = clock_of(server);
  int64_t until = clock_uptime_ms(clock) + wait_ms;
  atomic_store(&server->stopping, true);
  MHD_socket listening = MHD_quiesce_daemon(server->daemon);
  if (listening != MHD_INVALID_SOCKET) close(listening);
  drain(server, until - wait_ms, until);
  if (atomic_load(&server->active) > 0) return false;
  workers_stop(server->workers);
  MHD_stop_daemon(server->daemon);
  free_server(server);
  return true;
}
