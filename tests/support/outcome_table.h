/* outcome_table.h: a small made-up market with the matches of a screen, and the outcome of it. */
#ifndef CLOSEBELL_TESTS_OUTCOME_TABLE_H
#define CLOSEBELL_TESTS_OUTCOME_TABLE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <closebell/screen/outcome.h>

#include "made_screen.h"

enum { MOST_STOCKS = 9, MOST_SESSIONS = 130 };

static struct {
  size_t sessions, stocks;
  MadeRow rows[MOST_SESSIONS * MOST_STOCKS];
  bool matches[MOST_SESSIONS][MOST_STOCKS];
} made;

static inline MadeRow *row_at(size_t session, size_t stock) { return &made.rows[session * made.stocks + stock]; }

static inline bool is_considered(size_t session, size_t stock) {
  const MadeRow *row = row_at(session, stock);
  return row->close != 0 && row->open != 0 && row->market != MARKET_KONEX;
}

static inline ScreenMarket market_of_made(void) {
  return made_screen(&(MadeTable){made.sessions, made.stocks, made.rows});
}

/* The answers of sessions answered .. last stand at their entries; before and behind them everything matches, so that
 * it shows when somebody looks there. */
static inline uint8_t *answers_of(const ScreenMarket *market, size_t answered, size_t last) {
  uint8_t *answers = made_room(market->entry_count, 1), *to = answers + market->first_entry[answered];
  memset(answers, SCREEN_MATCH, market->entry_count);
  for (size_t t = answered; t <= last; t++)
    for (size_t s = 0; s < made.stocks; s++)
      if (is_considered(t, s)) *to++ = made.matches[t][s] ? SCREEN_MATCH : s % 2 ? SCREEN_FALSE : SCREEN_UNKNOWN;
  assert_int_equal(to - answers, market->first_entry[last + 1]);
  return answers;
}

static inline ScreenOutcome outcome_between(size_t answered, size_t first, size_t last) {
  ScreenMarket market = market_of_made();
  OutcomeMarket shared = {0};
  ScreenOutcome outcome;
  Error err = {{0}};
  uint8_t *answers = answers_of(&market, answered, last);
  size_t wider = first > 3 ? first - 3 : 0; /* the market of more sessions than those that are asked for */
  assert_int_equal(outcome_market_init(&market, wider, last, &shared, &err), STATUS_OK);
  OutcomeSignals signals = {answered, first, last, answers + market.first_entry[answered]};
  assert_int_equal(outcome_of(&shared, &signals, &outcome, &err), STATUS_OK);
  outcome_market_free(&shared);
  free(answers);
  made_screen_free(&market);
  return outcome;
}

#endif
