/* minute_csv.h: one day's minutes as CSV text, a line a minute of a stock: what is exported and imported. */
#ifndef CLOSEBELL_MARKET_MINUTE_CSV_H
#define CLOSEBELL_MARKET_MINUTE_CSV_H

#include <closebell/base/instant.h>
#include <closebell/base/text.h>
#include <closebell/market/minute.h>
#include <closebell/market/ticker.h>

/* time as HHMM; as_of_utc is the same on all lines of a stock. */
#define MINUTE_CSV_HEADER "ticker,time,open,high,low,close,volume,as_of_utc"

void minute_csv_append(TextBuffer *text, const char *ticker, const MinuteDay *day, Instant as_of_utc);

typedef Status MinuteCsvVisit(void *context, const char *ticker, const MinuteDay *day, Instant as_of_utc, Error *err);
/* Visits the stocks; tickers ascend, and so do the minutes of each, which minute_bar_fault has accepted.
 * STATUS_BAD_DATA names line and field, after stocks that have been visited. */
Status minute_csv_read(const char *text, Day date, MinuteCsvVisit *visit, void *context, Error *err);

#endif
