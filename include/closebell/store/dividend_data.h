/* dividend_data.h: dividend_data.<ticker>: a document a report and kind of stock, as it was published. */
#ifndef CLOSEBELL_STORE_DIVIDEND_DATA_H
#define CLOSEBELL_STORE_DIVIDEND_DATA_H

#include <closebell/company/dividend.h>
#include <closebell/store/db.h>
#include <closebell/store/stored_counts.h>
#include <closebell/store/unreadable.h>

/* Puts down what is lacking of them; the collection is there. */
Status dividend_data_append(const Db *db, const char *ticker, const Dividend *dividends, size_t count,
                            StoredCounts *ret_counts, Error *err);

/* Of one ticker; empty without the collection. tell null: what cannot be read is left out silently. */
Status dividend_data_read(const Db *db, const char *ticker, UnreadableVisit *tell, void *context,
                          Dividends *ret_dividends, Error *err);

#endif
