/* import_check.h: every file of an import, looked at before anything is stored. */
#ifndef CLOSEBELL_FILES_IMPORT_CHECK_H
#define CLOSEBELL_FILES_IMPORT_CHECK_H

#include <closebell/ingest/ingest.h>
#include <closebell/source/csv_folder.h>

typedef struct {
  size_t equal;   /* archived already, and the file says the same */
  size_t fresh;   /* to be archived */
  size_t damaged; /* archived, but the document cannot be read: the file will replace it */
} ImportCheck;

/* Names each file that cannot be taken in the log: rows that cannot be right, a date that is not due yet, an archived
 * session that says something else, more weekdays without a session before it than any holiday has. STATUS_CONFIG when
 * there is one. One file is in memory at a time. */
Status import_check(Ingest *ingest, const CsvFolder *folder, ImportCheck *ret_check, Error *err);

#endif
