/* resident_market.h: the whole archived market in memory, for screens. Snapshots of the same archive share one. */
#ifndef CLOSEBELL_API_RESIDENT_MARKET_H
#define CLOSEBELL_API_RESIDENT_MARKET_H

#include <pthread.h>
#include <stdatomic.h>

#include <closebell/base/config.h>
#include <closebell/plan/work.h>
#include <closebell/screen/market.h>
#include <closebell/store/db.h>
#include <closebell/store/job_status.h>

typedef struct {
  Day date;
  Instant stamped_utc; /* when it was completed last: archived anew, it has another one */
  bool broken_before;  /* a session between may be missing: no factor across it */
} ResidentSession;

/* Which archive: its completed sessions from the first kept to the gate's, ascending, and how often it was restated. */
typedef struct {
  Gate gate;
  ResidentSession *sessions;
  size_t count;
  int64_t restatement;
} ResidentArchive;

typedef struct ResidentMarket {
  atomic_int holders;
  ResidentArchive archive;
  pthread_mutex_t mutex; /* over what follows: a screen computes columns and leaves them there */
  pthread_cond_t returned;
  unsigned borrowers; /* while there are any, the rows stay as they are */
  bool loaded;
  ScreenMarket market;
} ResidentMarket;

bool resident_archive_has(const ResidentArchive *archive, Day date);

/* days: the dates and states of updates, which are daily_update's; first: the first session kept. Held once, and not
 * loaded. Null: no memory. */
ResidentMarket *resident_market_new(const JobStatusList *updates, const DayState *days, Day first, int64_t restatement);
bool resident_market_is_of_same(const ResidentMarket *a, const ResidentMarket *b);
/* Takes the earlier one's sessions over, where its archive is the beginning of this one, which then reads the later
 * ones only; waits for who has borrowed them. Nobody may know `market` yet. Who still asks the earlier one has it read
 * again. */
void resident_market_go_on(ResidentMarket *market, ResidentMarket *earlier);
void resident_market_hold(ResidentMarket *market);
void resident_market_release(ResidentMarket *market); /* null: nothing */

/* The market, locked until resident_market_unlock; read first when nobody has yet. db null: it cannot be.
 * STATUS_INCOMPLETE: the archive is another one by now. STATUS_UNAVAILABLE: it is not there, nor is the database.
 * STATUS_BAD_DATA: a session is gone or damaged. */
Status resident_market_lock(ResidentMarket *market, const Config *config, const Db *db, ScreenMarket **ret_market,
                            Error *err);
void resident_market_unlock(ResidentMarket *market);

/* The columns that screens have left there go, and are computed again when they are asked for: room for others. */
void resident_market_free_columns(ResidentMarket *market);
/* The rows of the market, lent without the lock: *ret_own computes columns of its own, which no screen waits for. It
 * goes back with resident_market_give_back. */
Status resident_market_borrow(ResidentMarket *market, const Config *config, const Db *db, ScreenMarket *ret_own,
                              Error *err);
void resident_market_give_back(ResidentMarket *market, ScreenMarket *own);

#endif
