#include "malloc_fault_sim.h"

/* The operation, with the world behind it paused. */
#define PAUSED(operation)                                                                                              \
  malloc_fault_pause();                                                                                                \
  Status status = operation;                                                                                           \
  malloc_fault_resume();                                                                                               \
  return status

static const Db *db_of(const void *self) { return &((const MallocFaultSim *)self)->db; }

static Status paused_insert(void *self, const char *database, const char *collection, const bson_t *document,
                            Error *err) {
  const Db *db = db_of(self);
  PAUSED(db->insert(db->self, database, collection, document, err));
}

static Status paused_insert_many(void *self, const char *database, const char *collection,
                                 const bson_t *const *documents, size_t count, size_t *ret_duplicates, Error *err) {
  const Db *db = db_of(self);
  PAUSED(db->insert_many(db->self, database, collection, documents, count, ret_duplicates, err));
}

static Status paused_find(void *self, const char *database, const char *collection, const char *id,
                          bson_t **ret_document, Error *err) {
  const Db *db = db_of(self);
  PAUSED(db->find(db->self, database, collection, id, ret_document, err));
}

/* ---- what calls back ---- */

typedef struct {
  DbVisit *visit;
  void (*visit_name)(void *context, const char *name);
  void *context;
} Visitor;

static Status visit_unpaused(void *context, const bson_t *document, Error *err) {
  const Visitor *visitor = context;
  malloc_fault_resume();
  Status status = visitor->visit(visitor->context, document, err);
  malloc_fault_pause();
  return status;
}

static void visit_name_unpaused(void *context, const char *name) {
  const Visitor *visitor = context;
  malloc_fault_resume();
  visitor->visit_name(visitor->context, name);
  malloc_fault_pause();
}

static Status paused_find_range(void *self, const char *database, const char *collection, const char *from_id,
                                const char *to_id, const char *const *fields, DbVisit *visit, void *context,
                                Error *err) {
  const Db *db = db_of(self);
  Visitor visitor = {.visit = visit, .context = context};
  PAUSED(db->find_range(db->self, database, collection, from_id, to_id, fields, visit_unpaused, &visitor, err));
}

static Status paused_find_back(void *self, const char *database, const char *collection, const char *from_id,
                               const char *to_id, const char *const *fields, size_t limit, DbVisit *visit,
                               void *context, Error *err) {
  const Db *db = db_of(self);
  Visitor visitor = {.visit = visit, .context = context};
  PAUSED(db->find_back(db->self, database, collection, from_id, to_id, fields, limit, visit_unpaused, &visitor, err));
}

static Status paused_list_collections(void *self, const char *database, void (*visit)(void *context, const char *name),
                                      void *context, Error *err) {
  const Db *db = db_of(self);
  Visitor visitor = {.visit_name = visit, .context = context};
  PAUSED(db->list_collections(db->self, database, visit_name_unpaused, &visitor, err));
}

/* ---- the rest ---- */

static Status paused_find_last(void *self, const char *database, const char *collection, const char *id_prefix,
                               bson_t **ret_document, Error *err) {
  const Db *db = db_of(self);
  PAUSED(db->find_last(db->self, database, collection, id_prefix, ret_document, err));
}

static Status paused_replace_many(void *self, const char *database, const char *collection,
                                  const bson_t *const *documents, size_t count, Error *err) {
  const Db *db = db_of(self);
  PAUSED(db->replace_many(db->self, database, collection, documents, count, err));
}

static Status paused_update_many(void *self, const char *database, const char *collection, const DbUpdate *updates,
                                 size_t count, Error *err) {
  const Db *db = db_of(self);
  PAUSED(db->update_many(db->self, database, collection, updates, count, err));
}

static Status paused_delete_one(void *self, const char *database, const char *collection, const char *id, Error *err) {
  const Db *db = db_of(self);
  PAUSED(db->delete_one(db->self, database, collection, id, err));
}

static Status paused_delete_range(void *self, const char *database, const char *collection, const char *from_id,
                                  const char *to_id, Error *err) {
  const Db *db = db_of(self);
  PAUSED(db->delete_range(db->self, database, collection, from_id, to_id, err));
}

static Status paused_delete_before(void *self, const char *database, const char *collection, const char *field,
                                   Instant before, Error *err) {
  const Db *db = db_of(self);
  PAUSED(db->delete_before(db->self, database, collection, field, before, err));
}

static Status paused_create_collection(void *self, const char *database, const char *name, Error *err) {
  const Db *db = db_of(self);
  PAUSED(db->create_collection(db->self, database, name, err));
}

static Status paused_create_index(void *self, const char *database, const char *collection, const char *field,
                                  bool unique, Error *err) {
  const Db *db = db_of(self);
  PAUSED(db->create_index(db->self, database, collection, field, unique, err));
}

static Status paused_server_time(void *self, Instant *ret_now, Error *err) {
  const Db *db = db_of(self);
  PAUSED(db->server_time(db->self, ret_now, err));
}

static Status paused_ping(void *self, Error *err) {
  const Db *db = db_of(self);
  PAUSED(db->ping(db->self, err));
}

static DbCounters paused_counters(void *self) { return db_of(self)->counters(db_of(self)->self); }

static Status paused_fetch(void *self, const Question *questions, size_t count, Error *err) {
  const Source *source = &((const MallocFaultSim *)self)->source;
  PAUSED(source->fetch(source->self, questions, count, err));
}

static long paused_calls(void *self) {
  const Source *source = &((const MallocFaultSim *)self)->source;
  return source->calls(source->self);
}

void malloc_fault_sim_dress(void *context, Db *db, Source *source) {
  MallocFaultSim *self = context;
  self->db = *db;
  self->source = *source;
  *db = (Db){.self = self,
             .insert = paused_insert,
             .insert_many = paused_insert_many,
             .find = paused_find,
             .find_range = paused_find_range,
             .find_back = paused_find_back,
             .find_last = paused_find_last,
             .replace_many = paused_replace_many,
             .update_many = paused_update_many,
             .delete_one = paused_delete_one,
             .delete_range = paused_delete_range,
             .delete_before = paused_delete_before,
             .list_collections = paused_list_collections,
             .create_collection = paused_create_collection,
             .create_index = paused_create_index,
             .server_time = paused_server_time,
             .ping = paused_ping,
             .counters = paused_counters};
  *source = (Source){.self = self,
                     .name = source->name,
                     .feeds = source->feeds,
                     .feed_count = source->feed_count,
                     .fetch = paused_fetch,
                     .calls = paused_calls};
  malloc_fault_begin(self->at, self->mode);
}
