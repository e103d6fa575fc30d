/* decision_ledger.h: system_info.decision_ledger: every question to a model, the facts it was given, and what came of
 * it.
 *
 * A decision is inserted once and never changed, but for its outcome, which later sessions add. Its _id is a ULID, so
 * the order of _id is that of time. system_info.decision_requests says which decision answers a request: `_id` the
 * request's SHA-256, decision. It is written before the decision, and only for accepted ones. */
#ifndef CLOSEBELL_STORE_DECISION_LEDGER_H
#define CLOSEBELL_STORE_DECISION_LEDGER_H

#include <closebell/base/day.h>
#include <closebell/base/sha256.h>
#include <closebell/base/ulid.h>
#include <closebell/market/decision.h>
#include <closebell/market/ticker.h>
#include <closebell/store/db.h>

enum {
  DECISION_NAME_SIZE = 64, /* of a prompt, a strategy */
  DECISION_MODEL_SIZE = 128,
  DECISION_VERDICT_SIZE = 512,
  DECISION_TICKERS_MAX = 30
};

/* What was asked. */
typedef struct {
  char kind[DECISION_NAME_SIZE]; /* the prompt's name */
  char prompt_version[DECISION_NAME_SIZE];
  char language[4];                  /* "en", "ko" */
  char strategy[DECISION_NAME_SIZE]; /* whose matches were asked about; empty: tickers were named */
  char tickers[DECISION_TICKERS_MAX][TICKER_SIZE];
  size_t ticker_count;
  char who[DECISION_NAME_SIZE]; /* the name of a key, or user@host; empty: not known */
  Day date;                     /* the session that the facts are of: as_of */
  char *facts;                  /* a JSON list of objects; owned */
  char request_sha256[SHA256_TEXT_SIZE];
} DecisionQuestion;

/* What was answered. Texts that are null are absent. */
typedef struct {
  char provider[DECISION_NAME_SIZE], model[DECISION_MODEL_SIZE], model_version[DECISION_MODEL_SIZE];
  char *answer;            /* a JSON object, figures put in; owned */
  char *debate_log;        /* a JSON list; owned */
  char *dominant_keywords; /* a JSON list of texts; owned */
  char *figures;           /* a JSON list: where facts stand in the answer; owned */
  char *raw;               /* the text of a refused answer as it came; owned */
  DecisionFinal final_decision;
  bool decides; /* read only; false: the prompt asks for no decision, and NO_DECISION says nothing about the stocks */
  double hunter_score;           /* NaN: absent */
  int64_t tokens_in, tokens_out; /* -1: absent */
  bool estimated;                /* the tokens are: the answer did not tell */
  double cost;                   /* NaN: absent */
} DecisionReply;

typedef struct {
  char id[ULID_SIZE];
  Instant at_utc;
  DecisionQuestion question;
  DecisionReply reply;
  bool accepted;
  char why[DECISION_VERDICT_SIZE]; /* it was refused; empty when accepted */
  bool has_outcome;                /* one is stored */
  DecisionOutcome outcome;
} Decision;

/* Zero is an empty decision but for NaN, -1: begin with this one. */
Decision decision_empty(void);
/* Frees its texts, and leaves it empty. */
void decision_free(Decision *decision);

/* Inserts it, its outcome aside. The same one is there already: STATUS_OK. STATUS_DUPLICATE: another one has its id.
 * STATUS_INTERNAL: names, bounds or JSON are such that it may not be written. */
Status decision_write(const Db *db, const Decision *decision, Error *err);
/* STATUS_NOT_FOUND, STATUS_BAD_DATA. The caller frees it. */
Status decision_find(const Db *db, const char *id, Decision *ret_decision, Error *err);
/* The accepted one that answers the request; STATUS_NOT_FOUND also when it is announced and was never written. */
Status decision_find_accepted(const Db *db, const char *request_sha256, Decision *ret_decision, Error *err);

/* What lists and outcomes need of a decision: everything but its texts, which are null. Lent for the call. */
typedef Status DecisionVisit(void *context, const Decision *decision, Error *err);
/* Those from that _id on (null: all), ascending. One that cannot be read is passed over, and counted. */
Status decision_visit(const Db *db, const char *from, DecisionVisit *visit, void *context, size_t *ret_unreadable,
                      Error *err);

/* Puts the outcomes of the decisions in place of those that are there. */
Status decision_outcomes_write(const Db *db, const Decision *decisions, size_t count, Error *err);

/* The decision as one JSON line, and back: for files. The text may be anything: STATUS_BAD_DATA. */
Status decision_to_text(const Decision *decision, char **ret_text, Error *err);
Status decision_from_text(const char *text, size_t length, Decision *ret_decision, Error *err);

#endif
