/* dart_zip.h: the one file of a zip archive in memory. dart_zip.c is the only file that knows libzip. */
#ifndef CLOSEBELL_SOURCE_DART_ZIP_H
#define CLOSEBELL_SOURCE_DART_ZIP_H

#include <closebell/plan/answer.h>

typedef struct {
  char *text; /* owned: free() */
  size_t length;
} DartUnzipped;

/* The bytes begin as a zip archive does. */
bool dart_is_zip(const char *bytes, size_t length);

/* Unpacks the archive's only file, which has that name, capital letters or not, and at most `most` bytes. False, and
 * kind and detail of the answer say why: what was cut or damaged on its way is ANSWER_FAILING, another archive than the
 * one that is due ANSWER_BROKEN. */
bool dart_unzip(const char *bytes, size_t length, const char *name, size_t most, DartUnzipped *ret_unzipped,
                Answer *answer);

#endif
