#include <closebell/store/feed_state.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/base/vector.h>

#include "feed_key_document.h"

#define COLLECTION "source_state"

enum { STATE_ID_SIZE = FEED_NAME_SIZE + FEED_PROGRESS_NAME_SIZE + 16 };

static char *state_id(const char *name, const char *part, char id[STATE_ID_SIZE]) {
  snprintf(id, STATE_ID_SIZE, "feed:%.40s:%.15s", name, part);
  return id;
}

/* STATUS_NOT_FOUND: there is none. */
static Status find(const Db *db, const char *name, const char *part, bson_t **ret_document, Error *err) {
  char id[STATE_ID_SIZE];
  return db->find(db->self, DB_SYSTEM, COLLECTION, state_id(name, part, id), ret_document, err);
}

static DocumentWriter begin(Documents *documents, const char *name, const char *part, Error *err) {
  char id[STATE_ID_SIZE];
  DocumentWriter to = document_writer(documents_add(documents), err);
  document_put_text(&to, "_id", state_id(name, part, id));
  return to;
}

static Status replace(const Db *db, Documents *documents, Status status, Error *err) {
  if (status == STATUS_OK)
    status = db->replace_many(db->self, DB_SYSTEM, COLLECTION, documents_view(documents), documents->count, err);
  documents_free(documents);
  return status;
}

/* ---- units ---- */

Status feed_units_read(const Db *db, const char *name, FeedUnitsState *ret_state, Error *err) {
  static const FeedUnitsState NEVER = {INSTANT_NONE, INSTANT_NONE, INSTANT_NONE};
  FeedUnitsState state = NEVER;
  bson_t *document = NULL;
  Status status = find(db, name, "units", &document, err);
  *ret_state = NEVER;
  if (status != STATUS_OK) return status == STATUS_NOT_FOUND ? STATUS_OK : status;
  Error unreadable;
  DocumentReader from = document_reader(DB_SYSTEM, COLLECTION, document, &unreadable);
  document_get_instant_or_none(&from, "first_utc", &state.first);
  document_get_instant_or_none(&from, "newest_utc", &state.newest);
  document_get_instant_or_none(&from, "given_up_to_utc", &state.given_up_to);
  if (from.status == STATUS_OK) *ret_state = state;
  bson_destroy(document);
  return STATUS_OK;
}

Status feed_units_write(const Db *db, const char *name, const FeedUnitsState *state, const FeedAbout *about,
                        Error *err) {
  Documents documents = {0};
  DocumentWriter to = begin(&documents, name, "units", err);
  document_put_instant(&to, "first_utc", state->first);
  document_put_instant(&to, "newest_utc", state->newest);
  document_put_instant(&to, "given_up_to_utc", state->given_up_to);
  document_put_prose(&to, "title", about->title);
  document_put_instant(&to, "next_due_utc", about->next_due);
  document_put_int64(&to, "item_count", about->items);
  return replace(db, &documents, to.status, err);
}

bool feed_units_name(const char *id, char ret_name[FEED_NAME_SIZE]) {
  static const char START[] = "feed:", END[] = ":units";
  if (strncmp(id, START, sizeof START - 1) != 0) return false;
  const char *name = id + sizeof START - 1;
  size_t length = strcspn(name, ":");
  if (length >= FEED_NAME_SIZE || strcmp(name + length, END) != 0) return false;
  memcpy(ret_name, name, length);
  ret_name[length] = '\0';
  return true;
}

/* ---- keys ---- */

static Status read_key(DocumentReader *from, FeedKeyUse *ret_use) {
  char mark[sizeof ret_use->mark] = "";
  if (document_has(from, "mark")) document_get_text(from, "mark", mark, sizeof mark);
  feed_key_get(from, ret_use);
  memcpy(ret_use->mark, mark, sizeof mark);
  return from->status;
}

/* A count that was damaged is not taken for none: the key rests until somebody has looked. */
Status feed_use_read(const Db *db, const char *name, FeedUse *ret_use, Error *err) {
  bson_t *document = NULL;
  Status status = find(db, name, "keys", &document, err);
  *ret_use = (FeedUse){.count = 0};
  if (status != STATUS_OK) return status == STATUS_NOT_FOUND ? STATUS_OK : status;
  DocumentReader from = document_reader(DB_SYSTEM, COLLECTION, document, err);
  for (size_t i = 0; i < FEED_KEYS_MAX && from.status == STATUS_OK && status == STATUS_OK; i++) {
    char field[16];
    bson_t part;
    DocumentReader inner;
    snprintf(field, sizeof field, "key_%zu", i + 1);
    if (!document_has(&from, field)) break;
    if (!document_get_part(&from, field, &part, &inner)) break;
    status = read_key(&inner, &ret_use->items[i]);
    ret_use->count += status == STATUS_OK;
  }
  if (from.status != STATUS_OK) status = from.status;
  bson_destroy(document);
  return status;
}

static Status put_key(DocumentWriter *to, size_t at, const FeedKeyUse *use, Error *err) {
  bson_t part = BSON_INITIALIZER;
  char field[32];
  DocumentWriter inner = document_writer(&part, err);
  snprintf(field, sizeof field, "key_%zu", at + 1);
  document_put_prose(&inner, "mark", use->mark);
  feed_key_put(&inner, use);
  if (inner.status == STATUS_OK) document_put_document(to, field, &part);
  bson_destroy(&part);
  return inner.status;
}

Status feed_use_write(const Db *db, const char *name, const FeedUse *use, Error *err) {
  Documents documents = {0};
  DocumentWriter to = begin(&documents, name, "keys", err);
  Status status = to.status;
  for (size_t i = 0; i < use->count && status == STATUS_OK; i++) status = put_key(&to, i, &use->items[i], err);
  return replace(db, &documents, status == STATUS_OK ? to.status : status, err);
}

/* ---- items ---- */

static Status load_progress(const bson_t *document, FeedProgress *ret_progress, FeedSums *ret_sums) {
  Error unreadable;
  Instant due = INSTANT_NONE;
  int64_t asked = 0;
  FeedSums sums = {0};
  TextBuffer done = {0};
  const char *text;
  DocumentReader from = document_reader(DB_SYSTEM, COLLECTION, document, &unreadable);
  document_get_instant_or_none(&from, "due_utc", &due);
  document_get_int64_or(&from, "asked", 0, &asked);
  document_get_int64_or(&from, "expected_rows", 0, &sums.expected);
  document_get_int64_or(&from, "stored_rows", 0, &sums.stored);
  document_get_int64_or(&from, "changed", 0, &sums.changed);
  if (document_has(&from, "done"))
    for (DocumentTexts texts = document_get_texts(&from, "done"); document_next_text(&texts, &text);)
      text_buffer_printf(&done, "%s\n", text);
  Status status = from.status;
  if (status == STATUS_OK && (done.failed || asked < 0)) status = STATUS_BAD_DATA;
  if (status == STATUS_OK)
    status = feed_progress_load(due, (size_t)asked, done.data ? done.data : "", ret_progress, &unreadable);
  text_buffer_free(&done);
  if (status == STATUS_OK) *ret_sums = sums;
  return status;
}

Status feed_progress_read(const Db *db, const char *name, const char *part, FeedProgress *ret_progress,
                          FeedSums *ret_sums, Error *err) {
  bson_t *document = NULL;
  Status status = find(db, name, part, &document, err);
  *ret_progress = feed_progress_none();
  *ret_sums = (FeedSums){0};
  if (status != STATUS_OK) return status == STATUS_NOT_FOUND ? STATUS_OK : status;
  status = load_progress(document, ret_progress, ret_sums);
  bson_destroy(document);
  if (status == STATUS_NO_MEMORY) return error_set(err, status, "source_state: out of memory");
  return STATUS_OK; /* what cannot be read is asked for again: nothing is stored twice */
}

static void put_done(DocumentWriter *to, const TextBuffer *done) {
  bson_t array = BSON_INITIALIZER;
  const char *at = done->data ? done->data : "";
  for (const char *end; (end = strchr(at, '\n')) != NULL; at = end + 1) {
    char item[FEED_COLUMN_BYTES_MAX + 1];
    snprintf(item, sizeof item, "%.*s", (int)(end - at), at);
    document_add_text(&array, item);
  }
  document_put_array(to, "done", &array);
  bson_destroy(&array);
}

Status feed_progress_write(const Db *db, const char *name, const char *part, const FeedProgress *progress,
                           const FeedSums *sums, Error *err) {
  Documents documents = {0};
  DocumentWriter to = begin(&documents, name, part, err);
  document_put_instant(&to, "due_utc", progress->due);
  document_put_int64(&to, "asked", (int64_t)progress->asked);
  document_put_int64(&to, "expected_rows", sums->expected);
  document_put_int64(&to, "stored_rows", sums->stored);
  document_put_int64(&to, "changed", sums->changed);
  put_done(&to, &progress->done);
  return replace(db, &documents, to.status, err);
}
