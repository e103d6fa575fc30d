#include "replay_http.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum MHD_Result replay_answer_with(struct MHD_Connection *connection, unsigned status, const char *text, size_t length,
                                   const ReplayHeader *headers, size_t count) {
  struct MHD_Response *response = MHD_create_response_from_buffer(length, (void *)text, MHD_RESPMEM_MUST_COPY);
  if (response == NULL) return MHD_NO;
  for (size_t i = 0; i < count; i++)
    if (headers[i].value[0] != '\0') MHD_add_response_header(response, headers[i].name, headers[i].value);
  enum MHD_Result result = MHD_queue_response(connection, status, response);
  MHD_destroy_response(response);
  return result;
}

enum MHD_Result replay_answer(struct MHD_Connection *connection, unsigned status, const char *type, const char *text,
                              size_t length, const char *retry_after) {
  const ReplayHeader headers[] = {{MHD_HTTP_HEADER_CONTENT_TYPE, type}, {MHD_HTTP_HEADER_RETRY_AFTER, retry_after}};
  return replay_answer_with(connection, status, text, length, headers, 2);
}

enum MHD_Result replay_answer_json(struct MHD_Connection *connection, unsigned status, const char *text) {
  return replay_answer(connection, status, "application/json; charset=utf-8", text, strlen(text), "");
}

typedef struct {
  char *bytes; /* owned; null: blanks */
  uint64_t length, cut_at;
} Stream;

static ssize_t stream_read(void *context, uint64_t position, char *buffer, size_t max) {
  Stream *stream = context;
  if (position >= stream->cut_at)
    return stream->cut_at < stream->length ? MHD_CONTENT_READER_END_WITH_ERROR : MHD_CONTENT_READER_END_OF_STREAM;
  uint64_t left = stream->cut_at - position;
  size_t count = left < max ? (size_t)left : max;
  if (stream->bytes != NULL)
    memcpy(buffer, stream->bytes + position, count);
  else
    memset(buffer, ' ', count);
  return (ssize_t)count;
}

static void stream_free(void *context) {
  Stream *stream = context;
  free(stream->bytes);
  free(stream);
}

enum MHD_Result replay_answer_stream(struct MHD_Connection *connection, char *bytes, uint64_t length, uint64_t cut_at) {
  Stream *stream = malloc(sizeof(*stream));
  if (stream == NULL) {
    free(bytes);
    return MHD_NO;
  }
  *stream = (Stream){.bytes = bytes, .length = length, .cut_at = cut_at};
  struct MHD_Response *response = MHD_create_response_from_callback(cut_at < length ? length : MHD_SIZE_UNKNOWN, 16384,
                                                                    stream_read, stream, stream_free);
  if (response == NULL) {
    stream_free(stream);
    return MHD_NO;
  }
  MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, "application/json; charset=utf-8");
  enum MHD_Result result = MHD_queue_response(connection, 200, response);
  MHD_destroy_response(response);
  return result;
}

typedef struct {
  ReplayDaemon *daemon;
  char *bytes; /* owned */
  size_t length, piece;
  long pause_ms;
} Drip;

static ssize_t drip_read(void *context, uint64_t position, char *buffer, size_t max) {
  Drip *drip = context;
  if (position >= drip->length) return MHD_CONTENT_READER_END_OF_STREAM;
  if (!replay_daemon_wait_ms(drip->daemon, drip->pause_ms)) return MHD_CONTENT_READER_END_WITH_ERROR;
  size_t count = drip->length - (size_t)position;
  if (count > drip->piece) count = drip->piece;
  if (count > max) count = max;
  memcpy(buffer, drip->bytes + position, count);
  return (ssize_t)count;
}

static void drip_free(void *context) {
  Drip *drip = context;
  free(drip->bytes);
  free(drip);
}

enum MHD_Result replay_answer_drip(struct MHD_Connection *connection, const char *text, size_t length,
                                   ReplayDaemon *daemon, long ms) {
  enum { PIECES = 20 };
  Drip *drip = malloc(sizeof(*drip));
  char *bytes = malloc(length + 1);
  if (drip == NULL || bytes == NULL) {
    free(drip);
    free(bytes);
    return MHD_NO;
  }
  memcpy(bytes, text, length);
  *drip =
      (Drip){.daemon = daemon, .bytes = bytes, .length = length, .piece = length / PIECES + 1, .pause_ms = ms / PIECES};
  struct MHD_Response *response =
      MHD_create_response_from_callback((uint64_t)length, drip->piece, drip_read, drip, drip_free);
  if (response == NULL) {
    drip_free(drip);
    return MHD_NO;
  }
  MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, "application/json; charset=utf-8");
  enum MHD_Result result = MHD_queue_response(connection, 200, response);
  MHD_destroy_response(response);
  return result;
}

/* MHD_NO closes the connection; without lingering that is a reset. */
enum MHD_Result replay_reset(struct MHD_Connection *connection) {
  const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
  struct linger linger = {.l_onoff = 1, .l_linger = 0};
  if (info != NULL) setsockopt(info->connect_fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
  return MHD_NO;
}
