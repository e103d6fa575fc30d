/* made_market.h: a stock market that never was, for tests: any session of it, at any time, the same for the same seed.
 *
 * Sessions are numbered by day_index, 0 upward; which date a session has is the caller's choice. Prices wander, every
 * base price is the close of the session before, and a few stocks a session are without trades, so that sessions link
 * as real ones do: true neighbours all but perfectly, others hardly at all. */
#ifndef CLOSEBELL_TESTS_MADE_MARKET_H
#define CLOSEBELL_TESTS_MADE_MARKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <closebell/base/day.h>
#include <closebell/market/session.h>
#include <closebell/plan/answer.h>

typedef enum {
  MADE_SPLIT,    /* from this session on prices are divided, and shares multiplied, by `factor` */
  MADE_LISTED,   /* this is the stock's first session */
  MADE_DELISTED, /* the first session without it */
  MADE_HALTED    /* without trades for `factor` sessions from this one on */
} MadeEventKind;

typedef struct {
  MadeEventKind kind;
  size_t stock;
  int64_t day_index, factor;
} MadeEvent;

typedef struct {
  uint64_t seed;
  size_t stocks[MARKET_COUNT]; /* stock numbers run through the markets in their order */
  int64_t idle_per_mille;      /* stocks without trades in a session */
  const MadeEvent *events;     /* lent */
  size_t event_count;
} MadeMarket;

/* 120 stocks of KOSPI and 80 of KOSDAQ, 20 per mille idle, no events. */
MadeMarket made_market(uint64_t seed);

/* The stock's code, "100003" for stock 3. */
void made_ticker(size_t stock, char ticker[TICKER_SIZE]);

/* False when the stock is not listed in that session. */
bool made_row(const MadeMarket *market, size_t stock, int64_t day_index, StockRow *ret_row);

/* Every listed stock of the markets, sealed. The caller frees it. */
Session made_session(const MadeMarket *market, int64_t day_index, Day date, MarketSet markets);

/* The same as a source's answer, one part a market; a market without rows is ANSWER_EMPTY. The caller frees it. */
DayAnswer made_answer(const MadeMarket *market, int64_t day_index, Day date, MarketSet markets);

#endif
