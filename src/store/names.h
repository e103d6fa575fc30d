/* names.h: the collections of a database as a sorted list. Private to src/store. */
#ifndef CLOSEBELL_STORE_NAMES_H
#define CLOSEBELL_STORE_NAMES_H

#include <closebell/store/db.h>

/* Zero-initialise; names_free at the end. */
typedef struct {
  char **items; /* sorted, owned */
  size_t count, capacity;
  bool failed; /* while listing */
} Names;

Status names_list(const Db *db, const char *database, Names *names, Error *err);
void names_free(Names *names);

/* Creates those of the collections that the database does not have. */
Status names_create_missing(const Db *db, const char *database, const char *const *names, size_t count, Error *err);

#endif
