/* db_memory_internal.h: what the files of the in-memory Db share. */
#ifndef CLOSEBELL_TESTS_DB_MEMORY_INTERNAL_H
#define CLOSEBELL_TESTS_DB_MEMORY_INTERNAL_H

#include "db_memory.h"
#include "document.h"

/* Whoever keeps something of a collection's content, and has to know from where on it is not true any more. */
typedef struct Watcher {
  struct Watcher *next;
  char first[16];                        /* how the first _id begins that was written since this was empty */
  void (*left)(struct Watcher *watcher); /* the collection is gone, and watches no more */
} Watcher;

typedef struct {
  char *database, *name;
  Documents documents; /* sorted by _id */
  long moves;          /* how often documents came or went: positions are good until then */
  long writes;         /* how often anything in it changed */
  Watcher *watchers;   /* lent */
} Collection;

/* The database itself. */
typedef struct {
  int connections;
  const Clock *clock;
  Collection *items; /* sorted by database and name */
  size_t count, capacity;
  int readers;    /* ranges being read: their visitors hold documents lent ... */
  Documents gone; /* ... so that those removed meanwhile are kept until the last reader is through */
} Storage;

struct DbMemory {
  Storage *storage;
  DbMemoryHook *hook;
  void *hook_context;
  DbCounters counters;
};

/* Null when there is none. Valid until a collection is made. */
Collection *memory_find_collection(const Storage *storage, const char *database, const char *name);
/* Null when there is no memory. */
Collection *memory_make_collection(Storage *storage, const char *database, const char *name);
/* The first document whose _id is not before id, or, with `behind`, is after it. */
size_t memory_position(const Collection *collection, const char *id, bool behind);
/* Null when there is none; collection may be null. */
bson_t **memory_find_document(const Collection *collection, const char *id);
/* Takes a document that is in no collection any more. */
void memory_bury(Storage *storage, bson_t *document);
/* The collection in which a range was read last, over whatever connection; null: there was none of that name. */
Collection *memory_read_last(void);
/* names is null-ended, or null. */
bool memory_is_listed(const char *const *names, const char *name);

/* ---- db_memory_read.c ---- */

/* Before a round trip, and after its effect: the hook may make of it that there was no connection, or that the reply
 * was lost. */
Status memory_begin(DbMemory *memory, const char *operation, Error *err);
Status memory_end(DbMemory *memory, const char *operation, Status status, Error *err);
/* Positions first..last - 1 are within from_id..to_id. */
void memory_id_range(const Collection *collection, const char *from_id, const char *to_id, size_t *ret_first,
                     size_t *ret_last);

/* The operations of Db, as db.h says. */
Status memory_find(void *self, const char *database, const char *name, const char *id, bson_t **ret_document,
                   Error *err);
Status memory_find_last(void *self, const char *database, const char *name, const char *id_prefix,
                        bson_t **ret_document, Error *err);
Status memory_find_range(void *self, const char *database, const char *name, const char *from_id, const char *to_id,
                         const char *const *fields, DbVisit *visit, void *context, Error *err);
Status memory_find_back(void *self, const char *database, const char *name, const char *from_id, const char *to_id,
                        const char *const *fields, size_t limit, DbVisit *visit, void *context, Error *err);

static inline size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

#endif
