/* adjustment.h: the whole market's factors of adjustment, gathered from sessions one after another, so that a session
 * at a time can be adjusted without the others in memory. Agrees with panel_adjust to the last bit. */
#ifndef CLOSEBELL_MARKET_ADJUSTMENT_H
#define CLOSEBELL_MARKET_ADJUSTMENT_H

#include <stdbool.h>
#include <stddef.h>

#include <closebell/market/session.h>

typedef struct {
  char ticker[TICKER_SIZE];
  int64_t close; /* KRW, in the last session that listed it */
  size_t gaps;   /* the adjustment's, by then */
} AdjustedStock;

typedef struct {
  char ticker[TICKER_SIZE];
  Day date;
  double factor; /* of this action; once finished, of it and all later ones */
} AdjustedAction;

/* Zero-initialise; adjustment_free at the end. */
typedef struct {
  AdjustedStock *stocks; /* sorted */
  size_t stock_count, stock_capacity;
  AdjustedAction *actions; /* by ticker and date, once finished */
  size_t action_count, action_capacity;
  size_t gaps; /* places where a session may be missing */
} Adjustment;

/* Sessions come in ascending order. broken_before: a session may be missing before this one; no factor across it. */
Status adjustment_add(Adjustment *adjustment, const Session *session, bool broken_before);
/* After the last session, before the first question. */
void adjustment_finish(Adjustment *adjustment);
/* What prices of that date are multiplied by, and volumes divided by, to agree with the last session's. */
double adjustment_factor(const Adjustment *adjustment, const char *ticker, Day date);
void adjustment_free(Adjustment *adjustment);

#endif
