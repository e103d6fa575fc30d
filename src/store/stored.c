#include <closebell/store/stored.h>

#include <stdlib.h>
#include <string.h>

#include "document.h"

enum { DEPTH_MAX = 8 };

static void free_fields(StoredField *fields, size_t count) {
  for (size_t i = 0; i < count; i++) free_fields(fields[i].items, fields[i].count);
  free(fields);
}

void stored_free(StoredDocument *document) {
  free_fields(document->fields, document->count);
  if (document->source) bson_destroy(document->source);
  *document = (StoredDocument){0};
}

size_t stored_size(const StoredDocument *document) { return document->source ? document->source->len : 0; }

static bool take_fields(bson_iter_t *from, int depth, StoredField **ret_fields, size_t *ret_count);

static bool take_inner(const bson_iter_t *at, int depth, StoredField *to) {
  bson_iter_t inner;
  return depth < DEPTH_MAX && bson_iter_recurse(at, &inner) && take_fields(&inner, depth + 1, &to->items, &to->count);
}

/* False: the value has no form. */
static bool take_value(const bson_iter_t *at, int depth, StoredField *to) {
  switch (bson_iter_type(at)) {
  case BSON_TYPE_UTF8:
    to->kind = STORED_TEXT;
    to->text = bson_iter_utf8(at, NULL);
    return true;
  case BSON_TYPE_INT32:
  case BSON_TYPE_INT64:
    to->kind = STORED_WHOLE;
    to->whole = bson_iter_as_int64(at);
    return true;
  case BSON_TYPE_DOUBLE:
    to->kind = STORED_REAL;
    to->real = bson_iter_double(at);
    return true;
  case BSON_TYPE_BOOL:
    to->kind = STORED_TRUTH;
    to->whole = bson_iter_bool(at);
    return true;
  case BSON_TYPE_DATE_TIME:
    to->kind = STORED_INSTANT;
    to->whole = bson_iter_date_time(at);
    return true;
  case BSON_TYPE_ARRAY:
    to->kind = STORED_LIST;
    return take_inner(at, depth, to);
  case BSON_TYPE_DOCUMENT:
    to->kind = STORED_OBJECT;
    return take_inner(at, depth, to);
  default:
    return false;
  }
}

/* False: no memory. */
static bool take_fields(bson_iter_t *from, int depth, StoredField **ret_fields, size_t *ret_count) {
  bson_iter_t count = *from;
  size_t room = 0, taken = 0;
  while (bson_iter_next(&count)) room++;
  StoredField *fields = calloc(room + 1, sizeof *fields);
  if (!fields) return false;
  while (bson_iter_next(from)) {
    const char *name = bson_iter_key(from);
    if (depth == 0 && strcmp(name, "_id") == 0) continue;
    StoredField *to = &fields[taken];
    *to = (StoredField){.name = name};
    if (take_value(from, depth, to)) taken++;
  }
  *ret_fields = fields;
  *ret_count = taken;
  return true;
}

static Status take(const bson_t *document, StoredDocument *ret_document, Error *err) {
  StoredDocument taken = {.source = bson_copy(document)};
  bson_iter_t iter;
  if (!taken.source || !bson_iter_init(&iter, taken.source) || !take_fields(&iter, 0, &taken.fields, &taken.count)) {
    stored_free(&taken);
    return error_set(err, STATUS_NO_MEMORY, "no memory for a document");
  }
  const char *id = document_id(taken.source);
  taken.id = id ? id : "";
  *ret_document = taken;
  return STATUS_OK;
}

typedef struct {
  StoredVisit *visit;
  void *context;
} Reading;

static Status visit_document(void *context, const bson_t *document, Error *err) {
  const Reading *reading = context;
  StoredDocument taken = {0};
  Status status = take(document, &taken, err);
  if (status == STATUS_OK) status = reading->visit(reading->context, &taken, err);
  stored_free(&taken);
  return status;
}

Status stored_read(const Db *db, const StoredRange *range, StoredVisit *visit, void *context, Error *err) {
  Reading reading = {visit, context};
  return db->find_range(db->self, range->database, range->collection, range->from, range->to, range->fields,
                        visit_document, &reading, err);
}

Status stored_read_back(const Db *db, const StoredRange *range, size_t limit, StoredVisit *visit, void *context,
                        Error *err) {
  Reading reading = {visit, context};
  return db->find_back(db->self, range->database, range->collection, range->from, range->to, range->fields, limit,
                       visit_document, &reading, err);
}

Status stored_find(const Db *db, const char *database, const char *collection, const char *id,
                   StoredDocument *ret_document, Error *err) {
  bson_t *document = NULL;
  Status status = db->find(db->self, database, collection, id, &document, err);
  if (status != STATUS_OK) return status;
  status = take(document, ret_document, err);
  bson_destroy(document);
  return status;
}

const StoredField *stored_field(const StoredDocument *document, const char *name) {
  for (size_t i = 0; i < document->count; i++)
    if (strcmp(document->fields[i].name, name) == 0) return &document->fields[i];
  return NULL;
}

const char *stored_get_text(const StoredDocument *document, const char *name) {
  const StoredField *field = stored_field(document, name);
  return field && field->kind == STORED_TEXT ? field->text : "";
}

Instant stored_get_instant(const StoredDocument *document, const char *name) {
  const StoredField *field = stored_field(document, name);
  return field && field->kind == STORED_INSTANT ? field->whole : INSTANT_NONE;
}
