/* web_replay_server.h: the HTTP side of the web server: its services, its keys, and /control for the tests. */
#ifndef WEB_REPLAY_SERVER_H
#define WEB_REPLAY_SERVER_H

#include <stdbool.h>
#include <stdint.h>

typedef struct WebServer WebServer;

typedef struct {
  long coins;     /* of Bithumb and CoinGecko */
  bool has_now;   /* else its clock is the host's */
  int64_t now_ms; /* at the start; since the epoch */
  double speed;   /* of its clock; 0: it stands */
  uint16_t port;
} WebOptions;

/* Listens on 127.0.0.1, a thread a connection. Null with a line on stderr. */
WebServer *web_server_start(const WebOptions *options);
uint16_t web_server_port(const WebServer *server);
void web_server_stop(WebServer *server);

#endif
