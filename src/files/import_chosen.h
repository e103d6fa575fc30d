/* import_chosen.h: flows and minutes of chosen stocks beside the sessions of an import: export_chosen.h wrote them. */
#ifndef CLOSEBELL_FILES_IMPORT_CHOSEN_H
#define CLOSEBELL_FILES_IMPORT_CHOSEN_H

#include <closebell/ingest/ingest.h>
#include <closebell/source/csv_folder.h>

/* Zero-initialise; import_chosen_free at the end. */
typedef struct {
  CsvFolder *flow, *minutes; /* null: there is no such folder */
  size_t fresh;              /* stocks' days that are not stored yet, or provisional */
  size_t stored;             /* what import_chosen_store has stored of them */
} ImportChosen;

/* Looks at every file before anything is stored. A stock's day has to be of a session that is archived or among the
 * folder's files, of a stock in it, and its row has to agree: the close of a flow; the first open, highest high, lowest
 * low, last close and volume of minutes. What is stored as final already says the same. Files that cannot be taken are
 * named in the log. STATUS_CONFIG when there is one. */
Status import_chosen_check(Ingest *ingest, const CsvFolder *folder, ImportChosen *chosen, Error *err);
/* Stores the days of archived sessions. The lease must be held. */
Status import_chosen_store(Ingest *ingest, ImportChosen *chosen, Error *err);
void import_chosen_free(ImportChosen *chosen);

#endif
