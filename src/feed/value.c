#include "value.h"

#include "arena.h"

#include <float.h>
#include <string.h>
#include <strings.h>

#include <closebell/base/text.h>
#include <closebell/feed/template.h>
#include <closebell/feed/time_format.h>

/* --- what is kept --- */

void *keep_take(Keep *keep, size_t size) {
  void *taken = feed_arena_take(keep->arena, size);
  if (taken != NULL) keep->bytes += size;
  return taken;
}

static const char *keep_copy(Keep *keep, const char *text, size_t length) {
  const char *copy = feed_arena_copy(keep->arena, text, length);
  if (copy != NULL) keep->bytes += length + 1;
  return copy;
}

const char *keep_text(Keep *keep, const char *text, size_t length) {
  if (keep->keys == NULL) return keep_copy(keep, text, length);
  TextBuffer hidden = {0};
  feed_keys_hide(keep->keys, text, &hidden);
  const char *copy = NULL;
  if (!hidden.failed) copy = keep_copy(keep, hidden.data != NULL ? hidden.data : "", hidden.length);
  text_buffer_free(&hidden);
  return copy;
}

/* --- one value --- */

static bool is_missing(const FeedRows *rules, const FeedJson *json) {
  for (size_t i = 0; i < rules->missing_count; i++)
    if (strcmp(rules->missing[i], json->text) == 0) return true;
  return false;
}

bool value_is_absent(const FeedRows *rules, const FeedJson *json) {
  if (json == NULL || json->kind == FEED_JSON_NULL) return true;
  return feed_json_is_written(json) && (json->length == 0 || is_missing(rules, json));
}

static ValueRead read_text(const FeedJson *json, Keep *keep, FeedValue *value) {
  value->text = keep_text(keep, json->text, json->length);
  return value->text != NULL ? VALUE_READ : VALUE_NO_MEMORY;
}

static bool read_truth(const FeedRows *rules, const FeedJson *json, bool *ret_truth) {
  bool is_word = rules->format == FEED_CSV && json->kind == FEED_JSON_TEXT;
  bool is_true = json->kind == FEED_JSON_TRUE || (is_word && strcasecmp(json->text, "true") == 0);
  bool is_false = json->kind == FEED_JSON_FALSE || (is_word && strcasecmp(json->text, "false") == 0);
  if (is_true || is_false) *ret_truth = is_true;
  return is_true || is_false;
}

static bool read_number_or_time(const FeedField *field, const FeedJson *json, FeedValue *value) {
  /* @date is written in one way, whatever the others are written in. */
  const char *format = field->from == FEED_FROM_DATE ? NULL : field->format;
  if (!feed_json_is_written(json)) return false;
  switch (field->type) {
  case FEED_INT:
    return text_parse_int64(json->text, INT64_MIN, INT64_MAX, &value->whole);
  case FEED_DOUBLE:
    return text_parse_double(json->text, -DBL_MAX, DBL_MAX, &value->real);
  case FEED_DATE:
    return feed_time_day(json->text, format, &value->day);
  default:
    return feed_time_instant(json->text, format, &value->instant);
  }
}

/* --- several texts --- */

static const FeedJson *element_of(const ValueRules *rules, const FeedJson *json) {
  return rules->pointer->star < rules->pointer->count ? feed_pointer_find_in(rules->pointer, json) : json;
}

static ValueRead read_texts(const ValueRules *rules, const FeedJson *array, Keep *keep, FeedValue *value) {
  size_t count = 0;
  if (array->kind != FEED_JSON_ARRAY) return VALUE_WRONG;
  const char **texts = keep_take(keep, array->length * sizeof(*texts));
  if (texts == NULL) return VALUE_NO_MEMORY;
  for (const FeedJson *item = array->first; item != NULL; item = item->next) {
    const FeedJson *json = element_of(rules, item);
    bool is_absent = value_is_absent(rules->rules, json);
    if (is_absent && rules->field->is_optional) continue;
    if (is_absent || !feed_json_is_written(json)) return VALUE_WRONG;
    texts[count] = keep_text(keep, json->text, json->length);
    if (texts[count++] == NULL) return VALUE_NO_MEMORY;
  }
  value->texts = (FeedTexts){.items = texts, .count = count};
  return VALUE_READ;
}

ValueRead value_read(const ValueRules *rules, const FeedJson *json, Keep *keep, FeedValue *ret_value) {
  FeedValue value = {.type = rules->field->type, .is_absent = value_is_absent(rules->rules, json)};
  ValueRead read = VALUE_READ;
  if (value.is_absent)
    read = VALUE_ABSENT;
  else if (value.type == FEED_STRINGS)
    read = read_texts(rules, json, keep, &value);
  else if (value.type == FEED_STRING)
    read = feed_json_is_written(json) ? read_text(json, keep, &value) : VALUE_WRONG;
  else if (value.type == FEED_BOOL)
    read = read_truth(rules->rules, json, &value.truth) ? VALUE_READ : VALUE_WRONG;
  else
    read = read_number_or_time(rules->field, json, &value) ? VALUE_READ : VALUE_WRONG;
  if (read == VALUE_READ || read == VALUE_ABSENT) *ret_value = value;
  return read;
}

const char *value_type_name(FeedType type) {
  static const char *const names[] = {"a string", "an int", "a double", "a bool", "a date", "an instant", "strings"};
  return names[type];
}
