/* http_stream.h: answers that go on: the readers of /events and their connections. No thread waits for any of them: a
 * stream without anything to say is suspended, and http_streams_tick wakes it. */
#ifndef CLOSEBELL_API_HTTP_STREAM_H
#define CLOSEBELL_API_HTTP_STREAM_H

#include <closebell/api/event_bus.h>

#include "peers.h"

struct MHD_Connection;
struct MHD_Response;

/* A stream that was woken and has not taken anything for so long is dropped. */
enum {
  STREAM_STUCK_MS = 30000,
  STREAM_STUCK_LEAST_MS = 2000,
  STREAM_SOCKET_BYTES = 64 * 1024,
  STREAM_UNCONFIRMED_MS = 60000
};

typedef struct {
  const Clock *clock;
  int64_t stuck_ms;
  pthread_mutex_t mutex; /* over what follows */
  struct HttpStream *first;
  atomic_int count;
  bool closing;
} HttpStreams;

void http_streams_open(HttpStreams *streams, const Clock *clock, int64_t stuck_ms);
void http_streams_close(HttpStreams *streams);

/* The body of a response, until the reader goes or the server stops. The listener is taken over; null: no memory, and
 * it is left. peer may be null. */
struct MHD_Response *http_stream_response(HttpStreams *streams, struct MHD_Connection *connection, Peer *peer,
                                          Listener *listener);

/* Wakes who has something to be sent, ends who went away, drops who takes nothing. To be called several times a second
 * while there are any. */
void http_streams_tick(HttpStreams *streams);
/* All end as soon as their readers have taken what is on its way; their readers may come again, unless it is for good.
 */
void http_streams_end(HttpStreams *streams, bool for_good);
/* Those that have not ended by now are cut. */
void http_streams_cut(HttpStreams *streams);

#endif
