/* archive_find.h: whether stocks are in the archive, as one says who is to keep a list of them. */
#ifndef CLOSEBELL_ANALYSIS_ARCHIVE_FIND_H
#define CLOSEBELL_ANALYSIS_ARCHIVE_FIND_H

#include <closebell/market/row.h>
#include <closebell/store/db.h>

/* The place of the first ticker that no archived session has; count: all are there. Looks from the newest session on,
 * until all are found: only a ticker that is nowhere costs the whole archive. */
Status archive_find_absent(const Db *db, const char (*tickers)[TICKER_SIZE], size_t count, size_t *ret_absent,
                           Error *err);

#endif
