#include "db_memory_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { INSERT_BATCH = 100, UPDATE_BATCH = 20 }; /* as the real one sends them */

static Status no_memory(Error *err) { return error_set(err, STATUS_NO_MEMORY, "out of memory"); }

/* --- writing --- */

/* All documents from that _id on may be others than before. */
static void note_write(Collection *collection, const char *id) {
  collection->writes++;
  for (Watcher *watcher = collection->watchers; watcher != NULL; watcher = watcher->next)
    if (watcher->first[0] == '\0' || strncmp(id, watcher->first, sizeof watcher->first - 1) < 0)
      snprintf(watcher->first, sizeof watcher->first, "%.15s", id);
}

static bool put_at(Collection *collection, size_t position, const bson_t *document) {
  Documents *documents = &collection->documents;
  if (!documents_add_copy(documents, document)) return false;
  bson_t *added = documents->items[documents->count - 1];
  memmove(&documents->items[position + 1], &documents->items[position],
          (documents->count - 1 - position) * sizeof(bson_t *));
  documents->items[position] = added;
  collection->moves++;
  note_write(collection, document_id(document));
  return true;
}

static Status insert_batch(DbMemory *memory, Collection *collection, const bson_t *const *documents, size_t count,
                           size_t *duplicates, Error *err) {
  for (size_t i = 0; i < count; i++) {
    const char *id = document_id(documents[i]);
    if (memory_find_document(collection, id) != NULL) {
      ++*duplicates;
      continue;
    }
    if (!put_at(collection, memory_position(collection, id, false), documents[i])) return no_memory(err);
    memory->counters.documents_written++;
  }
  return STATUS_OK;
}

static Status check_all(const char *database, const char *name, const bson_t *const *documents, size_t count,
                        Error *err) {
  Status status = STATUS_OK;
  for (size_t i = 0; i < count && status == STATUS_OK; i++) status = document_check(documents[i], err);
  return error_prefix(err, status, "%s.%s", database, name);
}

static Status insert_as(DbMemory *memory, const char *operation, const char *database, const char *name,
                        const bson_t *const *documents, size_t count, size_t *ret_duplicates, Error *err) {
  Status status = check_all(database, name, documents, count, err);
  size_t duplicates = 0;
  for (size_t i = 0; i < count && status == STATUS_OK; i += INSERT_BATCH) {
    status = memory_begin(memory, operation, err);
    if (status != STATUS_OK) return status;
    Collection *collection = memory_make_collection(memory->storage, database, name);
    if (collection == NULL) return no_memory(err);
    status = insert_batch(memory, collection, documents + i, smaller(count - i, INSERT_BATCH), &duplicates, err);
    status = memory_end(memory, operation, status, err);
  }
  if (status == STATUS_OK && ret_duplicates != NULL) *ret_duplicates = duplicates;
  return status;
}

static Status memory_insert_many(void *self, const char *database, const char *name, const bson_t *const *documents,
                                 size_t count, size_t *ret_duplicates, Error *err) {
  return insert_as(self, "insert_many", database, name, documents, count, ret_duplicates, err);
}

static Status memory_insert(void *self, const char *database, const char *name, const bson_t *document, Error *err) {
  size_t duplicates = 0;
  Status status = insert_as(self, "insert", database, name, &document, 1, &duplicates, err);
  if (status != STATUS_OK || duplicates == 0) return status;
  return error_set(err, STATUS_DUPLICATE, "%s.%s: %s exists already", database, name, document_id(document));
}

static bool replace_one(Storage *storage, Collection *collection, const bson_t *document) {
  bson_t **slot = memory_find_document(collection, document_id(document));
  if (slot == NULL) return put_at(collection, memory_position(collection, document_id(document), false), document);
  memory_bury(storage, *slot);
  *slot = bson_copy(document);
  note_write(collection, document_id(document));
  return true;
}

static Status memory_replace_many(void *self, const char *database, const char *name, const bson_t *const *documents,
                                  size_t count, Error *err) {
  DbMemory *memory = self;
  Status status = check_all(database, name, documents, count, err);
  for (size_t i = 0; i < count && status == STATUS_OK; i += UPDATE_BATCH) {
    status = memory_begin(memory, "replace_many", err);
    if (status != STATUS_OK) return status;
    Collection *collection = memory_make_collection(memory->storage, database, name);
    for (size_t k = i; k < smaller(count, i + UPDATE_BATCH) && status == STATUS_OK; k++) {
      if (collection == NULL || !replace_one(memory->storage, collection, documents[k])) status = no_memory(err);
      memory->counters.documents_written++;
    }
    status = memory_end(memory, "replace_many", status, err);
  }
  return status;
}

/* Fields keep their place; new ones come last. */
static bson_t *updated(const bson_t *document, const DbUpdate *update) {
  bson_t *result = bson_new();
  bson_iter_t iter, value;
  bson_iter_init(&iter, document);
  while (bson_iter_next(&iter)) {
    const char *key = bson_iter_key(&iter);
    if (update->set != NULL && bson_iter_init_find(&value, update->set, key))
      bson_append_iter(result, key, -1, &value);
    else if (!memory_is_listed(update->unset, key))
      bson_append_iter(result, key, -1, &iter);
  }
  if (update->set == NULL) return result;
  bson_iter_init(&iter, update->set);
  while (bson_iter_next(&iter)) {
    if (!bson_has_field(document, bson_iter_key(&iter))) bson_append_iter(result, bson_iter_key(&iter), -1, &iter);
  }
  return result;
}

static bool guard_passes(const bson_t *document, const DbUpdate *update) {
  bson_iter_t iter;
  if (update->guard_field == NULL) return true;
  return bson_iter_init_find(&iter, document, update->guard_field) && BSON_ITER_HOLDS_NUMBER(&iter) &&
         bson_iter_as_int64(&iter) <= update->guard_max;
}

static bool is_field_of(const bson_iter_t *field, const bson_t *document) {
  bson_iter_t found;
  if (!bson_iter_init_find(&found, document, bson_iter_key(field))) return false;
  bson_t wanted = BSON_INITIALIZER, stored = BSON_INITIALIZER;
  bson_append_iter(&wanted, "", 0, field);
  bson_append_iter(&stored, "", 0, &found);
  bool equal = bson_equal(&wanted, &stored);
  bson_destroy(&wanted);
  bson_destroy(&stored);
  return equal;
}

static bool is_so(const bson_t *document, const DbUpdate *update) {
  bson_iter_t field;
  if (update->where == NULL) return true;
  bson_iter_init(&field, update->where);
  while (bson_iter_next(&field))
    if (!is_field_of(&field, document)) return false;
  return true;
}

static void update_one(DbMemory *memory, Collection *collection, const DbUpdate *update) {
  bson_t **slot = memory_find_document(collection, update->id);
  if (slot == NULL || !guard_passes(*slot, update) || !is_so(*slot, update)) return;
  bson_t *next = updated(*slot, update);
  memory_bury(memory->storage, *slot);
  *slot = next;
  note_write(collection, update->id);
  memory->counters.documents_written++;
}

static Status check_update(const DbUpdate *update, Error *err) {
  if (update->set == NULL) return STATUS_OK;
  if (bson_has_field(update->set, "_id")) return error_set(err, STATUS_INTERNAL, "an update does not set _id");
  return document_check_values(update->set, err);
}

static Status memory_update_many(void *self, const char *database, const char *name, const DbUpdate *updates,
                                 size_t count, Error *err) {
  DbMemory *memory = self;
  Status status = STATUS_OK;
  for (size_t i = 0; i < count && status == STATUS_OK; i++)
    status = error_prefix(err, check_update(&updates[i], err), "%s.%s %s", database, name, updates[i].id);
  for (size_t i = 0; i < count && status == STATUS_OK; i += UPDATE_BATCH) {
    status = memory_begin(memory, "update_many", err);
    if (status != STATUS_OK) return status;
    Collection *collection = memory_find_collection(memory->storage, database, name);
    for (size_t k = i; k < smaller(count, i + UPDATE_BATCH); k++) update_one(memory, collection, &updates[k]);
    status = memory_end(memory, "update_many", STATUS_OK, err);
  }
  return status;
}

static void remove_range(DbMemory *memory, Collection *collection, const char *from_id, const char *to_id) {
  if (collection == NULL) return;
  size_t first, last;
  memory_id_range(collection, from_id, to_id, &first, &last);
  if (first == last) return;
  Documents *documents = &collection->documents;
  note_write(collection, document_id(documents->items[first]));
  for (size_t i = first; i < last; i++) memory_bury(memory->storage, documents->items[i]);
  memmove(&documents->items[first], &documents->items[last], (documents->count - last) * sizeof(bson_t *));
  documents->count -= last - first;
  collection->moves++;
  memory->counters.documents_written += (long)(last - first);
}

static Status delete_as(DbMemory *memory, const char *operation, const char *database, const char *name,
                        const char *from_id, const char *to_id, Error *err) {
  Status status = memory_begin(memory, operation, err);
  if (status != STATUS_OK) return status;
  remove_range(memory, memory_find_collection(memory->storage, database, name), from_id, to_id);
  return memory_end(memory, operation, STATUS_OK, err);
}

static Status memory_delete_one(void *self, const char *database, const char *name, const char *id, Error *err) {
  return delete_as(self, "delete_one", database, name, id, id, err);
}

static Status memory_delete_range(void *self, const char *database, const char *name, const char *from_id,
                                  const char *to_id, Error *err) {
  return delete_as(self, "delete_range", database, name, from_id, to_id, err);
}

static bool is_before(const bson_t *document, const char *field, Instant before) {
  bson_iter_t at;
  if (!bson_iter_init_find(&at, document, field)) return false;
  if (BSON_ITER_HOLDS_DATE_TIME(&at)) return bson_iter_date_time(&at) < before;
  if (!BSON_ITER_HOLDS_UTF8(&at)) return false;
  const char *text = bson_iter_utf8(&at, NULL);
  return strcmp(text, "0") >= 0 && strcmp(text, instant_text(before - 1).text) < 0;
}

static Status memory_delete_before(void *self, const char *database, const char *name, const char *field,
                                   Instant before, Error *err) {
  DbMemory *memory = self;
  Status status = memory_begin(memory, "delete_before", err);
  if (status != STATUS_OK) return status;
  Collection *collection = memory_find_collection(memory->storage, database, name);
  for (size_t i = collection == NULL ? 0 : collection->documents.count; i-- > 0;) {
    const bson_t *document = collection->documents.items[i];
    if (is_before(document, field, before))
      remove_range(memory, collection, document_id(document), document_id(document));
  }
  return memory_end(memory, "delete_before", STATUS_OK, err);
}

/* --- the rest --- */

static Status memory_list_collections(void *self, const char *database, void (*visit)(void *context, const char *name),
                                      void *context, Error *err) {
  DbMemory *memory = self;
  Status status = memory_begin(memory, "list_collections", err);
  if (status == STATUS_OK) status = memory_end(memory, "list_collections", STATUS_OK, err);
  for (size_t i = 0; i < memory->storage->count && status == STATUS_OK; i++) {
    if (strcmp(memory->storage->items[i].database, database) == 0) visit(context, memory->storage->items[i].name);
  }
  return status;
}

static Status memory_create_collection(void *self, const char *database, const char *name, Error *err) {
  DbMemory *memory = self;
  Status status = memory_begin(memory, "create_collection", err);
  if (status != STATUS_OK) return status;
  if (memory_make_collection(memory->storage, database, name) == NULL) return no_memory(err);
  return memory_end(memory, "create_collection", STATUS_OK, err);
}

/* An index changes no answer, and closebell asks for none that is unique. */
static Status memory_create_index(void *self, const char *database, const char *name, const char *field, bool unique,
                                  Error *err) {
  DbMemory *memory = self;
  if (unique)
    return error_set(err, STATUS_INTERNAL, "%s.%s.%s: unique indexes are not simulated", database, name, field);
  Status status = memory_begin(memory, "create_index", err);
  if (status != STATUS_OK) return status;
  if (memory_make_collection(memory->storage, database, name) == NULL) return no_memory(err);
  return memory_end(memory, "create_index", STATUS_OK, err);
}

static Status memory_server_time(void *self, Instant *ret_now, Error *err) {
  const DbMemory *memory = self;
  (void)err;
  *ret_now = memory->storage->clock == NULL ? 0 : clock_now(memory->storage->clock);
  return STATUS_OK;
}

static Status memory_ping(void *self, Error *err) {
  DbMemory *memory = self;
  Status status = memory_begin(memory, "ping", err);
  return status == STATUS_OK ? memory_end(memory, "ping", STATUS_OK, err) : status;
}

static DbCounters memory_counters(void *self) {
  const DbMemory *memory = self;
  return memory->counters;
}

Db db_memory_db(DbMemory *memory) {
  return (Db){.self = memory,
              .insert = memory_insert,
              .insert_many = memory_insert_many,
              .find = memory_find,
              .find_range = memory_find_range,
              .find_back = memory_find_back,
              .find_last = memory_find_last,
              .replace_many = memory_replace_many,
              .update_many = memory_update_many,
              .delete_one = memory_delete_one,
              .delete_range = memory_delete_range,
              .delete_before = memory_delete_before,
              .list_collections = memory_list_collections,
              .create_collection = memory_create_collection,
              .create_index = memory_create_index,
              .server_time = memory_server_time,
              .ping = memory_ping,
              .counters = memory_counters};
}
