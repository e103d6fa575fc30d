/* strategy_days: each completed session has the list of each strategy, made here once more from the archive alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <closebell/base/text.h>
#include <closebell/store/collections.h>
#include <closebell/store/market_flow.h>

#include "sim_sample.h"
#include "sim_strategies.h"

enum { CATCH_UP = 3 };

/* Stocks that traded on the last day, and those of them with fewer traded sessions. */
static void count_stocks(const ScreenMarket *market, size_t sessions, int64_t *ret_traded, int64_t *ret_short) {
  *ret_traded = *ret_short = 0;
  for (size_t i = 0; i < market->stock_count; i++) {
    const ScreenStock *stock = &market->stocks[i];
    const ScreenRow *last = &stock->rows[stock->row_count - 1];
    if ((size_t)last->session + 1 < market->session_count || last->open == 0) continue;
    ++*ret_traded;
    *ret_short += stock->bar_count < sessions;
  }
}

/* ---- sessions that complete ---- */

static void the_first_analysis_writes_the_lists_of_its_session_alone(void **state) {
  SimCase *c = *state;
  sim_case_set_up_database(c);
  assert_int_equal(sim_strategies_count(c), 0);
  sim_strategies_analyze(c);
  assert_int_equal(sim_strategies_count(c), SIM_STRATEGIES);
  sim_strategies_assert(c, 0);
}

static void considered_is_who_traded_and_unknown_whose_history_is_too_short(void **state) {
  SimCase *c = *state;
  int64_t traded, too_short;
  sim_strategies_begin(c);
  ScreenMarket market = sim_strategies_market(c->world, sim_case_session(c, 0));
  StrategyDay peak = sim_strategies_day(c, 0, "peak");
  count_stocks(&market, 11, &traded, &too_short);
  assert_in_range(traded, 40, 56);
  assert_int_equal(peak.then.considered, traded);
  assert_int_equal(peak.then.unknown, too_short);
  sim_strategies_free(&peak);
  screen_market_free(&market);
}

static void sessions_in_one_go_have_their_lists_each(void **state) {
  SimCase *c = *state;
  sim_strategies_begin(c);
  sim_strategies_update(c, CATCH_UP);
  sim_strategies_analyze(c);
  assert_int_equal(sim_strategies_count(c), (CATCH_UP + 1) * SIM_STRATEGIES);
  for (size_t i = 0; i <= CATCH_UP; i++) sim_strategies_assert(c, i);
}

static void by_workers_as_well(void **state) {
  SimCase *c = *state;
  const SimRun shared = {.program = SIM_ANALYSIS, .limited = true, .analysis = {.workers = 3, .budget_ms = 3600000}};
  sim_strategies_begin(c);
  sim_strategies_update(c, CATCH_UP);
  assert_int_equal(sim_run(c->world, &shared).exit_code, EXIT_DONE);
  for (size_t i = 0; i <= CATCH_UP; i++) sim_strategies_assert(c, i);
}

/* Dead before any of its calls: lists stand wherever `completed` does, and the next run writes what is missing. */
static void a_run_that_dies_is_made_up_for_by_the_next(void **state) {
  SimCase *c = *state;
  sim_strategies_begin(c);
  sim_strategies_update(c, CATCH_UP);
  Instant began = c->world->now;
  DbMemory *before = db_memory_copy(c->world->memory);
  assert_non_null(before);
  for (long at = 1;; at++) {
    sim_world_restore(c->world, before);
    c->world->now = began;
    SimResult dead = sim_run(c->world, &(SimRun){.program = SIM_ANALYSIS, .crash_at = at, .crash_after = at % 2});
    if (!dead.crashed) break;
    for (size_t i = 0; i <= CATCH_UP; i++) {
      char id[64];
      snprintf(id, sizeof id, "%s_hourly_analysis", day_text(sim_case_session(c, i)).text);
      const bson_t *status = sim_document(c->world, DB_SYSTEM, "job_status", id);
      if (status && strcmp(sim_text(status, "status"), "completed") == 0) sim_strategies_assert(c, i);
    }
    sim_strategies_analyze(c);
    assert_int_equal(sim_strategies_count(c), (CATCH_UP + 1) * SIM_STRATEGIES);
    for (size_t i = 0; i <= CATCH_UP; i++) sim_strategies_assert(c, i);
  }
  db_memory_free(before);
}

/* ---- folders ---- */

typedef struct {
  char path[64];
} Folder;

static Folder folder_make(SimWorld *world) {
  Folder folder = {.path = "/tmp/closebell-strategies-XXXXXX"};
  assert_non_null(mkdtemp(folder.path));
  text_copy(world->config.api.strategies, sizeof world->config.api.strategies, folder.path);
  return folder;
}

static char *file_path(const Folder *folder, const char *name, char path[128]) {
  snprintf(path, 128, "%s/%s.ini", folder->path, name);
  return path;
}

static void put_strategy(const Folder *folder, const char *name, const char *where) {
  char path[128];
  FILE *file = fopen(file_path(folder, name, path), "w");
  assert_non_null(file);
  fprintf(file, "title = %s\nwhere = %s\n", name, where);
  assert_int_equal(fclose(file), 0);
}

static void remove_strategy(const Folder *folder, const char *name) {
  char path[128];
  assert_int_equal(unlink(file_path(folder, name, path)), 0);
}

/* Runs the analysis and gives what it logs; the caller frees it. */
static char *analyze_aloud(SimCase *c) {
  char *text = NULL;
  size_t size = 0;
  c->world->log = open_memstream(&text, &size);
  assert_non_null(c->world->log);
  sim_strategies_analyze(c);
  fclose(c->world->log);
  c->world->log = NULL;
  return text;
}

static void without_a_folder_nothing_is_written_and_the_log_says_so(void **state) {
  SimCase *c = *state;
  sim_case_set_up_database(c);
  text_copy(c->world->config.api.strategies, sizeof c->world->config.api.strategies, "/nonexistent/strategies");
  char *log = analyze_aloud(c);
  assert_int_equal(sim_strategies_count(c), 0);
  const char *said = strstr(log, "/nonexistent/strategies");
  assert_non_null(said);
  assert_null(strstr(said + 1, "/nonexistent/strategies"));
  free(log);
}

static void a_bad_file_is_named_and_holds_no_other(void **state) {
  SimCase *c = *state;
  sim_case_set_up_database(c);
  Folder folder = folder_make(c->world);
  put_strategy(&folder, "bad", "rsi14 > 30");
  put_strategy(&folder, "good", "close > 0");
  put_strategy(&folder, "odd", "name == \"\xff\"");
  char *log = analyze_aloud(c);
  assert_non_null(strstr(log, "bad.ini:2:9"));
  StrategyDay good = sim_strategies_day(c, 0, "good");
  assert_int_equal(good.then.count, good.then.considered);
  assert_true(sim_strategies_count(c) <= 2);
  sim_strategies_free(&good);
  free(log);
  remove_strategy(&folder, "bad");
  remove_strategy(&folder, "good");
  remove_strategy(&folder, "odd");
  rmdir(folder.path);
}

/* A list keeps the condition it was made by: a file that has changed or gone makes none of the older ones differ. */
static void strategies_come_change_and_go(void **state) {
  SimCase *c = *state;
  sim_case_set_up_database(c);
  Folder folder = folder_make(c->world);
  put_strategy(&folder, "changed", "close > open");
  put_strategy(&folder, "gone", "volume > 0");
  sim_strategies_analyze(c);
  put_strategy(&folder, "changed", "close <= open");
  put_strategy(&folder, "new", "close > 0");
  remove_strategy(&folder, "gone");
  sim_strategies_update(c, 1);
  sim_strategies_analyze(c);
  assert_int_equal(sim_strategies_count(c), 4);
  StrategyDay before = sim_strategies_day(c, 0, "changed"), after = sim_strategies_day(c, 1, "changed"),
              fresh = sim_strategies_day(c, 1, "new");
  assert_string_equal(before.where, "close > open");
  assert_string_equal(after.where, "close <= open");
  sim_strategies_restate(c, 0, before.then.tickers[0], 7);
  sim_strategies_analyze(c);
  StrategyDay same = sim_strategies_day(c, 0, "changed"), gone = sim_strategies_day(c, 0, "gone");
  assert_true(strategy_matches_equal(&same.then, &before.then) && same.recomputed_utc == INSTANT_NONE);
  assert_true(gone.recomputed_utc == INSTANT_NONE);
  StrategyDay *const days[] = {&before, &after, &fresh, &same, &gone};
  for (size_t i = 0; i < sizeof days / sizeof days[0]; i++) sim_strategies_free(days[i]);
  remove_strategy(&folder, "changed");
  remove_strategy(&folder, "new");
  rmdir(folder.path);
}

/* ---- --verify ---- */

static int verify(const SimCase *c) { return sim_run(c->world, &(SimRun){.program = SIM_VERIFY}).exit_code; }

static void spoil(const SimCase *c, const char *strategy) {
  char id[STRATEGY_DAY_ID_SIZE];
  Error err = {{0}};
  bson_t *set = BCON_NEW("matches", "[", "005930", "]");
  const DbUpdate update = {.id = strategy_day_id(sim_case_session(c, 1), strategy, id), .set = set};
  assert_int_equal(c->world->view.update_many(c->world->view.self, DB_SYSTEM, "strategy_days", &update, 1, &err),
                   STATUS_OK);
  bson_destroy(set);
}

static void lists_of_the_newest_session_are_verified_and_come_back(void **state) {
  SimCase *c = *state;
  const SimRun force = {.program = SIM_ANALYSIS, .limited = true, .analysis = {.force = true, .budget_ms = 3600000}};
  char id[STRATEGY_DAY_ID_SIZE];
  Error err = {{0}};
  const Db *db = &c->world->view;
  sim_strategies_begin(c);
  sim_strategies_update(c, 1);
  sim_strategies_analyze(c);
  assert_int_equal(verify(c), EXIT_DONE);
  spoil(c, "fallen");
  assert_int_equal(verify(c), EXIT_TRY_AGAIN);
  assert_int_equal(sim_run(c->world, &force).exit_code, EXIT_DONE);
  assert_int_equal(verify(c), EXIT_DONE);
  strategy_day_id(sim_case_session(c, 1), "peak", id);
  assert_int_equal(db->delete_one(db->self, DB_SYSTEM, "strategy_days", id, &err), STATUS_OK);
  assert_int_equal(verify(c), EXIT_TRY_AGAIN);
  assert_int_equal(sim_run(c->world, &force).exit_code, EXIT_DONE);
  assert_int_equal(verify(c), EXIT_DONE);
  sim_strategies_assert(c, 1);
}

static void without_strategies_verify_reads_nothing_for_lists(void **state) {
  enum { READS = 5 }; /* restatements, statuses, targets, lists, archive */
  SimCase *c = *state;
  const SimRun run = {.program = SIM_VERIFY};
  sim_strategies_begin(c);
  const SimResult with = sim_run(c->world, &run);
  Folder empty = folder_make(c->world);
  const SimResult without = sim_run(c->world, &run);
  assert_int_equal(with.exit_code, EXIT_DONE);
  assert_int_equal(without.exit_code, EXIT_DONE);
  assert_true(without.round_trips + READS <= with.round_trips);
  rmdir(empty.path);
}

/* Foreigners have bought that stock in the five newest sessions. */
static void bring_flows(const SimCase *c, const char *ticker) {
  FlowDay days[5];
  StoredCounts counts;
  Error err = {{0}};
  for (size_t i = 0; i < 5; i++) {
    const Session *session = &c->market->sessions[c->newest - i];
    days[i] = (FlowDay){.date = session->date, .has = FLOW_INVESTORS, .is_final = true};
    days[i].close = session_find(session, ticker)->close;
    days[i].net_value[FLOW_FOREIGN] = days[i].net_volume[FLOW_FOREIGN] = 1000000;
  }
  assert_int_equal(collections_create_chosen(&c->world->view, DB_FLOW, &ticker, 1, &err), STATUS_OK);
  const ToldFlows told = {.days = days, .count = 5, .as_of_utc = c->world->now};
  assert_int_equal(market_flow_store(&c->world->view, ticker, &told, &counts, &err), STATUS_OK);
}

/* Today's list would be another one: that is no fault. */
static void a_list_made_from_flows_is_not_held_against_those_that_come_later(void **state) {
  SimCase *c = *state;
  const SimRun force = {.program = SIM_ANALYSIS, .limited = true, .analysis = {.force = true, .budget_ms = 3600000}};
  sim_case_set_up_database(c);
  Folder folder = folder_make(c->world);
  put_strategy(&folder, "bought", "foreign_net_buy_5 > 0");
  put_strategy(&folder, "good", "close > 0");
  sim_strategies_analyze(c);
  StrategyDay good = sim_strategies_day(c, 0, "good"), before = sim_strategies_day(c, 0, "bought");
  assert_int_equal(before.then.count, 0);
  bring_flows(c, good.then.tickers[0]);
  assert_int_equal(verify(c), EXIT_DONE);
  assert_int_equal(sim_run(c->world, &force).exit_code, EXIT_DONE);
  StrategyDay after = sim_strategies_day(c, 0, "bought");
  assert_int_equal(after.then.count, 1);
  assert_int_equal(verify(c), EXIT_DONE);
  StrategyDay *const days[] = {&good, &before, &after};
  for (size_t i = 0; i < sizeof days / sizeof days[0]; i++) sim_strategies_free(days[i]);
  remove_strategy(&folder, "bought");
  remove_strategy(&folder, "good");
  rmdir(folder.path);
}

/* Everything of it would be unknown, at every session, to whoever does not collect reports. */
static void what_asks_for_companies_has_a_list_only_where_their_reports_are_collected(void **state) {
  SimCase *c = *state;
  sim_case_set_up_database(c);
  Folder folder = folder_make(c->world);
  put_strategy(&folder, "cheap", "close > 0 or per < 10");
  put_strategy(&folder, "good", "close > 0");
  sim_strategies_analyze(c);
  assert_int_equal(sim_strategies_count(c), 1);
  text_copy(c->world->config.dart.auth_key, sizeof c->world->config.dart.auth_key, "a-key");
  sim_strategies_update(c, 1);
  sim_strategies_analyze(c);
  assert_int_equal(sim_strategies_count(c), 3);
  StrategyDay cheap = sim_strategies_day(c, 1, "cheap");
  assert_int_equal(cheap.then.count, cheap.then.considered);
  sim_strategies_free(&cheap);
  remove_strategy(&folder, "cheap");
  remove_strategy(&folder, "good");
  rmdir(folder.path);
}

static void what_waits_for_its_analysis_is_not_verified(void **state) {
  SimCase *c = *state;
  sim_strategies_begin(c);
  assert_int_equal(verify(c), EXIT_DONE);
  sim_strategies_update(c, 1);
  assert_int_equal(verify(c), EXIT_DONE);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      SIM_CASE(the_first_analysis_writes_the_lists_of_its_session_alone),
      SIM_CASE(considered_is_who_traded_and_unknown_whose_history_is_too_short),
      SIM_CASE(sessions_in_one_go_have_their_lists_each),
      SIM_CASE(by_workers_as_well),
      SIM_CASE(a_run_that_dies_is_made_up_for_by_the_next),
      SIM_CASE(without_a_folder_nothing_is_written_and_the_log_says_so),
      SIM_CASE(a_bad_file_is_named_and_holds_no_other),
      SIM_CASE(strategies_come_change_and_go),
      SIM_CASE(lists_of_the_newest_session_are_verified_and_come_back),
      SIM_CASE(without_strategies_verify_reads_nothing_for_lists),
      SIM_CASE(a_list_made_from_flows_is_not_held_against_those_that_come_later),
      SIM_CASE(what_asks_for_companies_has_a_list_only_where_their_reports_are_collected),
      SIM_CASE(what_waits_for_its_analysis_is_not_verified),
  };
  return cmocka_run_group_tests_name("strategy_days", tests, NULL, NULL);
}
