/* filter.h: the entry filter: which stocks are worth following. One function, used everywhere. */
#ifndef CLOSEBELL_MARKET_FILTER_H
#define CLOSEBELL_MARKET_FILTER_H

#include <closebell/market/row.h>

typedef struct {
  MarketSet markets;
  int64_t min_market_cap;  /* KRW: a stock enters at it */
  int64_t exit_market_cap; /* KRW: and leaves below it ... */
  int exit_sessions;       /* ... when it has been there for so many sessions in a row */
} EntryFilter;

typedef enum { FILTER_PASSED = 0, FILTER_MARKET, FILTER_MARKET_CAP, FILTER_REASON_COUNT } FilterReason;

/* The first rule the stock does not meet. */
FilterReason filter_entry(const EntryFilter *filter, const StockRow *row);
const char *filter_reason_name(FilterReason reason); /* "passed", "market", "market_cap" */

#endif
