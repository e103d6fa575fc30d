#include <closebell/store/feed_pending.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/base/text.h>
#include <closebell/feed/progress.h>

#include "feed_document.h"

#define COLLECTION "source_state"
enum { ID_SIZE = FEED_NAME_SIZE + FEED_PROGRESS_NAME_SIZE + 16 };

/* "items_mon" is the progress of what stands in "rows_mon". */
static char *id_of(const char *name, const char *part, char id[ID_SIZE]) {
  snprintf(id, ID_SIZE, "feed:%.40s:rows%.10s", name, part + strlen("items"));
  return id;
}

void feed_pending_free(FeedPending *pending) {
  free(pending->bytes);
  *pending = (FeedPending){.due = INSTANT_NONE};
}

/* ---- writing ---- */

static int compare_rows(const void *a, const void *b) {
  return strcmp((*(const FeedRow *const *)a)->id, (*(const FeedRow *const *)b)->id);
}

static Status make_documents(const FeedBrought *brought, Instant now, Documents *documents, Error *err) {
  const FeedRowList *rows = brought->rows;
  const FeedRow *sorted[FEED_PENDING_ROWS_MAX];
  Status status = STATUS_OK;
  for (size_t i = 0; i < rows->count; i++) sorted[i] = &rows->items[i];
  if (rows->count > 0) qsort(sorted, rows->count, sizeof *sorted, compare_rows);
  for (size_t i = 0; i < rows->count && status == STATUS_OK; i++)
    status = feed_document_add(documents, brought->feed, brought->item, sorted[i], now, err);
  return status;
}

/* False: they are too large. */
static bool join(const Documents *documents, uint8_t bytes[FEED_PENDING_BYTES_MAX], size_t *ret_size) {
  size_t size = 0;
  for (size_t i = 0; i < documents->count; i++) {
    const bson_t *one = documents->items[i];
    if (one->len > FEED_PENDING_BYTES_MAX - size) return false;
    memcpy(bytes + size, bson_get_data(one), one->len);
    size += one->len;
  }
  *ret_size = size;
  return true;
}

static Status write_pending(const Db *db, const char *id, const FeedPending *pending, Error *err) {
  Documents documents = {0};
  DocumentWriter to = document_writer(documents_add(&documents), err);
  document_put_text(&to, "_id", id);
  document_put_instant(&to, "due_utc", pending->due);
  document_put_int64(&to, "asked", pending->asked);
  document_put_text(&to, "item", pending->item);
  document_put_binary(&to, "rows", pending->bytes, pending->size);
  Status status = to.status;
  if (status == STATUS_OK)
    status = db->replace_many(db->self, DB_SYSTEM, COLLECTION, documents_view(&documents), 1, err);
  documents_free(&documents);
  return status;
}

Status feed_pending_write(const Db *db, const char *part, const FeedPending *pending, const FeedBrought *brought,
                          Instant now, Error *err) {
  char id[ID_SIZE];
  const char *name = brought->feed->name;
  Documents documents = {0};
  FeedPending whole = {.due = pending->due, .asked = pending->asked, .bytes = malloc(FEED_PENDING_BYTES_MAX)};
  if (!whole.bytes) return error_set(err, STATUS_NO_MEMORY, "no memory for the rows of %s", name);
  text_copy(whole.item, sizeof whole.item, brought->item);
  bool fits = brought->rows->count > 0 && brought->rows->count <= FEED_PENDING_ROWS_MAX;
  Status status = fits ? make_documents(brought, now, &documents, err) : STATUS_OK;
  if (status == STATUS_OK && fits && join(&documents, whole.bytes, &whole.size))
    status = write_pending(db, id_of(name, part, id), &whole, err);
  documents_free(&documents);
  free(whole.bytes);
  return status;
}

/* ---- reading ---- */

static Status load(const bson_t *document, FeedPending *ret_pending, Error *err) {
  Error unreadable;
  FeedPending pending = {.due = INSTANT_NONE};
  const uint8_t *bytes = NULL;
  DocumentReader from = document_reader(DB_SYSTEM, COLLECTION, document, &unreadable);
  document_get_instant(&from, "due_utc", &pending.due);
  document_get_int64(&from, "asked", &pending.asked);
  document_get_text(&from, "item", pending.item, sizeof pending.item);
  document_get_binary(&from, "rows", &bytes, &pending.size);
  if (from.status != STATUS_OK || pending.size == 0 || pending.size > FEED_PENDING_BYTES_MAX) return STATUS_OK;
  pending.bytes = malloc(pending.size);
  if (!pending.bytes) return error_set(err, STATUS_NO_MEMORY, "no memory for the rows of a feed");
  memcpy(pending.bytes, bytes, pending.size);
  *ret_pending = pending;
  return STATUS_OK;
}

Status feed_pending_read(const Db *db, const char *name, const char *part, FeedPending *ret_pending, Error *err) {
  char id[ID_SIZE];
  bson_t *document = NULL;
  *ret_pending = (FeedPending){.due = INSTANT_NONE};
  Status status = db->find(db->self, DB_SYSTEM, COLLECTION, id_of(name, part, id), &document, err);
  if (status != STATUS_OK) return status == STATUS_NOT_FOUND ? STATUS_OK : status;
  status = load(document, ret_pending, err);
  bson_destroy(document);
  return status;
}

/* ---- storing ---- */

/* STATUS_BAD_DATA: somebody has altered them. */
static Status split(const FeedPending *pending, Documents *documents, Error *err) {
  const char *before = "";
  for (size_t at = 0; at < pending->size;) {
    bson_t one;
    uint32_t length = 0;
    if (pending->size - at >= sizeof length) memcpy(&length, pending->bytes + at, sizeof length);
    length = BSON_UINT32_FROM_LE(length);
    bool good = length >= 5 && length <= pending->size - at && bson_init_static(&one, pending->bytes + at, length) &&
                document_check(&one, err) == STATUS_OK && strcmp(before, document_id(&one)) < 0;
    if (!good) return error_set(err, STATUS_BAD_DATA, "the rows that were about to be stored cannot be read");
    bson_t *copy = documents_add(documents);
    if (!copy) return error_set(err, STATUS_NO_MEMORY, "no memory for the rows of a feed");
    bson_concat(copy, &one);
    before = document_id(copy);
    at += length;
  }
  return STATUS_OK;
}

Status feed_pending_store(const Db *db, const FeedDefinition *feed, const FeedPending *pending, Instant now,
                          FeedCounts *ret_counts, Error *err) {
  Documents documents = {0};
  Status status = split(pending, &documents, err);
  if (status == STATUS_OK) status = feed_data_store_documents(db, feed, &documents, now, ret_counts, err);
  documents_free(&documents);
  return status;
}
