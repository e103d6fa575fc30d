#include <closebell/store/model_calls.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "updates.h"

#define COLLECTION "source_state"
#define PREFIX "ai-call:"
enum { ID_SIZE = 48 };

static const int64_t TOKENS_MAX = INT64_C(1000000000000000);

static char *id_of(Day day, int64_t number, char id[ID_SIZE]) {
  snprintf(id, ID_SIZE, PREFIX "%s:%010" PRId64, day_text(day).text, number);
  return id;
}

/* ---- reading ---- */

static Status read_call(const bson_t *document, ModelCall *ret_call, Error *err) {
  ModelCall call = {.at_utc = INSTANT_NONE};
  CountedCall *counted = &call.counted;
  DocumentReader from = document_reader(DB_SYSTEM, COLLECTION, document, err);
  document_get_int64(&from, "number", &counted->number);
  document_get_text(&from, "holder", call.holder, sizeof call.holder);
  document_get_instant(&from, "at_utc", &call.at_utc);
  document_get_int64(&from, "tokens", &counted->tokens);
  document_get_int64(&from, "tokens_before", &counted->before);
  if (from.status == STATUS_OK && (counted->number < 1 || counted->tokens < 0 || counted->tokens > TOKENS_MAX ||
                                   counted->before < 0 || counted->before > TOKENS_MAX))
    document_fault(&from, "number, tokens or tokens_before", "is out of bounds");
  if (from.status == STATUS_OK) *ret_call = call;
  return from.status;
}

static Status read_and_free(bson_t *document, ModelCall *ret_call, Error *err) {
  Status status = read_call(document, ret_call, err);
  bson_destroy(document);
  return status;
}

typedef struct {
  CountedCall *calls;
  size_t count;
} Newest;

static Status visit(void *context, const bson_t *document, Error *err) {
  Newest *newest = context;
  ModelCall call;
  if (newest->count > CALL_WINDOW)
    return error_set(err, STATUS_BAD_DATA, "%s.%s: more counted calls than numbers", DB_SYSTEM, COLLECTION);
  Status status = read_call(document, &call, err);
  if (status == STATUS_OK) newest->calls[newest->count++] = call.counted;
  return status;
}

Status model_calls_newest(const Db *db, Day day, CountedCall *ret_calls, size_t *ret_count, Error *err) {
  char prefix[ID_SIZE], from[ID_SIZE], to[ID_SIZE];
  bson_t *document = NULL;
  ModelCall last;
  Newest newest = {.calls = ret_calls};
  snprintf(prefix, sizeof prefix, PREFIX "%s:", day_text(day).text);
  Status status = db->find_last(db->self, DB_SYSTEM, COLLECTION, prefix, &document, err);
  if (status == STATUS_OK) status = read_and_free(document, &last, err);
  if (status == STATUS_OK)
    status = db->find_range(db->self, DB_SYSTEM, COLLECTION, id_of(day, call_caps_read_from(last.counted.number), from),
                            id_of(day, last.counted.number, to), NULL, visit, &newest, err);
  if (status != STATUS_OK && status != STATUS_NOT_FOUND) return status;
  *ret_count = newest.count;
  return STATUS_OK;
}

/* ---- writing ---- */

static Status is_ours(const Db *db, const char *id, const ModelCall *call, Error *err) {
  bson_t *document = NULL;
  ModelCall there;
  Status status = db->find(db->self, DB_SYSTEM, COLLECTION, id, &document, err);
  if (status == STATUS_OK) status = read_and_free(document, &there, err);
  if (status != STATUS_OK) return status;
  return strcmp(there.holder, call->holder) == 0 ? STATUS_OK : STATUS_DUPLICATE;
}

Status model_calls_insert(const Db *db, Day day, const ModelCall *call, Error *err) {
  char id[ID_SIZE];
  Documents documents = {0};
  DocumentWriter to = document_writer(documents_add(&documents), err);
  document_put_text(&to, "_id", id_of(day, call->counted.number, id));
  document_put_int64(&to, "number", call->counted.number);
  document_put_text(&to, "holder", call->holder);
  document_put_instant(&to, "at_utc", call->at_utc);
  document_put_int64(&to, "tokens", call->counted.tokens);
  document_put_int64(&to, "tokens_before", call->counted.before);
  Status status = to.status;
  if (status == STATUS_OK) status = db->insert(db->self, DB_SYSTEM, COLLECTION, documents_view(&documents)[0], err);
  documents_free(&documents);
  return status == STATUS_DUPLICATE ? is_ours(db, id, call, err) : status;
}

Status model_calls_settle(const Db *db, Day day, int64_t number, int64_t tokens, Error *err) {
  static const char *const none[] = {NULL};
  char id[ID_SIZE];
  Updates updates = {0};
  DocumentWriter to = document_writer(updates_add(&updates, id_of(day, number, id)), err);
  document_put_int64(&to, "tokens", tokens < TOKENS_MAX ? tokens : TOKENS_MAX);
  Status status = to.status;
  if (status == STATUS_OK) status = updates_write(&updates, db, COLLECTION, none, err);
  updates_free(&updates);
  return status;
}

Status model_calls_forget(const Db *db, Day before, Error *err) {
  char to[ID_SIZE];
  return db->delete_range(db->self, DB_SYSTEM, COLLECTION, PREFIX, id_of(before, 0, to), err);
}
