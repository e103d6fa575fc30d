/* restated.h: what the source answers now for a day that is archived or recorded as closed, and what follows. Sessions
 * and facts in, opinion out. */
#ifndef CLOSEBELL_PLAN_RESTATED_H
#define CLOSEBELL_PLAN_RESTATED_H

#include <closebell/plan/refused.h>

typedef enum {
  RESTATE_REPORT,  /* a different answer is reported: alert `restated`, both values, WARN */
  RESTATE_SUSPECT, /* the same, CRITICAL: later sessions do not continue what is archived, so that is probably wrong */
  RESTATE_FORCE    /* a different answer replaces what is archived, by a person's order */
} RestateMode;

/* ---- a believable answer for a day, beside what is archived ---- */

/* Rows of the markets in `stored` that are not the same in both; text describes the first. Rows of markets that were
 * not asked for then are no difference. */
size_t restated_count_differences(const Session *stored, const Session *fresh, char *text, size_t size);

typedef struct {
  bool readable;      /* the archive has a session of the day; else all that follows is nothing */
  size_t differences; /* restated_count_differences */
  bool more_markets;  /* the answer has a market that the archive lacks */
} RestatedFacts;

typedef struct {
  bool reported; /* the differences are told */
  bool replaced; /* the answer takes the archive's place */
  bool settled;  /* archive and answer are the same from now on: an alert about it ends */
} RestatedDecision;

RestatedDecision restated_decide(const RestatedFacts *facts, RestateMode mode);

/* ---- a day that is recorded as closed ---- */

/* The session archived behind the closed day is answered anew (`fresh`). When it no longer continues the session
 * archived before the closed day, while a day behind it, whose rows this run was answered and refused, continues it,
 * then a session between them is missing. Returns that day behind, the witness; DAY_NONE when there is no such case.
 * next: the archived day after fresh; DAY_NONE: none. */
Day restated_find_witness(const Session *before, const Session *fresh, const Refused *refused, Day next);

typedef enum {
  CLOSED_STANDS,   /* nothing speaks against it, or the source could not be asked */
  CLOSED_HAS_ROWS, /* the source has rows for it now */
  CLOSED_IS_LOST   /* the source has none for it, and a witness says that there was a session */
} ClosedDoubt;

/* empty: the source was asked for the day and has nothing. rows: what it has. */
ClosedDoubt restated_doubt_closed(bool empty, size_t rows, Day witness);

#endif
