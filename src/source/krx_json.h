/* krx_json.h: what all answers of the KRX Open API have in common: an HTTP status, JSON, its OutBlock_1. */
#ifndef CLOSEBELL_SOURCE_KRX_JSON_H
#define CLOSEBELL_SOURCE_KRX_JSON_H

#include "answer_words.h"

typedef struct json_t json_t;

/* Who is refused: approval is given for each service, and the server says so in JSON. */
typedef enum { KRX_REFUSED_NOBODY = 0, KRX_REFUSED_KEY, KRX_REFUSED_SERVICE } KrxRefused;

typedef struct {
  json_t *root;
  const json_t *list; /* OutBlock_1; null: the answer says why */
  KrxRefused refused;
} KrxJson;

/* Reads a body and fills *answer but for its rows: kind, http_status, detail when there is no list; kind ANSWER_EMPTY
 * when it is empty. `path` is the service's, for a message. What stands in *ret_json is lent until krx_json_close,
 * which follows always, and must not be nested: it is the memory of json_arena.h. */
void krx_json_open(KrxJson *ret_json, const char *body, size_t length, int http_status, const char *path,
                   MarketAnswer *answer);
void krx_json_close(KrxJson *json);

#endif
