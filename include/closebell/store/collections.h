/* collections.h: which collections there are. Those of stocks are rows of the list in database_rows.h; creation,
 * forgetting, healing and --verify go over them. */
#ifndef CLOSEBELL_STORE_COLLECTIONS_H
#define CLOSEBELL_STORE_COLLECTIONS_H

#include <closebell/market/ticker_list.h>
#include <closebell/store/db.h>

/* How one that is gone is filled again. */
typedef enum {
  REFILL_ROWS,    /* the rows of its ticker, from the archive */
  REFILL_ANALYSIS /* the analysis of its ticker, by a restatement */
} CollectionRefill;

/* One collection a ticker in a database of its own: a row PER_STOCK. */
typedef struct {
  const char *database;
  CollectionRefill refill;
} TickerCollection;

#define COLLECTIONS_NONE(...)
#define COLLECTIONS_ONE(...) +1
enum { TICKER_COLLECTIONS = 0 DATABASE_ROWS(COLLECTIONS_NONE, COLLECTIONS_ONE, COLLECTIONS_NONE, COLLECTIONS_NONE, COLLECTIONS_NONE, COLLECTIONS_NONE) };
extern const TickerCollection TICKER_COLLECTION[TICKER_COLLECTIONS];

/* Every collection of system_info that set-up makes, with its indexes; those that exist are left as they are. */
Status collections_create_system(const Db *db, Error *err);
/* The same of a section of the settings, made when something of it is to be stored. */
Status collections_create_section(const Db *db, const char *section, Error *err);
/* The missing ones of the tickers. STATUS_INTERNAL for a name that ticker_is_valid refuses. */
Status collections_create_of_tickers(const Db *db, const char *const *tickers, size_t count, Error *err);
/* The missing ones of the tickers in a database of PER_CHOSEN or PER_COMPANY. */
Status collections_create_chosen(const Db *db, const char *database, const char *const *tickers, size_t count,
                                 Error *err);
/* Visits, in ascending order, the collections of the database whose names are tickers. */
Status collections_list_tickers(const Db *db, const char *database, void (*visit)(void *context, const char *ticker),
                                void *context, Error *err);
/* The same as a list; the caller frees it, also after an error. */
Status collections_read_tickers(const Db *db, const char *database, TickerList *ret_list, Error *err);
/* Removes every dated document of the ticker but for those of its company; those that are computed from others go
 * first. The collections stay, empty: no role of closebell's may drop any. */
Status collections_clear(const Db *db, const char *ticker, Error *err);

#endif
