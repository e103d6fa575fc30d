/* db_mongo_internal.h: what the files of the MongoDB implementation of Db share. */
#ifndef CLOSEBELL_STORE_DB_MONGO_INTERNAL_H
#define CLOSEBELL_STORE_DB_MONGO_INTERNAL_H

#include <mongoc/mongoc.h>

#include <closebell/store/db.h>

typedef struct {
  mongoc_uri_t *uri;
  mongoc_client_t *client; /* null until the first try connects, and after a reply that made no sense */
  int open_cursors;        /* a client is not dropped while a visitor further up still reads from it */
  bool broken;
  DbOptions options;
  bool time_known;        /* the server told its time: it was ... */
  Instant told;           /* ... this one ... */
  int64_t told_uptime_ms; /* ... at this uptime of ours, or at most PROMPT_MS before */
  int64_t give_up_ms;     /* uptime by which opening has succeeded or failed; 0 once it is open */
  const Clock *clock;
  const Log *log;
  DbCounters counters;
} DbMongo;

/* What an operation is about, for its messages. collection may be null. */
typedef struct {
  const char *database, *collection, *verb;
} MongoTarget;

/* Does an operation once. It may be called again after STATUS_UNAVAILABLE, so it must be idempotent. */
typedef Status MongoTry(DbMongo *mongo, const MongoTarget *target, void *context, Error *err);

/* The one place that repeats: `retries` times after STATUS_UNAVAILABLE, with a wait between. STATUS_INTERRUPTED when
 * the wait is. */
Status mongo_attempt(DbMongo *mongo, const MongoTarget *target, MongoTry *try_once, void *context, Error *err);

/* The one place that says what an error of the driver means. reply may be null. STATUS_UNAVAILABLE: worth repeating. */
Status mongo_status(const bson_error_t *error, const bson_t *reply);
/* The same with a text; notes a client that must be dropped. */
Status mongo_failed(DbMongo *mongo, const bson_error_t *error, const bson_t *reply, Error *err);

mongoc_collection_t *mongo_collection(DbMongo *mongo, const MongoTarget *target);

/* { _id: { $gte: from, $lte: to } }; null for an open end, {} when both are. */
void mongo_id_range(bson_t *filter, const char *from_id, bool from_exclusive, const char *to_id);

/* The driver's log, from here on: nothing. Never mongoc_log_set_handler(NULL): mongoc_log looks whether there is a
 * handler before it takes its lock, and calls it behind that; another thread that logs meanwhile would call address 0.
 */
void mongo_log_silence(void);

/* As db_mongo_describe. */
char *mongo_uri_describe(const mongoc_uri_t *uri, char *text, size_t text_size);
/* The URI with our defaults where it sets none, the driver's log silenced. STATUS_CONFIG. */
Status mongo_uri_prepare(const char *text, const DbOptions *options, mongoc_uri_t **ret_uri, Error *err);

/* The operations of Db, as db.h says. */
Status mongo_insert(void *self, const char *database, const char *collection, const bson_t *document, Error *err);
Status mongo_insert_many(void *self, const char *database, const char *collection, const bson_t *const *documents,
                         size_t count, size_t *ret_duplicates, Error *err);
Status mongo_replace_many(void *self, const char *database, const char *collection, const bson_t *const *documents,
                          size_t count, Error *err);
Status mongo_update_many(void *self, const char *database, const char *collection, const DbUpdate *updates,
                         size_t count, Error *err);
Status mongo_delete_one(void *self, const char *database, const char *collection, const char *id, Error *err);
Status mongo_delete_range(void *self, const char *database, const char *collection, const char *from_id,
                          const char *to_id, Error *err);
Status mongo_delete_before(void *self, const char *database, const char *collection, const char *field, Instant before,
                           Error *err);
Status mongo_find(void *self, const char *database, const char *collection, const char *id, bson_t **ret_document,
                  Error *err);
Status mongo_find_range(void *self, const char *database, const char *collection, const char *from_id,
                        const char *to_id, const char *const *fields, DbVisit *visit, void *context, Error *err);
Status mongo_find_back(void *self, const char *database, const char *collection, const char *from_id, const char *to_id,
                       const char *const *fields, size_t limit, DbVisit *visit, void *context, Error *err);
Status mongo_find_last(void *self, const char *database, const char *collection, const char *id_prefix,
                       bson_t **ret_document, Error *err);

#endif
