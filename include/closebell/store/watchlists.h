/* watchlists.h: system_info.watchlists: lists of tickers that readers keep, by name. */
#ifndef CLOSEBELL_STORE_WATCHLISTS_H
#define CLOSEBELL_STORE_WATCHLISTS_H

#include <stdbool.h>

#include <closebell/market/ticker_list.h>
#include <closebell/store/db.h>

enum {
  WATCHLIST_NAME_CHARACTERS = 64,
  WATCHLIST_NAME_SIZE = 3 * WATCHLIST_NAME_CHARACTERS + 1,
  WATCHLIST_TICKERS_MAX = 1000
};

/* Zero-initialise; watchlist_free at the end. */
typedef struct {
  char name[WATCHLIST_NAME_SIZE];
  char (*tickers)[TICKER_SIZE]; /* in the reader's order; owned; null: none */
  size_t count;
  Instant updated_utc;
} Watchlist;

/* 1 to 64 letters (a to z, A to Z, Hangul), digits, _ and -, in UTF-8. */
bool watchlist_name_is_valid(const char *name);

/* STATUS_NOT_FOUND: there is none. STATUS_BAD_DATA: its tickers or its instant cannot be read. */
Status watchlist_find(const Db *db, const char *name, Watchlist *ret_watchlist, Error *err);
/* Those on any list, each once. A list that cannot be read is left out, and counted. */
Status watchlists_tickers(const Db *db, TickerList *ret_list, size_t *ret_unreadable, Error *err);
/* In place of the one of its name. STATUS_INTERNAL: the name, a ticker or their number is not valid. */
Status watchlist_write(const Db *db, const Watchlist *watchlist, Error *err);
/* The same, but only while it is as `before` says, which was read (null: while there is none of its name).
 * *ret_done false: another has changed it meanwhile, and nothing was written. */
Status watchlist_change(const Db *db, const Watchlist *before, const Watchlist *after, bool *ret_done, Error *err);
/* Nothing when there is none. */
Status watchlist_delete(const Db *db, const char *name, Error *err);
void watchlist_free(Watchlist *watchlist);

typedef struct {
  Watchlist *items; /* by name; owned */
  size_t count, capacity;
} Watchlists;

/* All of them. */
Status watchlists_load(const Db *db, Watchlists *ret_lists, Error *err);
void watchlists_free(Watchlists *lists);

#endif
