/* What {since} of a declared feed stands for, in system_info.source_state. */
#include <closebell/store/feed_state.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/base/vector.h>

#include "document.h"

#define COLLECTION "source_state"

enum { SINCE_ID_SIZE = FEED_NAME_SIZE + 16 };

static char *since_id(const char *name, char id[SINCE_ID_SIZE]) {
  snprintf(id, SINCE_ID_SIZE, "feed:%.40s:since", name);
  return id;
}

/* ---- the list ---- */

static FeedSinceItem *find_item(const FeedSince *since, const char *item) {
  for (size_t i = 0; i < since->count; i++)
    if (strcmp(since->items[i].item, item) == 0) return &since->items[i];
  return NULL;
}

const char *feed_since_find(const FeedSince *since, const char *item) {
  const FeedSinceItem *found = find_item(since, item);
  return found ? found->value : NULL;
}

bool feed_since_put(FeedSince *since, const char *item, const char *value) {
  FeedSinceItem *found = find_item(since, item);
  char *copy = strdup(value);
  if (!copy) return false;
  if (found) {
    free(found->value);
    found->value = copy;
    return true;
  }
  char *name = strdup(item);
  FeedSinceItem *items = vector_reserve(since->items, &since->capacity, since->count + 1, sizeof *items);
  if (items) since->items = items;
  if (!name || !items) {
    free(name);
    free(copy);
    return false;
  }
  items[since->count++] = (FeedSinceItem){name, copy};
  return true;
}

void feed_since_free(FeedSince *since) {
  for (size_t i = 0; i < since->count; i++) {
    free(since->items[i].item);
    free(since->items[i].value);
  }
  free(since->items);
  *since = (FeedSince){0};
}

/* ---- stored ---- */

static Status read_document(const bson_t *document, FeedSince *ret_since) {
  FeedSince since = {0};
  Error unreadable;
  const char *item, *value;
  bool good = true;
  DocumentReader from = document_reader(DB_SYSTEM, COLLECTION, document, &unreadable);
  document_get_bool(&from, "known", &since.known);
  if (since.known && from.status == STATUS_OK) {
    DocumentTexts items = document_get_texts(&from, "items"), values = document_get_texts(&from, "values");
    while (good && document_next_text(&items, &item))
      good = document_next_text(&values, &value) && feed_since_put(&since, item, value);
  }
  if (from.status == STATUS_OK && good) {
    *ret_since = since;
    return STATUS_OK;
  }
  feed_since_free(&since);
  return STATUS_BAD_DATA;
}

/* What cannot be read is not known, and is made from the stored rows. */
Status feed_since_read(const Db *db, const char *name, FeedSince *ret_since, Error *err) {
  char id[SINCE_ID_SIZE];
  bson_t *document = NULL;
  *ret_since = (FeedSince){0};
  Status status = db->find(db->self, DB_SYSTEM, COLLECTION, since_id(name, id), &document, err);
  if (status != STATUS_OK) return status == STATUS_NOT_FOUND ? STATUS_OK : status;
  read_document(document, ret_since);
  bson_destroy(document);
  return STATUS_OK;
}

static Status write_since(const Db *db, const char *name, const FeedSince *since, Error *err) {
  char id[SINCE_ID_SIZE];
  Documents documents = {0};
  bson_t items = BSON_INITIALIZER, values = BSON_INITIALIZER;
  DocumentWriter to = document_writer(documents_add(&documents), err);
  document_put_text(&to, "_id", since_id(name, id));
  document_put_bool(&to, "known", since != NULL);
  for (size_t i = 0; since && i < since->count; i++) {
    document_add_text(&items, since->items[i].item);
    document_add_text(&values, since->items[i].value);
  }
  if (since) document_put_array(&to, "items", &items);
  if (since) document_put_array(&to, "values", &values);
  Status status = to.status;
  if (status == STATUS_OK)
    status = db->replace_many(db->self, DB_SYSTEM, COLLECTION, documents_view(&documents), 1, err);
  bson_destroy(&items);
  bson_destroy(&values);
  documents_free(&documents);
  return status;
}

Status feed_since_write(const Db *db, const char *name, const FeedSince *since, Error *err) {
  return write_since(db, name, since, err);
}

Status feed_since_forget(const Db *db, const char *name, Error *err) { return write_since(db, name, NULL, err); }
