/* inih splits a line into key and value. This file hands it the lines one by one, as config_ini.c does: it counts them,
 * keeps inih from cutting long ones, and says of each wrong line that it is wrong. */
#include <closebell/base/ini_text.h>

#include <closebell/base/vector.h>

#include <ini.h>
#include <stdlib.h>
#include <string.h>

/* Where a line belongs that begins with a blank. */
typedef enum { TO_NOTHING, TO_ENTRY, TO_FAULT } Continuation;

typedef struct {
  IniText *ini;
  const char *rest, *end; /* what is not yet read */
  size_t line_max;
  int line;
  Continuation continues;
  bool goes_on; /* the line in hand belongs to the entry before */
  bool failed;  /* no memory */
} Reading;

static bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
static bool is_comment(char c) { return c == '#' || c == ';'; }

static void fault(Reading *reading, const char *text) {
  IniText *ini = reading->ini;
  IniFault *moved = vector_reserve(ini->faults, &ini->fault_capacity, ini->fault_count + 1, sizeof *ini->faults);
  char *copy = moved == NULL ? NULL : strdup(text);
  if (moved != NULL) ini->faults = moved;
  if (copy == NULL) {
    reading->failed = true;
    return;
  }
  ini->faults[ini->fault_count++] = (IniFault){reading->line, copy};
}

static void fault_of_length(Reading *reading, size_t length) {
  TextBuffer text = {0};
  text_buffer_printf(&text,
                     "the line has %zu bytes; allowed are %zu. A list may go on in lines that begin with a blank",
                     length, reading->line_max);
  if (text.failed)
    reading->failed = true;
  else
    fault(reading, text.data);
  text_buffer_free(&text);
}

static void add_section(Reading *reading, const char *name, size_t length) {
  IniText *ini = reading->ini;
  IniSection *moved =
      vector_reserve(ini->sections, &ini->section_capacity, ini->section_count + 1, sizeof *ini->sections);
  char *copy = moved == NULL ? NULL : strndup(name, length);
  if (moved != NULL) ini->sections = moved;
  if (copy == NULL) {
    reading->failed = true;
    return;
  }
  ini->sections[ini->section_count++] = (IniSection){copy, reading->line};
  reading->continues = TO_NOTHING;
}

static void take_section(Reading *reading, const char *line, size_t length) {
  const char *end = memchr(line, ']', length);
  const char *after = end == NULL ? NULL : end + 1;
  while (after != NULL && after < line + length && is_blank(*after)) after++;
  const char *name = line + 1;
  size_t name_length = end == NULL ? 0 : (size_t)(end - name);
  while (name_length > 0 && is_blank(*name)) name++, name_length--;
  while (name_length > 0 && is_blank(name[name_length - 1])) name_length--;
  if (name_length == 0) {
    fault(reading, "a section is written [name]");
  } else if (after < line + length) {
    fault(reading, "something follows the section on its line; a key needs a line of its own");
  }
  if (name_length == 0) name = "?", name_length = 1; /* what follows belongs to no section that is known */
  add_section(reading, name, name_length);
}

static bool is_text(const char *line, size_t length) {
  for (size_t i = 0; i < length; i++)
    if (((unsigned char)line[i] < ' ' && line[i] != '\t') || line[i] == 0x7F) return false;
  return text_is_utf8(line, length);
}

/* Without the comment that begins with a ; behind a blank, and without blanks at the end. */
static size_t without_comment(const char *line, size_t length) {
  for (size_t i = 1; i < length; i++)
    if (line[i] == ';' && is_blank(line[i - 1])) length = i;
  while (length > 0 && is_blank(line[length - 1])) length--;
  return length;
}

/* What is wrong with the line; null: nothing. */
static const char *line_fault(const Reading *reading, const char *line, size_t length) {
  const char *sign = memchr(line, '=', length);
  if (!is_text(line, length)) return "the line is not UTF-8 text, or a control character stands in it";
  if (*line == '[' || reading->goes_on) return NULL;
  if (sign == NULL || sign == line) return "neither a [section], a key = value, nor a # comment";
  if (memchr(line, ':', (size_t)(sign - line)) != NULL) return "a colon stands in the key";
  if (reading->ini->section_count == 0) return "a key stands before the first [section]";
  return NULL;
}

/* Whether inih shall see the line, which is no comment and not empty. */
static bool take_line(Reading *reading, const char *line, size_t length, size_t whole_length) {
  const char *wrong = line_fault(reading, line, length);
  if (wrong != NULL)
    fault(reading, wrong);
  else if (whole_length > reading->line_max)
    fault_of_length(reading, whole_length);
  else if (*line != '[' || reading->goes_on)
    return true;
  else
    take_section(reading, line, length);
  if (!reading->goes_on && *line != '[') reading->continues = TO_FAULT;
  return false;
}

/* inih's fgets. size: of its buffer. */
static char *read_line(char *buffer, int size, void *self) {
  Reading *reading = self;
  if (reading->rest == reading->end) return NULL;
  size_t left = (size_t)(reading->end - reading->rest);
  const char *line = reading->rest, *newline = memchr(line, '\n', left);
  size_t length = newline == NULL ? left : (size_t)(newline - line);
  reading->rest += length + (newline != NULL ? 1 : 0);
  reading->line++;
  while (length > 0 && is_blank(line[length - 1])) length--;
  size_t whole_length = length;
  bool indented = length > 0 && is_blank(*line);
  while (length > 0 && is_blank(*line)) line++, length--;

  reading->goes_on = indented && reading->continues == TO_ENTRY;
  bool passed_over = length == 0 || is_comment(*line) || (indented && reading->continues == TO_FAULT);
  length = passed_over ? 0 : without_comment(line, length);
  if (length > 0 && !take_line(reading, line, length, whole_length)) length = 0;
  size_t at = 0;
  if (length > 0 && length + 4 > (size_t)size) fault_of_length(reading, length), length = 0;
  if (length > 0 && reading->goes_on) buffer[at++] = ' ';
  memcpy(buffer + at, line, length);
  buffer[at + length] = '\n';
  buffer[at + length + 1] = '\0';
  return buffer;
}

static void go_on(Reading *reading, const char *value) {
  TextBuffer *to = &reading->ini->entries[reading->ini->entry_count - 1].value;
  text_buffer_append(to, "\n", 1);
  text_buffer_append(to, value, strlen(value));
  reading->failed = reading->failed || to->failed;
}

static int take_value(void *self, const char *section, const char *name, const char *value) {
  Reading *reading = self;
  IniText *ini = reading->ini;
  (void)section; /* which inih cuts when it is long */
  if (reading->goes_on) {
    go_on(reading, value);
    return 1;
  }
  IniEntry *moved = vector_reserve(ini->entries, &ini->entry_capacity, ini->entry_count + 1, sizeof *ini->entries);
  IniEntry entry = {.section = ini->section_count - 1, .line = reading->line, .key = strdup(name)};
  if (moved != NULL) ini->entries = moved;
  text_buffer_append(&entry.value, value, strlen(value));
  if (moved == NULL || entry.key == NULL || entry.value.failed) {
    free(entry.key);
    text_buffer_free(&entry.value);
    reading->failed = true;
    return 1;
  }
  ini->entries[ini->entry_count++] = entry;
  reading->continues = TO_ENTRY;
  return 1;
}

Status ini_text_read(const char *text, size_t length, size_t line_max, IniText *ret_ini, Error *err) {
  IniText ini = {0};
  if (length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) text += 3, length -= 3;
  Reading reading = {.ini = &ini, .rest = text, .end = text + length, .line_max = line_max};
  int failed_line = ini_parse_stream(read_line, &reading, take_value, &reading);
  if (failed_line > 0) {
    reading.line = failed_line;
    fault(&reading, "neither a [section], a key = value, nor a # comment");
  }
  if (failed_line < 0 || reading.failed) {
    ini_text_free(&ini);
    return error_set(err, STATUS_NO_MEMORY, "no memory to read it");
  }
  *ret_ini = ini;
  return STATUS_OK;
}

const IniEntry *ini_text_find(const IniText *ini, const char *section, const char *key) {
  for (size_t i = 0; i < ini->entry_count; i++) {
    const IniEntry *entry = &ini->entries[i];
    if (strcmp(entry->key, key) == 0 && strcmp(ini->sections[entry->section].name, section) == 0) return entry;
  }
  return NULL;
}

void ini_text_free(IniText *ini) {
  for (size_t i = 0; i < ini->section_count; i++) free(ini->sections[i].name);
  for (size_t i = 0; i < ini->entry_count; i++) {
    free(ini->entries[i].key);
    text_buffer_free(&ini->entries[i].value);
  }
  for (size_t i = 0; i < ini->fault_count; i++) free(ini->faults[i].text);
  free(ini->sections);
  free(ini->entries);
  free(ini->faults);
  *ini = (IniText){0};
}
