#include <closebell/store/ask_claims.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/base/vector.h>

#include "updates.h"

#define COLLECTION "source_state"
#define RUN "ai-run:"
#define CLAIM "ai-ask:"
#define DONE "ai-after"
enum { ID_SIZE = 96, CLAIMS_MOST = 999999 };

typedef struct {
  char text[ID_SIZE];
} Id;

static Id run_id(const char *id) {
  Id made;
  snprintf(made.text, sizeof made.text, RUN "%s", id);
  return made;
}

static Id claim_id(const char *request_sha256, int64_t number) {
  Id made;
  snprintf(made.text, sizeof made.text, CLAIM "%.64s:%06" PRId64, request_sha256, number);
  return made;
}

static Status insert(const Db *db, Documents *documents, Status made, Error *err) {
  Status status =
      made == STATUS_OK ? db->insert(db->self, DB_SYSTEM, COLLECTION, documents_view(documents)[0], err) : made;
  documents_free(documents);
  return status;
}

/* ---- runs ---- */

Status ask_run_insert(const Db *db, const AskRun *run, Error *err) {
  Documents documents = {0};
  const Id id = run_id(run->id);
  DocumentWriter to = document_writer(documents_add(&documents), err);
  document_put_text(&to, "_id", id.text);
  document_put_instant(&to, "asked_utc", run->asked_utc);
  document_put_instant(&to, "until_utc", run->until_utc);
  document_put_text(&to, "kind", run->kind);
  document_put_text(&to, "model", run->model);
  return insert(db, &documents, to.status, err);
}

Status ask_run_find(const Db *db, const char *id, AskRun *ret_run, Error *err) {
  AskRun run = {0};
  bson_t *document = NULL;
  const Id whole = run_id(id);
  Status status = db->find(db->self, DB_SYSTEM, COLLECTION, whole.text, &document, err);
  if (status != STATUS_OK) return status;
  DocumentReader from = document_reader(DB_SYSTEM, COLLECTION, document, err);
  document_get_instant(&from, "asked_utc", &run.asked_utc);
  document_get_instant(&from, "until_utc", &run.until_utc);
  document_get_text(&from, "kind", run.kind, sizeof run.kind);
  document_get_text(&from, "model", run.model, sizeof run.model);
  snprintf(run.id, sizeof run.id, "%s", id);
  if (from.status == STATUS_OK) *ret_run = run;
  bson_destroy(document);
  return from.status;
}

Status ask_runs_renew(const Db *db, const char (*ids)[ULID_SIZE], size_t count, Instant until_utc, Error *err) {
  static const char *const none[] = {NULL};
  Updates updates = {0};
  Id *whole = calloc(count + 1, sizeof *whole);
  Status status = whole ? STATUS_OK : error_set(err, STATUS_NO_MEMORY, "no memory for %zu questions", count);
  for (size_t i = 0; i < count && status == STATUS_OK; i++) {
    whole[i] = run_id(ids[i]);
    DocumentWriter to = document_writer(updates_add(&updates, whole[i].text), err);
    document_put_instant(&to, "until_utc", until_utc);
    status = to.status;
  }
  if (status == STATUS_OK && count > 0) status = updates_write(&updates, db, COLLECTION, none, err);
  updates_free(&updates);
  free(whole);
  return status;
}

/* ---- claims ---- */

static Status read_claim(const bson_t *document, AskClaim *ret_claim, Error *err) {
  AskClaim claim = {0};
  DocumentReader from = document_reader(DB_SYSTEM, COLLECTION, document, err);
  document_get_int64(&from, "number", &claim.number);
  document_get_text(&from, "run", claim.id, sizeof claim.id);
  if (from.status == STATUS_OK && (claim.number < 1 || claim.number > CLAIMS_MOST))
    document_fault(&from, "number", "is no number of a claim");
  if (from.status == STATUS_OK) *ret_claim = claim;
  return from.status;
}

Status ask_claim_newest(const Db *db, const char *request_sha256, AskClaim *ret_claim, Error *err) {
  char prefix[ID_SIZE];
  bson_t *document = NULL;
  snprintf(prefix, sizeof prefix, CLAIM "%.64s:", request_sha256);
  Status status = db->find_last(db->self, DB_SYSTEM, COLLECTION, prefix, &document, err);
  if (status == STATUS_NOT_FOUND) {
    *ret_claim = (AskClaim){0};
    return STATUS_OK;
  }
  if (status != STATUS_OK) return status;
  status = read_claim(document, ret_claim, err);
  bson_destroy(document);
  return status;
}

/* A duplicate may be our own insert, whose reply was lost. */
Status ask_claim_insert(const Db *db, const char *request_sha256, const AskClaim *claim, Instant now, bool *ret_ours,
                        Error *err) {
  Documents documents = {0};
  const Id id = claim_id(request_sha256, claim->number);
  DocumentWriter to = document_writer(documents_add(&documents), err);
  document_put_text(&to, "_id", id.text);
  document_put_int64(&to, "number", claim->number);
  document_put_text(&to, "run", claim->id);
  document_put_instant(&to, "asked_utc", now);
  Status status = insert(db, &documents, to.status, err);
  AskClaim newest = *claim;
  if (status == STATUS_DUPLICATE) status = ask_claim_newest(db, request_sha256, &newest, err);
  if (status == STATUS_OK) *ret_ours = newest.number == claim->number && strcmp(newest.id, claim->id) == 0;
  return status;
}

/* ---- what was asked by itself ---- */

Status ask_done_read(const Db *db, Day *ret_session, Error *err) {
  bson_t *document = NULL;
  Day session = DAY_NONE;
  Status status = db->find(db->self, DB_SYSTEM, COLLECTION, DONE, &document, err);
  if (status == STATUS_NOT_FOUND) {
    *ret_session = DAY_NONE;
    return STATUS_OK;
  }
  if (status != STATUS_OK) return status;
  DocumentReader from = document_reader(DB_SYSTEM, COLLECTION, document, err);
  document_get_day(&from, "session", &session);
  if (from.status == STATUS_OK) *ret_session = session;
  bson_destroy(document);
  return from.status;
}

Status ask_done_write(const Db *db, Day session, Error *err) {
  Documents documents = {0};
  DocumentWriter to = document_writer(documents_add(&documents), err);
  document_put_text(&to, "_id", DONE);
  document_put_day(&to, "session", session);
  Status status = to.status;
  if (status == STATUS_OK)
    status = db->replace_many(db->self, DB_SYSTEM, COLLECTION, documents_view(&documents), 1, err);
  documents_free(&documents);
  return status;
}

/* ---- removing ---- */

typedef struct {
  Instant before;
  Id *items;
  size_t count, capacity;
} Old;

static Status gather_old(void *context, const bson_t *document, Error *err) {
  Old *old = context;
  Instant asked = INSTANT_NONE;
  DocumentReader from = document_reader(DB_SYSTEM, COLLECTION, document, err);
  document_get_instant_or_none(&from, "asked_utc", &asked);
  if (from.status == STATUS_OK && asked >= old->before) return STATUS_OK;
  Id *items = vector_reserve(old->items, &old->capacity, old->count + 1, sizeof *items);
  if (!items) return error_set(err, STATUS_NO_MEMORY, "no memory for questions of before");
  old->items = items;
  snprintf(items[old->count++].text, sizeof items->text, "%s", document_id(document));
  return STATUS_OK;
}

static Status prune(const Db *db, const char *from, const char *to, Instant before, Error *err) {
  static const char *const fields[] = {"asked_utc", NULL};
  Old old = {.before = before};
  Status status = db->find_range(db->self, DB_SYSTEM, COLLECTION, from, to, fields, gather_old, &old, err);
  for (size_t i = 0; i < old.count && status == STATUS_OK; i++)
    status = db->delete_one(db->self, DB_SYSTEM, COLLECTION, old.items[i].text, err);
  free(old.items);
  return status;
}

/* ';' stands behind ':'. */
Status ask_claims_prune(const Db *db, Instant before, Error *err) {
  Status status = prune(db, CLAIM, "ai-ask;", before, err);
  return status == STATUS_OK ? prune(db, RUN, "ai-run;", before, err) : status;
}
