#include "db_mongo_internal.h"

#include <string.h>

#include "document.h"

enum {
  INSERT_BATCH = 100, /* the embedded server splits there anyway */
  UPDATE_BATCH = 20   /* and hangs for good at 100 updates */
};

typedef struct {
  const bson_t *const *documents;
  size_t count;
  size_t duplicates; /* out */
} WriteDocuments;

static int64_t reply_count(const bson_t *reply, const char *field) {
  bson_iter_t iter;
  return bson_iter_init_find(&iter, reply, field) && BSON_ITER_HOLDS_NUMBER(&iter) ? bson_iter_as_int64(&iter) : 0;
}

static bool reply_has_items(const bson_t *reply, const char *array) {
  bson_iter_t iter, items;
  return bson_iter_init_find(&iter, reply, array) && bson_iter_recurse(&iter, &items) && bson_iter_next(&items);
}

/* True when every write error is a duplicate key, and nothing else went wrong. */
static bool only_duplicates(const bson_t *reply, const bson_error_t *error, size_t *ret_count) {
  bson_iter_t iter, items, code;
  if (error->domain != MONGOC_ERROR_SERVER || error->code != MONGOC_ERROR_DUPLICATE_KEY) return false;
  if (reply_has_items(reply, "writeConcernErrors")) return false;
  if (!bson_iter_init_find(&iter, reply, "writeErrors") || !bson_iter_recurse(&iter, &items)) return false;
  size_t count = 0;
  while (bson_iter_next(&items)) {
    if (!bson_iter_recurse(&items, &code) || !bson_iter_find(&code, "code")) return false;
    if (bson_iter_as_int64(&code) != MONGOC_ERROR_DUPLICATE_KEY) return false;
    count++;
  }
  *ret_count = count;
  return count > 0;
}

static Status unbelievable(DbMongo *mongo, const char *what, int64_t acknowledged, size_t sent, Error *err) {
  mongo->broken = true;
  return error_set(err, STATUS_UNAVAILABLE, "the server acknowledged %lld %s of %zu", (long long)acknowledged, what,
                   sent);
}

static Status judge_insert(DbMongo *mongo, WriteDocuments *writes, bool done, const bson_t *reply,
                           const bson_error_t *error, Error *err) {
  size_t duplicates = 0;
  if (!done && !only_duplicates(reply, error, &duplicates)) return mongo_failed(mongo, error, reply, err);
  int64_t inserted = reply_count(reply, "insertedCount");
  if (inserted < 0 || (size_t)inserted + duplicates < writes->count)
    return unbelievable(mongo, "inserts", inserted, writes->count, err);
  writes->duplicates = duplicates;
  mongo->counters.documents_written += (long)(writes->count - duplicates);
  return STATUS_OK;
}

static Status try_insert_many(DbMongo *mongo, const MongoTarget *target, void *context, Error *err) {
  WriteDocuments *writes = context;
  const bson_t *batch[INSERT_BATCH];
  for (size_t i = 0; i < writes->count; i++) batch[i] = writes->documents[i];
  mongoc_collection_t *collection = mongo_collection(mongo, target);
  bson_t options = BSON_INITIALIZER, reply;
  bson_error_t error = {0};
  BSON_APPEND_BOOL(&options, "ordered", false);
  BSON_APPEND_BOOL(&options, "validate", false); /* check_all has done that: it is a quarter of a first analysis */
  bool done = mongoc_collection_insert_many(collection, batch, writes->count, &options, &reply, &error);
  Status status = judge_insert(mongo, writes, done, &reply, &error, err);
  bson_destroy(&reply);
  bson_destroy(&options);
  mongoc_collection_destroy(collection);
  return status;
}

static Status check_all(const MongoTarget *target, const bson_t *const *documents, size_t count, Error *err) {
  Status status = STATUS_OK;
  for (size_t i = 0; i < count && status == STATUS_OK; i++) status = document_check(documents[i], err);
  return error_prefix(err, status, "%s.%s: %s", target->database, target->collection, target->verb);
}

Status mongo_insert_many(void *self, const char *database, const char *collection, const bson_t *const *documents,
                         size_t count, size_t *ret_duplicates, Error *err) {
  MongoTarget target = {database, collection, "insert"};
  Status status = check_all(&target, documents, count, err);
  size_t duplicates = 0;
  for (size_t i = 0; i < count && status == STATUS_OK; i += INSERT_BATCH) {
    WriteDocuments writes = {.documents = documents + i, .count = count - i < INSERT_BATCH ? count - i : INSERT_BATCH};
    status = mongo_attempt(self, &target, try_insert_many, &writes, err);
    duplicates += writes.duplicates;
  }
  if (status == STATUS_OK && ret_duplicates != NULL) *ret_duplicates = duplicates;
  return status;
}

Status mongo_insert(void *self, const char *database, const char *collection, const bson_t *document, Error *err) {
  size_t duplicates = 0;
  Status status = mongo_insert_many(self, database, collection, &document, 1, &duplicates, err);
  if (status != STATUS_OK || duplicates == 0) return status;
  return error_set(err, STATUS_DUPLICATE, "%s.%s: %s exists already", database, collection, document_id(document));
}

/* --- bulks of replaces and updates --- */

static void append_id(bson_t *filter, const char *id) { BSON_APPEND_UTF8(filter, "_id", id); }

static mongoc_bulk_operation_t *new_bulk(mongoc_collection_t *collection) {
  bson_t options = BSON_INITIALIZER;
  BSON_APPEND_BOOL(&options, "ordered", false);
  mongoc_bulk_operation_t *bulk = mongoc_collection_create_bulk_operation_with_opts(collection, &options);
  bson_destroy(&options);
  return bulk;
}

/* Executes and destroys. On success *ret_found is how many statements met or made a document. */
static Status execute_bulk(DbMongo *mongo, mongoc_bulk_operation_t *bulk, int64_t *ret_found, Error *err) {
  bson_t reply;
  bson_error_t error = {0};
  bool done = mongoc_bulk_operation_execute(bulk, &reply, &error) != 0;
  Status status = done ? STATUS_OK : mongo_failed(mongo, &error, &reply, err);
  if (done) *ret_found = reply_count(&reply, "nMatched") + reply_count(&reply, "nUpserted");
  bson_destroy(&reply);
  mongoc_bulk_operation_destroy(bulk);
  return status;
}

static bool add_replace(mongoc_bulk_operation_t *bulk, const bson_t *document, bson_error_t *error) {
  bson_t filter = BSON_INITIALIZER, options = BSON_INITIALIZER;
  append_id(&filter, document_id(document));
  BSON_APPEND_BOOL(&options, "upsert", true);
  bool added = mongoc_bulk_operation_replace_one_with_opts(bulk, &filter, document, &options, error);
  bson_destroy(&options);
  bson_destroy(&filter);
  return added;
}

static Status replace_once(DbMongo *mongo, const MongoTarget *target, const WriteDocuments *writes, Error *err) {
  mongoc_collection_t *collection = mongo_collection(mongo, target);
  mongoc_bulk_operation_t *bulk = new_bulk(collection);
  bson_error_t error = {0};
  size_t added = 0;
  while (added < writes->count && add_replace(bulk, writes->documents[added], &error)) added++;
  int64_t found = 0;
  Status status;
  if (added < writes->count) {
    status = mongo_failed(mongo, &error, NULL, err);
    mongoc_bulk_operation_destroy(bulk);
  } else {
    status = execute_bulk(mongo, bulk, &found, err);
  }
  mongoc_collection_destroy(collection);
  if (status == STATUS_OK && (size_t)found != writes->count)
    return unbelievable(mongo, "replacements", found, writes->count, err);
  if (status == STATUS_OK) mongo->counters.documents_written += (long)writes->count;
  return status;
}

/* Two upserts of one new _id may collide: the next try finds the document. */
static Status try_replace_many(DbMongo *mongo, const MongoTarget *target, void *context, Error *err) {
  const WriteDocuments *writes = context;
  Status status = STATUS_DUPLICATE;
  for (size_t i = 0; i <= writes->count && status == STATUS_DUPLICATE; i++)
    status = replace_once(mongo, target, writes, err);
  return status == STATUS_DUPLICATE ? STATUS_INTERNAL : status;
}

Status mongo_replace_many(void *self, const char *database, const char *collection, const bson_t *const *documents,
                          size_t count, Error *err) {
  MongoTarget target = {database, collection, "replace"};
  Status status = check_all(&target, documents, count, err);
  for (size_t i = 0; i < count && status == STATUS_OK; i += UPDATE_BATCH) {
    WriteDocuments writes = {.documents = documents + i, .count = count - i < UPDATE_BATCH ? count - i : UPDATE_BATCH};
    status = mongo_attempt(self, &target, try_replace_many, &writes, err);
  }
  return status;
}

typedef struct {
  const DbUpdate *updates;
  size_t count;
} WriteUpdates;

static bool is_empty(const DbUpdate *update) {
  return (update->set == NULL || bson_empty(update->set)) && (update->unset == NULL || update->unset[0] == NULL);
}

static void append_changes(bson_t *changes, const DbUpdate *update) {
  if (update->set != NULL && !bson_empty(update->set)) BSON_APPEND_DOCUMENT(changes, "$set", update->set);
  if (update->unset == NULL || update->unset[0] == NULL) return;
  bson_t names = BSON_INITIALIZER;
  for (const char *const *name = update->unset; *name != NULL; name++) BSON_APPEND_UTF8(&names, *name, "");
  BSON_APPEND_DOCUMENT(changes, "$unset", &names);
  bson_destroy(&names);
}

static bool add_update(mongoc_bulk_operation_t *bulk, const DbUpdate *update, bson_error_t *error) {
  bson_t filter = BSON_INITIALIZER, changes = BSON_INITIALIZER;
  append_id(&filter, update->id);
  if (update->guard_field != NULL) {
    bson_t at_most = BSON_INITIALIZER;
    BSON_APPEND_INT64(&at_most, "$lte", update->guard_max);
    BSON_APPEND_DOCUMENT(&filter, update->guard_field, &at_most);
    bson_destroy(&at_most);
  }
  if (update->where != NULL) bson_concat(&filter, update->where);
  append_changes(&changes, update);
  bool added = mongoc_bulk_operation_update_one_with_opts(bulk, &filter, &changes, NULL, error);
  bson_destroy(&changes);
  bson_destroy(&filter);
  return added;
}

static Status try_update_many(DbMongo *mongo, const MongoTarget *target, void *context, Error *err) {
  const WriteUpdates *writes = context;
  mongoc_collection_t *collection = mongo_collection(mongo, target);
  mongoc_bulk_operation_t *bulk = new_bulk(collection);
  bson_error_t error = {0};
  size_t done = 0, statements = 0;
  for (bool added = true; done < writes->count && added; done += added) {
    if (is_empty(&writes->updates[done])) continue;
    added = add_update(bulk, &writes->updates[done], &error);
    statements += added;
  }
  int64_t found = 0;
  Status status = STATUS_OK;
  if (done == writes->count && statements > 0) {
    status = execute_bulk(mongo, bulk, &found, err);
  } else {
    if (done < writes->count) status = mongo_failed(mongo, &error, NULL, err);
    mongoc_bulk_operation_destroy(bulk);
  }
  mongoc_collection_destroy(collection);
  if (status == STATUS_OK) mongo->counters.documents_written += (long)found;
  return status;
}

static Status check_update(const DbUpdate *update, Error *err) {
  if (update->set == NULL) return STATUS_OK;
  if (bson_has_field(update->set, "_id"))
    return error_set(err, STATUS_INTERNAL, "%s: an update does not set _id", update->id);
  return error_prefix(err, document_check_values(update->set, err), "%s", update->id);
}

Status mongo_update_many(void *self, const char *database, const char *collection, const DbUpdate *updates,
                         size_t count, Error *err) {
  MongoTarget target = {database, collection, "update"};
  Status status = STATUS_OK;
  for (size_t i = 0; i < count && status == STATUS_OK; i++) status = check_update(&updates[i], err);
  if (status != STATUS_OK) return error_prefix(err, status, "%s.%s: update", database, collection);
  for (size_t i = 0; i < count && status == STATUS_OK; i += UPDATE_BATCH) {
    WriteUpdates writes = {.updates = updates + i, .count = count - i < UPDATE_BATCH ? count - i : UPDATE_BATCH};
    status = mongo_attempt(self, &target, try_update_many, &writes, err);
  }
  return status;
}

/* --- deletes --- */

typedef struct {
  const bson_t *filter;
  bool many;
} WriteDelete;

static Status try_delete(DbMongo *mongo, const MongoTarget *target, void *context, Error *err) {
  const WriteDelete *delete = context;
  mongoc_collection_t *collection = mongo_collection(mongo, target);
  bson_t reply;
  bson_error_t error = {0};
  bool done = delete->many ? mongoc_collection_delete_many(collection, delete->filter, NULL, &reply, &error)
                           : mongoc_collection_delete_one(collection, delete->filter, NULL, &reply, &error);
  Status status = done ? STATUS_OK : mongo_failed(mongo, &error, &reply, err);
  if (done) mongo->counters.documents_written += (long)reply_count(&reply, "deletedCount");
  bson_destroy(&reply);
  mongoc_collection_destroy(collection);
  return status;
}

static Status delete_all_of(DbMongo *mongo, const MongoTarget *target, bson_t *filter, Error *err) {
  WriteDelete delete = {.filter = filter, .many = true};
  Status status = mongo_attempt(mongo, target, try_delete, &delete, err);
  bson_destroy(filter);
  return status;
}

Status mongo_delete_one(void *self, const char *database, const char *collection, const char *id, Error *err) {
  bson_t filter = BSON_INITIALIZER;
  append_id(&filter, id);
  WriteDelete delete = {.filter = &filter};
  Status status = mongo_attempt(self, &(MongoTarget){database, collection, "delete"}, try_delete, &delete, err);
  bson_destroy(&filter);
  return status;
}

Status mongo_delete_range(void *self, const char *database, const char *collection, const char *from_id,
                          const char *to_id, Error *err) {
  bson_t filter = BSON_INITIALIZER;
  mongo_id_range(&filter, from_id, false, to_id);
  return delete_all_of(self, &(MongoTarget){database, collection, "delete"}, &filter, err);
}

/* A condition on the field meets values of its own type alone. As texts a day comes before each of its own instants, so
 * it is earlier when it comes before the last instant that is. */
static void append_before(bson_t *filter, const char *field, Instant before) {
  bson_t ways = BSON_INITIALIZER, as_instant = BSON_INITIALIZER, as_text = BSON_INITIALIZER, condition;
  BSON_APPEND_DOCUMENT_BEGIN(&as_instant, field, &condition);
  BSON_APPEND_DATE_TIME(&condition, "$lt", before);
  bson_append_document_end(&as_instant, &condition);
  BSON_APPEND_DOCUMENT_BEGIN(&as_text, field, &condition);
  BSON_APPEND_UTF8(&condition, "$gte", "0");
  BSON_APPEND_UTF8(&condition, "$lt", instant_text(before - 1).text);
  bson_append_document_end(&as_text, &condition);
  BSON_APPEND_DOCUMENT(&ways, "0", &as_instant);
  BSON_APPEND_DOCUMENT(&ways, "1", &as_text);
  BSON_APPEND_ARRAY(filter, "$or", &ways);
  bson_destroy(&as_text);
  bson_destroy(&as_instant);
  bson_destroy(&ways);
}

Status mongo_delete_before(void *self, const char *database, const char *collection, const char *field, Instant before,
                           Error *err) {
  bson_t filter = BSON_INITIALIZER;
  append_before(&filter, field, before);
  return delete_all_of(self, &(MongoTarget){database, collection, "delete"}, &filter, err);
}
