/* export.h: manual_setup --export: archived sessions as CSV files, one a session. */
#ifndef CLOSEBELL_JOB_EXPORT_H
#define CLOSEBELL_JOB_EXPORT_H

#include <closebell/job/job.h>

#define EXPORT_UNIVERSE_FILE "universe.txt" /* a FilterHistory: beside the sessions, for an import */

typedef struct {
  Day from, to; /* DAY_NONE: open */
  bool adjusted;
  const char *folder; /* made when it is not there */
} ExportOptions;

/* Writes YYYY-MM-DD.csv for each archived session of the range: as published (session_csv.h), or adjusted to the newest
 * completed session, stocks that traded only. A file that is there and says the same is left alone; one that says
 * something else ends the export. No file is ever seen half written. Reads only: takes no lease. */
void export_run(Job *job, const ExportOptions *options, Outcome *ret_outcome);

#endif
