/* Values that several keys have: lists, numbers, pointers, names of fields, ages, names of files. */
#include "definition_internal.h"

#include "words.h"

#include <closebell/base/vector.h>
#include <closebell/feed/pointer.h>

#include <stdlib.h>
#include <string.h>

/* ---- lists ---- */

static const char *skip_blanks(const char *text) { return text + strspn(text, " \t\n"); }

/* An end of a line is a comma, where none stands before it or behind it. */
const char *feed_join_list(const FeedEntry *entry) {
  size_t length = strlen(entry->value);
  char *text = (char *)feed_keep_text(entry->definition, entry->value, length);
  char before = ',';
  for (size_t i = 0; text != NULL && i < length; i++) {
    if (text[i] == '\n') text[i] = before == ',' || *skip_blanks(text + i) == ',' ? ' ' : ',';
    if (text[i] != ' ' && text[i] != '\t') before = text[i];
  }
  return text;
}

static size_t count_commas(const char *text) {
  size_t count = 0;
  for (; *text != '\0'; text++) count += *text == ',';
  return count;
}

bool feed_take_list(const FeedEntry *entry, const char *const **ret_texts, size_t *ret_count) {
  char *rest = (char *)feed_join_list(entry);
  if (rest == NULL) return false;
  const char **texts = feed_keep(entry->definition, count_commas(rest) + 1, sizeof *texts);
  size_t count = 0;
  for (char *next; texts != NULL && rest != NULL; rest = next) {
    next = strchr(rest, ',');
    if (next != NULL) *next++ = '\0';
    Words words = {rest};
    size_t length;
    char *text = (char *)words_rest(&words, &length);
    text[length] = '\0';
    if (length > 0)
      texts[count++] = text;
    else if (next != NULL || count == 0) {
      feed_note(entry, count == 0 && next == NULL ? "a list was expected" : "a text is missing before a comma");
      return false;
    }
  }
  if (texts == NULL) return false;
  *ret_texts = texts;
  *ret_count = count;
  return true;
}

/* ---- numbers and ages ---- */

bool feed_take_whole(const FeedEntry *entry, int64_t low, int64_t high, int64_t *ret_value) {
  if (text_parse_int64(entry->value, low, high, ret_value)) return true;
  feed_note(entry, "a whole number from %lld to %lld was expected", (long long)low, (long long)high);
  return false;
}

bool feed_take_age(const FeedEntry *entry, const char *text, size_t length, int64_t *ret_ms) {
  static const struct {
    const char *name;
    int64_t ms;
  } units[] = {{"min", 60000}, {"h", 3600000}, {"d", 86400000}};
  size_t digits = 0;
  int64_t number = 0;
  while (digits < length && digits < 7 && text[digits] >= '0' && text[digits] <= '9')
    number = number * 10 + (text[digits++] - '0');
  for (size_t i = 0; number > 0 && i < 3; i++) {
    if (strlen(units[i].name) != length - digits || memcmp(units[i].name, text + digits, length - digits) != 0)
      continue;
    *ret_ms = number * units[i].ms;
    return true;
  }
  feed_note(entry, "an age was expected, such as 90min, 36h or 7d");
  return false;
}

/* ---- pointers ---- */

bool feed_take_pointer(const FeedEntry *entry, const char *text, size_t length, bool has_star,
                       const char **ret_pointer) {
  FeedPointer parsed;
  const char *pointer = feed_keep_text(entry->definition, text, length);
  const char *fault = pointer == NULL ? NULL : feed_pointer_parse(pointer, has_star, &parsed);
  if (fault != NULL) feed_note(entry, "%s", fault);
  if (pointer == NULL || fault != NULL) return false;
  *ret_pointer = pointer;
  return true;
}

/* ---- fields ---- */

static const char *const *field_names(FeedDefinition *definition) {
  const FeedRows *rows = &definition->rows;
  const char **names = feed_keep(definition, rows->field_count + 1, sizeof *names);
  for (size_t i = 0; names != NULL && i < rows->field_count; i++) names[i] = rows->fields[i].name;
  return names;
}

bool feed_take_field(const FeedEntry *entry, const char *name, size_t length, size_t *ret_field) {
  FeedDefinition *definition = entry->definition;
  const FeedRows *rows = &definition->rows;
  for (size_t i = 0; i < rows->field_count; i++) {
    if (strlen(rows->fields[i].name) != length || memcmp(rows->fields[i].name, name, length) != 0) continue;
    *ret_field = i;
    return true;
  }
  char near[FEED_NEAR_SIZE];
  const char *const *names = field_names(definition);
  if (names == NULL) return false;
  if (length == 0)
    feed_note(entry, "the name of a field was expected");
  else
    feed_note(entry, "there is no field %.*s%s", (int)(length < 60 ? length : 60), name,
              feed_near(name, length, names, near));
  return false;
}

bool feed_take_column(const char *text, size_t length, size_t *ret_column) {
  size_t column = 0;
  if (length == 0) {
    *ret_column = 1;
    return true;
  }
  if (*text != '.' || length < 2 || length > 3 || text[1] == '0') return false;
  for (size_t i = 1; i < length; i++) {
    if (text[i] < '0' || text[i] > '9') return false;
    column = column * 10 + (size_t)(text[i] - '0');
  }
  if (column > FEED_COLUMNS_MAX) return false;
  *ret_column = column;
  return true;
}

/* ---- files ---- */

/* Leads to nothing outside of its folder. */
static bool is_file_name(const char *name, size_t length) {
  if (length == 0 || length > FEED_LINE_MAX) return false;
  for (size_t i = 0; i < length; i++) {
    bool begins = i == 0 || name[i - 1] == '/';
    if ((unsigned char)name[i] < ' ' || name[i] == 0x7F || name[i] == '\\') return false;
    if (begins && (name[i] == '.' || name[i] == '/')) return false;
  }
  return name[length - 1] != '/';
}

bool feed_take_file(const FeedEntry *entry, FeedFileKind kind, const char *name, size_t length, size_t *ret_file) {
  FeedDefinition *definition = entry->definition;
  FeedFiles *files = &definition->files;
  if (!is_file_name(name, length)) {
    feed_note(entry, "a file beside the definition was expected: no / before its name, no name that begins with a dot");
    return false;
  }
  for (size_t i = 0; i < files->count; i++) {
    if (files->items[i].kind != kind || strlen(files->items[i].name) != length ||
        memcmp(files->items[i].name, name, length) != 0)
      continue;
    *ret_file = i;
    return true;
  }
  FeedFile *moved = vector_reserve(files->items, &definition->reading->file_capacity, files->count + 1, sizeof *moved);
  const char *copy = feed_keep_text(definition, name, length);
  if (moved != NULL) files->items = moved;
  if (moved == NULL || copy == NULL) {
    definition->reading->failed = true;
    return false;
  }
  files->items[files->count] = (FeedFile){.kind = kind, .name = copy, .line = entry->line};
  *ret_file = files->count++;
  return true;
}
