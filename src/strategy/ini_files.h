/* ini_files.h: the files NAME.ini of two folders, the shipped one and the operator's own, whose files win by name.
 *
 * A file whose name may be none is in the list too, and says why. Files that do not end in .ini, or begin with a dot,
 * are passed over. Private to this folder. */
#ifndef CLOSEBELL_STRATEGY_INI_FILES_H
#define CLOSEBELL_STRATEGY_INI_FILES_H

#include <closebell/base/status.h>
#include <closebell/screen/screen.h>
#include <closebell/strategy/bad_file.h>

typedef struct {
  char name[INI_NAME_SIZE]; /* of letters a to z, digits and _ */
  char path[INI_PATH_SIZE];
  ScreenError why; /* what is not empty: it is none */
} IniFile;

typedef struct {
  const char *one, *many; /* "strategy", "strategies" */
  IniFile *items;         /* owned: the own folder's first, by path in each */
  size_t count, capacity;
} IniFiles;

/* Zero-initialise but for the nouns; ini_files_free at the end. own: the folder may be missing; null: none. What is
 * wrong with the own folder is a file that is none. STATUS_CONFIG: the shipped folder cannot be read, or there are too
 * many files. */
Status ini_files_list(const char *shipped, const char *own, IniFiles *files, Error *err);
void ini_files_free(IniFiles *files);

/* The bytes of a file; one more than max_bytes where it has more. text has room for max_bytes + 1. */
bool ini_file_read(const IniFile *file, size_t max_bytes, char *text, size_t *ret_length, ScreenError *why);

/* Notes a file that is none. STATUS_NO_MEMORY. */
Status ini_files_refuse(const IniFiles *files, const char *path, const ScreenError *why, BadFiles *bad, Error *err);

#endif
