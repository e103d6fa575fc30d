/* config_internal.h: what the files of config share: one value of one key. */
#ifndef CLOSEBELL_BASE_CONFIG_INTERNAL_H
#define CLOSEBELL_BASE_CONFIG_INTERNAL_H

#include <closebell/base/config.h>

enum { CONFIG_NAME_SIZE = 96, CONFIG_ALLOWED_SIZE = 128 };

/* Null when there is none. */
const ConfigKey *config_find(const char *section, const char *key);
/* The variable that overrides key. Returns name. */
char *config_environment_name(const ConfigKey *key, char name[CONFIG_NAME_SIZE]);
/* "a whole number from 1 to 64". Returns text. */
char *config_allowed(const ConfigKey *key, char text[CONFIG_ALLOWED_SIZE]);
/* Parses text and stores it. The error names section, key and what is allowed; a secret's text never enters it. */
Status config_set(Config *config, const ConfigKey *key, const char *text, Error *err);

/* Which keys one source, the file or the environment, has given a value. A place for each row of the table. */
typedef struct {
  bool keys[CONFIG_KEYS_MAX];
} ConfigGiven;
bool config_is_given(ConfigGiven given, const ConfigKey *key);
void config_give(ConfigGiven *given, const ConfigKey *key);

/* The "..._file" key whose file may hold the key's value; null: there is none. */
const ConfigKey *config_file_of(const ConfigKey *key);
/* A value and the file that holds it exclude each other in one source; a later source's choice replaces an earlier
 * one's. */
void config_settle_files(Config *config, ConfigGiven given, Complaints *complaints);

/* line: a line of the settings file, or one of ORIGIN_... */
void config_note_origin(Config *config, const ConfigKey *key, int line);
/* A path, and not a secret that stands where its file should: an absolute one, no URL. */
bool config_path_is_plain(const char *path);
/* Of two ways to read a source this is the one that takes all or nothing. */
Status config_take_whole(Config *config, const Config *next, Complaints *complaints, Error *err);

#endif
