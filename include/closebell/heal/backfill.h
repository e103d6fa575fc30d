/* backfill.h: the history of targets that entered later, from the archive alone. */
#ifndef CLOSEBELL_HEAL_BACKFILL_H
#define CLOSEBELL_HEAL_BACKFILL_H

#include <closebell/ingest/ingest.h>

bool backfill_is_needed(const Ingest *ingest);

/* Fills the history of targets with backfill_needed from the archive and clears the flag. A ticker whose own trouble
 * stops it keeps the flag, and the next run tries again. */
Status backfill_run(Ingest *ingest, Error *err);

#endif
