/* model_desk.h: asks the language model: within the caps of the day, which all servers and jobs share, and until it
 * answers or its time is over.
 *
 * Each HTTP call is counted in source_state before it is made, with as many tokens as it can take; afterwards the
 * tokens that it took are put in their place. The day is UTC's. What the service itself closes (a daily quota, a shut
 * door) stands in source_state under MODEL_SOURCE, and is read before each call. */
#ifndef CLOSEBELL_DECISION_MODEL_DESK_H
#define CLOSEBELL_DECISION_MODEL_DESK_H

#include <closebell/base/log.h>
#include <closebell/base/random.h>
#include <closebell/source/model.h>
#include <closebell/store/db.h>

#define MODEL_SOURCE "ai"

/* Everything is lent. One thread at a time; another thread has a desk of its own, with its own db. */
typedef struct {
  const Db *db;
  const Clock *clock;
  const Random *random;
  const Log *log;
  const Config *config;
  ModelTerms terms;
} ModelDesk;

/* Fills in the terms by the settings; what is lent is there already. STATUS_CONFIG: no provider is configured, or
 * wrongly. */
Status model_desk_open(ModelDesk *desk, Error *err);

/* Whether the model would be asked now, without counting anything: *ret_not_before is INSTANT_NONE, or from when on;
 * why: in a sentence. waiting: so many other questions of this process are to be asked before, and are not counted yet.
 */
Status model_desk_look(const ModelDesk *desk, const ModelQuestion *question, int64_t waiting, Instant *ret_not_before,
                       char why[MODEL_DETAIL_SIZE], Error *err);

/* Asks, and tries again as long as that helps, all within [ai] timeout. STATUS_OK: *ret_reply says what came of it,
 * also when that is no answer (MODEL_NOT_ASKED: over a cap, or closed). Anything else: nothing can be counted, so
 * nothing was asked (any more); STATUS_INTERRUPTED: asked to stop. What stood in *ret_reply is overwritten, not
 * freed. */
Status model_desk_ask(const ModelDesk *desk, const ModelQuestion *question, ModelReply *ret_reply, Error *err);

#endif
