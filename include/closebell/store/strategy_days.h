/* strategy_days.h: system_info.strategy_days: which stocks a strategy matched in a session, in its order.
 *
 * A document keeps the condition and the order that it was made by, so that its list can be made again from the archive
 * whatever has become of the strategy's file. */
#ifndef CLOSEBELL_STORE_STRATEGY_DAYS_H
#define CLOSEBELL_STORE_STRATEGY_DAYS_H

#include <closebell/base/day.h>
#include <closebell/market/ticker.h>
#include <closebell/store/db.h>

enum {
  STRATEGY_DAY_NAME_SIZE = 64,
  STRATEGY_DAY_WHERE_SIZE = 2049,
  STRATEGY_DAY_SORT_SIZE = 1024,
  STRATEGY_DAY_TITLE_SIZE = 128
};

typedef struct {
  char (*tickers)[TICKER_SIZE]; /* those that match, in order; owned; null: none */
  size_t count;
  int64_t considered, unknown; /* stocks */
} StrategyMatches;

typedef struct {
  Day date;
  char strategy[STRATEGY_DAY_NAME_SIZE]; /* of letters a to z, digits and _ */
  char where[STRATEGY_DAY_WHERE_SIZE];   /* the condition, as text */
  char sort[STRATEGY_DAY_SORT_SIZE];     /* the order; empty: the default order */
  char title[STRATEGY_DAY_TITLE_SIZE];   /* for people */
  StrategyMatches then;                  /* as it was known when the session was analysed */
  Instant recomputed_utc;                /* INSTANT_NONE: the list is the same today */
  StrategyMatches now;                   /* what it is today, where that differs */
  bool readable;                         /* when read: false, only date and strategy are known */
} StrategyDay;

typedef struct {
  StrategyDay *items; /* by date, then by strategy; owned, as are their tickers */
  size_t count, capacity;
} StrategyDays;

/* Those of the dates; what has another _id than a date and a name is left out. */
Status strategy_days_read(const Db *db, Day from, Day to, StrategyDays *ret_days, Error *err);
void strategy_days_free(StrategyDays *days);

/* Each in place of the document of its date and strategy. */
Status strategy_days_write(const Db *db, const StrategyDay *const *days, size_t count, Error *err);

bool strategy_matches_equal(const StrategyMatches *a, const StrategyMatches *b);

/* "2025-04-10:pocket_pivot". Returns id. */
enum { STRATEGY_DAY_ID_SIZE = DAY_TEXT_SIZE + STRATEGY_DAY_NAME_SIZE };
char *strategy_day_id(Day date, const char *strategy, char id[STRATEGY_DAY_ID_SIZE]);

#endif
