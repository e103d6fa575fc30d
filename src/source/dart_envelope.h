/* dart_envelope.h: what all answers of OpenDART have in common: a status, and the ways in which there is none. */
#ifndef CLOSEBELL_SOURCE_DART_ENVELOPE_H
#define CLOSEBELL_SOURCE_DART_ENVELOPE_H

#include <closebell/source/feed.h>

typedef struct json_t json_t;

/* What was asked. */
typedef struct {
  const char *path; /* of the service, for "the server has no ..." */
  size_t companies; /* how many the question is about: of more than one less can be asked for */
} DartAsked;

typedef struct {
  json_t *root; /* of status 000; null: the answer says why there is none */
} DartEnvelope;

/* Reads a body and fills *answer but for its payload. A status counts more than what HTTP says of an error. What stands
 * in *ret_envelope is lent until dart_envelope_close, which follows always, and must not be nested: it is the memory of
 * json_arena.h. */
void dart_envelope_open(DartEnvelope *ret_envelope, const FeedReply *reply, const DartAsked *asked, Answer *answer);
void dart_envelope_close(DartEnvelope *envelope);

/* What a status other than 000 is worth. False: the text is no status. */
bool dart_judge_status(const char *status, Answer *answer);
/* A redirect, or another HTTP status than 200. */
void dart_judge_http(const DartAsked *asked, Answer *answer);
/* HTML where something else was due. */
void dart_judge_page(const DartAsked *asked, const char *what, Answer *answer);

#endif
