/* ini_files.h: what the files NAME.ini of two folders hold, the shipped one and the operator's own, whose files win by
 * name. Files that do not end in .ini, or begin with a dot, are passed over. Private to this folder. */
#ifndef CLOSEBELL_STRATEGY_INI_FILES_H
#define CLOSEBELL_STRATEGY_INI_FILES_H

#include <stdbool.h>

#include <closebell/base/status.h>
#include <closebell/screen/screen.h>
#include <closebell/strategy/bad_file.h>

/* What an item begins with. */
typedef struct {
  char name[INI_NAME_SIZE]; /* of letters a to z, digits and _ */
  char path[INI_PATH_SIZE];
} IniName;

typedef struct {
  const char *one, *many; /* "strategy", "strategies" */
  size_t item_size, max_bytes;
  /* Fills what is behind the name; false: it is none, and why. text has length bytes, at most one more than there may
   * be. */
  bool (*parse)(const char *text, size_t length, void *item, ScreenError *why);
} IniKind;

typedef struct {
  void *items; /* owned (free); by name */
  size_t count;
  BadFiles bad; /* owned */
} IniItems;

/* own: the folder may be missing; null: none. A file that is none is noted, and so is what is wrong with the own
 * folder. STATUS_CONFIG: the shipped folder cannot be read, or there are too many files. */
Status ini_files_load(const IniKind *kind, const char *shipped, const char *own, IniItems *ret_items, Error *err);

/* By name; null: there is none. */
const void *ini_item_find(const IniKind *kind, const void *items, size_t count, const char *name);

#endif
