/* sim_rival.h: somebody else who writes into a database at the same time: what a run inserts there is there already
 * when it inserts, gone when it looks, and there again when it inserts once more. */
#ifndef CLOSEBELL_TESTS_SIM_RIVAL_H
#define CLOSEBELL_TESTS_SIM_RIVAL_H

#include <string.h>

#include "sim_run.h"

static struct {
  const char *database;
  int left; /* inserts that meet the rival */
  Status (*insert_many)(void *self, const char *database, const char *collection, const bson_t *const *documents,
                        size_t count, size_t *ret_duplicates, Error *err);
} sim_rival;

static inline Status sim_rival_insert_many(void *self, const char *database, const char *collection,
                                           const bson_t *const *documents, size_t count, size_t *ret_duplicates,
                                           Error *err) {
  bool meets = sim_rival.left > 0 && strcmp(database, sim_rival.database) == 0;
  sim_rival.left -= meets;
  if (!meets) return sim_rival.insert_many(self, database, collection, documents, count, ret_duplicates, err);
  *ret_duplicates = count;
  return STATUS_OK;
}

/* SimRun.dress; the context is the name of the database. */
static inline void sim_rival_dress(void *context, Db *db, Source *source) {
  (void)source;
  sim_rival.database = context;
  sim_rival.left = 2;
  sim_rival.insert_many = db->insert_many;
  db->insert_many = sim_rival_insert_many;
}

#endif
