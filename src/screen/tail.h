/* tail.h: what the stocks considered in one session look back at, side by side: a row of values for each number of
 * traded sessions ago. Whoever asks for the newest session again and again finds its rows there. */
#ifndef CLOSEBELL_SCREEN_TAIL_H
#define CLOSEBELL_SCREEN_TAIL_H

#include "columns.h"

typedef struct ScreenTail {
  size_t session, count; /* stocks considered in it */
  size_t *cells;         /* of each: where its bar of the session stands in every column */
  uint32_t *bars;        /* of each: how many traded sessions it has before */
  double **rows;         /* [name * (SCREEN_MAX_BACK + 1) + ago]; null until asked for */
  size_t row_count;
} ScreenTail;

/* The tail of the session, with room for more rows; another session's is dropped. Null without memory. Columns that
 * rows are asked of are prepared. */
ScreenTail *screen_tail(ScreenMarket *market, size_t session);
/* Null without memory. NaN: absent. */
const double *screen_tail_row(ScreenTail *tail, const ScreenMarket *market, int name, int ago);
void screen_tail_free(ScreenTail *tail);

#endif
