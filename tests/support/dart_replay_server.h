/* dart_replay_server.h: the HTTP side of the DART server: its paths, its limits, and /control for the tests. */
#ifndef DART_REPLAY_SERVER_H
#define DART_REPLAY_SERVER_H

#include <stdint.h>

#include "dart_replay_data.h"

typedef struct DartServer DartServer;

typedef struct {
  long per_day;    /* calls of a day in Korea; more: 020; 0: as many as are asked */
  long per_minute; /* more: the door is shut for a day; 0: never */
  long largest;    /* bytes of an answer about several companies; more: 302; 0: any */
} DartLimits;

typedef struct {
  const DartData *data;
  const char *key; /* null: any 40 characters */
  long unlisted;   /* companies without a stock code in the list of codes */
  DartLimits limits;
  bool has_now;   /* else its clock is the host's */
  int64_t now_ms; /* at the start; since the epoch */
  double speed;   /* of its clock; 0: it stands */
  uint16_t port;
} DartOptions;

/* Listens on 127.0.0.1, a thread a connection. What the options point to must outlive it. Null with a line on stderr.
 */
DartServer *dart_server_start(const DartOptions *options);
uint16_t dart_server_port(const DartServer *server);
void dart_server_stop(DartServer *server);

#endif
