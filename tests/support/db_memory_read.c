/* The in-memory Db: its round trips, and the operations that read. */
#include <stdio.h>
#include <string.h>

#include "db_memory_internal.h"

/* --- round trips --- */

Status memory_begin(DbMemory *memory, const char *operation, Error *err) {
  memory->counters.round_trips++;
  if (memory->hook == NULL || memory->hook(memory->hook_context, operation, false) == 0) return STATUS_OK;
  return error_set(err, STATUS_UNAVAILABLE, "%s: no connection (simulated)", operation);
}

Status memory_end(DbMemory *memory, const char *operation, Status status, Error *err) {
  if (memory->hook == NULL || memory->hook(memory->hook_context, operation, true) == 0) return status;
  return error_set(err, STATUS_UNAVAILABLE, "%s: the reply was lost (simulated)", operation);
}

/* --- reading --- */

void memory_id_range(const Collection *collection, const char *from_id, const char *to_id, size_t *ret_first,
                     size_t *ret_last) {
  *ret_first = from_id == NULL ? 0 : memory_position(collection, from_id, false);
  *ret_last = to_id == NULL ? collection->documents.count : memory_position(collection, to_id, true);
  if (*ret_last < *ret_first) *ret_last = *ret_first;
}

static Status hand_out(DbMemory *memory, const char *operation, const bson_t *document, bson_t **ret_document,
                       Error *err) {
  Status status = document == NULL ? error_set(err, STATUS_NOT_FOUND, "%s: not found", operation) : STATUS_OK;
  status = memory_end(memory, operation, status, err);
  if (status != STATUS_OK) return status;
  memory->counters.documents_read++;
  *ret_document = bson_copy(document);
  return STATUS_OK;
}

Status memory_find(void *self, const char *database, const char *name, const char *id, bson_t **ret_document,
                   Error *err) {
  DbMemory *memory = self;
  Status status = memory_begin(memory, "find", err);
  if (status != STATUS_OK) return status;
  bson_t **slot = memory_find_document(memory_find_collection(memory->storage, database, name), id);
  return error_prefix(err, hand_out(memory, "find", slot == NULL ? NULL : *slot, ret_document, err), "%s.%s %s",
                      database, name, id);
}

static const bson_t *last_with_prefix(const Collection *collection, const char *prefix) {
  char behind[256]; /* all that begin so: no text has this byte */
  if (collection == NULL || collection->documents.count == 0) return NULL;
  const Documents *documents = &collection->documents;
  if (prefix == NULL) return documents->items[documents->count - 1];
  snprintf(behind, sizeof behind, "%.250s\xff", prefix);
  size_t end = memory_position(collection, behind, false);
  if (end == 0) return NULL;
  const bson_t *document = documents->items[end - 1];
  return strncmp(document_id(document), prefix, strlen(prefix)) == 0 ? document : NULL;
}

Status memory_find_last(void *self, const char *database, const char *name, const char *id_prefix,
                        bson_t **ret_document, Error *err) {
  DbMemory *memory = self;
  Status status = memory_begin(memory, "find_last", err);
  if (status != STATUS_OK) return status;
  const bson_t *last = last_with_prefix(memory_find_collection(memory->storage, database, name), id_prefix);
  return error_prefix(err, hand_out(memory, "find_last", last, ret_document, err), "%s.%s", database, name);
}

static Collection *read_last;

Collection *memory_read_last(void) { return read_last; }

/* Where a reading of a range stands. */
typedef struct {
  const char *database, *name, *from_id, *to_id;
  const bson_t *last; /* the document visited last; null at the beginning */
  size_t position;    /* of the next one, and of the end ... */
  size_t end;
  long moves;                   /* ... at that count of moves; -1: not looked up yet */
  const Collection *collection; /* ... and of collections */
  size_t collections;
} Range;

/* The next document, as it now is; null at the end. Looked up anew when a visitor has written in the meantime. */
static const bson_t *next_in_range(const DbMemory *memory, Range *range) {
  if (range->collection == NULL || range->collections != memory->storage->count) {
    range->collection = memory_find_collection(memory->storage, range->database, range->name);
    range->collections = memory->storage->count;
  }
  const Collection *collection = range->collection;
  if (collection == NULL) return NULL;
  if (range->moves != collection->moves) {
    memory_id_range(collection, range->from_id, range->to_id, &range->position, &range->end);
    if (range->last != NULL) range->position = memory_position(collection, document_id(range->last), true);
    range->moves = collection->moves;
  }
  return range->position < range->end ? collection->documents.items[range->position++] : NULL;
}

static bson_t *projected(const bson_t *document, const char *const *fields) {
  bson_t *part = bson_new();
  bson_iter_t iter;
  bson_iter_init(&iter, document);
  while (bson_iter_next(&iter)) {
    const char *key = bson_iter_key(&iter);
    if (strcmp(key, "_id") == 0 || memory_is_listed(fields, key)) bson_append_iter(part, key, -1, &iter);
  }
  return part;
}

static Status visit_one(DbMemory *memory, const bson_t *document, const char *const *fields, DbVisit *visit,
                        void *context, Error *err) {
  memory->counters.documents_read++;
  if (fields == NULL) return visit(context, document, err);
  bson_t *part = projected(document, fields);
  Status status = visit(context, part, err);
  bson_destroy(part);
  return status;
}

Status memory_find_range(void *self, const char *database, const char *name, const char *from_id, const char *to_id,
                         const char *const *fields, DbVisit *visit, void *context, Error *err) {
  DbMemory *memory = self;
  Status status = memory_begin(memory, "find_range", err);
  if (status != STATUS_OK) return status;
  Range range = {.database = database, .name = name, .from_id = from_id, .to_id = to_id, .moves = -1};
  Storage *storage = memory->storage;
  const bson_t *next;
  storage->readers++;
  while (status == STATUS_OK && (next = next_in_range(memory, &range)) != NULL) {
    status = visit_one(memory, next, fields, visit, context, err);
    range.last = next;
  }
  if (--storage->readers == 0) documents_free(&storage->gone);
  read_last = memory_find_collection(storage, database, name);
  return status == STATUS_OK ? memory_end(memory, "find_range", STATUS_OK, err) : status;
}

/* Copies: a visitor may write. */
Status memory_find_back(void *self, const char *database, const char *name, const char *from_id, const char *to_id,
                        const char *const *fields, size_t limit, DbVisit *visit, void *context, Error *err) {
  DbMemory *memory = self;
  Documents found = {0};
  size_t position = 0, behind = 0;
  Status status = memory_begin(memory, "find_back", err);
  if (status != STATUS_OK) return status;
  const Collection *collection = memory_find_collection(memory->storage, database, name);
  if (collection != NULL) memory_id_range(collection, from_id, to_id, &position, &behind);
  for (; behind > position && found.count < limit && status == STATUS_OK; behind--)
    if (!documents_add_copy(&found, collection->documents.items[behind - 1]))
      status = error_set(err, STATUS_NO_MEMORY, "out of memory");
  if (status == STATUS_OK) status = memory_end(memory, "find_back", STATUS_OK, err);
  for (size_t i = 0; i < found.count && status == STATUS_OK; i++)
    status = visit_one(memory, found.items[i], fields, visit, context, err);
  documents_free(&found);
  return status;
}
