/* export_file.h: the folder that an export writes to, and one file of it. Private to the export. */
#ifndef CLOSEBELL_FILES_EXPORT_FILE_H
#define CLOSEBELL_FILES_EXPORT_FILE_H

#include <closebell/base/day.h>
#include <closebell/base/status.h>
#include <closebell/base/text.h>
#include <closebell/source/manifest.h>

#define EXPORT_INDICATORS_HEADER_START "date,ticker," /* the first line of indicators, and their fields behind it */

/* Zero-initialise; export_folder_close at the end, also after a failure. */
typedef struct {
  const char *path; /* lent */
  int descriptor;   /* locked: one export at a time writes to a folder */
  bool open;
  bool has_manifest;
  ManifestState manifest; /* as it stands */
  Day *files;             /* the sessions that there are files of, ascending; owned */
  size_t count, capacity;
} ExportFolder;

/* Makes the folder if it is not there, locks it and lists it. STATUS_CONFIG: it cannot be had, or it holds files of
 * other content: one folder holds one kind. STATUS_INCOMPLETE: another export is writing to it. */
Status export_folder_open(ExportFolder *folder, const char *path, Content content, Error *err);
void export_folder_close(ExportFolder *folder);
bool export_folder_has(const ExportFolder *folder, Day date);

typedef enum { FILE_ABSENT, FILE_SAME, FILE_DIFFERENT } FileState;

/* Whether there is a file of that name, and whether it holds just the text. */
Status export_file_look(const ExportFolder *folder, const char *name, const TextBuffer *text, FileState *ret_state,
                        Error *err);
/* Seen whole or not at all; whatever had that name before is gone then. */
Status export_file_put(const ExportFolder *folder, const char *name, const TextBuffer *text, Error *err);
/* Whether the file begins so, as far as its first 127 bytes tell. */
bool export_file_begins(const ExportFolder *folder, const char *name, const char *start);
Status export_file_remove(const ExportFolder *folder, const char *name, Error *err);

/* "2025-04-10.csv". */
typedef struct {
  char text[DAY_TEXT_SIZE + 4];
} ExportName;
ExportName export_name(Day date);

#endif
