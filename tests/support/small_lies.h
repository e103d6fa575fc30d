/* small_lies.h: a session of which one little thing is not true, by a seed. */
#ifndef CLOSEBELL_TESTS_SMALL_LIES_H
#define CLOSEBELL_TESTS_SMALL_LIES_H

#include <closebell/base/random.h>
#include <closebell/market/market_totals.h>

#include "market_rows.h"

/* What the lie is about; the caller says which market's rows may be lied about. */
typedef enum { LIE_ONE_SHARE = 0, LIE_STOCK_DROPPED, LIE_HALF_A_DAY, LIE_COUNT } SmallLie;

static inline const char *small_lie_name(SmallLie lie) {
  static const char *const NAMES[LIE_COUNT] = {"one row changed by one share", "one stock dropped",
                                               "half a day's volumes"};
  return NAMES[lie];
}

static inline Session session_copy(const Session *session) {
  Session copy = {.date = session->date, .markets = session->markets};
  for (size_t i = 0; i < session->count; i++) assert_int_equal(session_add(&copy, &session->rows[i]), STATUS_OK);
  return copy;
}

/* The index of a row of the market with trades, chosen by chance. */
static inline size_t row_to_lie_about(const Session *session, Market market, const Random *random) {
  for (;;) {
    size_t i = (size_t)(random_next(random) % session->count);
    if (session->rows[i].market == market && row_has_trades(&session->rows[i])) return i;
  }
}

/* An answer from during the day: every stock has traded a part, and its value with it. */
static inline void stop_at_noon(Session *session, Market market, const Random *random) {
  for (size_t i = 0; i < session->count; i++) {
    StockRow *row = &session->rows[i];
    if (row->market != market) continue;
    int64_t percent = 30 + (int64_t)(random_next(random) % 40);
    row->volume = row->volume * percent / 100;
    row->value = row->volume == 0 ? 0 : row->value / 100 * percent;
  }
}

static inline void session_lie(Session *session, SmallLie lie, Market market, const Random *random) {
  size_t i = row_to_lie_about(session, market, random);
  if (lie == LIE_HALF_A_DAY) stop_at_noon(session, market, random);
  if (lie == LIE_ONE_SHARE) session->rows[i].volume += random_next(random) % 2 == 0 ? 1 : -1;
  if (lie != LIE_STOCK_DROPPED) return;
  i = (size_t)(random_next(random) % session->count); /* with trades or without */
  while (session->rows[i].market != market) i = (i + 1) % session->count;
  memmove(&session->rows[i], &session->rows[i + 1], (--session->count - i) * sizeof *session->rows);
}

/* Whether the totals of some market show the lie. */
static inline bool totals_refuse(const Session *told, Market market, const MarketTotals *published) {
  MarketTotals summed;
  return !market_totals_sum(told->rows, told->count, market, &summed) || !market_totals_agree(&summed, published);
}

#endif
