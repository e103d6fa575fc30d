#include <closebell/store/decision_ledger.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/base/text.h>

#include "decision_document.h"

#define COLLECTION "decision_ledger"

/* ---- what may be written ---- */

static bool is_sha256(const char *text) {
  return strlen(text) == SHA256_TEXT_SIZE - 1 && strspn(text, "0123456789abcdef") == SHA256_TEXT_SIZE - 1;
}

static bool is_day(Day day) {
  Day parsed;
  return day != DAY_NONE && day_parse(day_text(day).text, &parsed);
}

/* Null: it is good. */
static const char *question_fault(const DecisionQuestion *question) {
  if (*question->kind == '\0' || *question->prompt_version == '\0') return "the prompt has no name or no version";
  if (question->ticker_count == 0 || question->ticker_count > DECISION_TICKERS_MAX) return "it has no tickers";
  for (size_t i = 0; i < question->ticker_count; i++)
    if (!ticker_is_valid(question->tickers[i])) return "a ticker is none";
  if (!is_day(question->date)) return "it has no session";
  if (!question->facts) return "it has no facts";
  return is_sha256(question->request_sha256) ? NULL : "the request has no SHA-256";
}

static const char *reply_fault(const Decision *decision) {
  const DecisionReply *reply = &decision->reply;
  if (*reply->provider == '\0' || *reply->model == '\0') return "it has no model";
  if (isinf(reply->hunter_score) || isinf(reply->cost)) return "a number is not finite";
  if (decision->accepted) return reply->answer ? NULL : "it is accepted and has no answer";
  if (reply->answer || reply->debate_log || reply->dominant_keywords) return "it is refused and has an answer";
  if (*decision->why == '\0') return "it is refused and does not say why";
  return reply->final_decision == DECISION_NO_DECISION ? NULL : "it is refused and decides something";
}

static Status check(const Decision *decision, Error *err) {
  bson_t document = BSON_INITIALIZER;
  const char *fault = ulid_is_valid(decision->id) ? NULL : "its _id is no ULID";
  if (!fault && decision->at_utc == INSTANT_NONE) fault = "it has no time";
  if (!fault) fault = question_fault(&decision->question);
  if (!fault) fault = reply_fault(decision);
  if (fault) return error_set(err, STATUS_INTERNAL, "a decision that may not be written: %s", fault);
  Status status = decision_put(&document, decision, err);
  if (status == STATUS_OK) status = document_check(&document, err);
  bson_destroy(&document);
  return status;
}

/* ---- one ---- */

Status decision_find(const Db *db, const char *id, Decision *ret_decision, Error *err) {
  bson_t *document = NULL;
  Decision found = decision_empty();
  Status status = db->find(db->self, DB_SYSTEM, COLLECTION, id, &document, err);
  if (status != STATUS_OK) return status;
  status = decision_get(document, &found, err);
  bson_destroy(document);
  if (status == STATUS_OK)
    *ret_decision = found;
  else
    decision_free(&found);
  return status;
}

Status decision_find_accepted(const Db *db, const char *request_sha256, Decision *ret_decision, Error *err) {
  char id[ULID_SIZE];
  Decision found = decision_empty();
  Status status = decision_request_find(db, request_sha256, id, err);
  if (status == STATUS_OK) status = decision_find(db, id, &found, err);
  if (status != STATUS_OK) return status;
  if (found.accepted && strcmp(found.question.request_sha256, request_sha256) == 0) {
    *ret_decision = found;
    return STATUS_OK;
  }
  decision_free(&found);
  return error_set(err, STATUS_NOT_FOUND, "no accepted decision answers the request");
}

/* ---- writing ---- */

/* Whether the stored one is the same, its outcome aside. */
static Status compare(const Db *db, const Decision *decision, Error *err) {
  Decision found = decision_empty();
  char *ours = NULL, *theirs = NULL;
  Status status = decision_find(db, decision->id, &found, err);
  if (status == STATUS_OK) status = decision_to_text(decision, &ours, err);
  if (status == STATUS_OK) status = decision_to_text(&found, &theirs, err);
  if (status == STATUS_OK && strcmp(ours, theirs) != 0)
    status = error_set(err, STATUS_DUPLICATE, "%s is the _id of another decision", decision->id);
  free(ours);
  free(theirs);
  decision_free(&found);
  return status;
}

Status decision_write(const Db *db, const Decision *decision, Error *err) {
  bson_t document = BSON_INITIALIZER;
  Status status = check(decision, err);
  if (status == STATUS_OK) status = decision_put(&document, decision, err);
  if (status == STATUS_OK && decision->accepted) status = decision_request_write(db, decision, err);
  if (status == STATUS_OK) status = db->insert(db->self, DB_SYSTEM, COLLECTION, &document, err);
  bson_destroy(&document);
  if (status == STATUS_DUPLICATE) status = compare(db, decision, err);
  return error_prefix(err, status, COLLECTION);
}

static Status put_set(bson_t *set, const DecisionOutcome *outcome, Error *err) {
  bson_t part = BSON_INITIALIZER;
  Status status = decision_put_outcome(&part, outcome, err);
  DocumentWriter to = document_writer(set, err);
  if (status == STATUS_OK) document_put_document(&to, "outcome", &part);
  bson_destroy(&part);
  return status == STATUS_OK ? to.status : status;
}

Status decision_outcomes_write(const Db *db, const Decision *decisions, size_t count, Error *err) {
  Documents sets = {0};
  Status status = STATUS_OK;
  DbUpdate *updates = calloc(count + 1, sizeof *updates);
  if (!updates) return error_set(err, STATUS_NO_MEMORY, "no memory for %zu outcomes", count);
  for (size_t i = 0; i < count && status == STATUS_OK; i++) {
    bson_t *set = documents_add(&sets);
    status = set ? put_set(set, &decisions[i].outcome, err) : error_set(err, STATUS_NO_MEMORY, "out of memory");
    updates[i] = (DbUpdate){.id = decisions[i].id, .set = set};
  }
  if (status == STATUS_OK && count > 0) status = db->update_many(db->self, DB_SYSTEM, COLLECTION, updates, count, err);
  documents_free(&sets);
  free(updates);
  return error_prefix(err, status, COLLECTION);
}

/* ---- many ---- */

typedef struct {
  DecisionVisit *visit;
  void *context;
  size_t unreadable;
} Reading;

static Status take(void *context, const bson_t *document, Error *err) {
  Reading *reading = context;
  Decision decision = decision_empty();
  Status status = decision_get(document, &decision, err);
  if (status == STATUS_OK)
    status = reading->visit(reading->context, &decision, err);
  else if (status == STATUS_BAD_DATA) {
    reading->unreadable++;
    status = STATUS_OK;
  }
  decision_free(&decision);
  return status;
}

Status decision_visit(const Db *db, const char *from, DecisionVisit *visit, void *context, size_t *ret_unreadable,
                      Error *err) {
  Reading reading = {.visit = visit, .context = context};
  Status status = db->find_range(db->self, DB_SYSTEM, COLLECTION, from, NULL, DECISION_SHORT, take, &reading, err);
  if (status == STATUS_OK) *ret_unreadable = reading.unreadable;
  return error_prefix(err, status, COLLECTION);
}

/* ---- as a text ---- */

Status decision_to_text(const Decision *decision, char **ret_text, Error *err) {
  bson_t document = BSON_INITIALIZER;
  Status status = decision_put(&document, decision, err);
  char *json = status == STATUS_OK ? bson_as_canonical_extended_json(&document, NULL) : NULL;
  char *text = json ? strdup(json) : NULL;
  bson_free(json);
  bson_destroy(&document);
  if (status != STATUS_OK) return status;
  if (!text) return error_set(err, STATUS_NO_MEMORY, "no memory for a decision");
  *ret_text = text;
  return STATUS_OK;
}

Status decision_from_text(const char *text, size_t length, Decision *ret_decision, Error *err) {
  Decision decision = decision_empty();
  bson_error_t error;
  bson_t *document = length > 0 && text_is_utf8(text, length)
                         ? bson_new_from_json((const uint8_t *)text, (ssize_t)length, &error)
                         : NULL;
  if (!document) return error_set(err, STATUS_BAD_DATA, "it is no JSON");
  Status status = decision_get(document, &decision, err);
  bson_destroy(document);
  if (status == STATUS_OK && check(&decision, err) != STATUS_OK) status = STATUS_BAD_DATA;
  if (status == STATUS_OK)
    *ret_decision = decision;
  else
    decision_free(&decision);
  return status;
}
