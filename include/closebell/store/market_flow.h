/* market_flow.h: market_flow.<ticker>: who bought and who sold, a document a day. */
#ifndef CLOSEBELL_STORE_MARKET_FLOW_H
#define CLOSEBELL_STORE_MARKET_FLOW_H

#include <closebell/base/day_range.h>
#include <closebell/market/flow.h>
#include <closebell/store/db.h>
#include <closebell/store/stored_counts.h>

/* A document that is not what it should be is one of its date that is not readable: a field is of another type, or
 * there is one of two that belong together. */
typedef struct {
  Day date;
  bool readable; /* else day has nothing but the date */
  FlowDay day;
  Instant as_of_utc;
} StoredFlow;

/* What a broker has told of a stock. */
typedef struct {
  const FlowDay *days; /* in any order, each of another date; lent */
  size_t count;
  Instant as_of_utc; /* when it was told */
} ToldFlows;

/* What is stored in just these words, but for as_of_utc, stays as it is, and so does a final day when a provisional one
 * is given. The collection is made by collections_create_chosen. */
Status market_flow_store(const Db *db, const char *ticker, const ToldFlows *told, StoredCounts *ret_counts, Error *err);
/* The documents of the dates, ascending; the caller frees *ret_days. Those whose _id is no date are left out. */
Status market_flow_read(const Db *db, const char *ticker, DayRange range, StoredFlow **ret_days, size_t *ret_count,
                        Error *err);

#endif
