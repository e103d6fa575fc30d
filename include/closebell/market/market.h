/* market.h: the markets of the exchange, and sets of them. */
#ifndef CLOSEBELL_MARKET_MARKET_H
#define CLOSEBELL_MARKET_MARKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum { MARKET_KOSPI = 0, MARKET_KOSDAQ, MARKET_KONEX, MARKET_COUNT } Market;

typedef uint32_t MarketSet; /* bit 1u << Market */

static inline MarketSet market_bit(Market market) { return 1u << market; }
static inline bool market_set_has(MarketSet set, Market market) { return (set & market_bit(market)) != 0; }

static inline size_t market_set_count(MarketSet set) {
  size_t count = 0;
  for (Market market = 0; market < MARKET_COUNT; market++) count += market_set_has(set, market);
  return count;
}

const char *market_name(Market market); /* "KOSPI" */
bool market_parse(const char *name, Market *ret_market);

/* "KOSPI,KOSDAQ": spaces allowed, each once, at least one. */
bool market_set_parse(const char *text, MarketSet *ret_set);

/* The same form without spaces, empty for no market. Returns text. */
enum { MARKET_SET_TEXT_SIZE = 24 };
char *market_set_format(MarketSet set, char text[MARKET_SET_TEXT_SIZE]);

#endif
