/* evening_index.h: an index's daily rows, as a broker shows them on the evening: is the newest the index day of the
 * session? The broker answers a wrong number with another index and does not say so, and shows a placeholder before the
 * open. What proves the row is the one before it, which must close where the archived index day does. Pure. */
#ifndef CLOSEBELL_PLAN_EVENING_INDEX_H
#define CLOSEBELL_PLAN_EVENING_INDEX_H

#include <closebell/market/index_day.h>

typedef struct {
  Day date;                  /* the evening's */
  Day before;                /* the archived session before it */
  const IndexRow *archived;  /* the archived index day of that session; null: there is none */
  const DatedIndexRow *rows; /* as shown, ascending; their change is not looked at */
  size_t count;
} EveningIndexFacts;

enum { EVENING_INDEX_WHY_SIZE = 160 };

/* True: *ret_row is the session's row, its change from the close before. False: why says why not. */
bool evening_index_judge(const EveningIndexFacts *facts, IndexRow *ret_row, char why[EVENING_INDEX_WHY_SIZE]);

#endif
