/* Days of flows and minutes in memory, one thing at a time: who is waited for, and what is filled in behind. */
#include <malloc.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <closebell/base/text.h>
#include <closebell/market/minute.h>
#include <closebell/store/chosen_stocks.h>
#include <closebell/store/leader_candidates.h>
#include <closebell/store/market_flow.h>
#include <closebell/store/watchlists.h>

#include "made_market.h"
#include "named.h"
#include "sim_broker.h"
#include "sim_case.h"
#include "sim_flow.h"
#include "sim_flow_check.h"
#include "sim_sample.h"

enum { AFTERNOON = 16 * 60 + 40, EVENING = 20 * 60 + 10, WATCHED = 3 };
static SimBroker broker;

static int start(void **state) {
  broker = (SimBroker){0};
  return sim_case_begin(state);
}
#define FLOW_CASE(name) cmocka_unit_test_setup_teardown(name, start, sim_case_end)

static void watch(SimCase *c, const size_t *stocks, size_t count) {
  char tickers[WATCHED][TICKER_SIZE] = {""};
  Watchlist list = {.name = "mine", .tickers = tickers, .count = count, .updated_utc = c->world->now};
  Error err = {{0}};
  assert_true(count <= WATCHED);
  for (size_t i = 0; i < count; i++) made_ticker(stocks[i], tickers[i]);
  assert_int_equal(watchlist_write(&c->world->view, &list, &err), STATUS_OK);
}

/* A broker, who is chosen, and a database that is set up. The five strongest of all lead. */
static void begin(SimCase *c, const char *flow, const char *minutes) {
  Config *config = &c->world->config;
  c->world->broker = &broker;
  if (getenv("CLOSEBELL_SIM_LOG")) c->world->log = stderr;
  c->world->prepared.rules.leaders = (LeaderRules){.limit = 5};
  text_copy(config->kis.app_key, sizeof config->kis.app_key, "key");
  text_copy(config->kis.app_secret, sizeof config->kis.app_secret, "secret");
  text_copy(config->flow.stocks, sizeof config->flow.stocks, flow);
  text_copy(config->minutes.stocks, sizeof config->minutes.stocks, minutes);
  sim_case_set_up_database(c);
}

static SimResult run(SimCase *c, SimProgram program) {
  SimResult result = sim_run(c->world, &(SimRun){.program = program});
  if (result.exit_code != EXIT_DONE) fail_msg("%s: %s", sim_program_name(program), result.message);
  return result;
}

static void run_at(SimCase *c, Day date, int minute, SimProgram program) {
  sim_world_move_to(c->world, instant_from_kst(date, minute));
  run(c, program);
}

static const bson_t *status_of(const SimCase *c, Day date, const char *dataset) {
  char id[64];
  snprintf(id, sizeof id, "%s_%s", day_text(date).text, dataset);
  return sim_document(c->world, DB_SYSTEM, "job_status", id);
}

static void assert_state(const SimCase *c, Day date, const char *dataset, const char *state) {
  const bson_t *status = status_of(c, date, dataset);
  if (!status) fail_msg("%s of %s has no status", dataset, day_text(date).text);
  if (strcmp(sim_text(status, "status"), state) != 0)
    fail_msg("%s of %s: %s: %s", dataset, day_text(date).text, sim_text(status, "status"), sim_text(status, "reason"));
}

static size_t chosen_count(const SimCase *c, Day date, const char *dataset) {
  TickerList list = {0};
  Error err = {{0}};
  if (chosen_stocks_find(&c->world->view, date, dataset, &list, &err) != STATUS_OK) fail_msg("%s", err.text);
  size_t count = list.count;
  ticker_list_free(&list);
  return count;
}

static void assert_verified(SimCase *c) {
  SimResult result = sim_run(c->world, &(SimRun){.program = SIM_VERIFY, .access = ACCESS_READ});
  if (result.exit_code != EXIT_DONE) fail_msg("%s", result.message);
}

/* ---- leaders ---- */

static void assert_are_the_leaders_of(const SimCase *c, Day before, Day date) {
  TickerList leaders = {0}, chosen = {0};
  Error err = {{0}};
  const Session *session = sim_market_session(c->market, date);
  size_t traded = 0;
  assert_int_equal(leader_candidates_tickers(&c->world->view, before, &leaders, &err), STATUS_OK);
  assert_int_equal(chosen_stocks_find(&c->world->view, date, "market_flow", &chosen, &err), STATUS_OK);
  for (size_t i = 0; i < leaders.count; i++) {
    const StockRow *row = session_find(session, leaders.items[i]);
    if (!row || !row_has_trades(row)) continue;
    traded++;
    assert_true(ticker_list_has(&chosen, leaders.items[i]));
  }
  assert_true(traded > 0);
  assert_int_equal(chosen.count, traded);
  ticker_list_free(&leaders);
  ticker_list_free(&chosen);
}

/* The analysis of the session before was not started, as after a night without power. */
static void while_the_leaders_of_the_session_before_are_missing_it_waits(void **state) {
  SimCase *c = *state;
  begin(c, "leaders", "");
  run(c, SIM_ANALYSIS);
  Day first = sim_case_session(c, 1), second = sim_case_session(c, 2);
  run_at(c, first, AFTERNOON, SIM_UPDATE);
  run_at(c, first, EVENING, SIM_UPDATE);
  assert_state(c, first, "market_flow", "completed");
  assert_are_the_leaders_of(c, sim_case_session(c, 0), first);
  run_at(c, second, 9 * 60, SIM_UPDATE);
  sim_world_move_to(c->world, instant_from_kst(second, AFTERNOON));
  SimResult waits = run(c, SIM_UPDATE);
  assert_state(c, second, "market_flow", "waiting");
  assert_named(sim_text(status_of(c, second, "market_flow"), "reason"), "leaders");
  assert_int_equal(waits.broker_calls, 0);
  run(c, SIM_ANALYSIS);
  run_at(c, second, EVENING, SIM_UPDATE);
  assert_state(c, second, "market_flow", "completed");
  assert_are_the_leaders_of(c, first, second);
}

/* Nobody ever chose any for them: what is on the lists is brought all the same. */
static void sessions_before_the_first_analysis_wait_for_no_leaders(void **state) {
  SimCase *c = *state;
  watch(c, (const size_t[]){8, 9, 10}, 3);
  begin(c, "watchlists, leaders", "leaders, watchlists");
  Day newest = sim_case_session(c, 0), before = sim_market_neighbour(c->market, newest, 1)->date,
      oldest = sim_market_neighbour(c->market, newest, SIM_KEPT_SESSIONS - 1)->date;
  assert_state(c, before, "market_flow", "waiting"); /* as long as nothing is analysed nobody knows */
  run(c, SIM_ANALYSIS);
  for (int i = 1; i <= 3; i++) run_at(c, sim_case_session(c, (size_t)i), 9 * 60, SIM_UPDATE);
  const Day days[] = {newest, before, oldest};
  for (size_t i = 0; i < 3; i++) {
    assert_state(c, days[i], "market_flow", "completed");
    assert_state(c, days[i], "minute_prices", "completed");
    assert_true(chosen_count(c, days[i], "market_flow") > 0);
  }
}

/* ---- a day that nobody knows yet ---- */

static size_t stored_count(const SimCase *c, Day date) {
  size_t count = 0;
  for (size_t stock = 0; stock < 56; stock++) {
    char ticker[TICKER_SIZE];
    made_ticker(stock, ticker);
    count += sim_document(c->world, DB_FLOW, ticker, day_text(date).text) != NULL;
  }
  return count;
}

static void assert_all_have_closes(const SimCase *c, Day date) {
  for (size_t stock = 0; stock < 56; stock++) {
    char ticker[TICKER_SIZE];
    made_ticker(stock, ticker);
    const bson_t *document = sim_document(c->world, DB_FLOW, ticker, day_text(date).text);
    if (document && sim_int64(document, "close") < 0) fail_msg("%s of %s has no close", ticker, day_text(date).text);
  }
}

/* Its evening is not read, so that who trades is not known. The list of the afternoon stands from the afternoon on. */
static void a_list_that_changes_in_the_evening_is_that_of_the_next_day(void **state) {
  SimCase *c = *state;
  watch(c, (const size_t[]){8, 9, 10}, 3);
  begin(c, "watchlists", "watchlists");
  Day date = sim_case_session(c, 1), next = sim_case_session(c, 2);
  run_at(c, date, AFTERNOON, SIM_UPDATE);
  assert_int_equal(stored_count(c, date), 3);
  watch(c, (const size_t[]){20, 21}, 2);
  run_at(c, date, EVENING, SIM_UPDATE);
  assert_state(c, date, "market_flow", "completed");
  assert_int_equal(chosen_count(c, date, "market_flow"), 3);
  run_at(c, next, 9 * 60, SIM_UPDATE);
  assert_int_equal(chosen_count(c, date, "minute_prices"), 3);
  assert_int_equal(stored_count(c, date), 3);
  assert_all_have_closes(c, date);
  run_at(c, next, AFTERNOON, SIM_UPDATE);
  assert_int_equal(chosen_count(c, next, "market_flow"), 2);
}

/* What was asked for before 20:05 is provisional, whenever the run comes to its end. */
static void a_run_across_five_past_eight_completes_nothing_by_what_was_provisional(void **state) {
  SimCase *c = *state;
  Error why = {{0}};
  watch(c, (const size_t[]){8, 9, 10}, 3);
  begin(c, "watchlists", "");
  Day date = sim_case_session(c, 1);
  sim_world_move_to(c->world, instant_from_kst(date, 20 * 60 + 5) - 700); /* a call takes 200 ms */
  run(c, SIM_UPDATE);
  assert_true(c->world->now > instant_from_kst(date, 20 * 60 + 5));
  assert_state(c, date, "market_flow", "waiting");
  if (!sim_check_flows(c->world, DAY_NONE, &why)) fail_msg("%s", why.text);
  run_at(c, date, EVENING, SIM_UPDATE);
  assert_state(c, date, "market_flow", "completed");
  if (!sim_check_flows(c->world, DAY_NONE, &why)) fail_msg("%s", why.text);
}

/* ---- a broker that refuses in the middle ---- */

/* At the n-th call of an evening, evening after evening. */
static void what_was_not_asked_about_is_missing(void **state) {
  SimCase *c = *state;
  Error why = {{0}};
  size_t cut_off = 0;
  watch(c, (const size_t[]){8, 9, 10}, 3);
  begin(c, "watchlists", "watchlists");
  for (size_t i = 1; i <= 16; i++) {
    Day date = sim_case_session(c, i);
    run_at(c, date, 9 * 60, SIM_UPDATE);
    sim_world_move_to(c->world, instant_from_kst(date, EVENING));
    const BrokerFault fault = {
        .kind = BROKER_REFUSING, .from = c->world->now + 100 + 200 * (Instant)i, .until = c->world->now + 60000};
    sim_broker_fault(&broker, &fault);
    sim_run(c->world, &(SimRun){.program = SIM_UPDATE});
    const bson_t *status = status_of(c, date, "market_flow");
    bool partly = status && strcmp(sim_text(status, "status"), "waiting") == 0 && sim_int64(status, "stored_rows") > 0;
    if (partly) assert_int_equal(sim_int64(status, "expected_rows"), chosen_count(c, date, "market_flow"));
    cut_off += partly;
    if (!sim_check_flows(c->world, DAY_NONE, &why)) fail_msg("call %zu: %s", i, why.text);
    run_at(c, date, EVENING + 10, SIM_UPDATE);
    assert_state(c, date, "market_flow", "completed");
    if (!sim_check_flows(c->world, DAY_NONE, &why)) fail_msg("call %zu: %s", i, why.text);
  }
  assert_true(cut_off >= 2);
}

/* ---- what is filled in behind ---- */

static void assert_closes(const SimCase *c, size_t stock) {
  char ticker[TICKER_SIZE];
  StoredFlow *stored = NULL;
  size_t count = 0;
  Error err = {{0}};
  made_ticker(stock, ticker);
  assert_int_equal(market_flow_read(&c->world->view, ticker, DAY_NONE, DAY_NONE, &stored, &count, &err), STATUS_OK);
  if (count < SIM_KEPT_SESSIONS - 5) fail_msg("%s: %zu flows", ticker, count);
  for (size_t i = 0; i < count; i++) {
    const StockRow *row = session_find(sim_market_session(c->market, stored[i].date), ticker);
    assert_non_null(row);
    assert_int_equal(stored[i].day.close, row->close);
  }
  free(stored);
}

/* One stock is told of wrongly, so that each of its days is asked for again, with thirty behind it: more sessions than
 * are in memory at once. */
static void a_long_history_has_the_close_of_each_session(void **state) {
  SimCase *c = *state;
  const size_t stocks[] = {8, 20, 40};
  BrokerFault fault = {.kind = BROKER_WRONG, .until = c->world->now + 60 * 60 * 1000};
  made_ticker(stocks[0], fault.ticker);
  sim_broker_fault(&broker, &fault);
  watch(c, stocks, 3);
  begin(c, "", "");
  text_copy(c->world->config.flow.stocks, sizeof c->world->config.flow.stocks, "watchlists");
  sim_run(c->world, &(SimRun){.program = SIM_UPDATE});
  sim_world_move_to(c->world, fault.until);
  const UpdateOptions again = {.dataset = "market_flow", .from = DAY_NONE, .to = instant_kst_day(c->world->now)};
  sim_run(c->world, &(SimRun){.program = SIM_UPDATE, .update = again, .ranged = true});
  for (size_t i = 0; i < 3; i++) assert_closes(c, stocks[i]);
  assert_verified(c);
}

/* ---- exam days ---- */

/* A stock whose last trade of an exam day was before 15:30. */
static bool ends_early(const Session *session, size_t stock) {
  char ticker[TICKER_SIZE];
  MinuteDay day;
  made_ticker(stock, ticker);
  const StockRow *row = session_find(session, ticker);
  if (!row || !row_has_trades(row) || sim_hours(session->date).auction != HOURS_LATE.auction) return false;
  sim_minutes(row, session->date, &day);
  return day.bars[day.count - 1].time > HOURS_USUAL.last && day.bars[day.count - 1].time < HOURS_USUAL.auction;
}

static bool find_early(const SimCase *c, Day *ret_date, size_t *ret_stock) {
  for (size_t i = 0; i < SIM_KEPT_SESSIONS - 1; i++)
    for (size_t stock = 8; stock < 56; stock++) {
      const Session *session = &c->market->sessions[c->newest - i];
      if (!ends_early(session, stock)) continue;
      *ret_date = session->date;
      *ret_stock = stock;
      return true;
    }
  return false;
}

static void minutes_of_an_exam_day_keep_its_hours(void **state) {
  SimCase *c = *state;
  Day date = DAY_NONE;
  size_t stock = 0;
  while (!find_early(c, &date, &stock) && c->newest + 5 < c->market->count) c->newest++;
  assert_true(date != DAY_NONE);
  sim_case_wait_for(c, 0);
  watch(c, (const size_t[]){stock, (stock + 1) % 56, (stock + 2) % 56}, 3);
  begin(c, "", "watchlists");
  assert_state(c, date, "minute_prices", "completed");
  assert_verified(c);
}

int main(void) {
  mallopt(M_PERTURB, 0xa5); /* what is freed is not read any more */
  const struct CMUnitTest tests[] = {
      FLOW_CASE(while_the_leaders_of_the_session_before_are_missing_it_waits),
      FLOW_CASE(sessions_before_the_first_analysis_wait_for_no_leaders),
      FLOW_CASE(a_list_that_changes_in_the_evening_is_that_of_the_next_day),
      FLOW_CASE(a_run_across_five_past_eight_completes_nothing_by_what_was_provisional),
      FLOW_CASE(what_was_not_asked_about_is_missing),
      FLOW_CASE(a_long_history_has_the_close_of_each_session),
      FLOW_CASE(minutes_of_an_exam_day_keep_its_hours),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
