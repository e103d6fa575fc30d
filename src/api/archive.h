/* archive.h: adjusted prices of the whole archived market, delisted stocks included, as the analysis adjusts them. */
#ifndef CLOSEBELL_API_ARCHIVE_H
#define CLOSEBELL_API_ARCHIVE_H

#include <closebell/api/call.h>
#include <closebell/market/adjustment.h>

/* The factors of all corporate actions after `from` (DAY_NONE: the first session). The caller frees it, whatever comes
 * back. */
Status archive_factors(const Call *call, Day from, Adjustment *adjustment, Error *err);

/* After the reading: no restatement has come since the snapshot that touches the ticker (null: any stock). Else false,
 * with 503: what was read belongs to no state, or to one that is not served yet. */
bool archive_is_untouched(const Call *call, const char *ticker);

/* A session of the snapshot that is completed. */
bool archive_has(const Snapshot *snapshot, Day date);

#endif
