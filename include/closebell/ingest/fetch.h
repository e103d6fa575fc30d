/* fetch.h: asks the source for sessions, politely: one question first, breaker, daily allowance, retries. */
#ifndef CLOSEBELL_INGEST_FETCH_H
#define CLOSEBELL_INGEST_FETCH_H

#include <closebell/plan/answer.h>
#include <closebell/run/job.h>
#include <closebell/store/source_state.h>

enum { FETCH_MAX_DAYS = 16, FETCH_DOORS = 8 };

/* A feed beside daily prices, as this run knows it. */
typedef struct {
  const Feed *feed; /* null: an empty place */
  bool failed;      /* this run asks no more */
  bool answered;    /* sensibly: from here on several questions at once */
  int broken;       /* answers in a row that cannot be believed */
} FeedDoor;

/* An answer of a feed whose answers a run keeps. */
typedef struct KeptAnswer KeptAnswer;

/* The shared access token, as this run uses it. */
typedef struct {
  int64_t number;      /* of its claim; 0: none is in use */
  Instant refresh_utc; /* by the server's clock: from then on another one is looked for */
  int refused;         /* how often the provider has called one none in this run */
} TokenUse;

/* One run's dealings with the source. Starts with job and markets set. */
typedef struct {
  Job *job;
  const Source *asked;        /* whom; null, as the next: the source of daily prices */
  const ProviderTerms *terms; /* what the settings say about it */
  TokenUse token;             /* of a source that wants one */
  MarketSet markets;
  bool begun;               /* the breaker and the day's calls were read */
  bool answered;            /* the source has given a sensible answer: from here on several at once */
  bool refused;             /* it has refused the key: this run asks it no more, and no feed's door is shut for that */
  Pace pace;                /* what the source is asked at; the settings' until something slows it down */
  SourceState state;        /* the breaker and the day's calls, as last read */
  long calls_counted;       /* source->calls when they were stored */
  int64_t deadline_ms;      /* uptime: no wait reaches beyond it; 0: none */
  Day next[FETCH_MAX_DAYS]; /* the dates of the fetch_days after the next, which announces them */
  size_t next_count;
  FeedDoor doors[FETCH_DOORS];
  KeptAnswer *kept; /* owned */
  size_t kept_count, kept_capacity;
} Fetch;

/* Whom it asks, and by which terms. */
const Source *fetch_source(const Fetch *fetch);
const ProviderTerms *fetch_terms(const Fetch *fetch);
/* Dealings with another provider than that of daily prices. False: it is not configured, or the run asks nobody. */
bool fetch_of(Fetch *ret_fetch, Job *job, const char *provider);

/* Asks all questions, which are of one feed and at most fetch_chunk, and retries what passes. What could not be had is
 * in the answers: one that stays ANSWER_NONE was not asked, because the feed's door is shut. A service that the
 * provider does not have is told once, and remembered. Fails as fetch_days does. */
Status fetch_questions(Fetch *fetch, const Question *questions, size_t count, Error *err);

/* What it has kept. */
void fetch_free(Fetch *fetch);

/* The dates, FETCH_MAX_DAYS at most, that fetch_days will be asked for after the next time, whatever that brings: what
 * is announced to the source is a call. Only what fits into the allowance as a whole is announced. */
void fetch_next(Fetch *fetch, const Day *dates, size_t count);

/* Asks for every market of every date (answers[i].date is set), retrying what passes. What could not be had is in the
 * answers. STATUS_CONFIG: the key is refused; STATUS_UNAVAILABLE: blocked (the breaker is set), the day's allowance is
 * used up, or nothing answered at all; STATUS_INCOMPLETE: this run's calls are used up. Answers already there stay. */
Status fetch_days(Fetch *fetch, const Day *dates, size_t count, DayAnswer *answers, Error *err);

/* What is asked of a feed beside daily prices. */
typedef struct {
  const char *feed;
  MarketSet markets; /* those of them that the feed has */
  const Day *dates;  /* at most fetch_chunk */
  size_t count;
} FeedDays;

/* Asks once for another feed on each date (answers are zeroed); the first question of a run goes alone. What was said
 * is in the answers, which stay empty where the source has no such feed, refuses it, or may be asked no more. A feed
 * whose answers are kept is asked once a run, whoever wants them. Nobody depends on it: neither alert nor retry. A
 * refusal is told, and remembered in source_state under the feed's own _id: for a week where the key or the server
 * lacks the service, for a day where the door was shut: taking that away opens it again. After any other trouble this
 * run asks no more. */
Status fetch_beside(Fetch *fetch, const FeedDays *asked, DayAnswer *answers, Error *err);
/* What the feed has said in this run, where its answers are kept; lent until the next is asked. Null: nothing. */
const Answer *fetch_kept(const Fetch *fetch, const char *feed, Day date, Market market);
/* Whether it would be in vain: the source has no such feed, or this run asks it no more. */
Status fetch_door_is_shut(Fetch *fetch, const char *feed, bool *ret_shut, Error *err);

/* Whether every market was asked about the date before the fetch ended. */
bool fetch_is_whole(const Fetch *fetch, const DayAnswer *answer);
/* All the markets were answered, with no rows. */
bool fetch_is_empty(const Fetch *fetch, const DayAnswer *answer);

/* Whether so many dates can still be asked for within what one run may ask. */
bool fetch_has_calls(const Fetch *fetch, size_t dates);

/* Whether there is time for a wait. */
bool fetch_has_time(const Fetch *fetch, int64_t wait_ms);

/* How many dates one call of fetch_days should be given, so that no wait outlasts a third of the lease.
 * Fewer once the source is slowed down: to be asked anew before each call. */
size_t fetch_chunk(const Fetch *fetch);

#endif
