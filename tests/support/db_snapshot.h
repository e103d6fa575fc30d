/* db_snapshot.h: all that a MongoDB server holds of closebell, copied into memory, to be looked at and compared at
 * leisure. */
#ifndef CLOSEBELL_TESTS_DB_SNAPSHOT_H
#define CLOSEBELL_TESTS_DB_SNAPSHOT_H

#include "db_memory.h"

/* Which databases: any of the bits DB_PART_SYSTEM, DB_PART_STOCK, ..., one a row of the list. */
#define DB_PART(NAME, ...) DB_PART_##NAME = 1 << DATABASE_##NAME,
typedef enum { DATABASE_ROWS_ALL(DB_PART) DB_PART_ALL = (1 << DATABASE_COUNT) - 1 } DbParts;
#undef DB_PART

/* Null: err says why. db_memory_free at the end. */
DbMemory *db_snapshot_take(const char *uri, DbParts parts, Error *err);

#endif
