/* model_calls.h: the calls to a language model that were counted, in system_info.source_state:
 * ai-call:2026-11-29:0000000042. */
#ifndef CLOSEBELL_STORE_MODEL_CALLS_H
#define CLOSEBELL_STORE_MODEL_CALLS_H

#include <closebell/plan/call_caps.h>
#include <closebell/store/db.h>

enum { MODEL_CALL_HOLDER_SIZE = 33 };

typedef struct {
  CountedCall counted;
  char holder[MODEL_CALL_HOLDER_SIZE]; /* drawn by chance, by whoever makes the call */
  Instant at_utc;
} ModelCall;

/* The last calls of the day as call_caps_next wants them: room for CALL_WINDOW + 1. */
Status model_calls_newest(const Db *db, Day day, CountedCall *ret_calls, size_t *ret_count, Error *err);
/* STATUS_DUPLICATE: somebody else has that number. An insert of ours whose reply was lost is STATUS_OK. */
Status model_calls_insert(const Db *db, Day day, const ModelCall *call, Error *err);
/* The tokens that it took. */
Status model_calls_settle(const Db *db, Day day, int64_t number, int64_t tokens, Error *err);
/* Those of all days before. */
Status model_calls_forget(const Db *db, Day before, Error *err);

#endif
