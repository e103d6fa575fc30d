/* krx_replay_server.h: the HTTP side: the exchange's paths, and /control for the tests that script it. */
#ifndef KRX_REPLAY_SERVER_H
#define KRX_REPLAY_SERVER_H

#include "krx_replay_data.h"

typedef struct ReplayServer ReplayServer;

typedef struct {
  const ReplayData *data;
  const ReplayClosures *closures;
  ReplayPublication publication;
  const char *key; /* null: any key will do */
  bool has_now;    /* else every day is served */
  int64_t now;     /* seconds since the epoch */
  uint16_t port;   /* 0: a free one */
} ReplayOptions;

/* Listens on 127.0.0.1, a thread a connection. What the options point to must outlive the server. Null with a line on
 * stderr. */
ReplayServer *replay_server_start(const ReplayOptions *options);
uint16_t replay_server_port(const ReplayServer *server);
void replay_server_stop(ReplayServer *server);

/* Does what a line of a control file says: "/control/fault?date=20240105&market=KOSPI&kind=empty&times=2" (nothing is
 * percent-decoded). False, and a line in why, when it makes no sense. */
bool replay_server_control(ReplayServer *server, const char *line, char *why, size_t why_size);

#endif
