#include "db_snapshot.h"

#include <stdlib.h>
#include <string.h>

#include <closebell/base/vector.h>

typedef struct {
  char **items;
  size_t count, capacity;
  bool failed;
} Names;

typedef struct {
  Db to;
  const char *database, *collection;
} Copying;

static void note_name(void *context, const char *name) {
  Names *names = context;
  char **items = vector_reserve(names->items, &names->capacity, names->count + 1, sizeof *items);
  char *copy = strdup(name);
  if (items != NULL) names->items = items;
  names->failed |= items == NULL || copy == NULL;
  if (items != NULL && copy != NULL)
    items[names->count++] = copy;
  else
    free(copy);
}

static Status copy_document(void *context, const bson_t *document, Error *err) {
  const Copying *copying = context;
  return copying->to.insert(copying->to.self, copying->database, copying->collection, document, err);
}

static Status copy_database(const Db *from, DbMemory *memory, const char *database, Error *err) {
  Names names = {0};
  Copying copying = {.to = db_memory_db(memory), .database = database};
  Status status = from->list_collections(from->self, database, note_name, &names, err);
  if (status == STATUS_OK && names.failed) status = error_set(err, STATUS_NO_MEMORY, "no memory for names");
  for (size_t i = 0; i < names.count && status == STATUS_OK; i++) {
    copying.collection = names.items[i];
    status = copying.to.create_collection(copying.to.self, database, names.items[i], err);
    if (status == STATUS_OK)
      status = from->find_range(from->self, database, names.items[i], NULL, NULL, NULL, copy_document, &copying, err);
  }
  for (size_t i = 0; i < names.count; i++) free(names.items[i]);
  free(names.items);
  return status;
}

DbMemory *db_snapshot_take(const char *uri, DbParts parts, Error *err) {
  static const char *const databases[] = DATABASE_NAMES;
  static const DbOptions options = {
      .program = "db_snapshot", .retry_wait_ms = 100, .retries = 2, .selection_ms = 5000, .socket_timeout_ms = 60000};
  static const Log silent = {.stream = NULL};
  const Clock clock = clock_system(-1);
  Db db;
  if (db_mongo_open(&db, uri, &options, &clock, &silent, err) != STATUS_OK) return NULL;
  DbMemory *memory = db_memory_new();
  Status status = memory == NULL ? error_set(err, STATUS_NO_MEMORY, "no memory for a snapshot") : STATUS_OK;
  for (size_t i = 0; i < DATABASE_COUNT && status == STATUS_OK; i++)
    if (parts & 1u << i) status = copy_database(&db, memory, databases[i], err);
  db_mongo_close(&db);
  if (status == STATUS_OK) return memory;
  db_memory_free(memory);
  return NULL;
}
