#include "document.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/base/text.h>
#include <closebell/base/vector.h>

DocumentWriter document_writer(bson_t *document, Error *err) {
  DocumentWriter to = {.document = document, .err = err};
  if (document == NULL) to.status = error_set(err, STATUS_NO_MEMORY, "out of memory");
  return to;
}

/* bson_append_* refuses only what would make the document larger than 2 GiB. */
static void appended(DocumentWriter *to, const char *field, bool done) {
  if (!done) to->status = error_set(to->err, STATUS_INTERNAL, "%s: does not fit into a document", field);
}

static int whole_characters(const char *text) {
  size_t length = strlen(text);
  while (length > 0 && !text_is_utf8(text, length)) length--;
  return (int)length;
}

void document_put_text(DocumentWriter *to, const char *field, const char *text) {
  if (to->status != STATUS_OK) return;
  appended(to, field, bson_append_utf8(to->document, field, -1, text, whole_characters(text)));
}

void document_put_prose(DocumentWriter *to, const char *field, const char *text) {
  if (text[0] != '\0') document_put_text(to, field, text);
}

void document_put_int32(DocumentWriter *to, const char *field, int32_t value) {
  if (to->status == STATUS_OK) appended(to, field, bson_append_int32(to->document, field, -1, value));
}

void document_put_int64(DocumentWriter *to, const char *field, int64_t value) {
  if (to->status == STATUS_OK) appended(to, field, bson_append_int64(to->document, field, -1, value));
}

void document_put_double(DocumentWriter *to, const char *field, double value) {
  if (to->status != STATUS_OK) return;
  if (!isfinite(value)) {
    to->status = error_set(to->err, STATUS_INTERNAL, "%s: %g is not stored", field, value);
    return;
  }
  /* Some servers give -0.0 back as 0.0; a comparison with what is stored should not stumble over it. */
  appended(to, field, bson_append_double(to->document, field, -1, value == 0 ? 0.0 : value));
}

void document_put_double_unless_nan(DocumentWriter *to, const char *field, double value) {
  if (!isnan(value)) document_put_double(to, field, value);
}

void document_put_bool(DocumentWriter *to, const char *field, bool value) {
  if (to->status == STATUS_OK) appended(to, field, bson_append_bool(to->document, field, -1, value));
}

void document_put_day(DocumentWriter *to, const char *field, Day day) {
  if (day != DAY_NONE) document_put_text(to, field, day_text(day).text);
}

void document_put_instant(DocumentWriter *to, const char *field, Instant instant) {
  if (to->status != STATUS_OK || instant == INSTANT_NONE) return;
  appended(to, field, bson_append_date_time(to->document, field, -1, instant));
}

void document_put_binary(DocumentWriter *to, const char *field, const uint8_t *data, size_t size) {
  if (to->status != STATUS_OK) return;
  bool fits = size <= INT32_MAX;
  appended(to, field, fits && bson_append_binary(to->document, field, -1, BSON_SUBTYPE_BINARY, data, (uint32_t)size));
}

void document_put_document(DocumentWriter *to, const char *field, const bson_t *document) {
  if (to->status == STATUS_OK) appended(to, field, bson_append_document(to->document, field, -1, document));
}

void document_add_text(bson_t *array, const char *text) {
  char buffer[16];
  const char *key;
  bson_uint32_to_string(bson_count_keys(array), &key, buffer, sizeof buffer);
  bson_append_utf8(array, key, -1, text, whole_characters(text));
}

void document_put_array(DocumentWriter *to, const char *field, const bson_t *array) {
  if (to->status == STATUS_OK) appended(to, field, bson_append_array(to->document, field, -1, array));
}

/* Of a thousand numbers each: the key is counted, not looked up. */
static void put_numbers(DocumentWriter *to, const char *field, const int32_t *narrow, const int64_t *wide,
                        size_t count) {
  bson_t array = BSON_INITIALIZER;
  bool all = true;
  for (size_t i = 0; i < count; i++) {
    char buffer[16];
    const char *key;
    bson_uint32_to_string((uint32_t)i, &key, buffer, sizeof buffer);
    all &= narrow ? bson_append_int32(&array, key, -1, narrow[i]) : bson_append_int64(&array, key, -1, wide[i]);
  }
  if (to->status == STATUS_OK && !all) to->status = error_set(to->err, STATUS_NO_MEMORY, "%s: out of memory", field);
  document_put_array(to, field, &array);
  bson_destroy(&array);
}

void document_put_int32s(DocumentWriter *to, const char *field, const int32_t *values, size_t count) {
  put_numbers(to, field, values, NULL, count);
}

void document_put_int64s(DocumentWriter *to, const char *field, const int64_t *values, size_t count) {
  put_numbers(to, field, NULL, values, count);
}

void document_put_tickers(DocumentWriter *to, const char *field, const char (*tickers)[TICKER_SIZE], size_t count) {
  bson_t array = BSON_INITIALIZER;
  for (size_t i = 0; i < count; i++) document_add_text(&array, tickers[i]);
  document_put_array(to, field, &array);
  bson_destroy(&array);
}

/* --- what may be stored --- */

static Status refuse(Error *err, const bson_iter_t *at, const char *what) {
  return error_set(err, STATUS_INTERNAL, "field %s: %s is not stored", bson_iter_key(at), what);
}

static Status check_text(const bson_iter_t *at, Error *err) {
  uint32_t length = 0;
  const char *text = bson_iter_utf8(at, &length);
  return bson_utf8_validate(text, length, true) ? STATUS_OK : refuse(err, at, "text that is not UTF-8");
}

static Status check_level(bson_iter_t *level, bool in_array, Error *err);

static Status check_children(const bson_iter_t *at, bool is_array, Error *err) {
  bson_iter_t children;
  if (!bson_iter_recurse(at, &children)) return refuse(err, at, "a damaged document");
  return check_level(&children, is_array, err);
}

/* Nearly all names are ASCII, and need no further look. */
static bool is_name(const char *name) {
  const char *end = name;
  unsigned all = 0;
  for (; *end != '\0' && *end != '.'; end++) all |= (unsigned char)*end;
  if (end == name || *end == '.' || name[0] == '$') return false;
  return all < 0x80 || bson_utf8_validate(name, (size_t)(end - name), false);
}

static Status check_value(const bson_iter_t *at, bool in_array, Error *err) {
  if (!is_name(bson_iter_key(at))) return refuse(err, at, "such a name");
  switch (bson_iter_type(at)) {
  case BSON_TYPE_DOUBLE:
    return isfinite(bson_iter_double(at)) ? STATUS_OK : refuse(err, at, "a number that is not finite");
  case BSON_TYPE_UTF8:
    return check_text(at, err);
  case BSON_TYPE_DOCUMENT:
    return check_children(at, false, err);
  case BSON_TYPE_ARRAY:
    return in_array ? refuse(err, at, "an array in an array") : check_children(at, true, err);
  case BSON_TYPE_BINARY:
  case BSON_TYPE_BOOL:
  case BSON_TYPE_DATE_TIME:
  case BSON_TYPE_INT32:
  case BSON_TYPE_INT64:
    return STATUS_OK;
  default: /* null too: what does not exist yet is absent */
    return refuse(err, at, "a value of this BSON type");
  }
}

static Status check_level(bson_iter_t *level, bool in_array, Error *err) {
  Status status = STATUS_OK;
  while (status == STATUS_OK && bson_iter_next(level)) status = check_value(level, in_array, err);
  return status;
}

Status document_check_values(const bson_t *document, Error *err) {
  bson_iter_t iter;
  if (!bson_iter_init(&iter, document)) return error_set(err, STATUS_INTERNAL, "a damaged document is not stored");
  return check_level(&iter, false, err);
}

Status document_check(const bson_t *document, Error *err) {
  const char *id = document_id(document);
  if (id == NULL || id[0] == '\0') return error_set(err, STATUS_INTERNAL, "a document needs a string as _id");
  return error_prefix(err, document_check_values(document, err), "%s", id);
}

/* --- many --- */

static bool add(Documents *documents, bson_t *document) {
  bson_t **moved =
      vector_reserve(documents->items, &documents->capacity, documents->count + 1, sizeof *documents->items);
  if (moved == NULL) {
    bson_destroy(document);
    return false;
  }
  documents->items = moved;
  documents->items[documents->count++] = document;
  return true;
}

bson_t *documents_add(Documents *documents) {
  bson_t *document = bson_new();
  return add(documents, document) ? document : NULL;
}

bool documents_add_copy(Documents *documents, const bson_t *document) { return add(documents, bson_copy(document)); }

void documents_free(Documents *documents) {
  for (size_t i = 0; i < documents->count; i++) bson_destroy(documents->items[i]);
  free(documents->items);
  *documents = (Documents){0};
}
