/* replay_http.h: what the replay servers say over HTTP: whole answers, and broken ones. */
#ifndef REPLAY_HTTP_H
#define REPLAY_HTTP_H

#include <microhttpd.h>
#include <stdint.h>

#include "replay_daemon.h"

/* Copies the text. retry_after: "" for none. */
enum MHD_Result replay_answer(struct MHD_Connection *connection, unsigned status, const char *type, const char *text,
                              size_t length, const char *retry_after);
enum MHD_Result replay_answer_json(struct MHD_Connection *connection, unsigned status, const char *text);
/* A header of an answer; an empty value: it is not sent. */
typedef struct {
  const char *name, *value;
} ReplayHeader;
enum MHD_Result replay_answer_with(struct MHD_Connection *connection, unsigned status, const char *text, size_t length,
                                   const ReplayHeader *headers, size_t count);
/* Takes bytes; null: blanks. The length is announced only when the body is to be cut: a client must notice both lies.
 */
enum MHD_Result replay_answer_stream(struct MHD_Connection *connection, char *bytes, uint64_t length, uint64_t cut_at);
/* Copies the text; a few bytes at a time over ms milliseconds, or less when the server is told to stop. */
enum MHD_Result replay_answer_drip(struct MHD_Connection *connection, const char *text, size_t length,
                                   ReplayDaemon *daemon, long ms);
/* Closes the connection without an answer. */
enum MHD_Result replay_reset(struct MHD_Connection *connection);

#endif
