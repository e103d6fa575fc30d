/* chain.h: one stock's closes, chained forward by the exchange's own base prices.
 *
 * Adjusted prices (panel.h) look back from the newest session: each new corporate action moves all of them. A chained
 * close looks forward from the first row: published close / product of the factors so far. It depends on nothing later
 * than its own session, to the last bit, and the ratio of two of them is the ratio of the adjusted ones. */
#ifndef CLOSEBELL_MARKET_CHAIN_H
#define CLOSEBELL_MARKET_CHAIN_H

#include <stdbool.h>
#include <stdint.h>

/* Zero-initialise. */
typedef struct {
  int64_t close;  /* of the newest row, KRW; 0 before the first */
  double factors; /* of all corporate actions so far, multiplied */
} CloseChain;

/* Takes the stock's next archived row, without trades or with; unbroken: no session can be missing since the one
 * before it. Returns its chained close, in KRW of the first row. */
double close_chain_add(CloseChain *chain, int64_t close, int64_t base_price, bool unbroken);

#endif
