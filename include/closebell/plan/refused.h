/* refused.h: rows that a run was answered and has not believed: what is answered for the days behind is judged by them.
 */
#ifndef CLOSEBELL_PLAN_REFUSED_H
#define CLOSEBELL_PLAN_REFUSED_H

#include <closebell/plan/verdict.h>

enum { REFUSED_SESSIONS = 17 /* the latest: what is asked for at once, and the day before */ };

typedef enum {
  REFUSED_BROKEN,      /* for any other reason */
  REFUSED_MISPLACED,   /* they are another session's */
  REFUSED_CONTRADICTED /* they are not the whole session, says the exchange: they vouch for nothing, and of nobody's
                          lagging do they tell */
} RefusedWhy;

typedef struct {
  Session session; /* no rows: none */
  RefusedWhy why;
} RefusedSession;

/* In no order. Zero-initialise; refused_free at the end. */
typedef struct {
  RefusedSession items[REFUSED_SESSIONS];
} Refused;

/* Takes the session over, in the place of one of that date, else an empty one, else that of the oldest. */
void refused_keep(Refused *refused, Session *session, RefusedWhy why);

/* The latest between the two days that was refused for that reason; null when there is none. before: DAY_NONE is open.
 */
const Session *refused_latest(const Refused *refused, Day before, Day date, RefusedWhy why);

/* Compares good rows with all that was refused between the two days (verdict_compare): half a session was refused for
 * one day, and the next is answered with all of it. */
void refused_compare(const Refused *refused, Day before, const Session *session, Verdict *verdict);

void refused_free(Refused *refused);

#endif
