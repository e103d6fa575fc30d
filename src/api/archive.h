/* archive.h: adjusted prices of the whole archived market, delisted stocks included, as the analysis adjusts them. */
#ifndef CLOSEBELL_API_ARCHIVE_H
#define CLOSEBELL_API_ARCHIVE_H

#include <closebell/api/call.h>
#include <closebell/market/adjustment.h>

/* Sees a completed session, which is lent. */
typedef Status ArchiveVisit(void *context, const Session *session, Error *err);

/* The completed sessions from `from` (DAY_NONE: the first) to the end of the state (or to `from`, where that is later),
 * read once: the factors of the corporate actions in them, and a visit to each (visit null: none). The caller frees the
 * adjustment, whatever comes back. */
Status archive_gather(const Call *call, Day from, Adjustment *adjustment, ArchiveVisit *visit, void *context,
                      Error *err);

/* After the reading: no restatement has come since the snapshot that touches the ticker (null: any stock), and no
 * session from `from` on has been archived anew: that is told by its status before its rows change, and by a
 * restatement only behind them. Else false, with 503: what was read belongs to no state, or to one that is not served
 * yet. */
bool archive_is_untouched(const Call *call, const char *ticker, Day from);

/* A session of the snapshot that is completed. */
bool archive_has(const Snapshot *snapshot, Day date);

#endif
