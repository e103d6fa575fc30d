/* order.h: which tickers hourly_analysis has to do, and in what order. */
#ifndef CLOSEBELL_PLAN_ORDER_H
#define CLOSEBELL_PLAN_ORDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <closebell/base/instant.h>
#include <closebell/market/ticker.h>

enum { ORDER_BEHIND_SESSIONS = 3, ORDER_FAILURES_BEFORE_DAILY = 5 };

typedef struct {
  size_t target;            /* the caller's index */
  int64_t market_cap;       /* KRW */
  int64_t sessions_behind;  /* sessions after last_analyzed_date up to the gate's; INT64_MAX when never analysed */
  char ticker[TICKER_SIZE]; /* breaks ties */
} OrderItem;

/* Three or more sessions behind first, then by market cap, largest first, then by ticker. */
void order_sort(OrderItem *items, size_t count);

/* A ticker that failed is tried by the next run; after five failures in a row once a day. */
bool order_failure_due(int64_t failure_count, Instant last_failure, Instant now);

#endif
