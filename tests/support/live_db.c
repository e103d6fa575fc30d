#include "live_db.h"

#include <stdlib.h>

static void fail_on(const char *database, const char *collection, const bson_error_t *error) {
  fail_msg("%s.%s: %s", database, collection, error->message);
}

/* ---- documents ---- */

static int by_id(const void *a, const void *b) {
  return strcmp(live_id(*(bson_t *const *)a), live_id(*(bson_t *const *)b));
}

static LiveDocuments query(LiveWorld *world, const char *database, const char *collection, const bson_t *filter) {
  LiveDocuments documents = {0};
  size_t capacity = 0;
  mongoc_collection_t *from = mongoc_client_get_collection(world->client, database, collection);
  mongoc_cursor_t *cursor = mongoc_collection_find_with_opts(from, filter, NULL, NULL);
  for (const bson_t *document; mongoc_cursor_next(cursor, &document);) {
    if (documents.count == capacity) {
      capacity = capacity ? 2 * capacity : 64;
      documents.items = realloc(documents.items, capacity * sizeof *documents.items);
      assert_non_null(documents.items);
    }
    documents.items[documents.count++] = bson_copy(document);
  }
  bson_error_t error;
  if (mongoc_cursor_error(cursor, &error)) fail_on(database, collection, &error);
  mongoc_cursor_destroy(cursor);
  mongoc_collection_destroy(from);
  return documents;
}

bson_t *live_find(LiveWorld *world, const char *database, const char *collection, const char *id) {
  bson_t *filter = BCON_NEW("_id", BCON_UTF8(id));
  LiveDocuments found = query(world, database, collection, filter);
  bson_destroy(filter);
  assert_true(found.count <= 1);
  bson_t *document = found.count == 1 ? found.items[0] : NULL;
  free(found.items);
  return document;
}

bson_t *live_get(LiveWorld *world, const char *database, const char *collection, const char *id) {
  bson_t *document = live_find(world, database, collection, id);
  if (document == NULL) fail_msg("%s.%s has no %s", database, collection, id);
  return document;
}

bool live_has(LiveWorld *world, const char *database, const char *collection, const char *id) {
  bson_t *document = live_find(world, database, collection, id);
  bson_destroy(document);
  return document != NULL;
}

LiveDocuments live_documents(LiveWorld *world, const char *database, const char *collection) {
  bson_t everything = BSON_INITIALIZER;
  LiveDocuments documents = query(world, database, collection, &everything);
  if (documents.count > 1) qsort(documents.items, documents.count, sizeof *documents.items, by_id);
  return documents;
}

void live_documents_free(LiveDocuments *documents) {
  for (size_t i = 0; i < documents->count; i++) bson_destroy(documents->items[i]);
  free(documents->items);
  *documents = (LiveDocuments){0};
}

const bson_t *live_documents_find(const LiveDocuments *documents, const char *id) {
  for (size_t i = 0; i < documents->count; i++)
    if (strcmp(live_id(documents->items[i]), id) == 0) return documents->items[i];
  return NULL;
}

int64_t live_count(LiveWorld *world, const char *database, const char *collection) {
  bson_error_t error;
  bson_t everything = BSON_INITIALIZER;
  mongoc_collection_t *from = mongoc_client_get_collection(world->client, database, collection);
  int64_t count = mongoc_collection_count_documents(from, &everything, NULL, NULL, NULL, &error);
  mongoc_collection_destroy(from);
  if (count < 0) fail_on(database, collection, &error);
  return count;
}

static char **collection_names(LiveWorld *world, const char *database) {
  bson_error_t error;
  mongoc_database_t *from = mongoc_client_get_database(world->client, database);
  char **names = mongoc_database_get_collection_names_with_opts(from, NULL, &error);
  mongoc_database_destroy(from);
  if (names == NULL) fail_on(database, "*", &error);
  return names;
}

bool live_has_collection(LiveWorld *world, const char *database, const char *collection) {
  char **names = collection_names(world, database);
  bool found = false;
  for (size_t i = 0; names[i] != NULL; i++) found |= strcmp(names[i], collection) == 0;
  bson_strfreev(names);
  return found;
}

/* ---- fields ---- */

static bson_iter_t field_of(const bson_t *document, const char *field, bson_type_t type) {
  bson_iter_t iter;
  if (!bson_iter_init_find(&iter, document, field)) fail_msg("%s: no field %s", live_id(document), field);
  if (bson_iter_type(&iter) != type)
    fail_msg("%s: %s has BSON type 0x%02x, not 0x%02x", live_id(document), field, (unsigned)bson_iter_type(&iter),
             (unsigned)type);
  return iter;
}

const char *live_id(const bson_t *document) {
  bson_iter_t iter;
  bool text = bson_iter_init_find(&iter, document, "_id") && BSON_ITER_HOLDS_UTF8(&iter);
  return text ? bson_iter_utf8(&iter, NULL) : "(no _id)";
}

bool live_has_field(const bson_t *document, const char *field) { return bson_has_field(document, field); }

const char *live_text(const bson_t *document, const char *field) {
  bson_iter_t iter = field_of(document, field, BSON_TYPE_UTF8);
  return bson_iter_utf8(&iter, NULL);
}

int64_t live_int64(const bson_t *document, const char *field) {
  bson_iter_t iter = field_of(document, field, BSON_TYPE_INT64);
  return bson_iter_int64(&iter);
}

double live_double(const bson_t *document, const char *field) {
  bson_iter_t iter = field_of(document, field, BSON_TYPE_DOUBLE);
  return bson_iter_double(&iter);
}

bool live_bool(const bson_t *document, const char *field) {
  bson_iter_t iter = field_of(document, field, BSON_TYPE_BOOL);
  return bson_iter_bool(&iter);
}

void live_assert_instant(const bson_t *document, const char *field) { field_of(document, field, BSON_TYPE_DATE_TIME); }

bool live_array_is(const bson_t *document, const char *field, const char *const *texts, size_t count) {
  bson_iter_t iter = field_of(document, field, BSON_TYPE_ARRAY), item;
  size_t found = 0;
  assert_true(bson_iter_recurse(&iter, &item));
  for (; bson_iter_next(&item); found++)
    if (found >= count || !BSON_ITER_HOLDS_UTF8(&item) || strcmp(bson_iter_utf8(&item, NULL), texts[found]) != 0)
      return false;
  return found == count;
}

LiveState live_state(LiveWorld *world, const char *date, const char *job) {
  LiveState state = {"absent"};
  char id[64];
  snprintf(id, sizeof id, "%s_%s", date, job);
  bson_t *document = live_find(world, "system_info", "job_status", id);
  if (document != NULL) snprintf(state.text, sizeof state.text, "%s", live_text(document, "status"));
  bson_destroy(document);
  return state;
}

/* ---- changes ---- */

void live_delete(LiveWorld *world, const char *database, const char *collection, const char *id) {
  bson_error_t error;
  bson_t *filter = BCON_NEW("_id", BCON_UTF8(id));
  mongoc_collection_t *from = mongoc_client_get_collection(world->client, database, collection);
  bool done = mongoc_collection_delete_one(from, filter, NULL, NULL, &error);
  mongoc_collection_destroy(from);
  bson_destroy(filter);
  if (!done) fail_on(database, collection, &error);
}

static bson_t *parse(const char *json) {
  bson_error_t error;
  bson_t *document = bson_new_from_json((const uint8_t *)json, -1, &error);
  if (document == NULL) fail_msg("%s: %s", json, error.message);
  return document;
}

void live_insert(LiveWorld *world, const char *database, const char *collection, const char *json) {
  bson_error_t error;
  bson_t *document = parse(json);
  mongoc_collection_t *to = mongoc_client_get_collection(world->client, database, collection);
  bool done = mongoc_collection_insert_one(to, document, NULL, NULL, &error);
  mongoc_collection_destroy(to);
  bson_destroy(document);
  if (!done) fail_on(database, collection, &error);
}

void live_update(LiveWorld *world, const char *database, const char *collection, const char *id, const char *json) {
  bson_error_t error;
  bson_t *update = parse(json), *filter = BCON_NEW("_id", BCON_UTF8(id)), reply;
  mongoc_collection_t *to = mongoc_client_get_collection(world->client, database, collection);
  bool done = mongoc_collection_update_one(to, filter, update, NULL, &reply, &error);
  bson_iter_t matched;
  bool found = done && bson_iter_init_find(&matched, &reply, "matchedCount") && bson_iter_as_int64(&matched) == 1;
  bson_destroy(&reply);
  mongoc_collection_destroy(to);
  bson_destroy(filter);
  bson_destroy(update);
  if (!done) fail_on(database, collection, &error);
  if (!found) fail_msg("%s.%s has no %s", database, collection, id);
}

void live_drop(LiveWorld *world, const char *database, const char *collection) {
  bson_error_t error;
  mongoc_collection_t *gone = mongoc_client_get_collection(world->client, database, collection);
  bool done = mongoc_collection_drop(gone, &error);
  mongoc_collection_destroy(gone);
  if (!done) fail_on(database, collection, &error);
}
