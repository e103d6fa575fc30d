/* ledger.h: the ledger of days: every weekday known or in question, what the database says of it, and what this run has
 * made of it. */
#ifndef CLOSEBELL_INGEST_LEDGER_H
#define CLOSEBELL_INGEST_LEDGER_H

#include <closebell/market/filter.h>
#include <closebell/plan/verdict.h>
#include <closebell/plan/work.h>
#include <closebell/run/job.h>
#include <closebell/store/job_status.h>
#include <closebell/store/trading_calendar.h>

/* What became of a day in this run. */
typedef struct {
  bool asked, answered_empty; /* by the source */
  bool judged;                /* there is a verdict about it */
  bool stamped;               /* which is written down */
  bool archived_anew;         /* its session was archived, for the first time or in the place of another */
  bool proven;                /* its rows were stored, and all are there */
  bool troubled;              /* it was unfinished when another run looked: there may be open alerts */
  bool refiltered;            /* the settings are others than when the universe took it in */
  VerdictKind verdict;
  Instant started_utc; /* of the attempt; INSTANT_NONE before */
  char reason[JOB_REASON_SIZE];
} DayRun;

typedef struct {
  Day date;
  JobState state;                 /* as stored; changed when this run stamps the day */
  int64_t attempt, expected_rows; /* as stored; no expected rows: -1 */
  bool archived, archived_before; /* now, and when the run began */
  MarketSet markets;              /* archived ones */
  bool has_filter;                /* its status says by which entry filter the universe took it in */
  EntryFilter filter;
  DayRun run;
} LedgerDay;

typedef struct {
  Day first; /* the first session kept; DAY_NONE while set-up has not decided it */
  CalendarDays calendar;
  JobStatuses statuses; /* as read; the days know better */
  LedgerDay *days;      /* ascending */
  size_t count, capacity;
  bool archive_known; /* the list of archived days was read */
} Ledger;

/* What is read: each is costlier than the one before, the list of archived days on the embedded server very much so. */
typedef enum { LEDGER_STATES, LEDGER_CALENDAR, LEDGER_ARCHIVE } LedgerScope;

/* Whose statuses have to be readable follows from the job. Without the calendar it is not known which session is the
 * first. */
Status ledger_load(Ledger *ledger, const Job *job, LedgerScope scope, Error *err);
/* For who has not loaded it and misses it. */
Status ledger_load_calendar(Ledger *ledger, const Db *db, Error *err);
void ledger_free(Ledger *ledger);

/* The day's entry, made when it is not there; null when there is no memory. Pointers are good until the next new day.
 */
LedgerDay *ledger_day(Ledger *ledger, Day date);
/* Null when it is not there; ledger_known lets it be changed. */
const LedgerDay *ledger_find(const Ledger *ledger, Day date);
LedgerDay *ledger_known(Ledger *ledger, Day date);
/* Where the first day stands that is not before the date; count when there is none. */
size_t ledger_position(const Ledger *ledger, Day date);

/* DAY_NONE without any. */
Day ledger_newest_archived(const Ledger *ledger);
Day ledger_archived_before(const Ledger *ledger, Day date);
Day ledger_archived_after(const Ledger *ledger, Day date);
const LedgerDay *ledger_newest_completed(const Ledger *ledger); /* null without any */

/* True when every weekday strictly between is closed; archived ones count as there. */
bool ledger_nothing_missing(const Ledger *ledger, Day earlier, Day later);

/* The markets that every archived session kept has; 0 without any. The list of archived days must be known. */
MarketSet ledger_archived_markets(const Ledger *ledger);

/* The states of all weekdays known, ascending, a completed day whose archive is known to be gone as failed; the caller
 * frees *ret_states. STATUS_NO_MEMORY is the only failure. */
Status ledger_states(const Ledger *ledger, DayState **ret_states, size_t *ret_count);

#endif
