/* chosen_stocks.h: system_info.chosen_stocks: which stocks a dataset of single stocks was about in a session. Recorded
 * once: what was proven of them stays proven when a watchlist changes. Made by collections_create_section("kis"). */
#ifndef CLOSEBELL_STORE_CHOSEN_STOCKS_H
#define CLOSEBELL_STORE_CHOSEN_STOCKS_H

#include <closebell/base/day.h>
#include <closebell/market/ticker_list.h>
#include <closebell/store/db.h>

/* STATUS_NOT_FOUND: nothing is recorded. */
Status chosen_stocks_find(const Db *db, Day date, const char *dataset, TickerList *ret_list, Error *err);

/* The list is lent; null: the document cannot be read. */
typedef Status ChosenStocksVisit(void *context, Day date, const TickerList *list, Error *err);

/* What is recorded of the dataset from that date on, ascending. */
Status chosen_stocks_read(const Db *db, const char *dataset, Day from, ChosenStocksVisit *visit, void *context,
                          Error *err);

/* Records the list, or, where one is recorded already, gives that one back in its place: *list is what counts. One that
 * cannot be read is written again. */
Status chosen_stocks_record(const Db *db, Day date, const char *dataset, Instant now, TickerList *list, Error *err);

/* In place of what is recorded: the session itself was another than was known then. */
Status chosen_stocks_replace(const Db *db, Day date, const char *dataset, Instant now, const TickerList *list,
                             Error *err);

#endif
