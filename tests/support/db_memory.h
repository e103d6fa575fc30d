/* db_memory.h: a Db in memory, for simulations: the same answers every time, crashes and lost replies wherever a test
 * wants them.
 *
 * A DbMemory is one process's connection. Several may share one database (db_memory_connect): what one writes the
 * others see. It keeps the contract of db.h, checks documents as the real one does, and repeats nothing: an operation
 * that the hook fails has failed. */
#ifndef CLOSEBELL_TESTS_DB_MEMORY_H
#define CLOSEBELL_TESTS_DB_MEMORY_H

#include <stdbool.h>
#include <stdio.h>

#include <closebell/store/db.h>

typedef struct DbMemory DbMemory;

/* A connection to a new, empty database; to the database of another connection; to a copy of it. Null when there is no
 * memory. The last connection takes the data with it. */
DbMemory *db_memory_new(void);
DbMemory *db_memory_connect(DbMemory *other);
DbMemory *db_memory_copy(DbMemory *other);
void db_memory_free(DbMemory *memory);

/* The operations; valid as long as the connection. */
Db db_memory_db(DbMemory *memory);

/* What server_time tells, for all connections of the database. Null, as at first: 1970. */
void db_memory_set_clock(DbMemory *memory, const Clock *clock);

/* Called with the name of the member of Db before and after the effect of each round trip of this connection
 * (insert_many goes in hundreds, replace_many and update_many in twenties, as on the wire). Non-zero: the operation
 * ends with STATUS_UNAVAILABLE, before: nothing of this round trip is applied; after: it is applied, and only the reply
 * is lost. */
typedef int DbMemoryHook(void *context, const char *operation, bool after);
void db_memory_set_hook(DbMemory *memory, DbMemoryHook *hook, void *context);

/* What a comparison leaves out; the lists are null-ended, or null. */
typedef struct {
  const char *const *collections; /* "system_info.job_runs" */
  const char *const *fields;      /* of any document, at any depth */
} DbMemoryOmit;

/* A line for each collection, then one for each document, both in ascending order; fields sorted by name. omit may be
 * null. */
void db_memory_dump(DbMemory *memory, const DbMemoryOmit *omit, FILE *stream);
/* False: *difference names the first line that only one of them has. */
bool db_memory_equal(DbMemory *a, DbMemory *b, const DbMemoryOmit *omit, Error *difference);

#endif
