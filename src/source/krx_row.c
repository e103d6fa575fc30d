#include "krx_row.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include <closebell/base/text.h>

/* Of an object with more members than there is room for none are taken, and each is looked up. */
static void take_members(const json_t *object, KrxMembers *members) {
  members->count = members->next = 0;
  if (json_object_size(object) > KRX_MEMBERS_MAX) return;
  json_t *walked = (json_t *)(uintptr_t)object; /* the iterator changes nothing */
  for (void *i = json_object_iter(walked); i != NULL; i = json_object_iter_next(walked, i)) {
    members->names[members->count] = json_object_iter_key(i);
    members->texts[members->count++] = json_string_value(json_object_iter_value(i));
  }
}

const char *krx_row_member(const KrxRow *row, const char *field) {
  KrxMembers *members = row->members;
  for (size_t tries = 0; tries < members->count; tries++) {
    size_t at = members->next;
    members->next = at + 1 < members->count ? at + 1 : 0;
    if (strcmp(members->names[at], field) == 0) return members->texts[at];
  }
  return members->count > 0 ? NULL : json_string_value(json_object_get(row->object, field));
}

bool krx_row_fail(const KrxRow *row, const char *format, ...) {
  char what[160];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(what, sizeof(what), format, arguments);
  va_end(arguments);
  answer_fail(row->answer, ANSWER_BROKEN, "row %zu (%s): %s", row->number, answer_quote(row->label).text, what);
  return false;
}

const char *krx_row_text(const KrxRow *row, const char *field) {
  const char *text = krx_row_member(row, field);
  if (text == NULL) krx_row_fail(row, "%s is absent or not a string", field);
  return text;
}

static bool is_missing(const char *text) { return text[0] == '\0' || strcmp(text, "-") == 0; }

/* The text of a number; *ret_missing: it has none. Null after a fault. */
static const char *number_text(const KrxRow *row, const char *field, KrxPresence presence, bool *ret_missing) {
  const char *text = krx_row_text(row, field);
  *ret_missing = text != NULL && is_missing(text);
  if (!*ret_missing || presence == KRX_MAY_BE_MISSING) return text;
  krx_row_fail(row, "%s is missing", field);
  return NULL;
}

static bool check_low(const KrxRow *row, const char *field, const char *text, int64_t value, int64_t low) {
  return value >= low || krx_row_fail(row, "%s \"%s\" is negative", field, answer_quote(text).text);
}

bool krx_row_number(const KrxRow *row, const char *field, KrxPresence presence, int64_t low, int64_t *ret_value) {
  bool missing;
  int64_t value = 0;
  const char *text = number_text(row, field, presence, &missing);
  if (text == NULL) return false;
  if (!missing && !text_parse_grouped_int64(text, INT64_MIN, INT64_MAX, &value))
    return krx_row_fail(row, "%s \"%s\" is not a whole number that fits", field, answer_quote(text).text);
  if (!missing && !check_low(row, field, text, value, low)) return false;
  *ret_value = value;
  return true;
}

bool krx_row_hundredths(const KrxRow *row, const char *field, KrxPresence presence, int64_t low, int64_t *ret_value) {
  bool missing;
  int64_t value = 0;
  const char *text = number_text(row, field, presence, &missing);
  if (text == NULL) return false;
  if (!missing && !text_parse_hundredths(text, INT64_MIN, INT64_MAX, &value))
    return krx_row_fail(row, "%s \"%s\" is not a number of two decimals that fits", field, answer_quote(text).text);
  if (!missing && !check_low(row, field, text, value, low)) return false;
  *ret_value = value;
  return true;
}

bool krx_row_is_of_date(const KrxRow *row, Day date) {
  char wanted[DAY_TEXT_SIZE];
  const char *text = krx_row_text(row, "BAS_DD");
  if (text == NULL) return false;
  return strcmp(text, day_format_compact(date, wanted)) == 0 ||
         krx_row_fail(row, "BAS_DD \"%s\" is not %s", answer_quote(text).text, wanted);
}

KrxRow krx_row(MarketAnswer *answer, size_t number, const json_t *object, KrxMembers *members,
               const char *label_field) {
  KrxRow row = {.answer = answer, .number = number, .object = object, .members = members, .label = ""};
  take_members(object, members);
  const char *label = krx_row_member(&row, label_field);
  if (label != NULL) row.label = label;
  members->next = 0;
  return row;
}
