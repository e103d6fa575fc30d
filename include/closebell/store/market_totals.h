/* market_totals.h: system_info.market_totals: what a session's rows sum to, and what the exchange published of it. */
#ifndef CLOSEBELL_STORE_MARKET_TOTALS_H
#define CLOSEBELL_STORE_MARKET_TOTALS_H

#include <closebell/market/market_totals.h>
#include <closebell/store/db.h>

/* Inserts or overwrites a document a session. `agrees` is session_totals_agree. */
Status market_totals_write(const Db *db, const SessionTotals *totals, size_t count, Error *err);

/* A document that is not what it should be is one of its date that is not readable: a field is missing or of another
 * type, no market is in it, or `agrees` is not what its figures say. */
typedef struct {
  Day date;
  bool readable; /* else totals has nothing but the date */
  SessionTotals totals;
} StoredTotals;

/* Documents of from..to (DAY_NONE: open), ascending; the caller frees *ret_totals. Those whose _id is no date are left
 * out. */
Status market_totals_read(const Db *db, Day from, Day to, StoredTotals **ret_totals, size_t *ret_count, Error *err);
Status market_totals_delete(const Db *db, Day date, Error *err); /* nothing when there is none */

#endif
