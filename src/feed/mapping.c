#include "mapping.h"

#include "quote.h"
#include "reason.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- what is said --- */

static FeedQuote quote_of(const Mapping *mapping, const char *text) {
  if (text == NULL || !mapping->may_quote) return (FeedQuote){.text = ""};
  return feed_quote(&mapping->asked->definition->keys, text);
}

Status mapping_fail(const Mapping *mapping, const FeedField *field, const char *format, ...) {
  char why[FEED_REASON_SIZE / 2];
  FeedQuote quote = quote_of(mapping, mapping->row_name);
  const char *open = quote.text[0] != '\0' ? " (" : "", *close = quote.text[0] != '\0' ? ")" : "";
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(why, sizeof why, format, arguments);
  va_end(arguments);
  snprintf(mapping->reason, FEED_REASON_SIZE, "row %zu%s%s%s%s%s: %s", mapping->number, open, quote.text, close,
           field != NULL ? ", " : "", field != NULL ? field->name : "", why);
  return STATUS_BAD_DATA;
}

static Status fail_type(const Mapping *mapping, const FeedField *field, const FeedJson *json) {
  const char *due = value_type_name(field->type);
  FeedQuote quote = quote_of(mapping, json->text);
  if (quote.text[0] != '\0') return mapping_fail(mapping, field, "\"%s\" is not %s", quote.text, due);
  return mapping_fail(mapping, field, "%s is not %s", feed_json_kind_name(json->kind), due);
}

/* --- where a value comes from --- */

static bool is_same_for_all(FeedOrigin from) {
  return from == FEED_FROM_ANSWER || from == FEED_FROM_ITEM || from == FEED_FROM_DATE;
}

static const FeedJson *text_as_value(const char *text, FeedJson *made) {
  if (text == NULL) return NULL;
  *made = (FeedJson){.kind = FEED_JSON_TEXT, .text = text, .length = (uint32_t)strlen(text)};
  return made;
}

/* Null: absent. STATUS_BAD_DATA where the text to be looked up is none. */
static Status look_up(const Mapping *mapping, const FeedField *field, const FeedJson *found, FeedJson *made,
                      const FeedJson **ret_json) {
  *ret_json = NULL;
  if (value_is_absent(mapping->rules, found)) return STATUS_OK;
  if (!feed_json_is_written(found))
    return mapping_fail(mapping, field, "%s cannot be looked up in a map", feed_json_kind_name(found->kind));
  const FeedTable *table = &mapping->asked->definition->files.items[field->map].table;
  const FeedLine *line = feed_table_find(table, found->text);
  if (line != NULL) *ret_json = text_as_value(feed_line_column(line, field->column), made);
  return STATUS_OK;
}

/* made and day lend room. */
static Status find_value(const Mapping *mapping, size_t place, const FeedJson *row, FeedJson *made, DayText *day,
                         const FeedJson **ret_json) {
  const FeedField *field = &mapping->rules->fields[place];
  const FeedPointer *pointer = &mapping->fields[place].pointer;
  switch (field->from) {
  case FEED_FROM_ROW:
    *ret_json = feed_pointer_find(pointer, row);
    break;
  case FEED_FROM_ANSWER:
    *ret_json = feed_pointer_find(pointer, mapping->answer->root);
    break;
  case FEED_FROM_KEY:
    *ret_json = text_as_value(mapping->row_name, made);
    break;
  case FEED_FROM_ITEM:
    *ret_json = mapping->asked->item != NULL
                    ? text_as_value(feed_line_column(mapping->asked->item, field->column > 0 ? field->column : 1), made)
                    : NULL;
    break;
  case FEED_FROM_DATE:
    *day = day_text(mapping->asked->date);
    *ret_json = text_as_value(day->text, made);
    break;
  case FEED_FROM_MAP:
    return look_up(mapping, field, feed_pointer_find(pointer, row), made, ret_json);
  }
  return STATUS_OK;
}

/* --- a row --- */

static Status read_anew(Mapping *mapping, size_t place, const FeedJson *row, FeedValue *ret_value) {
  const FeedField *field = &mapping->rules->fields[place];
  const ValueRules rules = {.rules = mapping->rules, .field = field, .pointer = &mapping->fields[place].pointer};
  FeedJson made;
  DayText day;
  const FeedJson *json = NULL;
  Status status = find_value(mapping, place, row, &made, &day, &json);
  if (status != STATUS_OK) return status;
  switch (value_read(&rules, json, &mapping->keep, ret_value)) {
  case VALUE_READ:
    return STATUS_OK;
  case VALUE_ABSENT:
    return field->is_optional ? STATUS_OK : mapping_fail(mapping, field, "it is not there");
  case VALUE_WRONG:
    return fail_type(mapping, field, json);
  default:
    return feed_refuse_memory(mapping->reason);
  }
}

static Status read_field(Mapping *mapping, size_t place, const FeedJson *row, FeedValue *ret_value) {
  MappedField *mapped = &mapping->fields[place];
  if (!mapped->is_same) return read_anew(mapping, place, row, ret_value);
  if (!mapped->is_read) {
    Status status = read_anew(mapping, place, row, &mapped->same);
    if (status != STATUS_OK) return status;
    mapped->is_read = true;
  }
  *ret_value = mapped->same;
  return STATUS_OK;
}

/* The text of a value in an _id. What may be absent writes nothing: its being absent breaks no answer. */
static const char *id_text(const FeedValue *value, char room[INSTANT_TEXT_SIZE]) {
  if (value->is_absent) return "";
  switch (value->type) {
  case FEED_STRING:
    return value->text;
  case FEED_DATE:
    snprintf(room, INSTANT_TEXT_SIZE, "%s", day_text(value->day).text);
    return room;
  case FEED_INSTANT:
    snprintf(room, INSTANT_TEXT_SIZE, "%s", instant_text(value->instant).text);
    return room;
  default:
    snprintf(room, INSTANT_TEXT_SIZE, "%lld", (long long)value->whole);
    return room;
  }
}

/* C1 too: U+0080 to U+009F. */
static bool has_control(const char *text) {
  for (const unsigned char *c = (const unsigned char *)text; *c != '\0'; c++) {
    if (*c < 0x20 || *c == 0x7F || (*c == 0xC2 && c[1] >= 0x80 && c[1] < 0xA0)) return true;
  }
  return false;
}

static Status make_id(Mapping *mapping, const FeedValue *values, const char **ret_id) {
  char id[FEED_ID_BYTES_MAX + 1], room[INSTANT_TEXT_SIZE];
  size_t length = 0;
  const FeedTemplate *template = &mapping->rules->id;
  for (size_t i = 0; i < template->count; i++) {
    const FeedPart *part = &template->parts[i];
    const char *text = part->kind == FEED_PART_FIELD ? id_text(&values[part->index], room) : part->text;
    size_t more = strlen(text);
    if (more > FEED_ID_BYTES_MAX - length)
      return mapping_fail(mapping, NULL, "its id has more than %d bytes", FEED_ID_BYTES_MAX);
    memcpy(id + length, text, more);
    length += more;
  }
  id[length] = '\0';
  if (length == 0) return mapping_fail(mapping, NULL, "its id is empty");
  if (has_control(id)) return mapping_fail(mapping, NULL, "its id holds a control character");
  Keep as_it_is = {.arena = mapping->keep.arena}; /* what it is made of is hidden already */
  *ret_id = keep_text(&as_it_is, id, length);
  mapping->keep.bytes += as_it_is.bytes;
  return *ret_id != NULL ? STATUS_OK : feed_refuse_memory(mapping->reason);
}

static bool is_left_out(Mapping *mapping, const FeedJson *json, Status *status) {
  FeedValue value = {.is_absent = false};
  size_t only = mapping->rules->only;
  if (only == FEED_NO_FIELD) return false;
  *status = read_field(mapping, only, json, &value);
  return *status == STATUS_OK && value.is_absent;
}

Status mapping_read_row(Mapping *mapping, const FeedJson *json, FeedRow *ret_row, bool *ret_left_out) {
  size_t count = mapping->rules->field_count, before = mapping->keep.bytes;
  Status status = STATUS_OK;
  *ret_left_out = is_left_out(mapping, json, &status);
  if (status != STATUS_OK || *ret_left_out) return status;
  FeedValue *values = keep_take(&mapping->keep, count * sizeof(*values));
  if (values == NULL) return feed_refuse_memory(mapping->reason);
  for (size_t i = 0; i < count && status == STATUS_OK; i++) status = read_field(mapping, i, json, &values[i]);
  FeedRow row = {.values = values};
  if (status == STATUS_OK) status = make_id(mapping, values, &row.id);
  if (status != STATUS_OK) return status;
  if (mapping->keep.bytes - before > FEED_ROW_TEXT_MAX) return mapping_fail(mapping, NULL, "it is larger than 4 MiB");
  *ret_row = row;
  return STATUS_OK;
}

/* --- the whole --- */

/* Without a row nobody else would see that a column has gone, and an error's words are often one line. */
static Status check_columns(const Mapping *mapping) {
  const FeedJson *columns = mapping->answer->columns;
  for (size_t i = 0; columns != NULL && i < mapping->rules->field_count; i++) {
    const FeedField *field = &mapping->rules->fields[i];
    bool is_read = field->from == FEED_FROM_ROW || field->from == FEED_FROM_MAP;
    if (!is_read || field->is_optional || feed_pointer_find(&mapping->fields[i].pointer, columns) != NULL) continue;
    snprintf(mapping->reason, FEED_REASON_SIZE, "line 1, %s: there is no column %.80s", field->name,
             field->pointer[0] == '/' ? field->pointer + 1 : field->pointer);
    return STATUS_BAD_DATA;
  }
  return STATUS_OK;
}

Status mapping_open(Mapping *mapping) {
  const FeedRows *rules = mapping->rules;
  mapping->fields = calloc(rules->field_count > 0 ? rules->field_count : 1, sizeof(*mapping->fields));
  if (mapping->fields == NULL) return feed_refuse_memory(mapping->reason);
  for (size_t i = 0; i < rules->field_count; i++) {
    const FeedField *field = &rules->fields[i];
    const char *pointer = field->pointer != NULL ? field->pointer : "";
    const char *fault = feed_pointer_parse(pointer, field->type == FEED_STRINGS, &mapping->fields[i].pointer);
    if (fault != NULL) return mapping_fail(mapping, field, "%s", fault);
    mapping->fields[i].is_same = is_same_for_all(field->from);
  }
  return check_columns(mapping);
}

void mapping_close(Mapping *mapping) {
  free(mapping->fields);
  mapping->fields = NULL;
}
