/* archive.h: adjusted prices of the whole archived market, delisted stocks included, as the analysis adjusts them. */
#ifndef CLOSEBELL_API_ARCHIVE_H
#define CLOSEBELL_API_ARCHIVE_H

#include <closebell/api/call.h>
#include <closebell/market/adjustment.h>

/* Sees a completed session, which is lent. */
typedef Status ArchiveVisit(void *context, const Session *session, Error *err);

/* The completed sessions from `from` (DAY_NONE: the first) to the newest, read once: the factors of the corporate
 * actions in them, and a visit to each (visit null: none). The caller frees the adjustment, whatever comes back. */
Status archive_read(const Call *call, Day from, Adjustment *adjustment, ArchiveVisit *visit, void *context, Error *err);

/* After the reading: no restatement has come since the snapshot that touches the ticker (null: any stock). Else false,
 * with 503: what was read belongs to no state, or to one that is not served yet. */
bool archive_is_untouched(const Call *call, const char *ticker);

/* A session of the snapshot that is completed. */
bool archive_has(const Snapshot *snapshot, Day date);

#endif
