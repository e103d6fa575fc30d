/* ticker_list.h: tickers, each once, in ascending order. */
#ifndef CLOSEBELL_MARKET_TICKER_LIST_H
#define CLOSEBELL_MARKET_TICKER_LIST_H

#include <stddef.h>

#include <closebell/base/status.h>
#include <closebell/market/ticker.h>

/* Zero-initialise; ticker_list_free at the end. */
typedef struct {
  char (*items)[TICKER_SIZE]; /* owned */
  size_t count, capacity;
} TickerList;

/* In any order, and more than once; ticker_list_settle makes it a list. STATUS_INTERNAL: not a ticker. */
Status ticker_list_add(TickerList *list, const char *ticker, Error *err);
void ticker_list_settle(TickerList *list);
bool ticker_list_has(const TickerList *list, const char *ticker);
void ticker_list_free(TickerList *list);

/* Where the ticker stands, or would, among `count` items of `size` bytes that begin with their ticker, ascending. */
size_t ticker_position(const void *items, size_t count, size_t size, const char *ticker);

#endif
