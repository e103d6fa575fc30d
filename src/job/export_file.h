/* export_file.h: a file that is seen whole or not at all. */
#ifndef CLOSEBELL_JOB_EXPORT_FILE_H
#define CLOSEBELL_JOB_EXPORT_FILE_H

#include <closebell/base/status.h>
#include <closebell/base/text.h>

typedef enum { EXPORT_KEEP_OTHERS, EXPORT_REPLACE } ExportMode;

/* Writes the text to folder/name under another name first, syncs and renames. *ret_written is false when the file says
 * just that already. STATUS_CONFIG: it says something else (EXPORT_KEEP_OTHERS), or it cannot be written. */
Status export_file(const char *folder, const char *name, const TextBuffer *text, ExportMode mode, bool *ret_written,
                   Error *err);

/* Makes the folder if it is not there. */
Status export_folder(const char *folder, Error *err);

#endif
