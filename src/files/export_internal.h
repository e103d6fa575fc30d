/* export_internal.h: what exports of every content share: which sessions, one file, the manifest. */
#ifndef CLOSEBELL_FILES_EXPORT_INTERNAL_H
#define CLOSEBELL_FILES_EXPORT_INTERNAL_H

#include <closebell/base/progress.h>
#include <closebell/files/export.h>
#include <closebell/plan/work.h>

#include "export_file.h"

typedef struct {
  Job *job;
  const ExportOptions *options;
  bool write; /* not a dry run */
  ExportFolder folder;
  Day *dates; /* the sessions to be written, ascending; owned */
  size_t date_count;
  Manifest manifest; /* of what is written now */
  bool looking;      /* this time round files are compared only, so that nothing is replaced by halves */
  bool marked;       /* manifest.json says that the folder is half-done */
  Progress progress;
  size_t done, written, removed;
} Export;

/* Whether the session is one of export->dates. */
bool export_wants(const Export *export, Day date);

/* Chooses among the sessions that can be written, ascending: those of the range, and those that the folder has files of
 * already, when it holds one state. STATUS_USAGE: none is in the range. */
Status export_choose(Export *export, const DayState *states, size_t count, Error *err);

/* Compares or writes one session's file: text has a header and that many rows. */
Status export_session(Export *export, Day date, size_t rows, const TextBuffer *text, Error *err);

/* Hands every session of export->dates to export_session, ascending. */
typedef Status ExportProduce(void *context, Error *err);
/* Whether the database is still what the export has read. STATUS_INCOMPLETE: it has moved on. */
typedef Status ExportSettled(void *context, Error *err);

/* Everything but manifest.state, which stands: compares first where nothing may be replaced, writes, removes files of
 * sessions that are none any more, and writes the manifest last. */
Status export_state(Export *export, ExportProduce *produce, ExportSettled *settled, void *context, Error *err);

#endif
