/* db_snapshot.h: all that a MongoDB server holds of closebell, copied into memory, to be looked at and compared at
 * leisure. */
#ifndef CLOSEBELL_TESTS_DB_SNAPSHOT_H
#define CLOSEBELL_TESTS_DB_SNAPSHOT_H

#include "db_memory.h"

/* Which databases: any of the bits. */
typedef enum {
  DB_PART_SYSTEM = 1,
  DB_PART_STOCK = 2,
  DB_PART_ANALYZED = 4,
  DB_PART_INDEX = 8,
  DB_PART_ALL = 15
} DbParts;

/* Null: err says why. db_memory_free at the end. */
DbMemory *db_snapshot_take(const char *uri, DbParts parts, Error *err);

#endif
