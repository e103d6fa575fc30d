/* snapshot.h: one state of the database, as readers are answered from it: read as a whole, never changed, exchanged for
 * the next one as a whole. */
#ifndef CLOSEBELL_API_SNAPSHOT_H
#define CLOSEBELL_API_SNAPSHOT_H

#include <stdatomic.h>

#include <closebell/api/cursor.h>
#include <closebell/api/resident_market.h>
#include <closebell/base/sha256.h>
#include <closebell/store/job_status.h>
#include <closebell/store/market_days.h>
#include <closebell/store/stored.h>
#include <closebell/store/targets.h>
#include <closebell/store/trading_calendar.h>

typedef struct {
  const Target *target;  /* of Snapshot.targets */
  StoredDocument latest; /* its document of latest_analysis; no fields: it has none */
  bool behind;           /* active, and the analysis has not come to it yet, or has a restatement of it open */
} SnapshotStock;

typedef struct Snapshot {
  atomic_int holders;
  int64_t number; /* of those that this process has served, from 1 */
  CursorState state;
  Sha256Text signature; /* two snapshots of the same content have the same */
  JobStatuses statuses;
  DayState *days; /* of daily_update, ascending */
  size_t day_count;
  Day *unproven; /* newest first */
  size_t unproven_count;
  CalendarDays calendar;
  TargetTable targets;
  SnapshotStock *stocks;     /* one a target, by ticker */
  StoredDocument *companies; /* of system_info.companies, by ticker */
  size_t company_count, company_capacity;
  bool followed;          /* the analysis has come to all of it: no stock is behind, no session of it being redone */
  TextBuffer proof;       /* the JSON object of every answer */
  ResidentMarket *market; /* held; for screens */
} Snapshot;

/* STATUS_INCOMPLETE: the database changed meanwhile; try again. Held once. */
Status snapshot_build(const Db *db, Snapshot **ret_snapshot, Error *err);
void snapshot_hold(Snapshot *snapshot);
void snapshot_release(Snapshot *snapshot); /* null: nothing */

const SnapshotStock *snapshot_stock(const Snapshot *snapshot, const char *ticker); /* null: not a target */
bool snapshot_is_followed(const SnapshotStock *stock);                             /* an active target */
/* The company whose stock this is, a preferred one too; null: none is known. Its _id is the corp_code. */
const StoredDocument *snapshot_company(const Snapshot *snapshot, const char *ticker);

/* The first session kept; DAY_NONE: not known. */
Day snapshot_first(const Snapshot *snapshot);

/* The last session that belongs to the state: as_of. What is archived behind it belongs to the next one. Before
 * anything is analysed all do. */
Day snapshot_end(const Snapshot *snapshot);

/* The session that is screened unless another one is asked for: as_of, once the analysis has come to all of it: the
 * same as long as the state is. Else the newest whose analysis is completed, as on the command line, where there is
 * one. It may be none that is archived. */
Day snapshot_screened(const Snapshot *snapshot);

/* Shares the other's market where both have the same archive; goes on with it where sessions were added. */
void snapshot_share_market(Snapshot *snapshot, const Snapshot *other);

/* All sessions up to the day are there and proven. False, and *problem (409) names the day. */
bool snapshot_has(const Snapshot *snapshot, Day day, Problem *problem);

#endif
