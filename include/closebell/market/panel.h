/* panel.h: the history of chosen tickers, gathered from archived sessions, and its adjustment for corporate actions. */
#ifndef CLOSEBELL_MARKET_PANEL_H
#define CLOSEBELL_MARKET_PANEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <closebell/base/status.h>
#include <closebell/market/action.h>
#include <closebell/market/session.h>

typedef struct {
  int32_t session; /* index in Panel.dates */
  int64_t open, high, low, close, change, volume;
} PanelRow;

typedef struct {
  char ticker[TICKER_SIZE];
  PanelRow *rows; /* oldest first, sessions without trades included */
  size_t count, capacity;
} PanelSeries;

/* Zero-initialise through panel_init; panel_free at the end. */
typedef struct {
  Day *dates;          /* of the sessions added, ascending */
  bool *broken_before; /* a session may be missing between dates[i - 1] and dates[i]: no factor across it */
  size_t session_count, session_capacity;
  PanelSeries *series; /* sorted by ticker */
  size_t series_count;
} Panel;

/* tickers need not be sorted; each once. */
Status panel_init(Panel *panel, const char *const *tickers, size_t count);
/* Sessions come in ascending order of date. */
Status panel_add(Panel *panel, const Session *session, bool broken_before);
const PanelSeries *panel_find(const Panel *panel, const char *ticker);
void panel_free(Panel *panel);

/* One ticker's traded sessions, adjusted to its newest row: unrounded prices in KRW, volumes in shares. The arrays live
 * in one block; adjusted_free releases it. */
typedef struct {
  size_t count;
  Day *dates;
  double *open, *high, *low, *close, *volume;
  Day newest_action; /* the newest corporate action in the series, DAY_NONE without any */
} AdjustedSeries;

/* The factor of the corporate action on a row's date; 1 where there is none. */
double panel_row_factor(const Panel *panel, const PanelSeries *series, size_t row);

/* Uses rows whose date is at least `from`. Factors come from consecutive rows, those without trades included, never
 * across a broken place. */
Status panel_adjust(const Panel *panel, const PanelSeries *series, Day from, AdjustedSeries *ret_adjusted);
/* Lets go of all bars but the newest. */
Status adjusted_keep_newest(AdjustedSeries *adjusted);
void adjusted_free(AdjustedSeries *adjusted);

#endif
