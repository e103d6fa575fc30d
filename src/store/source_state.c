#include <closebell/store/source_state.h>

#include "document.h"

#define COLLECTION "source_state"

bool source_state_blocks(const SourceState *state, Instant now) {
  return state->blocked_until_utc != INSTANT_NONE && now < state->blocked_until_utc;
}

Status source_state_read(const Db *db, const char *source, SourceState *ret_state, Error *err) {
  SourceState state = {.blocked_until_utc = INSTANT_NONE, .calls_date = DAY_NONE};
  bson_t *document = NULL;
  Status status = db->find(db->self, DB_SYSTEM, COLLECTION, source, &document, err);
  if (status == STATUS_NOT_FOUND) {
    *ret_state = state;
    return STATUS_OK;
  }
  if (status != STATUS_OK) return status;
  DocumentReader from = document_reader(DB_SYSTEM, COLLECTION, document, err);
  document_get_instant_or_none(&from, "blocked_until_utc", &state.blocked_until_utc);
  document_get_prose(&from, "reason", state.reason, sizeof state.reason);
  document_get_day_or_none(&from, "calls_date", &state.calls_date);
  document_get_int64_or(&from, "calls", 0, &state.calls);
  if (document_has(&from, "pace_per_second")) document_get_double(&from, "pace_per_second", &state.pace_per_second);
  document_get_prose(&from, "pace_reason", state.pace_reason, sizeof state.pace_reason);
  bson_destroy(document);
  if (from.status == STATUS_OK) *ret_state = state;
  return from.status;
}

Status source_state_write(const Db *db, const char *source, const SourceState *state, Error *err) {
  Documents documents = {0};
  DocumentWriter to = document_writer(documents_add(&documents), err);
  document_put_text(&to, "_id", source);
  document_put_instant(&to, "blocked_until_utc", state->blocked_until_utc);
  document_put_prose(&to, "reason", state->reason);
  document_put_day(&to, "calls_date", state->calls_date);
  if (state->calls_date != DAY_NONE) document_put_int64(&to, "calls", state->calls);
  if (state->pace_per_second > 0) {
    document_put_double(&to, "pace_per_second", state->pace_per_second);
    document_put_prose(&to, "pace_reason", state->pace_reason);
  }
  Status status = to.status;
  if (status == STATUS_OK)
    status = db->replace_many(db->self, DB_SYSTEM, COLLECTION, documents_view(&documents), 1, err);
  documents_free(&documents);
  return status;
}
