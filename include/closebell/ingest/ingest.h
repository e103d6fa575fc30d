/* ingest.h: the one engine that manual_setup and daily_update share: what is there, and the step from a day to a
 * verdict and an archived session. */
#ifndef CLOSEBELL_INGEST_INGEST_H
#define CLOSEBELL_INGEST_INGEST_H

#include <closebell/ingest/fetch.h>
#include <closebell/plan/verdict.h>
#include <closebell/plan/work.h>
#include <closebell/store/market_days.h>
#include <closebell/store/meta.h>
#include <closebell/store/targets.h>
#include <closebell/store/trading_calendar.h>

enum {
  INGEST_CACHED_SESSIONS = 4,
  INGEST_REFUSED = FETCH_MAX_DAYS + 1 /* what is asked for at once, and the day before */
};

/* What became of a day in this run. */
typedef struct {
  Day date;
  JobState state;      /* as stored; changed when this run stamps the day */
  bool asked;          /* by this run */
  bool answered_empty; /* in this run */
  bool archived;
  MarketSet markets;    /* archived ones */
  bool archived_before; /* already when the run began */
  bool judged;          /* this run has a verdict about it */
  bool stamped;         /* and has written it down */
  bool proven;          /* this run has stored its rows, and knows that all are there */
  bool troubled;        /* it was unfinished when another run looked: there may be open alerts */
  VerdictKind verdict;
  int64_t attempt;       /* as stored */
  int64_t expected_rows; /* as stored; -1 when not */
  Instant started_utc;   /* of this run's attempt; INSTANT_NONE before */
  bool has_filter;       /* its status says by which entry filter the universe took it in */
  EntryFilter filter;
  bool refiltered; /* by this run: the settings are others than when the universe took it in */
  char reason[JOB_REASON_SIZE];
} IngestDay;

/* Rows that this run was answered and has not believed. */
typedef struct {
  Session session; /* no rows: none */
  bool misplaced;  /* because they are another session's */
} RefusedAnswer;

/* The state of the database as this run knows it. */
typedef struct {
  Job *job;
  Fetch fetch;
  Day first; /* the first session kept; DAY_NONE while set-up has not decided it */
  CalendarDays calendar;
  JobStatuses statuses; /* as read; the days know better */
  TargetTable targets;
  IngestDay *days; /* every weekday known or in question, ascending */
  size_t day_count, day_capacity;
  bool archive_known;   /* the list of archived days was read */
  Day universe_from;    /* the session the universe began with: the smallest added_date; DAY_NONE without targets */
  bool has_began_by;    /* it is known by which filter set-up chose them ... */
  EntryFilter began_by; /* ... and that session's filter may be another now */
  Day newest_analyzed;  /* over all targets; DAY_NONE */
  Day reach; /* no analysis has read beyond it when the run began, nor will one before this run completes more;
                DAY_NONE */
  Session cache[INGEST_CACHED_SESSIONS];
  size_t cache_next;
  UniverseCounts counts; /* of the newest session that this run folded; seen 0: none */
  long sessions_archived, rows_stored, rows_repaired;
  RefusedAnswer refused[INGEST_REFUSED]; /* the latest, in no order */
  Day suspect; /* an archived session that a broken answer does not continue though nothing is missing between: perhaps
            it is that one which is wrong; DAY_NONE */
} Ingest;

/* Loads calendar, statuses, targets; with_archive also the list of archived days (costly on the embedded server). */
Status ingest_load(Ingest *ingest, Job *job, bool with_archive, Error *err);
/* Statuses and targets alone, for who reads only: the targets know the first session kept as well. */
Status ingest_load_states(Ingest *ingest, Job *job, Error *err);
/* What the contract says of the universe's beginning. To be called after each load by whoever folds. */
void ingest_know_beginning(Ingest *ingest, const Meta *meta);
void ingest_free(Ingest *ingest);

/* What the run did to sessions and rows, and whom it saw, into its record. */
void ingest_record(const Ingest *ingest, JobRun *record);

/* The day's entry, made when it is not there; null when there is no memory. Pointers are good until the next new day.
 */
IngestDay *ingest_day(Ingest *ingest, Day date);
const IngestDay *ingest_day_known(const Ingest *ingest, Day date);
/* Where the first day stands that is not before the date; day_count when there is none. */
size_t ingest_position(const Ingest *ingest, Day date);

Day ingest_newest_archived(const Ingest *ingest);               /* DAY_NONE without any */
const IngestDay *ingest_newest_completed(const Ingest *ingest); /* null without any */

/* The entry filter for the universe of that session: the one on record; else, where the record was lost, that of the
 * next session that has one; else today's. So a fold repeated later gives the same universe, whatever was configured
 * meanwhile. */
const EntryFilter *ingest_filter(const Ingest *ingest, Day date);

/* A session from the archive, kept for a while; lent until three others have been asked for. */
Status ingest_session(Ingest *ingest, Day date, const Session **ret_session, Error *err);

/* Takes the session over into the cache, and lends it. */
const Session *ingest_keep_session(Ingest *ingest, Session *session);

/* Makes ingest_session read the date anew: its archive document was replaced. */
void ingest_forget_session(Ingest *ingest, Day date);

/* By whose wish an answer is judged. */
typedef struct {
  bool forced;     /* a person has asked for it to replace what is archived */
  Day replaced_to; /* the archived sessions behind it up to this one may be replaced with it: they are no neighbours;
                      DAY_NONE */
} JudgeTerms;

/* Judges an answer among its archived neighbours, and among all that is archived when none of them vouches for it.
 * ret_session is filled for VERDICT_GOOD only and is the caller's. */
Status ingest_judge(Ingest *ingest, DayAnswer *answer, const JudgeTerms *terms, Session *ret_session,
                    Verdict *ret_verdict, Error *err);

/* The archived session before the date; DAY_NONE. */
Day ingest_archived_before(const Ingest *ingest, Day date);

/* A day that was recorded as closed is a session that the source has lost: failed from the next stamp on. */
void ingest_reopen(Ingest *ingest, Day date, const char *reason);

/* Judges an answer among its archived neighbours and acts: archives a good session, remembers the rest, and lets a new
 * link decide about the empty days beside it. ret_verdict tells what came out. */
Status ingest_take(Ingest *ingest, DayAnswer *answer, Verdict *ret_verdict, Error *err);

/* Fetches and takes days in the order given, asking again for broken answers. Stops early with STATUS_UNAVAILABLE or
 * STATUS_CONFIG; what was archived stays. */
Status ingest_collect(Ingest *ingest, const Day *dates, size_t count, Error *err);

/* Archives a session that is known to be good without its neighbours: the anchor of a set-up. */
Status ingest_archive(Ingest *ingest, Session *session, Error *err);

/* Writes job_status, trading_calendar and alerts of the judged days from `from` on that did not become sessions:
 * closed, and unless only_closed also waiting and failed, which later answers of the same run may still change. */
Status ingest_stamp_others(Ingest *ingest, Day from, bool only_closed, Error *err);

/* The day's status in that state, with the run's fence, host and attempt filled in. */
JobStatus ingest_status(Ingest *ingest, IngestDay *day, JobState state);
/* Writes the statuses, and the calendar's view of their days; the days follow. */
Status ingest_stamp(Ingest *ingest, const JobStatus *items, size_t count, Error *err);

/* Resolves the alerts about days that are completed or closed: whoever wrote that may have died before, and whoever
 * raised them may have been stopped in between. And those about stocks that vanish, once a session has been taken in
 * without that. */
Status ingest_resolve_outlived(const Ingest *ingest, Error *err);

/* True when every weekday strictly between is closed; archived ones count as there. */
bool ingest_nothing_missing(const Ingest *ingest, Day earlier, Day later);

/* The markets that every archived session kept has; 0 without any. The list of archived days must be known. */
MarketSet ingest_archived_markets(const Ingest *ingest);

/* Calendar documents that are missing or say something else than job_status does about a completed or closed day. */
bool ingest_calendar_gap(const Ingest *ingest, const IngestDay *day);
size_t ingest_calendar_gaps(const Ingest *ingest);
Status ingest_mend_calendar(Ingest *ingest, Error *err);

/* The states of all weekdays known, ascending, a completed day whose archive is known to be gone as failed; the caller
 * frees *ret_states. */
Status ingest_states(const Ingest *ingest, DayState **ret_states, size_t *ret_count);

#endif
