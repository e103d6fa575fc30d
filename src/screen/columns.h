/* columns.h: the fields of the whole market as columns, computed on demand. */
#ifndef CLOSEBELL_SCREEN_COLUMNS_H
#define CLOSEBELL_SCREEN_COLUMNS_H

#include <closebell/screen/market.h>

/* A stock's bars in the prices of one time: as seen from any of the bars own .. count - 1, between which no corporate
 * action lies. Columns have a cell for each bar from `start` on: those before it are too far back to be asked for. */
typedef struct {
  size_t stock, start, own, count;
  size_t cell; /* of bar `start`, in every column */
} ScreenView;

typedef struct ScreenColumns {
  ScreenView *views; /* stock after stock, each with its bars ascending */
  size_t view_count, view_capacity;
  uint32_t *view_of; /* of each entry: the view that sees it */
  size_t cells;
  double **values; /* of each name: null, or a value a cell; NaN: absent */
  unsigned *used;  /* of each name: the turn in which it was last asked for */
  size_t *since;   /* of each name: the first session whose values are there; but for those of companies 0 */
  unsigned turn;
  struct ScreenTail *tail; /* of the session asked for last; null until then */
} ScreenColumns;

/* names: one bool for each known name. Texts are no columns. Fields of companies, which take a ranking of the market
 * for each session, are computed from session `since` on. */
Status screen_columns_prepare(ScreenMarket *market, const bool *names, size_t since, Error *err);
void screen_columns_free(ScreenColumns *columns);
/* What was asked for longest ago goes, until no more than so many bytes of values are kept; 0: no limit. */
void screen_columns_trim(ScreenColumns *columns, size_t most); /* null: nothing */

/* The value of a prepared name for an entry. */
double screen_columns_value(const ScreenMarket *market, int name, size_t entry);

/* Bytes of the values that are kept. */
size_t screen_columns_memory(const ScreenColumns *columns);

#endif
