#include "http_stream.h"

#include <microhttpd.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>

/* It may wake all that it finds: more than LISTENERS_MAX end at the same time at most. */
enum { BLOCK_BYTES = 4096, AT_ONCE = 2 * LISTENERS_MAX };

typedef struct HttpStream {
  HttpStreams *streams;
  struct HttpStream *before, *after;
  struct MHD_Connection *connection;
  Peer *peer;
  Listener *listener; /* null: it ends */
  bool asleep;        /* its connection is suspended */
  int64_t said_ms;    /* uptime at which it was last given something, or woken */
} HttpStream;

void http_streams_open(HttpStreams *streams, const Clock *clock, int64_t stuck_ms) {
  streams->clock = clock;
  streams->stuck_ms = stuck_ms > STREAM_STUCK_LEAST_MS ? stuck_ms : STREAM_STUCK_LEAST_MS;
  pthread_mutex_init(&streams->mutex, NULL);
}

void http_streams_close(HttpStreams *streams) { pthread_mutex_destroy(&streams->mutex); }

/* ---- one stream ---- */

/* Its place is another listener's from here on. */
static void leave(HttpStream *stream) {
  listener_leave(stream->listener);
  stream->listener = NULL;
}

/* Suspended under the mutex: who wakes it then finds it asleep. */
static ssize_t read_stream(void *context, uint64_t position, char *to, size_t size) {
  (void)position;
  HttpStream *stream = context;
  HttpStreams *streams = stream->streams;
  ssize_t length = MHD_CONTENT_READER_END_OF_STREAM;
  pthread_mutex_lock(&streams->mutex);
  if (stream->listener) {
    length = (ssize_t)listener_read(stream->listener, to, size);
    stream->asleep = length == 0;
    if (length == 0)
      MHD_suspend_connection(stream->connection);
    else
      stream->said_ms = clock_uptime_ms(streams->clock);
  }
  pthread_mutex_unlock(&streams->mutex);
  if (length > 0) peer_mark(stream->peer, true);
  return length;
}

static void free_stream(void *context) {
  HttpStream *stream = context;
  HttpStreams *streams = stream->streams;
  pthread_mutex_lock(&streams->mutex);
  leave(stream);
  if (stream->after) stream->after->before = stream->before;
  if (stream->before)
    stream->before->after = stream->after;
  else
    streams->first = stream->after;
  atomic_fetch_sub(&streams->count, 1);
  pthread_mutex_unlock(&streams->mutex);
  free(stream);
}

/* What a reader does not take waits in the system, which has less room for it than for others; and a reader whose host
 * is gone without a word is noticed by a comment that nobody confirms. */
static void narrow(const Peer *peer) {
  const int bytes = STREAM_SOCKET_BYTES;
  const unsigned unconfirmed_ms = STREAM_UNCONFIRMED_MS;
  if (!peer || peer->fd < 0) return;
  setsockopt(peer->fd, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes);
  setsockopt(peer->fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &unconfirmed_ms, sizeof unconfirmed_ms);
}

static void add_stream(HttpStream *stream) {
  HttpStreams *streams = stream->streams;
  pthread_mutex_lock(&streams->mutex);
  stream->after = streams->first;
  if (stream->after) stream->after->before = stream;
  streams->first = stream;
  atomic_fetch_add(&streams->count, 1);
  if (streams->closing) leave(stream);
  pthread_mutex_unlock(&streams->mutex);
}

struct MHD_Response *http_stream_response(HttpStreams *streams, struct MHD_Connection *connection, Peer *peer,
                                          Listener *listener) {
  HttpStream *stream = calloc(1, sizeof *stream);
  struct MHD_Response *response =
      stream ? MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, BLOCK_BYTES, read_stream, stream, free_stream)
             : NULL;
  if (!response) {
    free(stream);
    return NULL;
  }
  *stream = (HttpStream){.streams = streams,
                         .connection = connection,
                         .peer = peer,
                         .listener = listener,
                         .said_ms = clock_uptime_ms(streams->clock)};
  narrow(peer);
  add_stream(stream);
  return response;
}

/* ---- all of them ---- */

/* Whether the reader of a sleeping stream has gone: nobody reads its connection meanwhile. */
static bool has_gone(const HttpStream *stream) {
  struct pollfd fd = {.fd = stream->peer ? stream->peer->fd : -1, .events = POLLRDHUP};
  return fd.fd >= 0 && poll(&fd, 1, 0) > 0 && (fd.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}

static bool is_to_be_woken(HttpStream *stream, int64_t now) {
  if (stream->listener && has_gone(stream)) leave(stream);
  if (!stream->listener) return true;
  if (listener_has_more(stream->listener)) return true;
  if (now - stream->said_ms < LISTENER_COMMENT_MS) return false;
  listener_comment(stream->listener);
  return listener_has_more(stream->listener);
}

static void drop_if_stuck(HttpStream *stream, int64_t now) {
  if (!stream->listener || now - stream->said_ms < stream->streams->stuck_ms) return;
  leave(stream);
  peer_end(stream->peer);
}

/* A suspended connection stays while nobody else wakes it, also without the mutex; the library is not called under it.
 */
void http_streams_tick(HttpStreams *streams) {
  struct MHD_Connection *woken[AT_ONCE];
  size_t count = 0;
  if (atomic_load(&streams->count) == 0) return;
  pthread_mutex_lock(&streams->mutex);
  const int64_t now = clock_uptime_ms(streams->clock);
  for (HttpStream *stream = streams->first; stream; stream = stream->after) {
    if (!stream->asleep) {
      drop_if_stuck(stream, now);
    } else if (count < AT_ONCE && is_to_be_woken(stream, now)) {
      stream->asleep = false;
      stream->said_ms = now;
      woken[count++] = stream->connection;
    }
  }
  pthread_mutex_unlock(&streams->mutex);
  for (size_t i = 0; i < count; i++) MHD_resume_connection(woken[i]);
}

void http_streams_end(HttpStreams *streams, bool for_good) {
  pthread_mutex_lock(&streams->mutex);
  streams->closing = for_good;
  for (HttpStream *stream = streams->first; stream; stream = stream->after) leave(stream);
  pthread_mutex_unlock(&streams->mutex);
  http_streams_tick(streams);
}

void http_streams_cut(HttpStreams *streams) {
  pthread_mutex_lock(&streams->mutex);
  for (HttpStream *stream = streams->first; stream; stream = stream->after) peer_end(stream->peer);
  pthread_mutex_unlock(&streams->mutex);
}
