#include <closebell/store/feed_data.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "feed_document.h"
#include "names.h"

/* Rows in memory as documents at once; so few that are there already are read one by one, because a range from the
 * first to the last may hold many others. */
enum { CHUNK = 4096, SINGLE_READS = 32 };

Status feed_data_create(const Db *db, const FeedDefinition *feed, Error *err) {
  if (!feed_name_is_valid(feed->name))
    return error_set(err, STATUS_INTERNAL, "a name that no feed can have names no collection");
  const char *const name = feed->name;
  Status status = names_create_missing(db, DB_FEED, &name, 1, err);
  for (size_t i = 0; i < feed->storing.index_count && status == STATUS_OK; i++) {
    const FeedIndex *index = &feed->storing.indexes[i];
    char field[FEED_LINE_MAX + 2];
    snprintf(field, sizeof field, "%s%s", index->is_descending ? "-" : "", index->field);
    status = db->create_index(db->self, DB_FEED, feed->name, field, false, err);
  }
  return status;
}

/* ---- rows against what is stored ---- */

typedef enum { ROW_MISSING = 0, ROW_SAME, ROW_CHANGED } RowState;

typedef struct {
  const Db *db;
  const FeedDefinition *feed;
  Documents ours; /* ascending by _id */
  RowState *states;
  Instant *first_seen; /* of the stored one; INSTANT_NONE: not known */
  Instant now;
} Chunk;

static int compare_ids(const void *key, const void *item) {
  return strcmp(key, document_id(*(const bson_t *const *)item));
}

static Status note_stored(void *context, const bson_t *stored, Error *err) {
  Chunk *chunk = context;
  const char *id = document_id(stored);
  bson_t *const *found =
      id ? bsearch(id, chunk->ours.items, chunk->ours.count, sizeof *chunk->ours.items, compare_ids) : NULL;
  (void)err;
  if (!found) return STATUS_OK;
  size_t at = (size_t)(found - chunk->ours.items);
  chunk->states[at] = feed_document_same(chunk->feed, *found, stored) ? ROW_SAME : ROW_CHANGED;
  chunk->first_seen[at] = feed_document_first_seen(stored);
  return STATUS_OK;
}

static Status read_one_by_one(Chunk *chunk, Error *err) {
  const Db *db = chunk->db;
  Status status = STATUS_OK;
  for (size_t i = 0; i < chunk->ours.count && status == STATUS_OK; i++) {
    bson_t *stored = NULL;
    status = db->find(db->self, DB_FEED, chunk->feed->name, document_id(chunk->ours.items[i]), &stored, err);
    if (status == STATUS_OK) status = note_stored(chunk, stored, err);
    if (status == STATUS_NOT_FOUND) status = STATUS_OK;
    if (stored) bson_destroy(stored);
  }
  return status;
}

static Status read_stored(Chunk *chunk, Error *err) {
  const Db *db = chunk->db;
  const Documents *ours = &chunk->ours;
  if (ours->count <= SINGLE_READS) return read_one_by_one(chunk, err);
  return db->find_range(db->self, DB_FEED, chunk->feed->name, document_id(ours->items[0]),
                        document_id(ours->items[ours->count - 1]), NULL, note_stored, chunk, err);
}

static size_t count_state(const Chunk *chunk, RowState state) {
  size_t count = 0;
  for (size_t i = 0; i < chunk->ours.count; i++) count += chunk->states[i] == state;
  return count;
}

/* What went between two calls, by somebody's hand, is put back. */
static Status insert_missing(Chunk *chunk, FeedCounts *counts, Error *err) {
  const Db *db = chunk->db;
  size_t missing = 0, again = 0;
  const bson_t **selected = calloc(chunk->ours.count, sizeof *selected);
  if (!selected) return error_set(err, STATUS_NO_MEMORY, "feed_data.%s: out of memory", chunk->feed->name);
  for (size_t i = 0; i < chunk->ours.count; i++)
    if (chunk->states[i] == ROW_MISSING) selected[missing++] = chunk->ours.items[i];
  Status status = STATUS_OK;
  if (missing > 0) status = db->insert_many(db->self, DB_FEED, chunk->feed->name, selected, missing, &again, err);
  free(selected);
  counts->stored += (int64_t)(missing - again);
  return status;
}

static Status replace_changed(Chunk *chunk, Error *err) {
  const Db *db = chunk->db;
  Documents changed = {0};
  Status status = STATUS_OK;
  for (size_t i = 0; i < chunk->ours.count && status == STATUS_OK; i++)
    if (chunk->states[i] == ROW_CHANGED)
      status = feed_document_replacing(&changed, chunk->ours.items[i], chunk->first_seen[i], chunk->now, err);
  if (status == STATUS_OK && changed.count > 0)
    status = db->replace_many(db->self, DB_FEED, chunk->feed->name, documents_view(&changed), changed.count, err);
  documents_free(&changed);
  return status;
}

/* Some of the rows have come before: what is stored of them is looked at. */
static Status settle(Chunk *chunk, FeedCounts *counts, Error *err) {
  Status status = read_stored(chunk, err);
  if (status != STATUS_OK) return status;
  size_t changed = count_state(chunk, ROW_CHANGED);
  counts->stored += (int64_t)(changed + count_state(chunk, ROW_SAME));
  counts->changed += (int64_t)changed;
  status = insert_missing(chunk, counts, err);
  return status == STATUS_OK && chunk->feed->storing.keep == FEED_KEEP_NEWEST ? replace_changed(chunk, err) : status;
}

static Status store_chunk(Chunk *chunk, FeedCounts *counts, Error *err) {
  const Db *db = chunk->db;
  const Documents *ours = &chunk->ours;
  size_t duplicates = 0;
  Status status =
      db->insert_many(db->self, DB_FEED, chunk->feed->name, documents_view(ours), ours->count, &duplicates, err);
  if (status != STATUS_OK) return status;
  counts->inserted += (int64_t)(ours->count - duplicates);
  if (duplicates == 0) {
    counts->stored += (int64_t)ours->count;
    return STATUS_OK;
  }
  chunk->states = calloc(ours->count, sizeof *chunk->states);
  chunk->first_seen = calloc(ours->count, sizeof *chunk->first_seen);
  status = chunk->states && chunk->first_seen
               ? settle(chunk, counts, err)
               : error_set(err, STATUS_NO_MEMORY, "feed_data.%s: out of memory", chunk->feed->name);
  free(chunk->states);
  free(chunk->first_seen);
  return status;
}

Status feed_data_store_documents(const Db *db, const FeedDefinition *feed, Documents *documents, Instant now,
                                 FeedCounts *ret_counts, Error *err) {
  FeedCounts counts = {.received = (int64_t)documents->count};
  Chunk chunk = {.db = db, .feed = feed, .ours = *documents, .now = now};
  Status status = documents->count > 0 ? store_chunk(&chunk, &counts, err) : STATUS_OK;
  if (status == STATUS_OK) *ret_counts = counts;
  return status;
}

static int compare_rows(const void *a, const void *b) {
  return strcmp(((const FeedRow *)a)->id, ((const FeedRow *)b)->id);
}

Status feed_data_store(const Db *db, const FeedBrought *brought, Instant now, FeedCounts *ret_counts, Error *err) {
  FeedRowList *rows = brought->rows;
  FeedCounts counts = {.received = (int64_t)rows->count};
  Status status = STATUS_OK;
  if (rows->count > 0) qsort(rows->items, rows->count, sizeof *rows->items, compare_rows);
  for (size_t at = 0; at < rows->count && status == STATUS_OK; at += CHUNK) {
    size_t end = rows->count - at < CHUNK ? rows->count : at + CHUNK;
    Chunk chunk = {.db = db, .feed = brought->feed, .now = now};
    for (size_t i = at; i < end && status == STATUS_OK; i++)
      status = feed_document_add(&chunk.ours, brought->feed, brought->item, &rows->items[i], now, err);
    if (status == STATUS_OK) status = store_chunk(&chunk, &counts, err);
    documents_free(&chunk.ours);
  }
  if (status == STATUS_OK) *ret_counts = counts;
  return status;
}

/* ---- what is too old ---- */

typedef struct {
  const FeedDefinition *feed;
  Instant before;
  char from[FEED_ID_BYTES_MAX + 1], to[FEED_ID_BYTES_MAX + 1]; /* a run of old ones, nothing else between; from empty:
                                                                  none */
  size_t length;                                               /* of that run */
  char (*runs)[2][FEED_ID_BYTES_MAX + 1];
  size_t count;
} Expiring;

/* A run is no longer than the embedded server deletes at once. */
enum { RUNS_AT_ONCE = 1000, RUN_MAX = 10000 };

static bool is_old(const Expiring *expiring, const bson_t *document) {
  bson_iter_t at;
  Day day;
  if (!bson_iter_init_find(&at, document, expiring->feed->storing.expire_field)) return false;
  if (BSON_ITER_HOLDS_DATE_TIME(&at)) return bson_iter_date_time(&at) < expiring->before;
  if (!BSON_ITER_HOLDS_UTF8(&at) || !day_parse(bson_iter_utf8(&at, NULL), &day)) return false;
  return (Instant)day * 24 * 3600 * 1000 < expiring->before;
}

static void end_run(Expiring *expiring) {
  bool has_room = expiring->count < RUNS_AT_ONCE;
  if (expiring->from[0] != '\0' && has_room) {
    memcpy(expiring->runs[expiring->count][0], expiring->from, sizeof expiring->from);
    memcpy(expiring->runs[expiring->count++][1], expiring->to, sizeof expiring->to);
  }
  expiring->from[0] = '\0';
  expiring->length = 0;
}

/* Documents come in the order of their _id, so those between two old ones of a run are old too. */
static Status note_old(void *context, const bson_t *document, Error *err) {
  Expiring *expiring = context;
  const char *id = document_id(document);
  (void)err;
  if (id == NULL || strlen(id) > FEED_ID_BYTES_MAX || !is_old(expiring, document)) {
    end_run(expiring);
    return STATUS_OK;
  }
  snprintf(expiring->to, sizeof expiring->to, "%s", id);
  if (expiring->from[0] == '\0') memcpy(expiring->from, expiring->to, sizeof expiring->from);
  if (++expiring->length == RUN_MAX) end_run(expiring);
  return STATUS_OK;
}

/* What is left beyond so many runs goes with the next unit. */
static Status expire_by_reading(const Db *db, const FeedDefinition *feed, Instant before, Error *err) {
  const char *const fields[] = {feed->storing.expire_field, NULL};
  Expiring *expiring = calloc(1, sizeof *expiring);
  if (expiring) expiring->runs = calloc(RUNS_AT_ONCE, sizeof *expiring->runs);
  if (!expiring || !expiring->runs) {
    free(expiring);
    return error_set(err, STATUS_NO_MEMORY, "feed_data.%s: out of memory", feed->name);
  }
  expiring->feed = feed, expiring->before = before;
  Status status = db->find_range(db->self, DB_FEED, feed->name, NULL, NULL, fields, note_old, expiring, err);
  end_run(expiring);
  for (size_t i = 0; i < expiring->count && status == STATUS_OK; i++)
    status = db->delete_range(db->self, DB_FEED, feed->name, expiring->runs[i][0], expiring->runs[i][1], err);
  free(expiring->runs);
  free(expiring);
  return status;
}

/* The embedded server refuses to delete too many at once: they go run by run then. */
Status feed_data_expire(const Db *db, const FeedDefinition *feed, Instant now, Error *err) {
  const char *field = feed->storing.expire_field;
  const Instant before = now - feed->storing.expire_ms;
  if (!field) return STATUS_OK;
  Status status = db->delete_before(db->self, DB_FEED, feed->name, field, before, err);
  return status == STATUS_INTERNAL ? expire_by_reading(db, feed, before, err) : status;
}

/* ---- what is there ---- */

typedef struct {
  const FeedField *field;
  FeedDataVisit *visit;
  void *context;
} Visiting;

static Status visit_one(void *context, const bson_t *document, Error *err) {
  const Visiting *visiting = context;
  FeedValue value;
  bson_iter_t at;
  const char *item = "";
  if (!feed_document_value(document, visiting->field, &value)) return STATUS_OK;
  if (bson_iter_init_find(&at, document, "item") && BSON_ITER_HOLDS_UTF8(&at)) item = bson_iter_utf8(&at, NULL);
  return visiting->visit(visiting->context, item, &value, err);
}

Status feed_data_visit(const Db *db, const FeedDefinition *feed, size_t field, FeedDataVisit *visit, void *context,
                       Error *err) {
  Visiting visiting = {&feed->rows.fields[field], visit, context};
  const char *const fields[] = {"item", visiting.field->name, NULL};
  return db->find_range(db->self, DB_FEED, feed->name, NULL, NULL, fields, visit_one, &visiting, err);
}

static Status count_one(void *context, const bson_t *document, Error *err) {
  (void)document;
  (void)err;
  ++*(int64_t *)context;
  return STATUS_OK;
}

Status feed_data_count(const Db *db, const char *name, int64_t *ret_count, Error *err) {
  static const char *const only_id[] = {"_id", NULL};
  int64_t count = 0;
  Status status = db->find_range(db->self, DB_FEED, name, NULL, NULL, only_id, count_one, &count, err);
  if (status == STATUS_OK) *ret_count = count;
  return status;
}
