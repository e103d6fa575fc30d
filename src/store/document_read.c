#include "document.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/base/text.h>
#include <closebell/base/vector.h>
#include <closebell/market/ticker.h>

/* Nearly always it is the first field, and a search by _id asks many: then a look at the bytes is enough. */
static const char *first_field_id(const bson_t *document) {
  enum { NAME_AT = 5, LENGTH_AT = 9, TEXT_AT = 13 };
  const uint8_t *data = bson_get_data(document);
  uint32_t length;
  if (document->len <= TEXT_AT || data[NAME_AT - 1] != BSON_TYPE_UTF8 || memcmp(data + NAME_AT, "_id", 4) != 0)
    return NULL;
  memcpy(&length, data + LENGTH_AT, sizeof length);
  length = BSON_UINT32_FROM_LE(length);
  bool ends = length > 0 && length < document->len - TEXT_AT && data[TEXT_AT + length - 1] == '\0';
  return ends ? (const char *)data + TEXT_AT : NULL;
}

const char *document_id(const bson_t *document) {
  const char *id = first_field_id(document);
  if (id != NULL) return id;
  bson_iter_t iter;
  if (!bson_iter_init_find(&iter, document, "_id") || !BSON_ITER_HOLDS_UTF8(&iter)) return NULL;
  return bson_iter_utf8(&iter, NULL);
}

static uint64_t bit_of(const char *field) {
  unsigned first = (unsigned char)field[0], second = first ? (unsigned char)field[1] : 0;
  return UINT64_C(1) << ((first * 7 + second) % 64);
}

static void index_fields(DocumentReader *from) {
  bson_iter_t iter;
  from->field_count = from->next = 0;
  from->present = 0;
  if (!bson_iter_init(&iter, from->document)) return;
  while (bson_iter_next(&iter)) {
    uint32_t at = from->field_count++;
    if (at == DOCUMENT_INDEXED_FIELDS) return;
    from->fields[at].name = bson_iter_key(&iter);
    from->present |= bit_of(from->fields[at].name);
    from->fields[at].length = bson_iter_key_len(&iter);
    from->fields[at].offset = bson_iter_offset(&iter);
  }
}

DocumentReader document_reader(const char *database, const char *collection, const bson_t *document, Error *err) {
  DocumentReader from = {.document = document, .database = database, .collection = collection, .err = err};
  index_fields(&from);
  from.id = document_id(document);
  if (from.id == NULL) {
    from.id = "(no _id)";
    document_fault(&from, "_id", "is missing or not a string");
  }
  return from;
}

static DocumentReader part_reader(const DocumentReader *outer, const bson_t *part) {
  DocumentReader inner = *outer;
  inner.document = part;
  index_fields(&inner);
  return inner;
}

void document_fault(DocumentReader *from, const char *field, const char *what) {
  if (from->status != STATUS_OK) return;
  from->status =
      error_set(from->err, STATUS_BAD_DATA, "%s.%s %s: %s %s", from->database, from->collection, from->id, field, what);
}

static bool is_field(const DocumentReader *from, uint32_t at, const char *field) {
  return from->fields[at].name[0] == field[0] && strcmp(from->fields[at].name, field) == 0;
}

/* From the field behind the last one found on, and round. */
static bool find_index(const DocumentReader *from, const char *field, uint32_t *ret_at) {
  if ((from->present & bit_of(field)) == 0) return false;
  for (uint32_t i = 0, at = from->next; i < from->field_count; i++, at++) {
    if (at >= from->field_count) at = 0;
    if (!is_field(from, at, field)) continue;
    *ret_at = at;
    return true;
  }
  return false;
}

static bool seek(const DocumentReader *from, const char *field, bson_iter_t *ret_iter, uint32_t *ret_at) {
  *ret_at = 0;
  if (from->field_count > DOCUMENT_INDEXED_FIELDS) return bson_iter_init_find(ret_iter, from->document, field);
  return find_index(from, field, ret_at) &&
         bson_iter_init_from_data_at_offset(ret_iter, bson_get_data(from->document), from->document->len,
                                            from->fields[*ret_at].offset, from->fields[*ret_at].length);
}

bool document_has(const DocumentReader *from, const char *field) {
  bson_iter_t ignored;
  uint32_t at;
  return from->field_count > DOCUMENT_INDEXED_FIELDS ? seek(from, field, &ignored, &at) : find_index(from, field, &at);
}

/* False after an earlier fault, and when the field is missing (a fault). */
static bool find(DocumentReader *from, const char *field, bson_iter_t *ret_iter) {
  if (from->status != STATUS_OK) return false;
  uint32_t at;
  if (seek(from, field, ret_iter, &at)) {
    from->next = at + 1;
    return true;
  }
  document_fault(from, field, "is missing");
  return false;
}

bool document_get_part(DocumentReader *from, const char *field, bson_t *part, DocumentReader *ret_inner) {
  bson_iter_t iter;
  const uint8_t *data = NULL;
  uint32_t size = 0;
  if (!find(from, field, &iter)) return false;
  if (BSON_ITER_HOLDS_DOCUMENT(&iter)) bson_iter_document(&iter, &size, &data);
  if (data == NULL || !bson_init_static(part, data, size)) {
    document_fault(from, field, "is not a document");
    return false;
  }
  *ret_inner = part_reader(from, part);
  return true;
}

/* Null after a fault. */
static const char *find_text(DocumentReader *from, const char *field, size_t *ret_length) {
  bson_iter_t iter;
  if (!find(from, field, &iter)) return NULL;
  uint32_t length = 0;
  const char *text = BSON_ITER_HOLDS_UTF8(&iter) ? bson_iter_utf8(&iter, &length) : NULL;
  if (text == NULL || strlen(text) != length) {
    document_fault(from, field, "is not a string");
    return NULL;
  }
  *ret_length = length;
  return text;
}

void document_get_text(DocumentReader *from, const char *field, char *to, size_t to_size) {
  size_t length;
  const char *text = find_text(from, field, &length);
  if (text != NULL && !text_copy(to, to_size, text)) document_fault(from, field, "is too long");
}

void document_get_prose(DocumentReader *from, const char *field, char *to, size_t to_size) {
  to[0] = '\0';
  if (!document_has(from, field)) return;
  size_t length;
  const char *text = find_text(from, field, &length);
  if (text == NULL) return;
  if (length >= to_size) {
    length = to_size - 1;
    while (length > 0 && ((unsigned char)text[length] & 0xC0) == 0x80) length--; /* back to a first byte */
  }
  memcpy(to, text, length);
  to[length] = '\0';
}

/* Nearly all numbers are stored in eight bytes; that the field has them index_fields has seen. */
static bool take_int64(DocumentReader *from, const char *field, int64_t *to) {
  uint32_t at;
  if (from->status != STATUS_OK || from->field_count > DOCUMENT_INDEXED_FIELDS || !find_index(from, field, &at))
    return false;
  const uint8_t *type = bson_get_data(from->document) + from->fields[at].offset;
  if (*type != BSON_TYPE_INT64) return false;
  uint64_t value;
  memcpy(&value, type + 1 + from->fields[at].length + 1, sizeof value);
  *to = (int64_t)BSON_UINT64_FROM_LE(value);
  from->next = at + 1;
  return true;
}

/* Whole numbers of any type. */
static bool whole_of(const bson_iter_t *iter, int64_t *to) {
  const double exact = 9007199254740992.0; /* 2^53: whole doubles up to it are exact */
  if (BSON_ITER_HOLDS_INT64(iter) || BSON_ITER_HOLDS_INT32(iter)) {
    *to = bson_iter_as_int64(iter);
    return true;
  }
  double value = BSON_ITER_HOLDS_DOUBLE(iter) ? bson_iter_double(iter) : NAN;
  if (!(fabs(value) <= exact) || value != floor(value)) return false;
  *to = (int64_t)value;
  return true;
}

void document_get_int64(DocumentReader *from, const char *field, int64_t *to) {
  if (take_int64(from, field, to)) return;
  bson_iter_t iter;
  if (find(from, field, &iter) && !whole_of(&iter, to)) document_fault(from, field, "is not a whole number");
}

void document_get_int64s(DocumentReader *from, const char *field, int64_t *to, size_t most, size_t *ret_count) {
  bson_iter_t iter, items;
  size_t count = 0;
  if (!find(from, field, &iter)) return;
  if (!BSON_ITER_HOLDS_ARRAY(&iter) || !bson_iter_recurse(&iter, &items)) {
    document_fault(from, field, "is not an array");
    return;
  }
  for (; bson_iter_next(&items); count++) {
    if (count < most && whole_of(&items, &to[count])) continue;
    document_fault(from, field, count < most ? "holds something that is not a whole number" : "holds too many numbers");
    return;
  }
  *ret_count = count;
}

void document_get_int64_or(DocumentReader *from, const char *field, int64_t absent, int64_t *to) {
  if (!document_has(from, field))
    *to = absent;
  else
    document_get_int64(from, field, to);
}

void document_get_double(DocumentReader *from, const char *field, double *to) {
  bson_iter_t iter;
  if (!find(from, field, &iter)) return;
  double value = NAN;
  if (BSON_ITER_HOLDS_DOUBLE(&iter)) value = bson_iter_double(&iter);
  if (BSON_ITER_HOLDS_INT32(&iter) || BSON_ITER_HOLDS_INT64(&iter)) value = (double)bson_iter_as_int64(&iter);
  if (!isfinite(value)) {
    document_fault(from, field, "is not a finite number");
    return;
  }
  *to = value;
}

void document_get_double_or_nan(DocumentReader *from, const char *field, double *to) {
  *to = NAN;
  if (document_has(from, field)) document_get_double(from, field, to);
}

void document_get_bool(DocumentReader *from, const char *field, bool *to) {
  bson_iter_t iter;
  if (!find(from, field, &iter)) return;
  if (BSON_ITER_HOLDS_BOOL(&iter))
    *to = bson_iter_bool(&iter);
  else
    document_fault(from, field, "is not true or false");
}

void document_get_day(DocumentReader *from, const char *field, Day *to) {
  size_t length;
  const char *text = find_text(from, field, &length);
  if (text != NULL && !day_parse(text, to)) document_fault(from, field, "is not a date YYYY-MM-DD");
}

void document_get_day_or_none(DocumentReader *from, const char *field, Day *to) {
  if (!document_has(from, field))
    *to = DAY_NONE;
  else
    document_get_day(from, field, to);
}

void document_get_instant(DocumentReader *from, const char *field, Instant *to) {
  bson_iter_t iter;
  if (!find(from, field, &iter)) return;
  if (BSON_ITER_HOLDS_DATE_TIME(&iter))
    *to = bson_iter_date_time(&iter);
  else
    document_fault(from, field, "is not an instant (BSON date)");
}

void document_get_instant_or_none(DocumentReader *from, const char *field, Instant *to) {
  if (!document_has(from, field))
    *to = INSTANT_NONE;
  else
    document_get_instant(from, field, to);
}

void document_get_binary(DocumentReader *from, const char *field, const uint8_t **ret_data, size_t *ret_size) {
  bson_iter_t iter;
  if (!find(from, field, &iter)) return;
  if (!BSON_ITER_HOLDS_BINARY(&iter)) {
    document_fault(from, field, "is not binary data");
    return;
  }
  uint32_t size = 0;
  bson_iter_binary(&iter, NULL, &size, ret_data);
  *ret_size = size;
}

DocumentTexts document_get_texts(DocumentReader *from, const char *field) {
  DocumentTexts texts = {.from = from, .field = field};
  bson_iter_t iter;
  if (!find(from, field, &iter)) return texts;
  if (BSON_ITER_HOLDS_ARRAY(&iter) && bson_iter_recurse(&iter, &texts.items))
    texts.any = true;
  else
    document_fault(from, field, "is not an array");
  return texts;
}

bool document_next_text(DocumentTexts *texts, const char **ret_text) {
  if (!texts->any || texts->from->status != STATUS_OK || !bson_iter_next(&texts->items)) return false;
  uint32_t length = 0;
  const char *text = BSON_ITER_HOLDS_UTF8(&texts->items) ? bson_iter_utf8(&texts->items, &length) : NULL;
  if (text == NULL || strlen(text) != length) {
    document_fault(texts->from, texts->field, "holds something that is not a string");
    return false;
  }
  *ret_text = text;
  return true;
}

void document_get_tickers(DocumentReader *from, const char *field, char (**ret_tickers)[TICKER_SIZE],
                          size_t *ret_count) {
  char(*tickers)[TICKER_SIZE] = NULL;
  size_t count = 0, capacity = 0;
  const char *text;
  for (DocumentTexts texts = document_get_texts(from, field); document_next_text(&texts, &text);) {
    if (!ticker_is_valid(text)) {
      document_fault(from, field, "holds something that is not a ticker");
      break;
    }
    char(*moved)[TICKER_SIZE] = vector_reserve(tickers, &capacity, count + 1, sizeof *tickers);
    if (moved == NULL) {
      from->status = error_set(from->err, STATUS_NO_MEMORY, "out of memory");
      break;
    }
    tickers = moved;
    text_copy(tickers[count++], sizeof *tickers, text);
  }
  if (from->status != STATUS_OK) {
    free(tickers);
    return;
  }
  *ret_tickers = tickers;
  *ret_count = count;
}
