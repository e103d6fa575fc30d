#include <closebell/store/shared_tokens.h>

#include <inttypes.h>
#include <stdio.h>

#include "updates.h"

#define COLLECTION "source_state"
enum { ID_SIZE = 64 };

static char *id_of(const char *account, int64_t number, char id[ID_SIZE]) {
  snprintf(id, ID_SIZE, "%s:%010" PRId64, account, number);
  return id;
}

static Status read_token(const bson_t *document, SharedToken *ret_token, Error *err) {
  SharedToken token = {0};
  DocumentReader from = document_reader(DB_SYSTEM, COLLECTION, document, err);
  document_get_int64(&from, "number", &token.number);
  document_get_text(&from, "holder", token.holder, sizeof token.holder);
  document_get_instant(&from, "claimed_utc", &token.claimed_utc);
  if (document_has(&from, "sealed")) {
    document_get_text(&from, "sealed", token.sealed, sizeof token.sealed);
    document_get_text(&from, "mark", token.mark.text, sizeof token.mark.text);
  }
  document_get_instant_or_none(&from, "issued_utc", &token.issued_utc);
  document_get_instant_or_none(&from, "expires_utc", &token.expires_utc);
  document_get_instant_or_none(&from, "refused_utc", &token.refused_utc);
  if (from.status == STATUS_OK && token.sealed[0] != '\0' &&
      (token.issued_utc == INSTANT_NONE || token.expires_utc == INSTANT_NONE))
    document_fault(&from, "issued_utc or expires_utc", "is absent");
  if (from.status == STATUS_OK) *ret_token = token;
  return from.status;
}

static Status take(Status status, bson_t *document, SharedToken *ret_token, Error *err) {
  if (status != STATUS_OK) return status;
  status = read_token(document, ret_token, err);
  bson_destroy(document);
  return status;
}

Status shared_tokens_newest(const Db *db, const char *account, SharedToken *ret_token, Error *err) {
  char prefix[ID_SIZE];
  bson_t *document = NULL;
  snprintf(prefix, sizeof prefix, "%s:", account);
  Status status = db->find_last(db->self, DB_SYSTEM, COLLECTION, prefix, &document, err);
  return take(status, document, ret_token, err);
}

Status shared_tokens_find(const Db *db, const char *account, int64_t number, SharedToken *ret_token, Error *err) {
  char id[ID_SIZE];
  bson_t *document = NULL;
  Status status = db->find(db->self, DB_SYSTEM, COLLECTION, id_of(account, number, id), &document, err);
  return take(status, document, ret_token, err);
}

static Status make_document(const char *account, const SharedToken *token, Documents *documents, Error *err) {
  char id[ID_SIZE];
  DocumentWriter to = document_writer(documents_add(documents), err);
  document_put_text(&to, "_id", id_of(account, token->number, id));
  document_put_int64(&to, "number", token->number);
  document_put_text(&to, "holder", token->holder);
  document_put_instant(&to, "claimed_utc", token->claimed_utc);
  if (token->sealed[0] != '\0') {
    document_put_text(&to, "sealed", token->sealed);
    document_put_text(&to, "mark", token->mark.text);
    document_put_instant(&to, "issued_utc", token->issued_utc);
    document_put_instant(&to, "expires_utc", token->expires_utc);
    document_put_instant(&to, "refused_utc", token->refused_utc);
  }
  return to.status;
}

Status shared_tokens_insert(const Db *db, const char *account, const SharedToken *token, Error *err) {
  Documents documents = {0};
  Status status = make_document(account, token, &documents, err);
  if (status == STATUS_OK) status = db->insert(db->self, DB_SYSTEM, COLLECTION, documents_view(&documents)[0], err);
  documents_free(&documents);
  return status;
}

Status shared_tokens_replace(const Db *db, const char *account, const SharedToken *token, Error *err) {
  Documents documents = {0};
  Status status = make_document(account, token, &documents, err);
  if (status == STATUS_OK)
    status = db->replace_many(db->self, DB_SYSTEM, COLLECTION, documents_view(&documents), 1, err);
  documents_free(&documents);
  return status;
}

Status shared_tokens_refuse(const Db *db, const char *account, int64_t number, Instant now, Error *err) {
  static const char *const none[] = {NULL};
  char id[ID_SIZE];
  Updates updates = {0};
  DocumentWriter to = document_writer(updates_add(&updates, id_of(account, number, id)), err);
  document_put_instant(&to, "refused_utc", now);
  Status status = to.status;
  if (status == STATUS_OK) status = updates_write(&updates, db, COLLECTION, none, err);
  updates_free(&updates);
  return status;
}

Status shared_tokens_forget(const Db *db, const char *account, int64_t before, Error *err) {
  char from[ID_SIZE], to[ID_SIZE];
  if (before <= 1) return STATUS_OK;
  return db->delete_range(db->self, DB_SYSTEM, COLLECTION, id_of(account, 0, from), id_of(account, before - 1, to),
                          err);
}
