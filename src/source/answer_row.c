#include "answer_row.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include <closebell/base/text.h>

/* ---- rows and fields ---- */

const json_t *answer_rows(const json_t *body, const char *name, Answer *answer) {
  const json_t *list = json_object_get(body, name);
  if (!json_is_array(list)) {
    answer_fail(answer, ANSWER_BROKEN, "JSON without %s", name);
    return NULL;
  }
  answer->kind = ANSWER_EMPTY;
  return json_array_size(list) == 0 ? NULL : list;
}

AnswerRow answer_row(const json_t *list, size_t index, const char *label_field, Answer *answer) {
  const json_t *object = json_array_get(list, index);
  const char *label = json_string_value(json_object_get(object, label_field));
  return (AnswerRow){.answer = answer, .number = index + 1, .object = object, .label = label == NULL ? "" : label};
}

bool answer_row_fail(const AnswerRow *row, const char *format, ...) {
  char what[160];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(what, sizeof what, format, arguments);
  va_end(arguments);
  answer_fail(row->answer, ANSWER_BROKEN, "row %zu (%s): %s", row->number, answer_quote(row->label).text, what);
  return false;
}

const char *answer_row_text(const AnswerRow *row, const char *field) {
  const char *text = json_string_value(json_object_get(row->object, field));
  if (text == NULL) answer_row_fail(row, "%s is absent or not a string", field);
  return text;
}

FieldFound answer_row_number(const AnswerRow *row, const char *field, int64_t low, int64_t high, int64_t *ret_value) {
  const char *text = answer_row_text(row, field);
  if (text == NULL) return FIELD_BROKEN;
  if (*text == '\0') return FIELD_MISSING;
  if (text_parse_int64(text, low, high, ret_value)) return FIELD_NUMBER;
  answer_row_fail(row, "%s \"%s\" is not a whole number that fits", field, answer_quote(text).text);
  return FIELD_BROKEN;
}

FieldFound answer_row_hundredths(const AnswerRow *row, const char *field, int64_t low, int64_t high,
                                 int64_t *ret_value) {
  const char *text = answer_row_text(row, field);
  if (text == NULL) return FIELD_BROKEN;
  if (*text == '\0') return FIELD_MISSING;
  if (text_parse_hundredths(text, low, high, ret_value)) return FIELD_NUMBER;
  answer_row_fail(row, "%s \"%s\" is not a number of two decimals that fits", field, answer_quote(text).text);
  return FIELD_BROKEN;
}

/* "20260916" as "2026-09-16". */
static bool parse_compact(const char *text, Day *ret_day) {
  char dashed[DAY_TEXT_SIZE];
  if (strlen(text) != 8 || strspn(text, "0123456789") != 8) return false;
  snprintf(dashed, sizeof dashed, "%.4s-%.2s-%.2s", text, text + 4, text + 6);
  return day_parse(dashed, ret_day);
}

FieldFound answer_row_day(const AnswerRow *row, const char *field, Day *ret_day) {
  const char *text = answer_row_text(row, field);
  if (text == NULL) return FIELD_BROKEN;
  if (*text == '\0') return FIELD_MISSING;
  if (parse_compact(text, ret_day)) return FIELD_NUMBER;
  answer_row_fail(row, "%s \"%s\" is not a date", field, answer_quote(text).text);
  return FIELD_BROKEN;
}

/* ---- items ---- */

void *answer_payload(size_t count, const PayloadType *type, Answer *answer) {
  void *items = calloc(count, type->item_size);
  if (items == NULL) answer_fail(answer, ANSWER_FAILING, "out of memory for %s", type->name);
  return items;
}

static const void *item_at(const AnswerItems *kind, const void *items, size_t i) {
  return (const char *)items + i * kind->type->item_size;
}

/* The first that is not behind the one before it; count: there is none. */
static size_t first_twice(const AnswerItems *kind, const void *items, size_t count) {
  for (size_t i = 1; i < count; i++)
    if (kind->compare(item_at(kind, items, i - 1), item_at(kind, items, i)) >= 0) return i;
  return count;
}

void answer_take(const AnswerItems *kind, void *items, size_t count, Answer *answer) {
  if (count > 0) qsort(items, count, kind->type->item_size, kind->compare);
  size_t twice = first_twice(kind, items, count);
  if (twice < count) {
    char text[DAY_TEXT_SIZE];
    answer_fail(answer, ANSWER_BROKEN, "%s stands twice", kind->name(item_at(kind, items, twice), text));
  }
  if (twice < count || count == 0) {
    free(items);
    return;
  }
  answer->kind = ANSWER_ROWS;
  answer->type = kind->type;
  answer->payload = items;
  answer->count = count;
}
