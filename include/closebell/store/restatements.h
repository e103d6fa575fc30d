/* restatements.h: system_info.restatements: what older than the newest analysis has changed, in the order it was noticed. */
#ifndef CLOSEBELL_STORE_RESTATEMENTS_H
#define CLOSEBELL_STORE_RESTATEMENTS_H

#include <closebell/base/day.h>
#include <closebell/market/ticker.h>
#include <closebell/store/db.h>

typedef struct {
  int64_t number; /* _id, ten digits */
  Day from;
  char (*tickers)[TICKER_SIZE]; /* owned; null: all */
  size_t ticker_count;
  char reason[256];
  Instant at_utc;
} Restatement;

typedef struct {
  Restatement *items; /* ascending by number */
  size_t count, capacity;
} Restatements;

/* Numbers above `after`. */
Status restatements_load(const Db *db, int64_t after, Restatements *ret_list, Error *err);
/* The highest number; 0 when there is none. */
Status restatements_highest(const Db *db, int64_t *ret_number, Error *err);
/* One that is yet to get its number. */
typedef struct {
  Day from;
  const char *ticker; /* null: all */
  const char *reason;
  Instant at_utc;
} NewRestatement;

/* Takes the next free number (inserts until one is free). */
Status restatements_insert(const Db *db, const NewRestatement *fresh, int64_t *ret_number, Error *err);
bool restatement_applies(const Restatement *restatement, const char *ticker);
void restatements_free(Restatements *list);

#endif
