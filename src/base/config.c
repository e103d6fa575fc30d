/* Where values come from: the table, the environment, the files of the secrets. The INI file is in config_ini.c. */
#include <closebell/base/config.h>

#include "config_internal.h"

#include <closebell/base/file.h>
#include <closebell/base/text.h>

#include <errno.h>
#include <string.h>

void config_defaults(Config *config) {
  memset(config, 0, sizeof(*config));
  for (const ConfigKey *key = config_keys(); key->section != NULL; key++) {
    config_set(config, key, key->default_text, NULL);
  }
}

static bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

Status config_read_environment(Config *config, const char *(*get)(const char *name), Error *err) {
  Config next = *config;
  ConfigGiven given = {0};
  for (const ConfigKey *key = config_keys(); key->section != NULL; key++) {
    char name[CONFIG_NAME_SIZE], value[CONFIG_TEXT_SIZE];
    const char *text = get(config_environment_name(key, name));
    if (text == NULL) continue;
    while (is_blank(*text)) text++;
    size_t length = strlen(text);
    while (length > 0 && is_blank(text[length - 1])) length--;
    if (length == 0) continue; /* compose files and units pass on variables that nobody has set */
    if (length >= sizeof(value)) {
      return error_set(err, STATUS_CONFIG, "environment %s: %zu bytes; allowed are %d", name, length,
                       CONFIG_TEXT_SIZE - 1);
    }
    memcpy(value, text, length);
    value[length] = '\0';
    Status status = config_set(&next, key, value, err);
    if (status != STATUS_OK) return error_prefix(err, status, "environment %s", name);
    config_give(&given, key);
  }
  Status status = config_settle_files(&next, given, err);
  if (status != STATUS_OK) return error_prefix(err, status, "environment");
  *config = next;
  return STATUS_OK;
}

const ConfigKey *config_held_by(const ConfigKey *file_key) {
  static const char suffix[] = "_file";
  size_t length = strlen(file_key->key), suffix_length = sizeof(suffix) - 1;
  char stem[CONFIG_NAME_SIZE];
  if (length <= suffix_length || strcmp(file_key->key + length - suffix_length, suffix) != 0) return NULL;
  snprintf(stem, sizeof(stem), "%.*s", (int)(length - suffix_length), file_key->key);
  return config_find(file_key->section, stem);
}

Status config_settle_files(Config *config, ConfigGiven given, Error *err) {
  for (const ConfigKey *file_key = config_keys(); file_key->section != NULL; file_key++) {
    const ConfigKey *key = config_held_by(file_key);
    if (key == NULL || !config_is_given(given, key)) continue;
    if (config_is_given(given, file_key)) {
      return error_set(err, STATUS_CONFIG, "[%s] %s and %s exclude each other: leave one of them out", key->section,
                       key->key, file_key->key);
    }
    ((char *)config)[file_key->offset] = '\0';
  }
  return STATUS_OK;
}

/* Reads a small file whole, without the blanks at its end. */
static Status read_secret_file(const char *path, char text[CONFIG_TEXT_SIZE], Error *err) {
  char bytes[CONFIG_TEXT_SIZE + 16]; /* room for an end of line, and to see that there is too much */
  FILE *file = NULL;
  Status status = file_open(path, &file, err);
  if (status != STATUS_OK) return status;
  size_t length = fread(bytes, 1, sizeof(bytes) - 1, file);
  int read_errno = ferror(file) ? errno : 0;
  fclose(file);
  if (read_errno != 0) return error_set(err, STATUS_CONFIG, "read %s: %s", path, strerror(read_errno));
  while (length > 0 && is_blank(bytes[length - 1])) length--;
  bytes[length] = '\0';
  if (length == 0) return error_set(err, STATUS_CONFIG, "%s is empty", path);
  if (length != strlen(bytes)) return error_set(err, STATUS_CONFIG, "%s holds a NUL byte", path);
  if (!text_copy(text, CONFIG_TEXT_SIZE, bytes)) {
    return error_set(err, STATUS_CONFIG, "%s holds more than %d bytes", path, CONFIG_TEXT_SIZE - 1);
  }
  return STATUS_OK;
}

Status config_read_secrets(Config *config, Error *err) {
  Config next = *config;
  for (const ConfigKey *file_key = config_keys(); file_key->section != NULL; file_key++) {
    const ConfigKey *key = config_held_by(file_key);
    const char *path = (const char *)config + file_key->offset;
    if (key == NULL || *path == '\0') continue;
    char secret[CONFIG_TEXT_SIZE];
    Status status = read_secret_file(path, secret, err);
    if (status != STATUS_OK) return error_prefix(err, status, "[%s] %s", file_key->section, file_key->key);
    status = config_set(&next, key, secret, err);
    if (status != STATUS_OK) return error_prefix(err, status, "%s", path);
  }
  *config = next;
  return STATUS_OK;
}
