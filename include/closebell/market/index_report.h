/* index_report.h: what the exchange's index service says of one market in one session. */
#ifndef CLOSEBELL_MARKET_INDEX_REPORT_H
#define CLOSEBELL_MARKET_INDEX_REPORT_H

#include <closebell/market/index_day.h>
#include <closebell/market/market_totals.h>

typedef struct {
  MarketTotals totals; /* of the whole market, as published: its rows are 0 */
  IndexDay day;        /* those of the market's indices that were published */
} IndexReport;

#endif
