/* market_indices.h: the closes of the indices that stocks are held against, from index_data. */
#ifndef CLOSEBELL_STORE_MARKET_INDICES_H
#define CLOSEBELL_STORE_MARKET_INDICES_H

#include <closebell/market/index_closes.h>
#include <closebell/store/db.h>

/* Reads those among the names, as [indices] names has them, in place of what is there; a document that cannot be read
 * is a day that is missing. Empty names: none is known, and nothing is read. Whatever comes back, the caller frees it. */
Status market_indices_load(const Db *db, const char *names, MarketIndices *indices, Error *err);

#endif
