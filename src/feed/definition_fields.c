/* [fields]: NAME = TYPE[?] FROM [FORMAT]. */
#include "definition_internal.h"

#include "words.h"

#include <closebell/feed/time_format.h>

#include <string.h>

static const char *const types[] = {"string", "int", "double", "bool", "date", "instant", "strings", NULL};
static const char *const reserved[] = {"_id", "item", "first_seen_utc", "changed_utc", NULL};

static bool is_name_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static bool is_field_name(const char *name) {
  bool has_letter = false;
  size_t length = strlen(name);
  for (size_t i = 0; i < length; i++) {
    if (!is_name_byte(name[i])) return false;
    has_letter = has_letter || (name[i] > '9' && name[i] != '_');
  }
  return has_letter && *name != '_' && length <= 64;
}

static bool is_reserved(const char *name) {
  for (size_t i = 0; reserved[i] != NULL; i++)
    if (strcmp(reserved[i], name) == 0) return true;
  return false;
}

static bool check_name(const FeedEntry *entry) {
  if (is_reserved(entry->key))
    feed_note(entry, "is a name of closebell's own; the field needs another one");
  else if (!is_field_name(entry->key))
    feed_note(entry, "a field's name has letters, digits and _, at most 64, begins with no _ and has a letter");
  else
    return true;
  return false;
}

static bool take_type(const FeedEntry *entry, const char *word, size_t length, FeedField *field) {
  char near[FEED_NEAR_SIZE];
  field->is_optional = length > 0 && word[length - 1] == '?';
  if (field->is_optional) length--;
  for (size_t i = 0; types[i] != NULL; i++) {
    if (strlen(types[i]) != length || memcmp(types[i], word, length) != 0) continue;
    field->type = (FeedType)i;
    return true;
  }
  feed_note(entry, "a type was expected: string, int, double, bool, date, instant or strings%s",
            feed_near(word, length, types, near));
  return false;
}

/* ---- from where ---- */

static bool is_dated(const FeedField *field) { return field->type == FEED_DATE || field->type == FEED_INSTANT; }

/* A format begins with the first word that has a %. A name in a pointer may hold blanks. */
static size_t pointer_length(const FeedField *field, const char *text, size_t length) {
  for (size_t i = 0; is_dated(field) && i < length; i++) {
    bool begins = i > 0 && (text[i - 1] == ' ' || text[i - 1] == '\t') && text[i] != ' ' && text[i] != '\t';
    if (!begins || memchr(text + i, '%', strcspn(text + i, " \t")) == NULL) continue;
    while (text[i - 1] == ' ' || text[i - 1] == '\t') i--;
    return i;
  }
  return length;
}

static bool take_format(const FeedEntry *entry, const char *text, size_t length, FeedField *field) {
  if (length == 0) return true;
  const char *format = feed_keep_text(entry->definition, text, length);
  const char *fault = format == NULL ? NULL : feed_time_format_fault(format);
  if (fault != NULL) feed_note(entry, "%s", fault);
  if (format == NULL || fault != NULL) return false;
  field->format = format;
  return true;
}

static bool take_pointer(const FeedEntry *entry, const char *text, size_t length, FeedField *field) {
  size_t pointer = pointer_length(field, text, length), format = pointer;
  while (format < length && (text[format] == ' ' || text[format] == '\t')) format++;
  if (pointer == 0) {
    feed_note(entry,
              "where it comes from was expected: a JSON pointer such as /name, ^/name, @key, @item, @date or map");
    return false;
  }
  if (!is_dated(field) && memmem(text, length, " %", 2) != NULL) {
    feed_note(entry, "only a date or an instant has a format");
    return false;
  }
  bool has_star = field->type == FEED_STRINGS;
  if (!feed_take_pointer(entry, text, pointer, has_star, &field->pointer)) return false;
  return take_format(entry, text + format, length - format, field);
}

/* map FILE POINTER N */
static bool take_map(const FeedEntry *entry, const char *text, size_t length, FeedField *field) {
  static const char blanks[] = " \t";
  size_t file = 0, number = length;
  while (file < length && strchr(blanks, text[file]) == NULL) file++;
  while (number > file && strchr(blanks, text[number - 1]) == NULL) number--;
  size_t from = file, to = number;
  while (from < to && strchr(blanks, text[from]) != NULL) from++;
  while (to > from && strchr(blanks, text[to - 1]) != NULL) to--;
  int64_t column;
  bool shaped = from < to && text_parse_int64(text + number, 1, FEED_COLUMNS_MAX, &column);
  if (!shaped) {
    feed_note(entry, "map FILE POINTER N was expected; N is a column of the file, 1 to %d", FEED_COLUMNS_MAX);
    return false;
  }
  field->column = (size_t)column;
  return feed_take_file(entry, FEED_FILE_MAP, text, file, &field->map) &&
         feed_take_pointer(entry, text + from, to - from, false, &field->pointer);
}

static bool take_our_name(const char *word, size_t length, FeedField *field) {
  if (length == 4 && memcmp(word, "@key", 4) == 0)
    field->from = FEED_FROM_KEY;
  else if (length == 5 && memcmp(word, "@date", 5) == 0)
    field->from = FEED_FROM_DATE;
  else if (length >= 5 && memcmp(word, "@item", 5) == 0 && feed_take_column(word + 5, length - 5, &field->column))
    field->from = FEED_FROM_ITEM;
  else
    return false;
  return true;
}

/* @key, @item, @item.2, @date, and perhaps a format. */
static bool take_ours(const FeedEntry *entry, const char *text, size_t length, FeedField *field) {
  static const char *const words[] = {"@key", "@item", "@date", NULL};
  char near[FEED_NEAR_SIZE];
  size_t word = strcspn(text, " \t"), format = word;
  while (format < length && (text[format] == ' ' || text[format] == '\t')) format++;
  if (!take_our_name(text, word, field)) {
    feed_note(entry, "%.*s is none of @key, @item, @item.2 and @date%s", (int)(word < 40 ? word : 40), text,
              feed_near(text, word, words, near));
    return false;
  }
  if (format < length && !is_dated(field)) {
    feed_note(entry, "something follows where it comes from");
    return false;
  }
  return take_format(entry, text + format, length - format, field);
}

static bool take_from(const FeedEntry *entry, const char *text, size_t length, FeedField *field) {
  if (*text == '@') return take_ours(entry, text, length, field);
  if (length > 4 && memcmp(text, "map", 3) == 0 && (text[3] == ' ' || text[3] == '\t')) {
    Words words = {text + 3};
    field->from = FEED_FROM_MAP;
    text = words_rest(&words, &length);
    return take_map(entry, text, length, field);
  }
  bool is_of_answer = length > 0 && *text == '^';
  field->from = is_of_answer ? FEED_FROM_ANSWER : FEED_FROM_ROW;
  return is_of_answer ? take_pointer(entry, text + 1, length - 1, field) : take_pointer(entry, text, length, field);
}

/* ---- one field ---- */

static bool ends_with_utc(const char *name) {
  size_t length = strlen(name);
  return length > 4 && strcmp(name + length - 4, "_utc") == 0;
}

/* A type that what it comes from can never have. */
static bool check_type(const FeedEntry *entry, const FeedField *field) {
  bool is_instant = field->type == FEED_INSTANT;
  if (is_instant != ends_with_utc(field->name)) {
    feed_note(entry, is_instant ? "an instant's name ends in _utc" : "only an instant's name ends in _utc");
  } else if (field->from == FEED_FROM_DATE && field->type != FEED_DATE && field->type != FEED_STRING) {
    feed_note(entry, "@date is a date or a string");
  } else if (field->from != FEED_FROM_ROW && field->from != FEED_FROM_ANSWER && field->type == FEED_STRINGS) {
    feed_note(entry, "strings come from a pointer");
  } else {
    return true;
  }
  return false;
}

static void read_field(const FeedEntry *entry, FeedRows *rows) {
  FeedField field = {.name = entry->key, .line = entry->line};
  Words words = {entry->value};
  size_t type_length, length;
  if (!check_name(entry)) return;
  const char *type = words_next(&words, &type_length);
  const char *from = words_rest(&words, &length);
  (void)(take_type(entry, type, type_length, &field) && take_from(entry, from, length, &field) &&
         check_type(entry, &field));
  rows->fields[rows->field_count++] = field; /* a wrong one too: its name is known to whoever names it */
}

void feed_read_fields(FeedDefinition *definition) {
  const IniText *ini = &definition->reading->ini;
  FeedRows *rows = &definition->rows;
  size_t count = 0;
  rows->fields = feed_keep(definition, ini->entry_count, sizeof *rows->fields);
  for (size_t i = 0; rows->fields != NULL && i < ini->entry_count; i++) {
    FeedEntry entry = feed_entry_of(definition, &ini->entries[i]);
    if (strcmp(entry.section, "fields") != 0 || feed_field_find(definition, entry.key) != FEED_NO_FIELD) continue;
    if (++count == FEED_FIELDS_MAX + 1) feed_note(&entry, "there are more than %d fields", FEED_FIELDS_MAX);
    if (count <= FEED_FIELDS_MAX) read_field(&entry, rows);
  }
  if (count == 0) feed_note_at(definition, 0, "[fields]: is missing, or empty");
}
