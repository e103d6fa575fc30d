#include "names.h"

#include <stdlib.h>
#include <string.h>

#include <closebell/base/vector.h>

static void add(void *context, const char *name) {
  Names *names = context;
  char **items = vector_reserve(names->items, &names->capacity, names->count + 1, sizeof *items);
  char *copy = items == NULL ? NULL : strdup(name);
  if (items != NULL) names->items = items;
  if (copy == NULL)
    names->failed = true;
  else
    names->items[names->count++] = copy;
}

static int compare(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

Status names_list(const Db *db, const char *database, Names *names, Error *err) {
  Status status = db->list_collections(db->self, database, add, names, err);
  if (status != STATUS_OK) return status;
  if (names->failed) return error_set(err, STATUS_NO_MEMORY, "list of collections: out of memory");
  if (names->count > 0) qsort(names->items, names->count, sizeof *names->items, compare);
  return STATUS_OK;
}

static bool has_name(const Names *names, const char *name) {
  return names->count > 0 && bsearch(&name, names->items, names->count, sizeof *names->items, compare) != NULL;
}

void names_free(Names *names) {
  for (size_t i = 0; i < names->count; i++) free(names->items[i]);
  free(names->items);
  *names = (Names){0};
}

Status names_create_missing(const Db *db, const char *database, const char *const *names, size_t count, Error *err) {
  Names existing = {0};
  Status status = names_list(db, database, &existing, err);
  for (size_t i = 0; i < count && status == STATUS_OK; i++) {
    if (!has_name(&existing, names[i])) status = db->create_collection(db->self, database, names[i], err);
  }
  names_free(&existing);
  return status;
}
