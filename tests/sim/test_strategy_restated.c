/* strategy_days behind a session that is restated, or comes late. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <closebell/base/text.h>
#include <closebell/store/market_days.h>

#include "sim_sample.h"
#include "sim_strategies.h"

enum { CATCH_UP = 3 };

static const SimRun ANALYSIS = {.program = SIM_ANALYSIS};

/* ---- restated sessions ---- */

/* A stock that is busy in session 2 of three, and what it traded in session 1. */
static void choose_busy(SimCase *c, char ticker[8], int64_t *ret_value) {
  sim_strategies_begin(c);
  sim_strategies_update(c, CATCH_UP);
  sim_strategies_analyze(c);
  StrategyDay busy = sim_strategies_day(c, 2, "busy"), before = sim_strategies_day(c, 1, "busy");
  size_t at = 0;
  while (at < busy.then.count && sim_strategies_match(&before.then, busy.then.tickers[at])) at++;
  assert_in_range(at + 1, 1, busy.then.count);
  text_copy(ticker, 8, busy.then.tickers[at]);
  sim_strategies_free(&busy);
  sim_strategies_free(&before);
  Session session = {0};
  Error err = {{0}};
  assert_int_equal(market_days_find(&c->world->view, sim_case_session(c, 1), &session, &err), STATUS_OK);
  *ret_value = session_find(&session, ticker)->value;
  session_free(&session);
}

static const int64_t HUGE_VALUE = INT64_C(1000000000000000);

/* Session 1 is made anew; session 2 stays, and says what it would be; the newest is of today. */
static void assert_restated(const SimCase *c, const char *ticker) {
  StrategyDay own = sim_strategies_day(c, 1, "busy"), later = sim_strategies_day(c, 2, "busy");
  assert_true(sim_strategies_match(&own.then, ticker) && own.recomputed_utc == INSTANT_NONE);
  assert_true(sim_strategies_match(&later.then, ticker));
  assert_true(later.recomputed_utc != INSTANT_NONE && !sim_strategies_match(&later.now, ticker));
  ScreenMarket market = sim_strategies_market(c->world, sim_case_session(c, 2));
  Strategies strategies = {0};
  Error err = {{0}};
  assert_int_equal(strategies_load(SIM_STRATEGIES_FOLDER, NULL, &strategies, &err), STATUS_OK);
  StrategyMatches list = sim_strategies_list(&market, &strategies_find(&strategies, "busy")->strategy);
  assert_true(strategy_matches_equal(&list, &later.now));
  free(list.tickers);
  strategies_free(&strategies);
  screen_market_free(&market);
  sim_strategies_free(&own);
  sim_strategies_free(&later);
  sim_strategies_assert(c, 1);
  sim_strategies_assert(c, CATCH_UP);
  StrategyDay peak = sim_strategies_day(c, 2, "peak"); /* looks at closes alone */
  assert_true(peak.recomputed_utc == INSTANT_NONE);
  sim_strategies_free(&peak);
}

/* A session in which that stock matches is restated, and the analysis follows. */
static void restate_busy(SimCase *c, char ticker[8], int64_t *ret_value) {
  choose_busy(c, ticker, ret_value);
  sim_strategies_restate(c, 1, ticker, HUGE_VALUE);
  sim_strategies_analyze(c);
}

static void a_restated_session_is_made_anew_and_later_ones_say_where_they_would_differ(void **state) {
  SimCase *c = *state;
  char ticker[8];
  int64_t value;
  restate_busy(c, ticker, &value);
  assert_restated(c, ticker);
}

static void what_is_restated_back_differs_no_more(void **state) {
  SimCase *c = *state;
  char ticker[8];
  int64_t value;
  restate_busy(c, ticker, &value);
  sim_strategies_restate(c, 1, ticker, value);
  sim_strategies_analyze(c);
  for (size_t i = 0; i <= CATCH_UP; i++) sim_strategies_assert(c, i);
}

/* When it was seen stays as long as it says the same. */
static void what_is_looked_at_again_and_is_the_same_is_not_written(void **state) {
  SimCase *c = *state;
  char ticker[8];
  int64_t value;
  restate_busy(c, ticker, &value);
  StrategyDay before = sim_strategies_day(c, 2, "busy");
  sim_world_pass(c->world, 3600000);
  sim_strategies_restate(c, 1, ticker, HUGE_VALUE);
  sim_strategies_analyze(c);
  StrategyDay after = sim_strategies_day(c, 2, "busy");
  assert_true(after.recomputed_utc == before.recomputed_utc);
  assert_restated(c, ticker);
  sim_strategies_free(&before);
  sim_strategies_free(&after);
}

static void a_run_that_dies_over_a_restated_session_is_made_up_for_as_well(void **state) {
  SimCase *c = *state;
  char ticker[8];
  int64_t value;
  choose_busy(c, ticker, &value);
  sim_strategies_restate(c, 1, ticker, HUGE_VALUE);
  Instant began = c->world->now;
  DbMemory *before = db_memory_copy(c->world->memory);
  assert_non_null(before);
  for (long at = 1;; at++) {
    sim_world_restore(c->world, before);
    c->world->now = began;
    SimResult dead = sim_run(c->world, &(SimRun){.program = SIM_ANALYSIS, .crash_at = at, .crash_after = at % 2});
    if (!dead.crashed) break;
    sim_strategies_analyze(c);
    assert_restated(c, ticker);
  }
  db_memory_free(before);
}

/* What the list of the session would be today: as it stands, or as it says itself. */
static void assert_told_truly(const SimCase *c, size_t session, const char *strategy) {
  Error err = {{0}};
  Strategies strategies = {0};
  assert_int_equal(strategies_load(SIM_STRATEGIES_FOLDER, NULL, &strategies, &err), STATUS_OK);
  ScreenMarket market = sim_strategies_market(c->world, sim_case_session(c, session));
  StrategyDay day = sim_strategies_day(c, session, strategy);
  StrategyMatches list = sim_strategies_list(&market, &strategies_find(&strategies, strategy)->strategy);
  bool differs = day.recomputed_utc != INSTANT_NONE;
  assert_true(strategy_matches_equal(differs ? &day.now : &day.then, &list));
  assert_true(!differs || !strategy_matches_equal(&day.then, &list));
  free(list.tickers);
  sim_strategies_free(&day);
  screen_market_free(&market);
  strategies_free(&strategies);
}

/* Passed over as the gate went on, and completed at last: the lists behind it were made without it. */
static void a_session_that_comes_late_has_its_lists_and_those_behind_it_say_what_it_changes(void **state) {
  static const char *const STRATEGIES[] = {"busy", "fallen", "peak"};
  enum { LATE = 1, LAST = 5 };
  SimCase *c = *state;
  sim_strategies_begin(c);
  sim_case_fault(c, SIM_HALF, sim_case_session(c, LATE), -1, INT64_C(60) * 24 * 3600000);
  for (size_t i = LATE; i <= LAST; i++) {
    sim_strategies_update(c, i);
    sim_run(c->world, &ANALYSIS);
  }
  assert_int_equal(sim_strategies_count(c), LAST * SIM_STRATEGIES);
  sim_world_forget_faults(c->world);
  sim_strategies_update(c, LAST + 1);
  sim_strategies_analyze(c);
  assert_int_equal(sim_strategies_count(c), (LAST + 2) * SIM_STRATEGIES);
  sim_strategies_assert(c, LATE);
  sim_strategies_assert(c, LAST + 1);
  for (size_t i = 0; i <= LAST + 1; i++)
    for (size_t k = 0; k < SIM_STRATEGIES; k++) assert_told_truly(c, i, STRATEGIES[k]);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      SIM_CASE(a_restated_session_is_made_anew_and_later_ones_say_where_they_would_differ),
      SIM_CASE(what_is_restated_back_differs_no_more),
      SIM_CASE(what_is_looked_at_again_and_is_the_same_is_not_written),
      SIM_CASE(a_run_that_dies_over_a_restated_session_is_made_up_for_as_well),
      SIM_CASE(a_session_that_comes_late_has_its_lists_and_those_behind_it_say_what_it_changes),
  };
  return cmocka_run_group_tests_name("strategy_restated", tests, NULL, NULL);
}
