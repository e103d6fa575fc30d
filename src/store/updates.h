/* updates.h: updates of system_info that make a group of fields what it should be: those present are set, those absent
 * removed. Private to src/store. */
#ifndef CLOSEBELL_STORE_UPDATES_H
#define CLOSEBELL_STORE_UPDATES_H

#include "document.h"

enum { UPDATE_OPTIONAL_MAX = 16 };

/* Zero-initialise; updates_free at the end. */
typedef struct {
  Documents sets;
  const char **ids; /* lent */
  size_t ids_capacity;
  const char *guard_field; /* of all of them, as DbUpdate's; null: no guard */
  int64_t guard_max;
} Updates;

/* The document of fields to set for the _id, which must outlive the updates; null when there is no memory. */
bson_t *updates_add(Updates *updates, const char *id);
/* Those of the optional fields (null-ended, at most UPDATE_OPTIONAL_MAX) that a set does not hold are removed from the
 * document. */
Status updates_write(const Updates *updates, const Db *db, const char *collection, const char *const *optional,
                     Error *err);
void updates_free(Updates *updates);

#endif
