/* db.h: the interface to the database: the few operations that mean the same on every server closebell runs on.
 *
 * Two implementations: MongoDB (db_mongo_open, src/store/db_mongo.c) and an in-memory one for simulations (tests/support/db_memory.h);
 * one contract test runs against both. All writes are idempotent: an operation whose outcome is unknown (the reply was lost) is repeated
 * inside, so an insert that comes back STATUS_DUPLICATE may have been our own: the caller reads back and compares.
 * Documents have a string _id. Values that the embedded server cannot store (NaN, infinity) are refused with STATUS_INTERNAL before sending. */
#ifndef CLOSEBELL_STORE_DB_H
#define CLOSEBELL_STORE_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <closebell/base/clock.h>
#include <closebell/base/instant.h>
#include <closebell/base/log.h>
#include <closebell/base/status.h>
#include <closebell/store/database_rows.h>

typedef struct _bson_t bson_t;

/* DB_SYSTEM, DB_STOCK, ...: the names of the databases, one a row of the list. */
#define DB_DECLARE_NAME(NAME, ...) extern const char DB_##NAME[];
DATABASE_ROWS_ALL(DB_DECLARE_NAME)
#undef DB_DECLARE_NAME

typedef struct {
  long round_trips, documents_written, documents_read;
  long no_room; /* writes that the server refused because its disk is full */
} DbCounters;

/* One { _id: id } update. Fields in set are overwritten, top-level names in unset (null-ended, may be null) removed; never an upsert. With a guard the
 * update applies only where the int64 field guard_field is <= guard_max; with `where` only while each of its fields is just that. */
typedef struct {
  const char *id;
  const bson_t *set;
  const char *const *unset;
  const char *guard_field; /* null: no guard */
  int64_t guard_max;
  const bson_t *where; /* null: whatever it holds */
} DbUpdate;

/* Called for each document in ascending order of _id; the document is lent. Anything but STATUS_OK ends the read and is returned. */
typedef Status DbVisit(void *context, const bson_t *document, Error *err);

typedef struct Db {
  void *self;
  /* STATUS_DUPLICATE when the _id exists (nothing written). */
  Status (*insert)(void *self, const char *database, const char *collection, const bson_t *document, Error *err);
  /* Unordered; documents whose _id exists are left alone and counted in *ret_duplicates. Any number; batched inside. */
  Status (*insert_many)(void *self, const char *database, const char *collection, const bson_t *const *documents, size_t count,
                        size_t *ret_duplicates, Error *err);
  /* STATUS_NOT_FOUND, or *ret_document is a copy that the caller destroys (bson_destroy on a bson_t pointer). */
  Status (*find)(void *self, const char *database, const char *collection, const char *id, bson_t **ret_document, Error *err);
  /* _id from..to inclusive, null for an open end; fields null-ended, null for all (_id always comes). */
  Status (*find_range)(void *self, const char *database, const char *collection, const char *from_id, const char *to_id,
                       const char *const *fields, DbVisit *visit, void *context, Error *err);
  /* The same from the greatest _id down, at most `limit` of them: a page, held in memory whole before it is visited. */
  Status (*find_back)(void *self, const char *database, const char *collection, const char *from_id, const char *to_id,
                      const char *const *fields, size_t limit, DbVisit *visit, void *context, Error *err);
  /* STATUS_NOT_FOUND on an empty collection; else a copy of the document with the greatest _id. */
  Status (*find_last)(void *self, const char *database, const char *collection, const char *id_prefix, bson_t **ret_document, Error *err);
  /* Each whole document under its _id, inserted or overwritten. */
  Status (*replace_many)(void *self, const char *database, const char *collection, const bson_t *const *documents, size_t count, Error *err);
  /* Updates that match nothing do nothing: who must know reads back. */
  Status (*update_many)(void *self, const char *database, const char *collection, const DbUpdate *updates, size_t count, Error *err);
  Status (*delete_one)(void *self, const char *database, const char *collection, const char *id, Error *err);
  /* Inclusive, null for an open end. */
  Status (*delete_range)(void *self, const char *database, const char *collection, const char *from_id, const char *to_id, Error *err);
  /* Documents whose field is earlier than the instant: an instant, or the text of a day that began before it in UTC. Where no index has the field the
   * server reads all. STATUS_INTERNAL, nothing deleted: more than the embedded server deletes at once (32,766). */
  Status (*delete_before)(void *self, const char *database, const char *collection, const char *field, Instant before, Error *err);
  /* Names in no order. */
  Status (*list_collections)(void *self, const char *database, void (*visit)(void *context, const char *name), void *context, Error *err);
  /* Those that exist already are fine. */
  Status (*create_collection)(void *self, const char *database, const char *name, Error *err);
  /* Index on one field, ascending, or descending where the name has a "-" before it; made if it is not there. */
  Status (*create_index)(void *self, const char *database, const char *collection, const char *field, bool unique, Error *err);
  /* The server's own clock, as it stood when the connection was made, carried on by our uptime: no round trip, and our own idea of the time has no
   * part in it. */
  Status (*server_time)(void *self, Instant *ret_now, Error *err);
  /* STATUS_OK: the server answers. */
  Status (*ping)(void *self, Error *err);
  DbCounters (*counters)(void *self);
} Db;

static inline Status db_server_time(const Db *db, Instant *ret_now, Error *err) {
  return db->server_time(db->self, ret_now, err);
}

/* Whether the server answers at all. */
static inline bool db_answers(const Db *db) {
  Error silence;
  return db->ping(db->self, &silence) == STATUS_OK;
}

/* How an operation that fails for a while is tried again inside the store. Waits are multiplied by [retry] scale already. */
typedef struct {
  const char *program;      /* appname */
  int64_t retry_wait_ms;    /* between the tries of one operation */
  int retries;              /* after the first */
  int64_t selection_ms, socket_timeout_ms;
} DbOptions;

/* Whether the URI can be used, without connecting. STATUS_CONFIG with words that show nothing of it. */
Status db_mongo_check(const char *uri, Error *err);
/* Connects and asks the server what it is. STATUS_CONFIG: the URI is malformed or asks for w=0; STATUS_UNAVAILABLE: no server answered in time. The URI's
 * password never reaches a message. */
Status db_mongo_open(Db *ret_db, const char *uri, const DbOptions *options, const Clock *clock, const Log *log, Error *err);
void db_mongo_close(Db *db);
/* "mongodb://127.0.0.1:27017/": without user, password and options. Returns text. */
char *db_mongo_describe(const char *uri, char *text, size_t text_size);

#endif
