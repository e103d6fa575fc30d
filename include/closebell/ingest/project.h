/* project.h: from archived sessions to the universe, the per-ticker collections and the proof. */
#ifndef CLOSEBELL_INGEST_PROJECT_H
#define CLOSEBELL_INGEST_PROJECT_H

#include <closebell/ingest/ingest.h>

/* Projects the archived days, ascending, and stamps each `completed` once its rows are proven. Days archived by this
 * run and newer than all completed ones continue the stored universe; others repeat the fold from the session the
 * universe began with. STATUS_INCOMPLETE: some day's rows could not be proven; it is stamped failed, the others are
 * done. */
Status project_days(Ingest *ingest, const Day *dates, size_t count, Error *err);

#endif
