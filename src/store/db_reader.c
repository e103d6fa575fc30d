#include <closebell/store/db_reader.h>

/* ---- reads: passed on ---- */

static Status reader_find(void *self, const char *database, const char *collection, const char *id,
                          bson_t **ret_document, Error *err) {
  const Db *db = self;
  return db->find(db->self, database, collection, id, ret_document, err);
}

static Status reader_find_range(void *self, const char *database, const char *collection, const char *from_id,
                                const char *to_id, const char *const *fields, DbVisit *visit, void *context,
                                Error *err) {
  const Db *db = self;
  return db->find_range(db->self, database, collection, from_id, to_id, fields, visit, context, err);
}

static Status reader_find_last(void *self, const char *database, const char *collection, const char *id_prefix,
                               bson_t **ret_document, Error *err) {
  const Db *db = self;
  return db->find_last(db->self, database, collection, id_prefix, ret_document, err);
}

static Status reader_list_collections(void *self, const char *database, void (*visit)(void *context, const char *name),
                                      void *context, Error *err) {
  const Db *db = self;
  return db->list_collections(db->self, database, visit, context, err);
}

static Status reader_server_time(void *self, Instant *ret_now, Error *err) {
  const Db *db = self;
  return db->server_time(db->self, ret_now, err);
}

static Status reader_ping(void *self, Error *err) {
  const Db *db = self;
  return db->ping(db->self, err);
}

static DbCounters reader_counters(void *self) {
  const Db *db = self;
  return db->counters(db->self);
}

/* ---- writes: refused ---- */

static Status refuse(const char *what, const char *database, const char *collection, Error *err) {
  return error_set(err, STATUS_INTERNAL, "this run only reads, and was about to %s %s.%s: please report it", what,
                   database, collection);
}

static Status refuse_insert(void *self, const char *database, const char *collection, const bson_t *document,
                            Error *err) {
  (void)self, (void)document;
  return refuse("insert into", database, collection, err);
}

static Status refuse_insert_many(void *self, const char *database, const char *collection,
                                 const bson_t *const *documents, size_t count, size_t *ret_duplicates, Error *err) {
  (void)self, (void)documents, (void)count, (void)ret_duplicates;
  return refuse("insert into", database, collection, err);
}

static Status refuse_replace_many(void *self, const char *database, const char *collection,
                                  const bson_t *const *documents, size_t count, Error *err) {
  (void)self, (void)documents, (void)count;
  return refuse("replace documents of", database, collection, err);
}

static Status refuse_update_many(void *self, const char *database, const char *collection, const DbUpdate *updates,
                                 size_t count, Error *err) {
  (void)self, (void)updates, (void)count;
  return refuse("update", database, collection, err);
}

static Status refuse_delete_one(void *self, const char *database, const char *collection, const char *id, Error *err) {
  (void)self, (void)id;
  return refuse("delete from", database, collection, err);
}

static Status refuse_delete_range(void *self, const char *database, const char *collection, const char *from_id,
                                  const char *to_id, Error *err) {
  (void)self, (void)from_id, (void)to_id;
  return refuse("delete from", database, collection, err);
}

static Status refuse_create_collection(void *self, const char *database, const char *name, Error *err) {
  (void)self;
  return refuse("create", database, name, err);
}

static Status refuse_create_index(void *self, const char *database, const char *collection, const char *field,
                                  bool unique, Error *err) {
  (void)self, (void)field, (void)unique;
  return refuse("create an index of", database, collection, err);
}

Db db_reader(const Db *db) {
  return (Db){.self = (void *)(uintptr_t)db, /* only ever read */
              .insert = refuse_insert,
              .insert_many = refuse_insert_many,
              .find = reader_find,
              .find_range = reader_find_range,
              .find_last = reader_find_last,
              .replace_many = refuse_replace_many,
              .update_many = refuse_update_many,
              .delete_one = refuse_delete_one,
              .delete_range = refuse_delete_range,
              .list_collections = reader_list_collections,
              .create_collection = refuse_create_collection,
              .create_index = refuse_create_index,
              .server_time = reader_server_time,
              .ping = reader_ping,
              .counters = reader_counters};
}
