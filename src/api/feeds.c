/* /feeds: which declared feeds have run, how far each is, when it is due next, and what it waits for. All of it is told
 * by the database: the files of feeds need not lie where this program runs. */
#include <stdlib.h>
#include <string.h>

#include <closebell/base/vector.h>
#include <closebell/store/feed_state.h>

#include "resources.h"

/* A feed that is due once a month has a status within these. */
enum { DAYS_BACK = 40 };
static const char ITEMS[] = ":items";

typedef struct {
  StoredDocument *items;
  size_t count, capacity;
} Documents;

static Status keep(void *context, StoredDocument *document, Error *err) {
  Documents *documents = context;
  StoredDocument *items = vector_reserve(documents->items, &documents->capacity, documents->count + 1, sizeof *items);
  if (!items) return error_set(err, STATUS_NO_MEMORY, "no memory for the feeds");
  documents->items = items;
  items[documents->count++] = *document;
  *document = (StoredDocument){0};
  return STATUS_OK;
}

static void free_documents(Documents *documents) {
  for (size_t i = 0; i < documents->count; i++) stored_free(&documents->items[i]);
  free(documents->items);
}

/* ---- what is stored ---- */

static int64_t whole_of(const StoredDocument *document, const char *name) {
  const StoredField *field = document ? stored_field(document, name) : NULL;
  return field && field->kind == STORED_WHOLE ? field->whole : 0;
}

static bool says(const StoredDocument *document, const char *name, const char *text) {
  return strcmp(stored_get_text(document, name), text) == 0;
}

/* What all hosts know of the feeds: without the values of {since}, which can be many. */
static Status read_states(const Call *call, Documents *states, Error *err) {
  static const char *const fields[] = {"newest_utc", "title", "next_due_utc", "item_count", "due_utc", "done", NULL};
  StoredRange range = {
      .database = DB_SYSTEM, .collection = "source_state", .from = "feed:", .to = "feed;", .fields = fields};
  return stored_read(call->db, &range, keep, states, err);
}

/* The statuses of the last days, of every job: a feed's own ones cannot be told by their _id. */
static Status read_statuses(const Call *call, const Documents *states, Documents *statuses, Error *err) {
  Instant newest = INSTANT_NONE;
  for (size_t i = 0; i < states->count; i++) {
    Instant one = stored_get_instant(&states->items[i], "newest_utc");
    if (one > newest) newest = one;
  }
  if (newest == INSTANT_NONE) return STATUS_OK;
  DayText from = day_text(instant_kst_day(newest) - DAYS_BACK);
  StoredRange range = {.database = DB_SYSTEM, .collection = "job_status", .from = from.text};
  return stored_read(call->db, &range, keep, statuses, err);
}

/* ---- a feed ---- */

/* Of the lists of items that it has, the one that was asked last. */
static const StoredDocument *progress_of(const Documents *states, const char *name) {
  const StoredDocument *newest = NULL;
  size_t length = strlen(name);
  for (size_t i = 0; i < states->count; i++) {
    const StoredDocument *state = &states->items[i];
    const char *part = state->id + strlen("feed:");
    if (strncmp(part, name, length) != 0 || strncmp(part + length, ITEMS, sizeof ITEMS - 1) != 0) continue;
    if (!newest || stored_get_instant(state, "due_utc") > stored_get_instant(newest, "due_utc")) newest = state;
  }
  return newest;
}

/* The newest, or the newest of that state. They ascend by date. */
static const StoredDocument *status_of(const Documents *statuses, const char *name, const char *state) {
  for (size_t i = statuses->count; i > 0; i--) {
    const StoredDocument *status = &statuses->items[i - 1];
    if (says(status, "job_name", name) && (!state || says(status, "status", state))) return status;
  }
  return NULL;
}

static void put_field(JsonWriter *to, const StoredDocument *document, const char *field, const char *as) {
  const StoredField *found = document ? stored_field(document, field) : NULL;
  if (found) put_stored(to, as, found);
}

static void put_items(JsonWriter *to, const StoredDocument *state, const StoredDocument *progress) {
  const StoredField *done = progress ? stored_field(progress, "done") : NULL;
  if (whole_of(state, "item_count") == 0) return;
  json_put_whole(to, "items", whole_of(state, "item_count"));
  json_put_whole(to, "items_done", done && done->kind == STORED_LIST ? (int64_t)done->count : 0);
}

static void put_feed(JsonWriter *to, const char *name, const StoredDocument *state, const Documents *states,
                     const Documents *statuses) {
  const StoredDocument *newest = status_of(statuses, name, NULL), *good = status_of(statuses, name, "completed");
  json_begin_object(to, NULL);
  json_put_text(to, "name", name);
  put_field(to, state, "title", "title");
  put_field(to, newest, "status", "status");
  put_field(to, newest, "date_kst", "date");
  put_field(to, newest, "due_utc", "due_utc");
  put_field(to, good, "date_kst", "last_completed");
  put_field(to, state, "next_due_utc", "next_due_utc");
  put_items(to, state, progress_of(states, name));
  put_field(to, newest, "expected_rows", "expected_rows");
  put_field(to, newest, "stored_rows", "stored_rows");
  put_field(to, newest, "missing", "missing");
  put_field(to, newest, "reason", "reason");
  json_end_object(to);
}

bool answer_feeds(Call *call, ServiceAnswer *answer) {
  Error err = {{0}};
  Documents states = {0}, statuses = {0};
  Status status = read_states(call, &states, &err);
  if (status == STATUS_OK) status = read_statuses(call, &states, &statuses, &err);
  if (status == STATUS_OK) {
    JsonWriter to = call_begin_json(call, answer);
    json_begin_list(&to, "items");
    for (size_t i = 0; i < states.count; i++) {
      char name[FEED_NAME_SIZE];
      if (feed_units_name(states.items[i].id, name)) put_feed(&to, name, &states.items[i], &states, &statuses);
    }
    json_end_list(&to);
    call_end_json(&to, answer);
  }
  free_documents(&states);
  free_documents(&statuses);
  return status == STATUS_OK || call_store_failed(call, status, &err);
}
