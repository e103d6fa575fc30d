/* Where values come from, as messages say it. */
#include "config_internal.h"

#include <stdarg.h>
#include <string.h>

void config_note_origin(Config *config, const ConfigKey *key, int line) {
  config->origins.lines[key - config_keys()] = line;
}

static int origin_of(const Config *config, const ConfigKey *key) { return config->origins.lines[key - config_keys()]; }

int config_origin(const Config *config, const char *section, const char *key) {
  return origin_of(config, config_find(section, key));
}

bool config_is_set(const Config *config, const char *section, const char *key) {
  return config_origin(config, section, key) != ORIGIN_DEFAULT;
}

bool config_path_is_plain(const char *path) { return *path == '/' && strstr(path, "://") == NULL; }

static void where(const Config *config, const ConfigKey *key, char text[CONFIG_WHERE_SIZE]) {
  char name[CONFIG_NAME_SIZE];
  int origin = origin_of(config, key);
  if (origin > 0)
    snprintf(text, CONFIG_WHERE_SIZE, "%s:%d: [%s] %s", config->origins.file, origin, key->section, key->key);
  else if (origin == ORIGIN_ENVIRONMENT)
    snprintf(text, CONFIG_WHERE_SIZE, "environment %s: [%s] %s", config_environment_name(key, name), key->section,
             key->key);
  else
    snprintf(text, CONFIG_WHERE_SIZE, "[%s] %s", key->section, key->key);
}

char *config_where(const Config *config, const char *section, const char *key, char text[CONFIG_WHERE_SIZE]) {
  const ConfigKey *row = config_find(section, key);
  const ConfigKey *file_key = origin_of(config, row) == ORIGIN_SECRET_FILE ? config_file_of(row) : NULL;
  where(config, file_key != NULL ? file_key : row, text);
  if (file_key == NULL) return text;
  const char *path = (const char *)config + file_key->offset;
  size_t length = strlen(text);
  snprintf(text + length, CONFIG_WHERE_SIZE - length, "%s%s: [%s] %s", config_path_is_plain(path) ? " " : "",
           config_path_is_plain(path) ? path : "", section, key);
  return text;
}

Status config_fault(const Config *config, const char *section, const char *key, Error *err, const char *format, ...) {
  char text[CONFIG_WHERE_SIZE], said[sizeof(Error)];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(said, sizeof(said), format, arguments);
  va_end(arguments);
  return error_set(err, STATUS_CONFIG, "%s: %s", config_where(config, section, key, text), said);
}

Status config_prefix(const Config *config, const char *section, const char *key, Status status, Error *err) {
  char text[CONFIG_WHERE_SIZE];
  return error_prefix(err, status, "%s", config_where(config, section, key, text));
}
