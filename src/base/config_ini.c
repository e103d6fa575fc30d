/* The INI file. inih splits lines into sections, keys and values; this file hands it the lines one by one, which counts
 * them, keeps it from cutting long ones silently, and lets keys be indented instead of being taken for the rest of the
 * value before. */
#include "config_internal.h"

#include <closebell/base/file.h>
#include <closebell/base/text.h>

#include <errno.h>
#include <ini.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_SIZE_MAX = 1024 * 1024 };

typedef struct {
  Config *config;
  const char *name, *rest; /* the text not yet read */
  int line;
  ConfigGiven seen, given; /* keys met; those of them with a value */
  bool lost;               /* in a section that there is not: its keys are passed over */
  Complaints *complaints;
} Reading;

static bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
static bool is_comment(char c) { return c == '#' || c == ';'; }

/* A name in a message must not be a piece of a password that a broken line has put there. */
static bool is_plain_name(const char *text, size_t length) {
  for (size_t i = 0; i < length; i++) {
    if (text[i] != '_' && (text[i] < 'a' || text[i] > 'z')) return false;
  }
  return length > 0 && length < 40;
}

static void list_sections(TextBuffer *list) {
  const ConfigKey *keys = config_keys();
  for (const ConfigKey *key = keys; key->section != NULL; key++) {
    bool first_of_section = key == keys || strcmp(key[-1].section, key->section) != 0;
    if (first_of_section) text_buffer_printf(list, "%s[%s]", key == keys ? "" : ", ", key->section);
  }
}

static void list_keys(TextBuffer *list, const char *section) {
  for (const ConfigKey *key = config_keys(); key->section != NULL; key++) {
    if (strcmp(key->section, section) != 0) continue;
    text_buffer_printf(list, "%s%s", list->length == 0 ? "" : ", ", key->key);
  }
}

/* `[name]` alone on its line, and one of ours, even when nothing follows in it. inih would overlook both. */
static Status check_section(const char *line, size_t length, Error *err) {
  const char *end = memchr(line, ']', length);
  if (end == NULL) return error_set(err, STATUS_CONFIG, "a section is written [name]");
  const char *after = end + 1;
  while (after < line + length && is_blank(*after)) after++;
  if (after < line + length && !is_comment(*after)) {
    return error_set(err, STATUS_CONFIG, "something follows the section on its line; a key needs a line of its own");
  }
  size_t name_length = (size_t)(end - line) - 1;
  for (const ConfigKey *key = config_keys(); key->section != NULL; key++) {
    if (strlen(key->section) == name_length && memcmp(key->section, line + 1, name_length) == 0) return STATUS_OK;
  }
  bool plain = is_plain_name(line + 1, name_length);
  TextBuffer sections = {0};
  list_sections(&sections);
  error_set(err, STATUS_CONFIG, "there is no section%s%.*s%s; the sections are %s", plain ? " [" : " of this name",
            plain ? (int)name_length : 0, line + 1, plain ? "]" : "",
            sections.failed ? "in the sample" : sections.data);
  text_buffer_free(&sections);
  return STATUS_CONFIG;
}

static void note(Reading *reading, Status status, Error *err) {
  complaints_add(reading->complaints, error_prefix(err, status, "%s:%d", reading->name, reading->line), err);
}

/* A name and a sign before a comment begins. */
static bool has_value_sign(const char *line, size_t length) {
  for (size_t i = 0; i < length; i++) {
    if (line[i] == '=' || line[i] == ':') return true;
    if (line[i] == ';' && i > 0 && is_blank(line[i - 1])) return false;
  }
  return false;
}

/* inih would say of the first wrong line only that it is one. size: the longest line that it can take. */
static Status check_line(const char *line, size_t length, size_t size, Error *err) {
  if (length == 0) return STATUS_OK;
  if (*line == '[') {
    Status status = check_section(line, length, err);
    if (status != STATUS_OK) return status;
  } else if (!has_value_sign(line, length)) {
    return error_set(err, STATUS_CONFIG, "neither a [section], a key = value, nor a # comment");
  }
  if (length + 3 <= size) return STATUS_OK;
  return error_set(err, STATUS_CONFIG,
                   "the line has %zu bytes; allowed are %zu. A longer value can come from the environment, a longer "
                   "secret from a file",
                   length, size - 3);
}

/* inih's fgets. `size` is the longest line that the installed inih can take. */
static char *read_line(char *buffer, int size, void *self) {
  Reading *reading = self;
  if (*reading->rest == '\0') return NULL;
  const char *line = reading->rest;
  size_t length = strcspn(line, "\n");
  reading->rest += length + (line[length] == '\n' ? 1 : 0);
  reading->line++;
  while (length > 0 && is_blank(*line)) line++, length--;
  while (length > 0 && is_blank(line[length - 1])) length--;

  if (length > 0 && is_comment(*line)) length = 0; /* however long it is */
  bool section = length > 0 && *line == '[';
  Error err;
  Status status = reading->lost && !section ? STATUS_OK : check_line(line, length, (size_t)size, &err);
  note(reading, status, &err);
  if (section) reading->lost = status != STATUS_OK;
  if (status != STATUS_OK || reading->lost) length = 0;
  memcpy(buffer, line, length);
  buffer[length] = '\n';
  buffer[length + 1] = '\0';
  return buffer;
}

/* It begins like one of ours: a slip of the pen, and no password that a broken line has put there. */
static bool resembles_a_key(const char *name) {
  for (const ConfigKey *key = config_keys(); key->section != NULL; key++) {
    if (strncmp(key->key, name, 4) == 0) return true;
  }
  return false;
}

static Status refuse_key(const char *section, const char *name, Error *err) {
  const char *shown = is_plain_name(name, strlen(name)) && resembles_a_key(name) ? name : "(a key)";
  if (*section == '\0') return error_set(err, STATUS_CONFIG, "%s: stands before the first [section]", shown);
  TextBuffer list = {0};
  list_keys(&list, section);
  error_set(err, STATUS_CONFIG, "[%s] %s: there is no such key; the keys of [%s] are %s", section, shown, section,
            list.failed ? "in the sample" : list.data);
  text_buffer_free(&list);
  return STATUS_CONFIG;
}

static int take_value(void *self, const char *section, const char *name, const char *value) {
  Reading *reading = self;
  const ConfigKey *key = config_find(section, name);
  Status status = STATUS_OK;
  Error err;
  if (key == NULL)
    status = refuse_key(section, name, &err);
  else if (config_is_given(reading->seen, key))
    status = error_set(&err, STATUS_CONFIG, "[%s] %s: is given a second time; once is allowed", section, name);
  else
    status = config_set(reading->config, key, value == NULL ? "" : value, &err);
  note(reading, status, &err);
  if (key == NULL) return 1;
  if (!config_is_given(reading->seen, key)) config_note_origin(reading->config, key, reading->line);
  config_give(&reading->seen, key);
  if (value != NULL && *value != '\0') config_give(&reading->given, key);
  return 1;
}

void config_take_text(Config *config, const char *name, const char *text, Complaints *complaints) {
  static const char byte_order_mark[] = "\xEF\xBB\xBF";
  Error err;
  if (strncmp(text, byte_order_mark, 3) == 0) text += 3;
  snprintf(config->origins.file, sizeof(config->origins.file), "%s", name);
  Reading reading = {.config = config, .name = name, .rest = text, .complaints = complaints};
  int failed_line = ini_parse_stream(read_line, &reading, take_value, &reading);
  if (failed_line < 0)
    complaints_add(complaints, error_set(&err, STATUS_NO_MEMORY, "%s: no memory to read it", name), &err);
  if (failed_line > 0) {
    reading.line = failed_line;
    note(&reading, error_set(&err, STATUS_CONFIG, "neither a [section], a key = value, nor a # comment"), &err);
  }
  config_settle_files(config, reading.given, complaints);
}

Status config_read_text(Config *config, const char *name, const char *text, Error *err) {
  Config next = *config;
  Complaints complaints = {0};
  config_take_text(&next, name, text, &complaints);
  return config_take_whole(config, &next, &complaints, err);
}

static Status read_whole(FILE *file, const char *path, char *text, Error *err) {
  size_t length = fread(text, 1, FILE_SIZE_MAX + 1, file);
  if (ferror(file)) return error_set(err, STATUS_CONFIG, "read %s: %s", path, strerror(errno));
  if (length > FILE_SIZE_MAX) return error_set(err, STATUS_CONFIG, "%s: larger than %d bytes", path, FILE_SIZE_MAX);
  text[length] = '\0';
  if (strlen(text) != length) return error_set(err, STATUS_CONFIG, "%s: holds a NUL byte; it is no text", path);
  return STATUS_OK;
}

void config_take_file(Config *config, const char *path, Complaints *complaints) {
  Error err;
  FILE *file = NULL;
  Status status = file_open(path, path, &file, &err);
  if (status != STATUS_OK) {
    complaints_add(complaints, status, &err);
    return;
  }
  char *text = malloc(FILE_SIZE_MAX + 2);
  status = text == NULL ? error_set(&err, STATUS_NO_MEMORY, "%s: no memory to read it", path)
                        : read_whole(file, path, text, &err);
  complaints_add(complaints, status, &err);
  if (status == STATUS_OK) config_take_text(config, path, text, complaints);
  free(text);
  fclose(file);
}

Status config_read_file(Config *config, const char *path, Error *err) {
  Config next = *config;
  Complaints complaints = {0};
  config_take_file(&next, path, &complaints);
  return config_take_whole(config, &next, &complaints, err);
}
