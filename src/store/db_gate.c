#include <closebell/store/db_gate.h>

/* ---- reads: passed on ---- */

static Status read_find(void *self, const char *database, const char *collection, const char *id, bson_t **ret_document,
                        Error *err) {
  const Db *db = ((const DbGate *)self)->db;
  return db->find(db->self, database, collection, id, ret_document, err);
}

static Status read_find_range(void *self, const char *database, const char *collection, const char *from_id,
                              const char *to_id, const char *const *fields, DbVisit *visit, void *context, Error *err) {
  const Db *db = ((const DbGate *)self)->db;
  return db->find_range(db->self, database, collection, from_id, to_id, fields, visit, context, err);
}

static Status read_find_back(void *self, const char *database, const char *collection, const char *from_id,
                             const char *to_id, const char *const *fields, size_t limit, DbVisit *visit, void *context,
                             Error *err) {
  const Db *db = ((const DbGate *)self)->db;
  return db->find_back(db->self, database, collection, from_id, to_id, fields, limit, visit, context, err);
}

static Status read_find_last(void *self, const char *database, const char *collection, const char *id_prefix,
                             bson_t **ret_document, Error *err) {
  const Db *db = ((const DbGate *)self)->db;
  return db->find_last(db->self, database, collection, id_prefix, ret_document, err);
}

static Status read_list_collections(void *self, const char *database, void (*visit)(void *context, const char *name),
                                    void *context, Error *err) {
  const Db *db = ((const DbGate *)self)->db;
  return db->list_collections(db->self, database, visit, context, err);
}

static Status read_server_time(void *self, Instant *ret_now, Error *err) {
  const Db *db = ((const DbGate *)self)->db;
  return db->server_time(db->self, ret_now, err);
}

static Status read_ping(void *self, Error *err) {
  const Db *db = ((const DbGate *)self)->db;
  return db->ping(db->self, err);
}

static DbCounters read_counters(void *self) {
  const Db *db = ((const DbGate *)self)->db;
  return db->counters(db->self);
}

/* ---- writes: asked for first ---- */

static Status write_insert(void *self, const char *database, const char *collection, const bson_t *document,
                           Error *err) {
  const DbGate *gate = self;
  Status status = gate->may_write(gate->context, "insert into", database, collection, err);
  return status == STATUS_OK ? gate->db->insert(gate->db->self, database, collection, document, err) : status;
}

static Status write_insert_many(void *self, const char *database, const char *collection,
                                const bson_t *const *documents, size_t count, size_t *ret_duplicates, Error *err) {
  const DbGate *gate = self;
  Status status = gate->may_write(gate->context, "insert into", database, collection, err);
  return status == STATUS_OK
             ? gate->db->insert_many(gate->db->self, database, collection, documents, count, ret_duplicates, err)
             : status;
}

static Status write_replace_many(void *self, const char *database, const char *collection,
                                 const bson_t *const *documents, size_t count, Error *err) {
  const DbGate *gate = self;
  Status status = gate->may_write(gate->context, "replace documents of", database, collection, err);
  return status == STATUS_OK ? gate->db->replace_many(gate->db->self, database, collection, documents, count, err)
                             : status;
}

static Status write_update_many(void *self, const char *database, const char *collection, const DbUpdate *updates,
                                size_t count, Error *err) {
  const DbGate *gate = self;
  Status status = gate->may_write(gate->context, "update", database, collection, err);
  return status == STATUS_OK ? gate->db->update_many(gate->db->self, database, collection, updates, count, err)
                             : status;
}

static Status write_delete_one(void *self, const char *database, const char *collection, const char *id, Error *err) {
  const DbGate *gate = self;
  Status status = gate->may_write(gate->context, "delete from", database, collection, err);
  return status == STATUS_OK ? gate->db->delete_one(gate->db->self, database, collection, id, err) : status;
}

static Status write_delete_range(void *self, const char *database, const char *collection, const char *from_id,
                                 const char *to_id, Error *err) {
  const DbGate *gate = self;
  Status status = gate->may_write(gate->context, "delete from", database, collection, err);
  return status == STATUS_OK ? gate->db->delete_range(gate->db->self, database, collection, from_id, to_id, err)
                             : status;
}

static Status write_delete_before(void *self, const char *database, const char *collection, const char *field,
                                  Instant before, Error *err) {
  const DbGate *gate = self;
  Status status = gate->may_write(gate->context, "delete from", database, collection, err);
  return status == STATUS_OK ? gate->db->delete_before(gate->db->self, database, collection, field, before, err)
                             : status;
}

static Status write_create_collection(void *self, const char *database, const char *name, Error *err) {
  const DbGate *gate = self;
  Status status = gate->may_write(gate->context, "create", database, name, err);
  return status == STATUS_OK ? gate->db->create_collection(gate->db->self, database, name, err) : status;
}

static Status write_create_index(void *self, const char *database, const char *collection, const char *field,
                                 bool unique, Error *err) {
  const DbGate *gate = self;
  Status status = gate->may_write(gate->context, "create an index of", database, collection, err);
  return status == STATUS_OK ? gate->db->create_index(gate->db->self, database, collection, field, unique, err)
                             : status;
}

Db db_gate(DbGate *gate) {
  return (Db){.self = gate,
              .insert = write_insert,
              .insert_many = write_insert_many,
              .find = read_find,
              .find_range = read_find_range,
              .find_back = read_find_back,
              .find_last = read_find_last,
              .replace_many = write_replace_many,
              .update_many = write_update_many,
              .delete_one = write_delete_one,
              .delete_range = write_delete_range,
              .delete_before = write_delete_before,
              .list_collections = read_list_collections,
              .create_collection = write_create_collection,
              .create_index = write_create_index,
              .server_time = read_server_time,
              .ping = read_ping,
              .counters = read_counters};
}

Status db_gate_shut(void *context, const char *what, const char *database, const char *collection, Error *err) {
  (void)context;
  return error_set(err, STATUS_INTERNAL, "this run only reads, and was about to %s %s.%s: please report it", what,
                   database, collection);
}
