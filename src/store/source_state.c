#include <closebell/store/source_state.h>

#include <string.h>

#include "updates.h"

#define COLLECTION "source_state"

static const SourceState NEVER_SEEN = {.blocked_until_utc = INSTANT_NONE, .calls_date = DAY_NONE};

bool source_state_blocks(const SourceState *state, Instant now) {
  return state->blocked_until_utc != INSTANT_NONE && now < state->blocked_until_utc;
}

/* ---- reading ---- */

static Status read_document(const bson_t *document, SourceState *ret_state, Error *err) {
  SourceState state = NEVER_SEEN;
  DocumentReader from = document_reader(DB_SYSTEM, COLLECTION, document, err);
  document_get_instant_or_none(&from, "blocked_until_utc", &state.blocked_until_utc);
  document_get_prose(&from, "reason", state.reason, sizeof state.reason);
  document_get_day_or_none(&from, "calls_date", &state.calls_date);
  document_get_int64_or(&from, "calls", 0, &state.calls);
  if (document_has(&from, "pace_per_second")) document_get_double(&from, "pace_per_second", &state.pace_per_second);
  document_get_prose(&from, "pace_reason", state.pace_reason, sizeof state.pace_reason);
  document_get_int64_or(&from, "batch", 0, &state.batch);
  state.stored = true;
  if (from.status == STATUS_OK) *ret_state = state;
  return from.status;
}

Status source_state_read(const Db *db, const char *source, SourceState *ret_state, Error *err) {
  bson_t *document = NULL;
  Status status = db->find(db->self, DB_SYSTEM, COLLECTION, source, &document, err);
  if (status == STATUS_NOT_FOUND) {
    *ret_state = NEVER_SEEN;
    return STATUS_OK;
  }
  if (status != STATUS_OK) return status;
  status = read_document(document, ret_state, err);
  bson_destroy(document);
  return status;
}

typedef struct {
  const char *ids[2];
  SourceState states[2];
} Both;

static Status visit_both(void *context, const bson_t *document, Error *err) {
  Both *both = context;
  const char *id = document_id(document);
  for (size_t i = 0; id != NULL && i < 2; i++)
    if (strcmp(id, both->ids[i]) == 0) return read_document(document, &both->states[i], err);
  return STATUS_OK; /* another feed's */
}

Status source_state_read_both(const Db *db, const char *source, const char *feed, SourceState *ret_source,
                              SourceState *ret_feed, Error *err) {
  Both both = {.ids = {source, feed}, .states = {NEVER_SEEN, NEVER_SEEN}};
  Status status = db->find_range(db->self, DB_SYSTEM, COLLECTION, source, feed, NULL, visit_both, &both, err);
  if (status != STATUS_OK) return status;
  *ret_source = both.states[0];
  *ret_feed = both.states[1];
  return STATUS_OK;
}

/* ---- writing ---- */

static void put_calls(DocumentWriter *to, const SourceState *state) {
  document_put_day(to, "calls_date", state->calls_date);
  if (state->calls_date != DAY_NONE) document_put_int64(to, "calls", state->calls);
  if (state->pace_per_second > 0) {
    document_put_double(to, "pace_per_second", state->pace_per_second);
    document_put_prose(to, "pace_reason", state->pace_reason);
  }
}

Status source_state_write(const Db *db, const char *source, const SourceState *state, Error *err) {
  Documents documents = {0};
  DocumentWriter to = document_writer(documents_add(&documents), err);
  document_put_text(&to, "_id", source);
  document_put_instant(&to, "blocked_until_utc", state->blocked_until_utc);
  document_put_prose(&to, "reason", state->reason);
  put_calls(&to, state);
  if (state->batch > 0) document_put_int64(&to, "batch", state->batch);
  Status status = to.status;
  if (status == STATUS_OK)
    status = db->replace_many(db->self, DB_SYSTEM, COLLECTION, documents_view(&documents), 1, err);
  documents_free(&documents);
  return status;
}

/* STATUS_DUPLICATE: somebody was faster. */
static Status insert_count(const Db *db, const char *source, const SourceState *state, Error *err) {
  Documents documents = {0};
  DocumentWriter to = document_writer(documents_add(&documents), err);
  document_put_text(&to, "_id", source);
  put_calls(&to, state);
  Status status = to.status;
  if (status == STATUS_OK) status = db->insert(db->self, DB_SYSTEM, COLLECTION, documents_view(&documents)[0], err);
  documents_free(&documents);
  return status;
}

Status source_state_count(const Db *db, const char *source, const SourceState *state, Error *err) {
  static const char *const optional[] = {"calls_date", "calls", "pace_per_second", "pace_reason", NULL};
  Status status = state->stored ? STATUS_DUPLICATE : insert_count(db, source, state, err);
  if (status != STATUS_DUPLICATE) return status;
  Updates updates = {0};
  DocumentWriter to = document_writer(updates_add(&updates, source), err);
  put_calls(&to, state);
  status = to.status;
  if (status == STATUS_OK) status = updates_write(&updates, db, COLLECTION, optional, err);
  updates_free(&updates);
  return status;
}

Status source_state_write_batch(const Db *db, const char *source, int64_t batch, Error *err) {
  static const char *const none[] = {NULL};
  Updates updates = {0};
  DocumentWriter to = document_writer(updates_add(&updates, source), err);
  document_put_int64(&to, "batch", batch);
  Status status = to.status;
  if (status == STATUS_OK) status = updates_write(&updates, db, COLLECTION, none, err);
  updates_free(&updates);
  return status;
}
