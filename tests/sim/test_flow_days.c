/* Days of flows and minutes in memory, one thing at a time: who is waited for, and what breaks off in the middle. */
#include <malloc.h>

#include "sim_flow_case.h"

#include <closebell/store/leader_candidates.h>

#include "named.h"
#include "sim_flow_check.h"

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

/* ---- the first day on the exchange ---- */

static bool trades(const Session *session, size_t stock) {
  char ticker[TICKER_SIZE];
  made_ticker(stock, ticker);
  const StockRow *row = session_find(session, ticker);
  return row && row_has_trades(row);
}

static bool is_listed(const Session *session, size_t stock) {
  char ticker[TICKER_SIZE];
  made_ticker(stock, ticker);
  return session_find(session, ticker) != NULL;
}

static bool is_first_day(const Session *before, const Session *session, size_t stock) {
  return !is_listed(before, stock) && trades(session, stock);
}

static bool is_pause(const Session *before, const Session *session, size_t stock) {
  return trades(before, stock) && is_listed(session, stock) && !trades(session, stock);
}

/* How many sessions from now, and of which stock. */
static size_t find_ahead(const SimCase *c, bool (*is_it)(const Session *, const Session *, size_t), size_t *ret_stock) {
  enum { STOCKS = 56, AHEAD = 200 };
  for (size_t i = 2; i < AHEAD; i++)
    for (size_t stock = 0; stock < STOCKS; stock++) {
      const Session *session = sim_market_session(c->market, sim_case_session(c, i)),
                    *before = sim_market_session(c->market, sim_case_session(c, i - 1));
      *ret_stock = stock;
      if (is_it(before, session, stock)) return i;
    }
  fail_msg("this market has no such session");
  return 0;
}

static size_t find_never_listed(const SimCase *c, Day date) {
  size_t stock = 0;
  while (stock < 56 && is_listed(sim_market_session(c->market, date), stock)) stock++;
  if (stock == 56) fail_msg("all stocks are listed");
  return stock;
}

static bool has(const SimCase *c, const char *database, size_t stock, Day date) {
  char ticker[TICKER_SIZE];
  made_ticker(stock, ticker);
  return sim_document(c->world, database, ticker, day_text(date).text) != NULL;
}

/* The evening knows nothing of it, nor does it of one that is not on the exchange: the broker does. */
static void a_stock_on_its_first_day_has_flows_and_minutes_like_any_other(void **state) {
  SimCase *c = *state;
  Error why = {{0}};
  size_t listed = 0, at;
  begin(c, "watchlists", "watchlists");
  at = find_ahead(c, is_first_day, &listed);
  Day date = sim_case_session(c, at), next = sim_case_session(c, at + 1);
  for (size_t i = 1; i < at; i++) run_at(c, sim_case_session(c, i), 9 * 60, SIM_UPDATE);
  watch(c, (const size_t[]){8, listed, find_never_listed(c, date)}, 3);
  run_at(c, date, 9 * 60, SIM_UPDATE);
  run_at(c, date, 15 * 60 + 45, SIM_UPDATE);
  run_at(c, date, AFTERNOON, SIM_UPDATE);
  run_at(c, date, EVENING, SIM_UPDATE);
  assert_state(c, date, "evening", "completed");
  assert_state(c, date, "market_flow", "completed");
  assert_int_equal(chosen_count(c, date, "market_flow"), 2);
  run_at(c, next, 9 * 60, SIM_UPDATE);
  assert_true(has(c, DB_FLOW, listed, date) && has(c, DB_MINUTES, listed, date));
  assert_state(c, date, "minute_prices", "completed");
  assert_int_equal(chosen_count(c, date, "minute_prices"), 2);
  if (!sim_check_flows(c->world, DAY_NONE, &why)) fail_msg("%s", why.text);
  assert_verified(c);
}

/* ---- quotes of the day before ---- */

/* The exchange is a day behind, so quotes of the session before continue what is archived. */
static void who_is_quoted_with_trades_and_was_bought_by_nobody_waits_for_the_archive(void **state) {
  SimCase *c = *state;
  Error why = {{0}};
  size_t paused = 0, at;
  const int minutes[] = {15 * 60 + 45, EVENING};
  begin(c, "watchlists", "");
  at = find_ahead(c, is_pause, &paused);
  Day date = sim_case_session(c, at), next = sim_case_session(c, at + 1);
  for (size_t i = 1; i < at; i++) run_at(c, sim_case_session(c, i), 9 * 60, SIM_UPDATE);
  watch(c, (const size_t[]){8, paused}, 2);
  sim_world_move_to(c->world, instant_from_kst(date, 0));
  sim_case_fault(c, SIM_FAILING, DAY_NONE, -1, INT64_C(23) * 60 * 60 * 1000);
  const BrokerFault stale = {.kind = BROKER_STALE, .from = c->world->now, .until = instant_from_kst(date, EVENING)};
  sim_broker_fault(&broker, &stale);
  for (size_t i = 0; i < 2; i++) {
    sim_world_move_to(c->world, instant_from_kst(date, minutes[i]));
    sim_run(c->world, &(SimRun){.program = SIM_UPDATE});
  }
  assert_state(c, date, "evening", "completed");
  assert_state(c, date, "market_flow", "waiting");
  run_at(c, next, 9 * 60, SIM_UPDATE);
  assert_state(c, date, "market_flow", "completed");
  assert_int_equal(chosen_count(c, date, "market_flow"), 1);
  if (!sim_check_flows(c->world, DAY_NONE, &why)) fail_msg("%s", why.text);
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

static void archive(SimWorld *world, void *context) {
  (void)context;
  assert_int_equal(sim_run(world, &(SimRun){.program = SIM_UPDATE}).exit_code, EXIT_DONE);
}

/* A run that stands still, before whichever call, while another one archives the session that it is about. */
static void a_session_that_is_archived_meanwhile_has_its_closes_all_the_same(void **state) {
  SimCase *c = *state;
  watch(c, (const size_t[]){8, 9, 10}, 3);
  begin(c, "watchlists", "watchlists");
  for (long i = 1; i <= 30; i++) {
    Day date = sim_case_session(c, (size_t)i), next = sim_case_session(c, (size_t)i + 1);
    sim_world_move_to(c->world, instant_from_kst(next, 9 * 60));
    const UpdateOptions flows = {.dataset = "market_flow", .from = date, .to = date};
    sim_run(c->world, &(SimRun){.program = SIM_UPDATE,
                                .ranged = true,
                                .update = flows,
                                .freeze_at = 2 * i,
                                .freeze_ms = 1000,
                                .meanwhile = archive});
    run_at(c, next, 9 * 60 + 30, SIM_UPDATE);
    assert_state(c, date, "market_flow", "completed");
    assert_state(c, date, "minute_prices", "completed");
    assert_all_have_closes(c, date);
  }
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

/* A layer that loses the n-th write of flows and minutes. */
static struct {
  Db real;
  size_t left;
} loss;

static Status lose_insert(void *self, const char *database, const char *collection, const bson_t *const *documents,
                          size_t count, size_t *ret_duplicates, Error *err) {
  bool ours = strcmp(database, DB_FLOW) == 0 || strcmp(database, DB_MINUTES) == 0;
  if (ours && loss.left-- == 0) return error_set(err, STATUS_UNAVAILABLE, "%s.%s: lost", database, collection);
  return loss.real.insert_many(self, database, collection, documents, count, ret_duplicates, err);
}

static void lose(void *context, Db *db, Source *source) {
  (void)context, (void)source;
  loss.real = *db;
  db->insert_many = lose_insert;
}

/* Trouble of the database is no refusal of the provider's. */
static void what_was_not_stored_is_missing(void **state) {
  SimCase *c = *state;
  Error why = {{0}};
  watch(c, (const size_t[]){8, 9, 10}, 3);
  begin(c, "watchlists", "watchlists");
  for (size_t i = 0; i < 6; i++) {
    Day date = sim_case_session(c, i + 1), next = sim_case_session(c, i + 2);
    sim_world_move_to(c->world, instant_from_kst(next, 9 * 60));
    loss.left = i;
    sim_run(c->world, &(SimRun){.program = SIM_UPDATE, .dress = lose});
    if (!sim_check_flows(c->world, DAY_NONE, &why)) fail_msg("write %zu: %s", i, why.text);
    run_at(c, next, 9 * 60 + 30, SIM_UPDATE);
    assert_state(c, date, "market_flow", "completed");
    assert_state(c, date, "minute_prices", "completed");
  }
}

int main(void) {
  mallopt(M_PERTURB, 0xa5); /* what is freed is not read any more */
  const struct CMUnitTest tests[] = {
      FLOW_CASE(while_the_leaders_of_the_session_before_are_missing_it_waits),
      FLOW_CASE(sessions_before_the_first_analysis_wait_for_no_leaders),
      FLOW_CASE(a_list_that_changes_in_the_evening_is_that_of_the_next_day),
      FLOW_CASE(a_stock_on_its_first_day_has_flows_and_minutes_like_any_other),
      FLOW_CASE(who_is_quoted_with_trades_and_was_bought_by_nobody_waits_for_the_archive),
      FLOW_CASE(a_run_across_five_past_eight_completes_nothing_by_what_was_provisional),
      FLOW_CASE(a_session_that_is_archived_meanwhile_has_its_closes_all_the_same),
      FLOW_CASE(what_was_not_asked_about_is_missing),
      FLOW_CASE(what_was_not_stored_is_missing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
