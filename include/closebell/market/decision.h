/* decision.h: what is decided about stocks, and what became of it. */
#ifndef CLOSEBELL_MARKET_DECISION_H
#define CLOSEBELL_MARKET_DECISION_H

#include <stdbool.h>
#include <stddef.h>

#include <closebell/market/horizon.h>

typedef enum {
  DECISION_NONE = 0, /* nothing was to be decided: the field is absent */
  DECISION_BUY,
  DECISION_SELL,
  DECISION_HOLD,
  DECISION_NO_DECISION,
  DECISION_FINALS
} DecisionFinal;

/* "BUY", "SELL", "HOLD", "NO_DECISION"; null for DECISION_NONE. */
const char *decision_final_name(DecisionFinal final);
/* False, and nothing written, for another text. */
bool decision_final_parse(const char *text, DecisionFinal *ret_final);

/* Bought at the open of the session after that of the decision, in equal parts (hindsight/decision_outcome.h). Returns
 * are fractions, 0.01 is one per cent; NaN: history does not reach there yet, or nobody could be bought. */
typedef struct {
  int tickers, entered;     /* asked about; of these could be bought */
  double returns[HORIZONS]; /* the mean over those entered */
  double market[HORIZONS];  /* of all stocks considered in that session that could be bought */
} DecisionOutcome;

/* The return less the market's; NaN when either is. */
double decision_excess(const DecisionOutcome *outcome, size_t horizon);

#endif
