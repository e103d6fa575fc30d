/* bad_file.h: a file of a strategy or of a prompt that is none, and why. */
#ifndef CLOSEBELL_STRATEGY_BAD_FILE_H
#define CLOSEBELL_STRATEGY_BAD_FILE_H

#include <stddef.h>

enum { INI_NAME_SIZE = 64, INI_PATH_SIZE = 1024, INI_FILES_MAX = 1000 };

/* line and column are 0 where it is not the content that is wrong. */
typedef struct {
  char path[INI_PATH_SIZE];
  int line, column;
  char what[256], nearest[40];
} BadFile;

/* "PATH:LINE:COLUMN: what is wrong" for people. Returns text. */
enum { BAD_FILE_TEXT_SIZE = INI_PATH_SIZE + 384 };
char *bad_file_text(const BadFile *bad, char text[BAD_FILE_TEXT_SIZE]);

/* The bad files of two folders. */
typedef struct {
  BadFile *items; /* owned: the own folder's first, by path in each */
  size_t count;
} BadFiles;

#endif
