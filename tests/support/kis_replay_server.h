/* kis_replay_server.h: the HTTP side of the KIS server: its paths, its limits, and /control for the tests. */
#ifndef KIS_REPLAY_SERVER_H
#define KIS_REPLAY_SERVER_H

#include "kis_replay_world.h"

typedef struct KisServer KisServer;

typedef struct {
  KisWorld *world;
  const char *appkey, *appsecret; /* null: any will do */
  bool is_paper;                  /* the services that paper trading lacks are none */
  long rate;                      /* data calls a second; 0: as many as are asked */
  bool has_now;                   /* else its clock is the host's */
  int64_t now_ms;                 /* at the start; since the epoch */
  double speed;                   /* of its clock; 0: it stands */
  int more_days;                  /* that it takes a token for longer than it says */
  uint16_t port;
} KisOptions;

/* Listens on 127.0.0.1, a thread a connection. What the options point to must outlive it. Null with a line on stderr.
 */
KisServer *kis_server_start(const KisOptions *options);
uint16_t kis_server_port(const KisServer *server);
void kis_server_stop(KisServer *server);

#endif
