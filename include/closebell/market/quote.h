/* quote.h: what a broker shows of one stock during a session and after it. It has no date: whoever believes it must
 * prove the day. */
#ifndef CLOSEBELL_MARKET_QUOTE_H
#define CLOSEBELL_MARKET_QUOTE_H

#include <closebell/market/row.h>

typedef struct {
  char ticker[TICKER_SIZE];
  int64_t open, high, low; /* KRW; all three are 0 where nothing was traded */
  int64_t close;           /* KRW; the last price */
  int64_t base_price;      /* KRW; of the day that the quote is of */
  int64_t volume, value;   /* shares, KRW */
} Quote;

/* Null when the quote can be believed, else the name of the first member that cannot. Wrong are: a code outside the
 * alphabet, a close or base price that is not above 0, a negative figure, an open or a close outside low..high where
 * there were trades, value with a volume of 0. */
const char *quote_fault(const Quote *quote);

/* The row that the quote makes of a stock: name, market, kind and number of shares are those of `listed`, its row in an
 * earlier session, and the market cap follows from the number of shares. False: the row cannot be believed. */
bool quote_row(const Quote *quote, const StockRow *listed, StockRow *ret_row);

/* Quotes are sorted by ticker, each once. Null: there is none. */
const Quote *quote_find(const Quote *quotes, size_t count, const char *ticker);

#endif
