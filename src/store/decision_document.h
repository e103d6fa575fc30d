/* decision_document.h: a decision as a document. */
#ifndef CLOSEBELL_STORE_DECISION_DOCUMENT_H
#define CLOSEBELL_STORE_DECISION_DOCUMENT_H

#include <closebell/store/decision_ledger.h>

#include "document.h"

/* The fields that lists and outcomes need: all but facts, answer, debate_log, dominant_keywords, figures, raw_answer.
 * Null-ended. */
extern const char *const DECISION_SHORT[];

Status decision_put(bson_t *document, const Decision *decision, Error *err);
/* STATUS_BAD_DATA. The texts that the document lacks are null. *to is empty; whatever comes back, the caller frees it.
 */
Status decision_get(const bson_t *document, Decision *to, Error *err);
/* The value of the field outcome. */
Status decision_put_outcome(bson_t *document, const DecisionOutcome *outcome, Error *err);

/* decision_requests: which decision answers a request. STATUS_NOT_FOUND: none was announced. */
Status decision_request_find(const Db *db, const char *request_sha256, char id[ULID_SIZE], Error *err);
/* In place of the one that is there. */
Status decision_request_write(const Db *db, const Decision *decision, Error *err);

#endif
