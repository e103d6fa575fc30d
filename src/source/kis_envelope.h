/* kis_envelope.h: what all answers of the KIS API have in common: rt_cd, msg_cd, msg1, and what a code is worth. */
#ifndef CLOSEBELL_SOURCE_KIS_ENVELOPE_H
#define CLOSEBELL_SOURCE_KIS_ENVELOPE_H

#include <closebell/source/feed.h>

typedef struct json_t json_t;

typedef struct {
  json_t *root; /* of a success; null: the answer says why there is none */
} KisEnvelope;

/* Reads a body and fills *answer but for its payload. Errors are judged by their code, whatever the HTTP status is; a
 * success is rt_cd "0", whatever the code is. Only what has no code is judged by its status. Messages name the code and
 * what it means, and repeat msg1 where that is ASCII. `path` is the service's. What stands in *ret_envelope is lent
 * until kis_envelope_close, which follows always, and must not be nested: it is the memory of json_arena.h. */
void kis_envelope_open(KisEnvelope *ret_envelope, const FeedReply *reply, const char *path, Answer *answer);
/* The same of tokenP: errors have error_code and no rt_cd, a success has an access_token. */
void kis_envelope_open_token(KisEnvelope *ret_envelope, const FeedReply *reply, Answer *answer);
void kis_envelope_close(KisEnvelope *envelope);

#endif
