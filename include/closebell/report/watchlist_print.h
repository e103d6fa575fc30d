/* watchlist_print.h: watchlists, for people and for programs. */
#ifndef CLOSEBELL_REPORT_WATCHLIST_PRINT_H
#define CLOSEBELL_REPORT_WATCHLIST_PRINT_H

#include <closebell/base/output.h>
#include <closebell/market/session.h>
#include <closebell/store/watchlists.h>

/* A line a stock, with what the newest archived session has of it; a session without rows: nothing is known. */
void watchlist_print(const Output *out, const Watchlist *watchlist, const Session *newest);
/* {"name", "tickers", "updated_utc"}, as closebell_api has it. */
Status watchlist_print_json(FILE *out, const Watchlist *watchlist, Error *err);

/* Names and sizes. */
void watchlists_print(const Output *out, const Watchlists *lists);
Status watchlists_print_json(FILE *out, const Watchlists *lists, Error *err);

#endif
