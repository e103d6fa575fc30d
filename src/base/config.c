/* Where values come from: the table, the environment, the files of the secrets. The INI file is in config_ini.c. */
#include <closebell/base/config.h>

#include "config_internal.h"

#include <closebell/base/file.h>
#include <closebell/base/text.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

void config_defaults(Config *config) {
  memset(config, 0, sizeof(*config));
  for (const ConfigKey *key = config_keys(); key->section != NULL; key++) {
    config_set(config, key, key->default_text, NULL);
  }
}

static bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

/* The variable without the blanks around it; false when it is not set, or is nothing else and that says nothing. */
static bool read_variable(const char *text, const ConfigKey *key, char value[CONFIG_TEXT_SIZE], size_t *ret_length) {
  if (text == NULL) return false;
  while (is_blank(*text)) text++;
  size_t length = strlen(text);
  while (length > 0 && is_blank(text[length - 1])) length--;
  *ret_length = length;
  if (length < CONFIG_TEXT_SIZE) {
    memcpy(value, text, length);
    value[length] = '\0';
  }
  /* Compose files and units pass on variables that nobody has set. */
  return length > 0 || key->type == CONFIG_LIST;
}

void config_take_environment(Config *config, const char *(*get)(const char *name), Complaints *complaints) {
  ConfigGiven given = {0};
  for (const ConfigKey *key = config_keys(); key->section != NULL; key++) {
    char name[CONFIG_NAME_SIZE], value[CONFIG_TEXT_SIZE];
    size_t length;
    Error err;
    if (!read_variable(get(config_environment_name(key, name)), key, value, &length)) continue;
    Status status = STATUS_OK;
    if (length >= sizeof(value))
      status = error_set(&err, STATUS_CONFIG, "%zu bytes; allowed are %d", length, CONFIG_TEXT_SIZE - 1);
    else
      status = config_set(config, key, value, &err);
    complaints_add(complaints, error_prefix(&err, status, "environment %s", name), &err);
    config_give(&given, key);
    config_note_origin(config, key, ORIGIN_ENVIRONMENT);
  }
  config_settle_files(config, given, complaints);
}

Status config_take_whole(Config *config, const Config *next, Complaints *complaints, Error *err) {
  Status status = complaints->status;
  if (status == STATUS_OK)
    *config = *next;
  else
    error_set(err, status, "%s", complaints->first.text);
  complaints_free(complaints);
  return status;
}

Status config_read_environment(Config *config, const char *(*get)(const char *name), Error *err) {
  Config next = *config;
  Complaints complaints = {0};
  config_take_environment(&next, get, &complaints);
  return config_take_whole(config, &next, &complaints, err);
}

static const char FILE_SUFFIX[] = "_file";

/* The key whose value a "..._file" key's file holds; null for any other key. */
static const ConfigKey *held_by(const ConfigKey *file_key) {
  size_t length = strlen(file_key->key), suffix_length = sizeof(FILE_SUFFIX) - 1;
  char stem[CONFIG_NAME_SIZE];
  if (length <= suffix_length || strcmp(file_key->key + length - suffix_length, FILE_SUFFIX) != 0) return NULL;
  snprintf(stem, sizeof(stem), "%.*s", (int)(length - suffix_length), file_key->key);
  return config_find(file_key->section, stem);
}

const ConfigKey *config_file_of(const ConfigKey *key) {
  char name[CONFIG_NAME_SIZE];
  snprintf(name, sizeof(name), "%s%s", key->key, FILE_SUFFIX);
  return config_find(key->section, name);
}

void config_settle_files(Config *config, ConfigGiven given, Complaints *complaints) {
  for (const ConfigKey *file_key = config_keys(); file_key->section != NULL; file_key++) {
    const ConfigKey *key = held_by(file_key);
    if (key == NULL || !config_is_given(given, key)) continue;
    if (config_is_given(given, file_key)) {
      Error err;
      complaints_add(complaints,
                     config_fault(config, key->section, file_key->key, &err,
                                  "excludes %s, which is given too: leave one of them out", key->key),
                     &err);
    }
    ((char *)config)[file_key->offset] = '\0';
  }
}

/* Reads a small file whole, without the blanks at its end. */
static Status read_secret_file(const char *path, char text[CONFIG_TEXT_SIZE], Error *err) {
  char bytes[CONFIG_TEXT_SIZE + 16]; /* room for an end of line, and to see that there is too much */
  const char *shown =
      config_path_is_plain(path) ? path : "the file (its name is not shown: it may be the secret itself)";
  FILE *file = NULL;
  Status status = file_open(path, shown, &file, err);
  if (status != STATUS_OK) return status;
  size_t length = fread(bytes, 1, sizeof(bytes) - 1, file);
  int read_errno = ferror(file) ? errno : 0;
  fclose(file);
  if (read_errno != 0) return error_set(err, STATUS_CONFIG, "read %s: %s", shown, strerror(read_errno));
  while (length > 0 && is_blank(bytes[length - 1])) length--;
  bytes[length] = '\0';
  if (length == 0) return error_set(err, STATUS_CONFIG, "%s is empty", shown);
  if (length != strlen(bytes)) return error_set(err, STATUS_CONFIG, "%s holds a NUL byte", shown);
  if (!text_copy(text, CONFIG_TEXT_SIZE, bytes)) {
    return error_set(err, STATUS_CONFIG, "%s holds more than %d bytes", shown, CONFIG_TEXT_SIZE - 1);
  }
  return STATUS_OK;
}

/* The file must hold what its key may be; how it is named matters from here on. */
static Status take_secret(Config *config, const ConfigKey *file_key, Error *err) {
  const ConfigKey *key = held_by(file_key);
  const char *path = (const char *)config + file_key->offset;
  char secret[CONFIG_TEXT_SIZE];
  Status status = read_secret_file(path, secret, err);
  if (status == STATUS_OK) status = config_set(config, key, secret, err);
  if (status == STATUS_OK) config_note_origin(config, key, ORIGIN_SECRET_FILE);
  if (status == STATUS_OK || config_path_is_plain(path) == false || strstr(err->text, path) != NULL) return status;
  return error_prefix(err, status, "%s", path);
}

void config_take_secrets(Config *config, Complaints *complaints) {
  for (const ConfigKey *file_key = config_keys(); file_key->section != NULL; file_key++) {
    Error err;
    if (held_by(file_key) == NULL || ((const char *)config)[file_key->offset] == '\0') continue;
    Status status = take_secret(config, file_key, &err);
    complaints_add(complaints, config_prefix(config, file_key->section, file_key->key, status, &err), &err);
  }
}

Status config_read_secrets(Config *config, Error *err) {
  Config next = *config;
  Complaints complaints = {0};
  config_take_secrets(&next, &complaints);
  return config_take_whole(config, &next, &complaints, err);
}

static const char *variable(const char *name) { return getenv(name); }

void config_take_all(Config *config, const char *path, Complaints *complaints) {
  config_defaults(config);
  if (path != NULL) config_take_file(config, path, complaints);
  config_take_environment(config, variable, complaints);
  config_take_secrets(config, complaints);
}
