#include "updates.h"

#include <stdlib.h>

#include <closebell/base/vector.h>

bson_t *updates_add(Updates *updates, const char *id) {
  size_t index = updates->sets.count;
  const char **ids = vector_reserve(updates->ids, &updates->ids_capacity, index + 1, sizeof *ids);
  if (ids == NULL) return NULL;
  updates->ids = ids;
  updates->ids[index] = id;
  return documents_add(&updates->sets);
}

typedef struct {
  const char *names[UPDATE_OPTIONAL_MAX + 1];
} Unset;

static void list_absent(const bson_t *set, const char *const *optional, Unset *unset) {
  size_t count = 0;
  for (; *optional != NULL; optional++) {
    if (!bson_has_field(set, *optional)) unset->names[count++] = *optional;
  }
  unset->names[count] = NULL;
}

Status updates_write(const Updates *updates, const Db *db, const char *collection, const char *const *optional,
                     Error *err) {
  size_t count = updates->sets.count;
  if (count == 0) return STATUS_OK;
  DbUpdate *statements = calloc(count, sizeof *statements);
  Unset *unsets = calloc(count, sizeof *unsets);
  Status status = STATUS_OK;
  if (statements == NULL || unsets == NULL) status = error_set(err, STATUS_NO_MEMORY, "updates: out of memory");
  for (size_t i = 0; i < count && status == STATUS_OK; i++) {
    list_absent(updates->sets.items[i], optional, &unsets[i]);
    statements[i] = (DbUpdate){.id = updates->ids[i],
                               .set = updates->sets.items[i],
                               .unset = unsets[i].names,
                               .guard_field = updates->guard_field,
                               .guard_max = updates->guard_max};
  }
  if (status == STATUS_OK) status = db->update_many(db->self, DB_SYSTEM, collection, statements, count, err);
  free(unsets);
  free(statements);
  return status;
}

void updates_free(Updates *updates) {
  documents_free(&updates->sets);
  free(updates->ids);
  *updates = (Updates){0};
}
