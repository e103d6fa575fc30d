/* ask.h: a question to the language model on its way: facts and a prompt become a request; the answer is checked, asked
 * for once more where it is refused, and then accepted or refused for good: a decision, which the archivist keeps.
 *
 * Nobody asks twice at once: a claim in source_state (store/ask_claims.h) says on which server a request is under way.
 */
#ifndef CLOSEBELL_DECISION_ASK_H
#define CLOSEBELL_DECISION_ASK_H

#include <closebell/ai/fact.h>
#include <closebell/ai/prompt.h>
#include <closebell/decision/archivist.h>
#include <closebell/decision/model_desk.h>
#include <closebell/store/ask_claims.h>

/* A run that is not renewed counts as under way for so long beyond the time that its tries may take. */
enum { ASK_GRACE_MS = 30000 };

/* Zero-initialise; ask_free at the end. */
typedef struct {
  Prompt prompt;
  Language language;
  FactTable facts;   /* owned */
  Decision decision; /* its question, provider and model; then its id; then what came of it */
} Ask;

/* What is asked: the prompt's name stands in the decision as its kind. */
typedef struct {
  const char *prompt_name;
  const Prompt *prompt; /* copied */
  Language language;
  const char *strategy; /* whose matches the facts are of; empty: stocks were named */
  const char *who;      /* asks: the name of a key, or user@host; empty: not known */
} AskWords;

/* The request, with its SHA-256; its facts are taken over, also when it fails. STATUS_CONFIG: no model is configured.
 */
Status ask_make(const Config *config, const AskWords *words, FactTable *facts, Ask *ret_ask, Error *err);
void ask_free(Ask *ask);

/* Whom it works with; all lent. */
typedef struct {
  const Config *config;
  const Db *db;
  const Clock *clock;
  const Random *random;
  const Log *log;
  Archivist *archivist;
} AskTools;

/* ---- before ---- */

typedef enum {
  ASK_OURS,     /* claimed: ask_answer is to be called, or ask_give_up */
  ASK_ANSWERED, /* the ledger has an accepted answer to it */
  ASK_ELSEWHERE /* it is under way already */
} AskClaimed;

typedef struct {
  AskClaimed kind;
  char id[ULID_SIZE]; /* of the decision, wherever it is made */
  Decision decision;  /* ASK_ANSWERED; the caller frees it */
} AskClaimResult;

/* Looks whether the request is answered or under way, and claims it else; then ask->decision has its id. What stood in
 * *ret_result is overwritten. */
Status ask_claim(const AskTools *tools, Ask *ask, AskClaimResult *ret_result, Error *err);
/* Whether it would be asked now, behind so many others that wait in this process: *ret_not_before is INSTANT_NONE, or
 * from when on, and why says what stands against it. */
Status ask_look(const AskTools *tools, const Ask *ask, size_t waiting, Instant *ret_not_before,
                char why[MODEL_DETAIL_SIZE], Error *err);
/* It is no longer under way. */
void ask_give_up(const AskTools *tools, const Ask *ask);

/* ---- asking ---- */

/* STATUS_OK: ask->decision is whole and in the archivist's hands, accepted or refused for good, and no longer under
 * way. *ret_written: the ledger has it. STATUS_INTERRUPTED: asked to stop; anything else: nothing could be counted, so
 * nothing was asked. Then the caller decides what becomes of it (ask_refuse, ask_give_up). STATUS_INCOMPLETE: over a
 * cap, or the service is not to be asked: *err says until when. */
Status ask_answer(const AskTools *tools, Ask *ask, bool *ret_written, Error *err);
/* Refuses it for good, for that reason. Returns whether the ledger has it. */
bool ask_refuse(const AskTools *tools, Ask *ask, const char *why);

/* What a run becomes whose process has ended without a word: a refused decision without facts. */
void ask_lapsed(const AskRun *run, Decision *ret_decision);

#endif
