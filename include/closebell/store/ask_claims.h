/* ask_claims.h: which questions to a model are under way, on any server: documents of system_info.source_state.
 *
 * ai-run:ULID       a question under way: until when it counts as such, unless that is renewed
 * ai-ask:SHA-256:N  whose question answers a request: the Nth claim of it; whoever inserts the next number has it
 * ai-after          the newest session that [ai] after_analysis has done with
 *
 * A run is inserted before the claim that names it, so whoever learns of an id finds its run. Old ones are removed by
 * jobs (ask_claims_prune). */
#ifndef CLOSEBELL_STORE_ASK_CLAIMS_H
#define CLOSEBELL_STORE_ASK_CLAIMS_H

#include <closebell/base/day.h>
#include <closebell/base/instant.h>
#include <closebell/base/sha256.h>
#include <closebell/base/ulid.h>
#include <closebell/store/db.h>

enum { ASK_CLAIM_NAME_SIZE = 64, ASK_CLAIM_MODEL_SIZE = 128 };

typedef struct {
  char id[ULID_SIZE]; /* of the decision that it becomes */
  Instant asked_utc, until_utc;
  char kind[ASK_CLAIM_NAME_SIZE], model[ASK_CLAIM_MODEL_SIZE]; /* the prompt, and the model that is asked */
} AskRun;

/* STATUS_DUPLICATE: there is a run of that id. */
Status ask_run_insert(const Db *db, const AskRun *run, Error *err);
/* STATUS_NOT_FOUND. */
Status ask_run_find(const Db *db, const char *id, AskRun *ret_run, Error *err);
/* They are under way until then. Those that are not there are passed over. */
Status ask_runs_renew(const Db *db, const char (*ids)[ULID_SIZE], size_t count, Instant until_utc, Error *err);

typedef struct {
  int64_t number;     /* from 1; 0: nobody has claimed it */
  char id[ULID_SIZE]; /* of the run; empty with number 0 */
} AskClaim;

/* The newest of the request. None: STATUS_OK, number 0. */
Status ask_claim_newest(const Db *db, const char *request_sha256, AskClaim *ret_claim, Error *err);
/* *ret_ours: the number is ours. False: another was quicker; the newest is to be looked at again. */
Status ask_claim_insert(const Db *db, const char *request_sha256, const AskClaim *claim, Instant now, bool *ret_ours,
                        Error *err);

/* The newest session that [ai] after_analysis has done with; DAY_NONE: none yet. */
Status ask_done_read(const Db *db, Day *ret_session, Error *err);
Status ask_done_write(const Db *db, Day session, Error *err);

/* Removes what was asked before that instant. */
Status ask_claims_prune(const Db *db, Instant before, Error *err);

#endif
