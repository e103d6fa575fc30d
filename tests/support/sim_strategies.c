#include "sim_strategies.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <closebell/base/text.h>
#include <closebell/store/market_days.h>
#include <closebell/store/restatements.h>

#include "sim_sample.h"

static const char FOLDER[] = SIM_STRATEGIES_FOLDER;
static const SimRun ANALYSIS = {.program = SIM_ANALYSIS};

/* ---- once more ---- */

static Status take_session(void *context, Session *session, Error *err) {
  return screen_market_add(context, session, false, err);
}

/* The archive up to the date, and nothing behind it. */
ScreenMarket sim_strategies_market(const SimWorld *world, Day date) {
  Error err = {{0}};
  ScreenMarket market = {.considered = world->prepared.rules.filter.markets};
  if (market_days_read(&world->view, DAY_NONE, date, take_session, &market, &err) != STATUS_OK)
    fail_msg("%s", err.text);
  assert_int_equal(market.dates[market.session_count - 1], date);
  return market;
}

StrategyMatches sim_strategies_list(ScreenMarket *market, const Strategy *strategy) {
  Error err = {{0}};
  ScreenCounts counts;
  size_t session = market->session_count - 1, considered = screen_market_considered(market, session, session);
  uint8_t *answers = malloc(considered + 1);
  size_t *stocks = malloc((considered + 1) * sizeof *stocks);
  assert_true(answers && stocks);
  assert_int_equal(screen_evaluate(&strategy->where, market, session, session, answers, &err), STATUS_OK);
  const ScreenListing all = {.session = session, .sort = &strategy->sort};
  assert_int_equal(screen_list(&all, market, answers, stocks, &counts, &err), STATUS_OK);
  StrategyMatches list = {.tickers = calloc(counts.count + 1, sizeof *list.tickers),
                          .count = counts.count,
                          .considered = (int64_t)counts.considered,
                          .unknown = (int64_t)counts.unknown};
  assert_non_null(list.tickers);
  for (size_t i = 0; i < counts.count; i++) {
    uint32_t stock = market->entries[market->first_entry[session] + stocks[i]].stock;
    text_copy(list.tickers[i], sizeof list.tickers[i], market->stocks[stock].ticker);
  }
  free(answers);
  free(stocks);
  return list;
}

/* ---- what is stored ---- */

static StrategyDays read_days(const SimCase *c, size_t session) {
  Error err = {{0}};
  StrategyDays days = {0};
  Day date = sim_case_session(c, session);
  if (strategy_days_read(&c->world->view, date, date, &days, &err) != STATUS_OK) fail_msg("%s", err.text);
  for (size_t i = 0; i < days.count; i++) assert_true(days.items[i].readable);
  return days;
}

/* The strategy's document of the session; the caller frees its tickers. */
StrategyDay sim_strategies_day(const SimCase *c, size_t session, const char *strategy) {
  StrategyDays days = read_days(c, session);
  StrategyDay found = {.date = DAY_NONE};
  for (size_t i = 0; i < days.count; i++) {
    if (strcmp(days.items[i].strategy, strategy) != 0) continue;
    found = days.items[i];
    days.items[i].then = days.items[i].now = (StrategyMatches){0};
  }
  if (found.date == DAY_NONE) fail_msg("%s has no list of session %zu", strategy, session);
  strategy_days_free(&days);
  return found;
}

void sim_strategies_free(StrategyDay *day) {
  free(day->then.tickers);
  free(day->now.tickers);
}

bool sim_strategies_match(const StrategyMatches *matches, const char *ticker) {
  for (size_t i = 0; i < matches->count; i++)
    if (strcmp(matches->tickers[i], ticker) == 0) return true;
  return false;
}

/* The lists of the session are what its archive gives, and nothing is said of another today. */
void sim_strategies_assert(const SimCase *c, size_t session) {
  Error err = {{0}};
  Strategies strategies = {0};
  assert_int_equal(strategies_load(FOLDER, NULL, &strategies, &err), STATUS_OK);
  ScreenMarket market = sim_strategies_market(c->world, sim_case_session(c, session));
  StrategyDays days = read_days(c, session);
  assert_int_equal(strategies.count, SIM_STRATEGIES);
  assert_int_equal(days.count, SIM_STRATEGIES);
  for (size_t i = 0; i < SIM_STRATEGIES; i++) {
    StrategyMatches list = sim_strategies_list(&market, &strategies.items[i].strategy);
    assert_string_equal(days.items[i].strategy, strategies.items[i].name);
    if (!strategy_matches_equal(&days.items[i].then, &list))
      fail_msg("%s of session %zu: %zu matches of %d, %zu are right", days.items[i].strategy, session,
               days.items[i].then.count, (int)days.items[i].then.considered, list.count);
    assert_true(days.items[i].recomputed_utc == INSTANT_NONE);
    free(list.tickers);
  }
  strategy_days_free(&days);
  screen_market_free(&market);
  strategies_free(&strategies);
}

size_t sim_strategies_count(const SimCase *c) { return sim_document_count(c->world, DB_SYSTEM, "strategy_days"); }

void sim_strategies_analyze(const SimCase *c) {
  SimResult result = sim_run(c->world, &ANALYSIS);
  if (result.exit_code != EXIT_DONE) fail_msg("%d %s", result.exit_code, result.message);
}

void sim_strategies_begin(SimCase *c) {
  sim_case_set_up_database(c);
  sim_strategies_analyze(c);
}

void sim_strategies_update(SimCase *c, size_t sessions) {
  sim_case_wait_for(c, sessions);
  sim_case_update(c);
}

/* The archive of the session says another value traded of that stock, and all are told so. */
void sim_strategies_restate(const SimCase *c, size_t session, const char *ticker, int64_t value) {
  Error err = {{0}};
  Session stored = {0};
  int64_t number;
  Day date = sim_case_session(c, session);
  const Db *db = &c->world->view;
  assert_int_equal(market_days_find(db, date, &stored, &err), STATUS_OK);
  for (size_t i = 0; i < stored.count; i++)
    if (strcmp(stored.rows[i].ticker, ticker) == 0) stored.rows[i].value = value;
  assert_int_equal(market_days_replace(db, &stored, "krx", "final", c->world->now, &err), STATUS_OK);
  assert_int_equal(restatements_insert(db,
                                       &(NewRestatement){.from = date, .reason = "by a test", .at_utc = c->world->now},
                                       &number, &err),
                   STATUS_OK);
  session_free(&stored);
}
