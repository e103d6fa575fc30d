/* heal_archive.h: archive documents that cannot be read give way to what the source answers. */
#ifndef CLOSEBELL_HEAL_HEAL_ARCHIVE_H
#define CLOSEBELL_HEAL_HEAL_ARCHIVE_H

#include <closebell/ingest/ingest.h>

/* Reads the whole archive: for when something ended with STATUS_BAD_DATA. What cannot be read is removed, after its day
 * has been stamped failed if it was completed, with an alert: so it is asked for like any other, its neighbours say
 * whether it was a session at all, and while the source does not help the rest goes on without it. ingest is to be
 * loaded again. */
Status heal_archive(Ingest *ingest, size_t *ret_removed, Error *err);

#endif
