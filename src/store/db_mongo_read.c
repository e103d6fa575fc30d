#include "db_mongo_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "document.h"

enum { BATCH_OF_DOCUMENTS = 10000, BATCH_OF_SESSIONS = 50 };

void mongo_id_range(bson_t *filter, const char *from_id, bool from_exclusive, const char *to_id) {
  if (from_id == NULL && to_id == NULL) return;
  if (from_id != NULL && to_id != NULL && !from_exclusive && strcmp(from_id, to_id) == 0) {
    BSON_APPEND_UTF8(filter, "_id", from_id); /* the one filter that the embedded server does not scan for */
    return;
  }
  bson_t range = BSON_INITIALIZER;
  if (from_id != NULL) bson_append_utf8(&range, from_exclusive ? "$gt" : "$gte", -1, from_id, -1);
  if (to_id != NULL) BSON_APPEND_UTF8(&range, "$lte", to_id);
  BSON_APPEND_DOCUMENT(filter, "_id", &range);
  bson_destroy(&range);
}

/* Ends the use of a cursor: its error, if any, and the cursor itself. */
static Status finish_cursor(DbMongo *mongo, mongoc_cursor_t *cursor, Error *err) {
  bson_error_t error = {0};
  const bson_t *reply = NULL;
  Status status = STATUS_OK;
  if (mongoc_cursor_error_document(cursor, &error, &reply)) status = mongo_failed(mongo, &error, reply, err);
  mongoc_cursor_destroy(cursor);
  return status;
}

/* --- one document --- */

typedef struct {
  const bson_t *filter, *options;
  bson_t *document; /* out */
} FindOne;

static Status try_find_one(DbMongo *mongo, const MongoTarget *target, void *context, Error *err) {
  FindOne *query = context;
  mongoc_collection_t *collection = mongo_collection(mongo, target);
  mongoc_cursor_t *cursor = mongoc_collection_find_with_opts(collection, query->filter, query->options, NULL);
  const bson_t *document;
  bson_t *copy = NULL;
  while (mongoc_cursor_next(cursor, &document)) {
    if (copy == NULL) copy = bson_copy(document);
  }
  Status status = finish_cursor(mongo, cursor, err);
  mongoc_collection_destroy(collection);
  if (status != STATUS_OK) {
    if (copy != NULL) bson_destroy(copy);
    return status;
  }
  if (copy == NULL) return error_set(err, STATUS_NOT_FOUND, "not found");
  mongo->counters.documents_read++;
  query->document = copy;
  return STATUS_OK;
}

Status mongo_find(void *self, const char *database, const char *collection, const char *id, bson_t **ret_document,
                  Error *err) {
  bson_t filter = BSON_INITIALIZER, options = BSON_INITIALIZER;
  BSON_APPEND_UTF8(&filter, "_id", id);
  BSON_APPEND_INT64(&options, "limit", 1);
  FindOne query = {.filter = &filter, .options = &options};
  Status status = mongo_attempt(self, &(MongoTarget){database, collection, "find"}, try_find_one, &query, err);
  if (status == STATUS_OK) *ret_document = query.document;
  bson_destroy(&options);
  bson_destroy(&filter);
  return error_prefix(err, status, "%s", id);
}

static void append_sort(bson_t *options, int32_t direction) {
  bson_t sort = BSON_INITIALIZER;
  BSON_APPEND_INT32(&sort, "_id", direction);
  BSON_APPEND_DOCUMENT(options, "sort", &sort);
  bson_destroy(&sort);
}

Status mongo_find_last(void *self, const char *database, const char *collection, const char *id_prefix,
                       bson_t **ret_document, Error *err) {
  bson_t filter = BSON_INITIALIZER, options = BSON_INITIALIZER;
  if (id_prefix != NULL && id_prefix[0] != '\0') {
    char *end = bson_strdup_printf("%s\xF4\x8F\xBF\xBF", id_prefix); /* U+10FFFF: behind all that begin like that */
    mongo_id_range(&filter, id_prefix, false, end);
    bson_free(end);
  }
  append_sort(&options, -1);
  BSON_APPEND_INT64(&options, "limit", 1);
  FindOne query = {.filter = &filter, .options = &options};
  Status status = mongo_attempt(self, &(MongoTarget){database, collection, "find last"}, try_find_one, &query, err);
  if (status == STATUS_OK) *ret_document = query.document;
  bson_destroy(&options);
  bson_destroy(&filter);
  return status;
}

/* --- a range --- */

typedef struct {
  const char *from_id, *to_id;
  const bson_t *options;
  DbVisit *visit;
  void *context;
  char *last_id;       /* of the last document visited: a repeated read goes on behind it */
  Status visit_status; /* the visitor's own, which is never a reason to read again */
  Error *visit_err;
} FindRange;

static Status visit_document(DbMongo *mongo, FindRange *range, const bson_t *document, Error *err) {
  const char *id = document_id(document);
  if (id != NULL && range->last_id != NULL && strcmp(id, range->last_id) <= 0) {
    mongo->broken = true;
    return error_set(err, STATUS_INTERNAL, "the server sent %s after %s, out of order", id, range->last_id);
  }
  mongo->counters.documents_read++;
  range->visit_status = range->visit(range->context, document, range->visit_err);
  if (range->visit_status != STATUS_OK || id == NULL) return STATUS_OK;
  free(range->last_id);
  range->last_id = strdup(id);
  return range->last_id == NULL ? error_set(err, STATUS_NO_MEMORY, "out of memory") : STATUS_OK;
}

static Status try_find_range(DbMongo *mongo, const MongoTarget *target, void *context, Error *err) {
  FindRange *range = context;
  bson_t filter = BSON_INITIALIZER;
  bool again = range->last_id != NULL;
  mongo_id_range(&filter, again ? range->last_id : range->from_id, again, range->to_id);
  mongoc_collection_t *collection = mongo_collection(mongo, target);
  mongoc_cursor_t *cursor = mongoc_collection_find_with_opts(collection, &filter, range->options, NULL);
  mongo->open_cursors++;
  Status status = STATUS_OK;
  const bson_t *document;
  while (status == STATUS_OK && range->visit_status == STATUS_OK && mongoc_cursor_next(cursor, &document))
    status = visit_document(mongo, range, document, err);
  if (status == STATUS_OK && range->visit_status == STATUS_OK) {
    status = finish_cursor(mongo, cursor, err);
  } else {
    mongoc_cursor_destroy(cursor);
  }
  mongo->open_cursors--;
  mongoc_collection_destroy(collection);
  bson_destroy(&filter);
  return status;
}

/* Small documents come in one reply. Whole sessions come in several: the embedded server fills a reply with as many
 * documents as it is asked for, however large. */
static void append_batch_size(bson_t *options, const char *collection, const char *const *fields) {
  bool large = fields == NULL && (strcmp(collection, "market_days") == 0 || strcmp(collection, "report_archive") == 0);
  BSON_APPEND_INT32(options, "batchSize", large ? BATCH_OF_SESSIONS : BATCH_OF_DOCUMENTS);
}

static void append_projection(bson_t *options, const char *const *fields) {
  if (fields == NULL) return;
  bson_t projection = BSON_INITIALIZER;
  for (; *fields != NULL; fields++) BSON_APPEND_INT32(&projection, *fields, 1);
  if (bson_empty(&projection)) BSON_APPEND_INT32(&projection, "_id", 1); /* an empty projection would mean all */
  BSON_APPEND_DOCUMENT(options, "projection", &projection);
  bson_destroy(&projection);
}

Status mongo_find_range(void *self, const char *database, const char *collection, const char *from_id,
                        const char *to_id, const char *const *fields, DbVisit *visit, void *context, Error *err) {
  bson_t options = BSON_INITIALIZER;
  append_sort(&options, 1);
  append_projection(&options, fields);
  append_batch_size(&options, collection, fields);
  FindRange range = {
      .from_id = from_id, .to_id = to_id, .options = &options, .visit = visit, .context = context, .visit_err = err};
  Status status = mongo_attempt(self, &(MongoTarget){database, collection, "read"}, try_find_range, &range, err);
  bson_destroy(&options);
  free(range.last_id);
  return status != STATUS_OK ? status : range.visit_status;
}

/* --- a page from the end --- */

typedef struct {
  const bson_t *filter, *options;
  Documents found; /* of the try that came through */
} FindBack;

static Status try_find_back(DbMongo *mongo, const MongoTarget *target, void *context, Error *err) {
  FindBack *query = context;
  documents_free(&query->found);
  mongoc_collection_t *collection = mongo_collection(mongo, target);
  mongoc_cursor_t *cursor = mongoc_collection_find_with_opts(collection, query->filter, query->options, NULL);
  const bson_t *document;
  bool room = true;
  while (room && mongoc_cursor_next(cursor, &document)) room = documents_add_copy(&query->found, document);
  Status status = finish_cursor(mongo, cursor, err);
  mongoc_collection_destroy(collection);
  return room ? status : error_set(err, STATUS_NO_MEMORY, "out of memory");
}

Status mongo_find_back(void *self, const char *database, const char *collection, const char *from_id, const char *to_id,
                       const char *const *fields, size_t limit, DbVisit *visit, void *context, Error *err) {
  DbMongo *mongo = self;
  bson_t filter = BSON_INITIALIZER, options = BSON_INITIALIZER;
  mongo_id_range(&filter, from_id, false, to_id);
  append_sort(&options, -1);
  append_projection(&options, fields);
  append_batch_size(&options, collection, fields);
  BSON_APPEND_INT64(&options, "limit", (int64_t)limit);
  FindBack query = {.filter = &filter, .options = &options};
  Status status =
      limit > 0 ? mongo_attempt(mongo, &(MongoTarget){database, collection, "read back"}, try_find_back, &query, err)
                : STATUS_OK;
  for (size_t i = 0; i < query.found.count && status == STATUS_OK; i++) {
    mongo->counters.documents_read++;
    status = visit(context, query.found.items[i], err);
  }
  documents_free(&query.found);
  bson_destroy(&options);
  bson_destroy(&filter);
  return status;
}
