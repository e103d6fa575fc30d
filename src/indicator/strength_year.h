/* strength_year.h: a stock's last year of sessions, beside its closes, as the cross-section of the market looks at it.
 */
#ifndef CLOSEBELL_INDICATOR_STRENGTH_YEAR_H
#define CLOSEBELL_INDICATOR_STRENGTH_YEAR_H

#include <closebell/indicator/strength.h>

#include "rs_raw.h"

enum { RING = RS_RAW_LONGEST + 1 };

/* Rings: what belongs to the n-th traded session stands at n % RING. */
typedef struct StrengthYear {
  double highs[RING];   /* chained */
  double returns[RING]; /* since the traded session before */
  size_t sessions[RING];
} StrengthYear;

/* Takes a session with trades, before its close is; false: no memory. */
bool strength_year_take(StrengthStock *stock, const StockRow *row, size_t session, double close);
/* Takes the index closes of the newest session; false: no memory. */
bool strength_take_index(Strength *strength);

#endif
