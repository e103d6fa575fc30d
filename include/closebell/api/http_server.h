/* http_server.h: HTTP in front of a service. http_server.c, http_response.c and http_stream.c are the only files
 * that know libmicrohttpd. */
#ifndef CLOSEBELL_API_HTTP_SERVER_H
#define CLOSEBELL_API_HTTP_SERVER_H

#include <closebell/api/service.h>

typedef struct HttpServer HttpServer;

typedef struct {
  Service *service;
  const DbOptions *db_options;
  const char *uri; /* of the database; every worker opens its own connection */
  int listen_fd;   /* bound and listening; the server closes it */
  unsigned threads, workers;
} HttpServerOptions;

enum {
  HTTP_CONNECTIONS = 4096,
  HTTP_BODY_MAX = 64 * 1024,
  HTTP_QUEUE_MAX = 256,
  HTTP_IDLE_S = 60,
  HTTP_SEND_MS = 120000,
  HTTP_TAKE_MS = 300000
};

Status http_server_start(const HttpServerOptions *options, HttpServer **ret_server, Error *err);
/* Ends connections on which no request has become whole in HTTP_SEND_MS, and whose answer is not taken in HTTP_TAKE_MS.
 * To be called every few seconds. Long before all HTTP_CONNECTIONS are taken, a new one ends the one that was waited
 * for longest. */
void http_server_sweep(HttpServer *server);
/* Readers of /events come again, and show their keys again. */
void http_server_renew(HttpServer *server);
/* Serves the readers of /events. To be called several times a second. */
void http_server_tick(HttpServer *server);
/* No new connections; answers begun are finished, for at most wait_ms, and streams end. False: some were not. Then
 * nothing may be freed but by the end of the process. */
bool http_server_stop(HttpServer *server, int64_t wait_ms);

#endif
