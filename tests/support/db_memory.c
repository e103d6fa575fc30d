#include "db_memory_internal.h"

#include <stdlib.h>
#include <string.h>

#include <closebell/base/vector.h>

/* --- finding things --- */

static int compare_names(const Collection *collection, const char *database, const char *name) {
  int order = strcmp(collection->database, database);
  return order != 0 ? order : strcmp(collection->name, name);
}

/* The first collection that is not before the name. */
static size_t collection_position(const Storage *storage, const char *database, const char *name) {
  size_t low = 0, high = storage->count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (compare_names(&storage->items[middle], database, name) < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

Collection *memory_find_collection(const Storage *storage, const char *database, const char *name) {
  size_t position = collection_position(storage, database, name);
  if (position == storage->count || compare_names(&storage->items[position], database, name) != 0) return NULL;
  return &storage->items[position];
}

Collection *memory_make_collection(Storage *storage, const char *database, const char *name) {
  Collection *found = memory_find_collection(storage, database, name);
  if (found != NULL) return found;
  Collection *items = vector_reserve(storage->items, &storage->capacity, storage->count + 1, sizeof *items);
  if (items == NULL) return NULL;
  storage->items = items;
  Collection made = {.database = strdup(database), .name = strdup(name)};
  if (made.database == NULL || made.name == NULL) {
    free(made.database);
    free(made.name);
    return NULL;
  }
  size_t position = collection_position(storage, database, name);
  memmove(&items[position + 1], &items[position], (storage->count - position) * sizeof *items);
  items[position] = made;
  storage->count++;
  return &items[position];
}

size_t memory_position(const Collection *collection, const char *id, bool behind) {
  size_t low = 0, high = collection->documents.count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    int order = strcmp(document_id(collection->documents.items[middle]), id);
    if (order < 0 || (behind && order == 0))
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

bson_t **memory_find_document(const Collection *collection, const char *id) {
  if (collection == NULL) return NULL;
  size_t position = memory_position(collection, id, false);
  if (position == collection->documents.count) return NULL;
  bson_t **slot = &collection->documents.items[position];
  return strcmp(document_id(*slot), id) == 0 ? slot : NULL;
}

void memory_bury(Storage *storage, bson_t *document) {
  Documents *gone = &storage->gone;
  bson_t **items =
      storage->readers > 0 ? vector_reserve(gone->items, &gone->capacity, gone->count + 1, sizeof *items) : NULL;
  if (items == NULL) {
    if (storage->readers == 0) bson_destroy(document); /* else it is lost: better than to be read when it is gone */
    return;
  }
  gone->items = items;
  items[gone->count++] = document;
}

bool memory_is_listed(const char *const *names, const char *name) {
  for (; names != NULL && *names != NULL; names++) {
    if (strcmp(*names, name) == 0) return true;
  }
  return false;
}

/* --- connections --- */

DbMemory *db_memory_connect(DbMemory *other) {
  DbMemory *memory = calloc(1, sizeof *memory);
  if (memory == NULL) return NULL;
  memory->storage = other->storage;
  memory->storage->connections++;
  return memory;
}

DbMemory *db_memory_new(void) {
  Storage *storage = calloc(1, sizeof *storage);
  DbMemory *memory = storage == NULL ? NULL : db_memory_connect(&(DbMemory){.storage = storage});
  if (memory == NULL) free(storage);
  return memory;
}

DbMemory *db_memory_copy(DbMemory *other) {
  DbMemory *copy = db_memory_new();
  if (copy == NULL) return NULL;
  copy->storage->clock = other->storage->clock;
  for (size_t i = 0; i < other->storage->count; i++) {
    const Collection *from = &other->storage->items[i];
    Collection *to = memory_make_collection(copy->storage, from->database, from->name);
    bool done = to != NULL;
    for (size_t k = 0; k < from->documents.count && done; k++)
      done = documents_add_copy(&to->documents, from->documents.items[k]);
    if (done) continue;
    db_memory_free(copy);
    return NULL;
  }
  return copy;
}

void db_memory_free(DbMemory *memory) {
  if (memory == NULL) return;
  Storage *storage = memory->storage;
  free(memory);
  if (--storage->connections > 0) return;
  for (size_t i = 0; i < storage->count; i++) {
    for (Watcher *watcher = storage->items[i].watchers, *next; watcher; watcher = next) {
      next = watcher->next;
      watcher->left(watcher);
    }
    documents_free(&storage->items[i].documents);
    free(storage->items[i].database);
    free(storage->items[i].name);
  }
  documents_free(&storage->gone);
  free(storage->items);
  free(storage);
}

void db_memory_set_clock(DbMemory *memory, const Clock *clock) { memory->storage->clock = clock; }

void db_memory_set_hook(DbMemory *memory, DbMemoryHook *hook, void *context) {
  memory->hook = hook;
  memory->hook_context = context;
}

/* --- looking at it --- */

typedef struct {
  const char *key;
  bson_iter_t value;
} Field;

static int compare_fields(const void *a, const void *b) {
  return strcmp(((const Field *)a)->key, ((const Field *)b)->key);
}

/* The document with its fields in order and without those left out. */
static bson_t *canonical(const bson_t *document, const DbMemoryOmit *omit) {
  bson_t *result = bson_new();
  size_t count = bson_count_keys(document), used = 0;
  Field *fields = aligned_alloc(_Alignof(Field), (count + 1) * sizeof *fields);
  bson_iter_t iter;
  bson_iter_init(&iter, document);
  while (fields != NULL && used < count && bson_iter_next(&iter)) {
    if (omit == NULL || !memory_is_listed(omit->fields, bson_iter_key(&iter)))
      fields[used++] = (Field){.key = bson_iter_key(&iter), .value = iter};
  }
  if (used > 0) qsort(fields, used, sizeof *fields, compare_fields);
  for (size_t i = 0; i < used; i++) {
    const uint8_t *data;
    uint32_t size;
    bson_t inner;
    if (!BSON_ITER_HOLDS_DOCUMENT(&fields[i].value)) {
      bson_append_iter(result, fields[i].key, -1, &fields[i].value);
      continue;
    }
    bson_iter_document(&fields[i].value, &size, &data);
    bson_t *part = bson_init_static(&inner, data, size) ? canonical(&inner, omit) : bson_new();
    bson_append_document(result, fields[i].key, -1, part);
    bson_destroy(part);
  }
  free(fields);
  return result;
}

static void dump_document(const bson_t *document, const DbMemoryOmit *omit, FILE *stream) {
  bson_t *form = canonical(document, omit);
  char *text = bson_as_canonical_extended_json(form, NULL);
  fprintf(stream, "  %s\n", text == NULL ? "(damaged)" : text);
  bson_free(text);
  bson_destroy(form);
}

void db_memory_dump(DbMemory *memory, const DbMemoryOmit *omit, FILE *stream) {
  for (size_t i = 0; i < memory->storage->count; i++) {
    const Collection *collection = &memory->storage->items[i];
    char *name = bson_strdup_printf("%s.%s", collection->database, collection->name);
    bool shown = omit == NULL || !memory_is_listed(omit->collections, name);
    if (shown) fprintf(stream, "%s\n", name);
    for (size_t k = 0; shown && k < collection->documents.count; k++)
      dump_document(collection->documents.items[k], omit, stream);
    bson_free(name);
  }
}

static char *dumped(DbMemory *memory, const DbMemoryOmit *omit) {
  char *text = NULL;
  size_t size = 0;
  FILE *stream = open_memstream(&text, &size);
  if (stream == NULL) return NULL;
  db_memory_dump(memory, omit, stream);
  return fclose(stream) == 0 ? text : NULL;
}

static const char *line_start(const char *text, const char *at) {
  while (at > text && at[-1] != '\n') at--;
  return at;
}

bool db_memory_equal(DbMemory *a, DbMemory *b, const DbMemoryOmit *omit, Error *difference) {
  char *text_a = dumped(a, omit), *text_b = dumped(b, omit);
  bool equal = text_a != NULL && text_b != NULL && strcmp(text_a, text_b) == 0;
  if (!equal && text_a != NULL && text_b != NULL) {
    size_t same = 0;
    while (text_a[same] == text_b[same]) same++;
    const char *line_a = line_start(text_a, text_a + same), *line_b = line_start(text_b, text_b + same);
    error_set(difference, STATUS_INTERNAL, "one: %.*s | other: %.*s", (int)smaller(strcspn(line_a, "\n"), 300), line_a,
              (int)smaller(strcspn(line_b, "\n"), 300), line_b);
  }
  free(text_a);
  free(text_b);
  return equal;
}
