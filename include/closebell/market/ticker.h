/* ticker.h: the exchange's six-character short code, the identity of a stock. */
#ifndef CLOSEBELL_MARKET_TICKER_H
#define CLOSEBELL_MARKET_TICKER_H

#include <stdbool.h>

enum { TICKER_SIZE = 8 }; /* six characters, a NUL, padding */

/* A digit and five digits or capital letters: 005930, 00104K, 0126Z0. Only such text may name a collection. */
bool ticker_is_valid(const char *text);

#endif
