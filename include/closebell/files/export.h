/* export.h: manual_setup --export: archived sessions, adjusted prices or analysed documents as CSV files, one a
 * session. */
#ifndef CLOSEBELL_FILES_EXPORT_H
#define CLOSEBELL_FILES_EXPORT_H

#include <closebell/run/job.h>
#include <closebell/source/manifest.h>

#define EXPORT_UNIVERSE_FILE "universe.txt" /* a FilterHistory: beside the sessions, for an import */

typedef struct {
  Day from, to; /* DAY_NONE: open */
  Content content;
  bool overwrite;     /* replaces adjusted prices and indicators of another state; never what was published */
  const char *folder; /* made when it is not there */
} ExportOptions;

/* Writes YYYY-MM-DD.csv for each session of the range: as published (session_csv.h); adjusted to the newest completed
 * session, stocks that traded only; or the documents of stock_analyzed. A file that is there and says the same is left
 * alone. One that says something else ends the export, or, of another state and with `overwrite`, is replaced. A folder
 * of adjusted prices or indicators has one state: files that are in it already are brought to it whatever the range,
 * and manifest.json says which, written last (manifest.h). No file is ever seen half written. Reads only: takes no
 * lease. */
void export_run(Job *job, const ExportOptions *options, Outcome *ret_outcome);

#endif
