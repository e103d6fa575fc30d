#include "feed_document.h"

#include <string.h>

static const char FIRST_SEEN[] = "first_seen_utc";

/* ---- writing ---- */

static void put_texts(DocumentWriter *to, const char *name, const FeedTexts *texts) {
  bson_t array = BSON_INITIALIZER;
  for (size_t i = 0; i < texts->count; i++) document_add_text(&array, texts->items[i]);
  document_put_array(to, name, &array);
  bson_destroy(&array);
}

static void put_value(DocumentWriter *to, const char *name, const FeedValue *value) {
  switch (value->type) {
  case FEED_STRING:
    document_put_text(to, name, value->text);
    break;
  case FEED_INT:
    document_put_int64(to, name, value->whole);
    break;
  case FEED_DOUBLE:
    document_put_double(to, name, value->real);
    break;
  case FEED_BOOL:
    document_put_bool(to, name, value->truth);
    break;
  case FEED_DATE:
    document_put_day(to, name, value->day);
    break;
  case FEED_INSTANT:
    document_put_instant(to, name, value->instant);
    break;
  case FEED_STRINGS:
    put_texts(to, name, &value->texts);
    break;
  }
}

Status feed_document_add(Documents *documents, const FeedDefinition *feed, const char *item, const FeedRow *row,
                         Instant now, Error *err) {
  DocumentWriter to = document_writer(documents_add(documents), err);
  document_put_text(&to, "_id", row->id);
  if (item) document_put_text(&to, "item", item);
  for (size_t i = 0; i < feed->rows.field_count; i++)
    if (!row->values[i].is_absent) put_value(&to, feed->rows.fields[i].name, &row->values[i]);
  document_put_instant(&to, "first_seen_utc", now);
  return to.status;
}

Status feed_document_replacing(Documents *documents, const bson_t *ours, Instant first_seen, Instant now, Error *err) {
  bson_t *document = documents_add(documents);
  if (!document) return error_set(err, STATUS_NO_MEMORY, "out of memory for a document");
  bson_copy_to_excluding_noinit(ours, document, FIRST_SEEN, (char *)NULL);
  DocumentWriter to = document_writer(document, err);
  document_put_instant(&to, "first_seen_utc", first_seen == INSTANT_NONE ? now : first_seen);
  document_put_instant(&to, "changed_utc", now);
  return to.status;
}

/* ---- comparing ---- */

static bool same_texts(const bson_iter_t *a, const bson_iter_t *b) {
  bson_iter_t left, right;
  if (!bson_iter_recurse(a, &left) || !bson_iter_recurse(b, &right)) return false;
  for (;;) {
    bool more = bson_iter_next(&left);
    if (more != bson_iter_next(&right)) return false;
    if (!more) return true;
    if (!BSON_ITER_HOLDS_UTF8(&left) || !BSON_ITER_HOLDS_UTF8(&right)) return false;
    if (strcmp(bson_iter_utf8(&left, NULL), bson_iter_utf8(&right, NULL)) != 0) return false;
  }
}

static bool same_value(const bson_iter_t *a, const bson_iter_t *b) {
  if (bson_iter_type(a) != bson_iter_type(b)) return false;
  switch (bson_iter_type(a)) {
  case BSON_TYPE_UTF8:
    return strcmp(bson_iter_utf8(a, NULL), bson_iter_utf8(b, NULL)) == 0;
  case BSON_TYPE_INT64:
    return bson_iter_int64(a) == bson_iter_int64(b);
  case BSON_TYPE_DOUBLE:
    return bson_iter_double(a) <= bson_iter_double(b) && bson_iter_double(a) >= bson_iter_double(b);
  case BSON_TYPE_BOOL:
    return bson_iter_bool(a) == bson_iter_bool(b);
  case BSON_TYPE_DATE_TIME:
    return bson_iter_date_time(a) == bson_iter_date_time(b);
  case BSON_TYPE_ARRAY:
    return same_texts(a, b);
  default:
    return false;
  }
}

bool feed_document_same(const FeedDefinition *feed, const bson_t *ours, const bson_t *stored) {
  for (size_t i = 0; i < feed->rows.field_count; i++) {
    const char *name = feed->rows.fields[i].name;
    bson_iter_t a, b;
    bool has = bson_iter_init_find(&a, ours, name);
    if (has != bson_iter_init_find(&b, stored, name)) return false;
    if (has && !same_value(&a, &b)) return false;
  }
  return true;
}

/* ---- reading ---- */

Instant feed_document_first_seen(const bson_t *document) {
  bson_iter_t at;
  bool found = bson_iter_init_find(&at, document, FIRST_SEEN) && BSON_ITER_HOLDS_DATE_TIME(&at);
  return found ? bson_iter_date_time(&at) : INSTANT_NONE;
}

bool feed_document_value(const bson_t *document, const FeedField *field, FeedValue *ret_value) {
  bson_iter_t at;
  FeedValue value = {.type = field->type};
  if (!bson_iter_init_find(&at, document, field->name)) return false;
  bson_type_t type = bson_iter_type(&at);
  if (field->type == FEED_STRING && type == BSON_TYPE_UTF8)
    value.text = bson_iter_utf8(&at, NULL);
  else if (field->type == FEED_INT && type == BSON_TYPE_INT64)
    value.whole = bson_iter_int64(&at);
  else if (field->type == FEED_DOUBLE && type == BSON_TYPE_DOUBLE)
    value.real = bson_iter_double(&at);
  else if (field->type == FEED_BOOL && type == BSON_TYPE_BOOL)
    value.truth = bson_iter_bool(&at);
  else if (field->type == FEED_INSTANT && type == BSON_TYPE_DATE_TIME)
    value.instant = bson_iter_date_time(&at);
  else if (field->type != FEED_DATE || type != BSON_TYPE_UTF8 || !day_parse(bson_iter_utf8(&at, NULL), &value.day))
    return false;
  *ret_value = value;
  return true;
}
