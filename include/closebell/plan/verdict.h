/* verdict.h: is an answer believable, and what does it mean for its date? Facts in, opinion out. */
#ifndef CLOSEBELL_PLAN_VERDICT_H
#define CLOSEBELL_PLAN_VERDICT_H

#include <stdbool.h>

#include <closebell/base/instant.h>
#include <closebell/market/index_day.h>
#include <closebell/market/market_totals.h>
#include <closebell/plan/answer.h>

typedef enum {
  VERDICT_GOOD,            /* believable rows: archive them */
  VERDICT_NOT_PUBLISHED,   /* empty, not due or due for less than half an hour: wait */
  VERDICT_LATE,            /* empty, due, expected open, no later session known: wait */
  VERDICT_PROBABLY_CLOSED, /* empty, due, expected closed, no later session known: wait */
  VERDICT_CLOSED,          /* empty, and the next session links past it */
  VERDICT_LOST,            /* empty, and the next session does not link past it: it was a session */
  VERDICT_BROKEN,          /* rows that cannot be this session's: store nothing, try again */
  VERDICT_MISCONFIGURED,   /* the key: stop, no retry */
  VERDICT_BLOCKED,         /* stop calling this source for a day */
  VERDICT_PASSING          /* throttled, failing or unreachable: back off and retry */
} VerdictKind;

enum { VERDICT_MESSAGE_SIZE = 256 };

typedef struct {
  VerdictKind kind;
  AnswerKind cause;                   /* the answer that decided it, for the retry table */
  int64_t retry_after_ms;             /* -1 when not given */
  bool misplaced;                     /* broken, but only because the rows are another session's */
  bool unproven;                      /* good rows that continue no archived neighbour: see verdict_compare */
  bool vouched;                       /* rows that sum to the published totals of every market that has such */
  bool contradicted;                  /* broken: rows that do not sum to the published totals of a market */
  Day suspect;                        /* broken for the sake of this archived neighbour, which may itself be the wrong
                                         one; DAY_NONE */
  char message[VERDICT_MESSAGE_SIZE]; /* what happened, to what; no date in front */
} Verdict;

enum {
  VERDICT_PUBLICATION_GRACE_MS = 30 * 60 * 1000,
  VERDICT_DOUBT_MS = 5 * 24 * 60 * 60 * 1000, /* since due: unproven rows behind missing sessions are not believed */
  VERDICT_MIN_ROWS_PERCENT = 95,              /* of the neighbouring session's, market by market */
  VERDICT_MAX_IDLE_PERCENT = 20,              /* rows without trade */
  VERDICT_MAX_IDLE_PERCENT_KONEX = 60         /* when it is the only market */
};

/* How many rows of a session of these markets may be without trades. */
size_t verdict_max_idle_percent(MarketSet markets);

/* What is known around the date. Sessions are lent; null when there is none. */
typedef struct {
  MarketSet markets;       /* asked for */
  const Session *previous; /* the nearest archived session before the date */
  const Session *next;     /* the nearest archived session after it */
  bool whole_before;       /* nothing can be missing between previous and the date */
  bool whole_after;        /* nothing can be missing between the date and next */
  bool closed_before;      /* no day between previous and the date was asked by this run and answered otherwise than
                              empty: each may have been closed */
  bool closed_after;
  const Session *misplaced; /* what this run was answered, and refused as another session's, for the latest day between
                               previous and the date; null when there is none */
  const Session *refused;   /* the same of what was refused for another reason */
  size_t missing_before;    /* days between previous and the date that may be sessions and are not archived */
  const SessionTotals *published; /* the date's totals as the exchange publishes them, of the markets where they are
                                     known (`summed` is not looked at); null: none is */
  IndexGap index_gap;             /* between previous and next, for an empty answer: what the indices say */
  bool forced;                    /* by a person, to replace what is archived: one neighbour that agrees will do */
  bool expected_open;             /* by the closures table */
  bool other_expected_open;       /* so is another day between previous and next that is not known to be closed */
  Instant due, now;
} VerdictFacts;

/* For VERDICT_GOOD *ret_session takes the answer's rows over (the answer keeps none); otherwise it is untouched.
 * STATUS_NO_MEMORY is the only failure. */
Status verdict_judge(DayAnswer *answer, const VerdictFacts *facts, Session *ret_session, Verdict *ret_verdict);

/* A copy of the answer's rows as one session. STATUS_BAD_DATA names a code that stands twice. */
Status verdict_gather(const DayAnswer *answer, MarketSet markets, Session *ret_session, Error *err);

/* Empty, with a session archived before and one after it: closed, lost, or probably closed. What the indices say of the
 * days between counts more than the links of the stocks. */
void verdict_judge_gap(const VerdictFacts *facts, Verdict *ret_verdict);

/* Rows against the published totals that are known of these markets (null: none): vouched where each that has totals
 * agrees. False: those of a market do not, and the verdict becomes broken: contradicted, with both figures. */
bool verdict_weigh_totals(const Session *session, MarketSet markets, const SessionTotals *published, Verdict *verdict);

/* Good rows that are unproven are compared with every other archived session, and with what was refused for the days
 * before: those of a market that stand in one of them are another day's, and the verdict becomes broken: misplaced. */
void verdict_compare(const Session *session, const Session *other, Verdict *verdict);

/* Good rows that are unproven, and stand in no other session: behind two or more missing sessions they become broken
 * until a later answer, the published totals or time vouches for them. Totals do not where the source was found to lag:
 * they may be as old as the rows. */
void verdict_doubt(const VerdictFacts *facts, const Session *session, Verdict *verdict);

#endif
