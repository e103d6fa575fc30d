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
#include <closebell/screen/market.h>
#include <closebell/store/market_days.h>
#include <closebell/store/restatements.h>
#include <closebell/store/strategy_days.h>
#include <closebell/strategy/strategies.h>

#include "sim_case.h"
#include "sim_sample.h"

enum { CATCH_UP = 3, SHIPPED = 3 /* in tests/data/strategies */ };

static const SimRun ANALYSIS = {.program = SIM_ANALYSIS};
static const char FOLDER[] = TEST_DATA "/strategies";

/* ---- once more ---- */

static Status take_session(void *context, Session *session, Error *err) {
  return screen_market_add(context, session, false, err);
}

/* The archive up to the date, and nothing behind it. */
static ScreenMarket market_until(const SimWorld *world, Day date) {
  Error err = {{0}};
  ScreenMarket market = {.considered = world->prepared.rules.filter.markets};
  if (market_days_read(&world->view, DAY_NONE, date, take_session, &market, &err) != STATUS_OK)
    fail_msg("%s", err.text);
  assert_int_equal(market.dates[market.session_count - 1], date);
  return market;
}

static StrategyMatches list_of(ScreenMarket *market, const Strategy *strategy) {
  Error err = {{0}};
  ScreenCounts counts;
  size_t session = market->session_count - 1, considered = screen_market_considered(market, session, session);
  uint8_t *answers = malloc(considered + 1);
  size_t *stocks = malloc((considered + 1) * sizeof *stocks);
  assert_true(answers && stocks);
  assert_int_equal(screen_evaluate(&strategy->where, market, session, session, answers, &err), STATUS_OK);
  assert_int_equal(screen_list(&strategy->sort, market, session, answers, 0, stocks, &counts, &err), STATUS_OK);
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

/* ---- what is stored ---- */

static StrategyDays days_of(const SimCase *c, size_t session) {
  Error err = {{0}};
  StrategyDays days = {0};
  Day date = sim_case_session(c, session);
  if (strategy_days_read(&c->world->view, date, date, &days, &err) != STATUS_OK) fail_msg("%s", err.text);
  for (size_t i = 0; i < days.count; i++) assert_true(days.items[i].readable);
  return days;
}

/* The strategy's document of the session; the caller frees its tickers. */
static StrategyDay day_of(const SimCase *c, size_t session, const char *strategy) {
  StrategyDays days = days_of(c, session);
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

static void free_day(StrategyDay *day) {
  free(day->then.tickers);
  free(day->now.tickers);
}

static bool has_match(const StrategyMatches *matches, const char *ticker) {
  for (size_t i = 0; i < matches->count; i++)
    if (strcmp(matches->tickers[i], ticker) == 0) return true;
  return false;
}

/* The lists of the session are what its archive gives, and nothing is said of another today. */
static void assert_lists(const SimCase *c, size_t session) {
  Error err = {{0}};
  Strategies strategies = {0};
  assert_int_equal(strategies_load(FOLDER, NULL, &strategies, &err), STATUS_OK);
  ScreenMarket market = market_until(c->world, sim_case_session(c, session));
  StrategyDays days = days_of(c, session);
  assert_int_equal(strategies.count, SHIPPED);
  assert_int_equal(days.count, SHIPPED);
  for (size_t i = 0; i < SHIPPED; i++) {
    StrategyMatches list = list_of(&market, &strategies.items[i].strategy);
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

static size_t lists(const SimCase *c) { return sim_document_count(c->world, DB_SYSTEM, "strategy_days"); }

static void analyze(const SimCase *c) {
  SimResult result = sim_run(c->world, &ANALYSIS);
  if (result.exit_code != EXIT_DONE) fail_msg("%d %s", result.exit_code, result.message);
}

static void set_up_and_analyze(SimCase *c) {
  sim_case_set_up_database(c);
  analyze(c);
}

static void catch_up(SimCase *c, size_t sessions) {
  sim_case_wait_for(c, sessions);
  sim_case_update(c);
}

/* ---- sessions that complete ---- */

static void the_first_analysis_writes_the_lists_of_its_session_alone(void **state) {
  SimCase *c = *state;
  sim_case_set_up_database(c);
  assert_int_equal(lists(c), 0);
  analyze(c);
  assert_int_equal(lists(c), SHIPPED);
  assert_lists(c, 0);
}

static void considered_is_who_traded_and_unknown_whose_history_is_too_short(void **state) {
  SimCase *c = *state;
  int64_t traded, too_short;
  set_up_and_analyze(c);
  ScreenMarket market = market_until(c->world, sim_case_session(c, 0));
  StrategyDay peak = day_of(c, 0, "peak");
  count_stocks(&market, 11, &traded, &too_short);
  assert_in_range(traded, 40, 56);
  assert_int_equal(peak.then.considered, traded);
  assert_int_equal(peak.then.unknown, too_short);
  free_day(&peak);
  screen_market_free(&market);
}

static void sessions_in_one_go_have_their_lists_each(void **state) {
  SimCase *c = *state;
  set_up_and_analyze(c);
  catch_up(c, CATCH_UP);
  analyze(c);
  assert_int_equal(lists(c), (CATCH_UP + 1) * SHIPPED);
  for (size_t i = 0; i <= CATCH_UP; i++) assert_lists(c, i);
}

static void by_workers_as_well(void **state) {
  SimCase *c = *state;
  const SimRun shared = {.program = SIM_ANALYSIS, .limited = true, .analysis = {.workers = 3, .budget_ms = 3600000}};
  set_up_and_analyze(c);
  catch_up(c, CATCH_UP);
  assert_int_equal(sim_run(c->world, &shared).exit_code, EXIT_DONE);
  for (size_t i = 0; i <= CATCH_UP; i++) assert_lists(c, i);
}

/* Dead before any of its calls: lists stand wherever `completed` does, and the next run writes what is missing. */
static void a_run_that_dies_is_made_up_for_by_the_next(void **state) {
  SimCase *c = *state;
  set_up_and_analyze(c);
  catch_up(c, CATCH_UP);
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
      if (status && strcmp(sim_text(status, "status"), "completed") == 0) assert_lists(c, i);
    }
    analyze(c);
    assert_int_equal(lists(c), (CATCH_UP + 1) * SHIPPED);
    for (size_t i = 0; i <= CATCH_UP; i++) assert_lists(c, i);
  }
  db_memory_free(before);
}

/* ---- restated sessions ---- */

/* The archive of the session says another value traded of that stock, and all are told so. */
static void restate(const SimCase *c, size_t session, const char *ticker, int64_t value) {
  Error err = {{0}};
  Session stored = {0};
  int64_t number;
  Day date = sim_case_session(c, session);
  const Db *db = &c->world->view;
  assert_int_equal(market_days_find(db, date, &stored, &err), STATUS_OK);
  for (size_t i = 0; i < stored.count; i++)
    if (strcmp(stored.rows[i].ticker, ticker) == 0) stored.rows[i].value = value;
  assert_int_equal(market_days_replace(db, &stored, "krx", "final", c->world->now, &err), STATUS_OK);
  assert_int_equal(restatements_insert(db, date, NULL, "by a test", c->world->now, &number, &err), STATUS_OK);
  session_free(&stored);
}

/* A stock that is busy in session 2 of three, and what it traded in session 1. */
static void choose_busy(SimCase *c, char ticker[8], int64_t *ret_value) {
  set_up_and_analyze(c);
  catch_up(c, CATCH_UP);
  analyze(c);
  StrategyDay busy = day_of(c, 2, "busy"), before = day_of(c, 1, "busy");
  size_t at = 0;
  while (at < busy.then.count && has_match(&before.then, busy.then.tickers[at])) at++;
  assert_in_range(at + 1, 1, busy.then.count);
  text_copy(ticker, 8, busy.then.tickers[at]);
  free_day(&busy);
  free_day(&before);
  Session session = {0};
  Error err = {{0}};
  assert_int_equal(market_days_find(&c->world->view, sim_case_session(c, 1), &session, &err), STATUS_OK);
  *ret_value = session_find(&session, ticker)->value;
  session_free(&session);
}

static const int64_t HUGE_VALUE = INT64_C(1000000000000000);

/* Session 1 is made anew; session 2 stays, and says what it would be; the newest is of today. */
static void assert_restated(const SimCase *c, const char *ticker) {
  StrategyDay own = day_of(c, 1, "busy"), later = day_of(c, 2, "busy");
  assert_true(has_match(&own.then, ticker) && own.recomputed_utc == INSTANT_NONE);
  assert_true(has_match(&later.then, ticker));
  assert_true(later.recomputed_utc != INSTANT_NONE && !has_match(&later.now, ticker));
  ScreenMarket market = market_until(c->world, sim_case_session(c, 2));
  Strategies strategies = {0};
  Error err = {{0}};
  assert_int_equal(strategies_load(FOLDER, NULL, &strategies, &err), STATUS_OK);
  StrategyMatches list = list_of(&market, &strategies_find(&strategies, "busy")->strategy);
  assert_true(strategy_matches_equal(&list, &later.now));
  free(list.tickers);
  strategies_free(&strategies);
  screen_market_free(&market);
  free_day(&own);
  free_day(&later);
  assert_lists(c, 1);
  assert_lists(c, CATCH_UP);
  StrategyDay peak = day_of(c, 2, "peak"); /* looks at closes alone */
  assert_true(peak.recomputed_utc == INSTANT_NONE);
  free_day(&peak);
}

static void a_restated_session_is_made_anew_and_later_ones_say_where_they_would_differ(void **state) {
  SimCase *c = *state;
  char ticker[8];
  int64_t value;
  choose_busy(c, ticker, &value);
  restate(c, 1, ticker, HUGE_VALUE);
  analyze(c);
  assert_restated(c, ticker);
}

static void what_is_restated_back_differs_no_more(void **state) {
  SimCase *c = *state;
  char ticker[8];
  int64_t value;
  choose_busy(c, ticker, &value);
  restate(c, 1, ticker, HUGE_VALUE);
  analyze(c);
  restate(c, 1, ticker, value);
  analyze(c);
  for (size_t i = 0; i <= CATCH_UP; i++) assert_lists(c, i);
}

/* When it was seen stays as long as it says the same. */
static void what_is_looked_at_again_and_is_the_same_is_not_written(void **state) {
  SimCase *c = *state;
  char ticker[8];
  int64_t value;
  choose_busy(c, ticker, &value);
  restate(c, 1, ticker, HUGE_VALUE);
  analyze(c);
  StrategyDay before = day_of(c, 2, "busy");
  sim_world_pass(c->world, 3600000);
  restate(c, 1, ticker, HUGE_VALUE);
  analyze(c);
  StrategyDay after = day_of(c, 2, "busy");
  assert_true(after.recomputed_utc == before.recomputed_utc);
  assert_restated(c, ticker);
  free_day(&before);
  free_day(&after);
}

static void a_run_that_dies_over_a_restated_session_is_made_up_for_as_well(void **state) {
  SimCase *c = *state;
  char ticker[8];
  int64_t value;
  choose_busy(c, ticker, &value);
  restate(c, 1, ticker, HUGE_VALUE);
  Instant began = c->world->now;
  DbMemory *before = db_memory_copy(c->world->memory);
  assert_non_null(before);
  for (long at = 1;; at++) {
    sim_world_restore(c->world, before);
    c->world->now = began;
    SimResult dead = sim_run(c->world, &(SimRun){.program = SIM_ANALYSIS, .crash_at = at, .crash_after = at % 2});
    if (!dead.crashed) break;
    analyze(c);
    assert_restated(c, ticker);
  }
  db_memory_free(before);
}

/* What the list of the session would be today: as it stands, or as it says itself. */
static void assert_told_truly(const SimCase *c, size_t session, const char *strategy) {
  Error err = {{0}};
  Strategies strategies = {0};
  assert_int_equal(strategies_load(FOLDER, NULL, &strategies, &err), STATUS_OK);
  ScreenMarket market = market_until(c->world, sim_case_session(c, session));
  StrategyDay day = day_of(c, session, strategy);
  StrategyMatches list = list_of(&market, &strategies_find(&strategies, strategy)->strategy);
  bool differs = day.recomputed_utc != INSTANT_NONE;
  assert_true(strategy_matches_equal(differs ? &day.now : &day.then, &list));
  assert_true(!differs || !strategy_matches_equal(&day.then, &list));
  free(list.tickers);
  free_day(&day);
  screen_market_free(&market);
  strategies_free(&strategies);
}

/* Passed over as the gate went on, and completed at last: the lists behind it were made without it. */
static void a_session_that_comes_late_has_its_lists_and_those_behind_it_say_what_it_changes(void **state) {
  static const char *const STRATEGIES[] = {"busy", "fallen", "peak"};
  enum { LATE = 1, LAST = 5 };
  SimCase *c = *state;
  set_up_and_analyze(c);
  sim_case_fault(c, SIM_HALF, sim_case_session(c, LATE), -1, INT64_C(60) * 24 * 3600000);
  for (size_t i = LATE; i <= LAST; i++) {
    catch_up(c, i);
    sim_run(c->world, &ANALYSIS);
  }
  assert_int_equal(lists(c), LAST * SHIPPED);
  sim_world_forget_faults(c->world);
  catch_up(c, LAST + 1);
  analyze(c);
  assert_int_equal(lists(c), (LAST + 2) * SHIPPED);
  assert_lists(c, LATE);
  assert_lists(c, LAST + 1);
  for (size_t i = 0; i <= LAST + 1; i++)
    for (size_t k = 0; k < SHIPPED; k++) assert_told_truly(c, i, STRATEGIES[k]);
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
  analyze(c);
  fclose(c->world->log);
  c->world->log = NULL;
  return text;
}

static void without_a_folder_nothing_is_written_and_the_log_says_so(void **state) {
  SimCase *c = *state;
  sim_case_set_up_database(c);
  text_copy(c->world->config.api.strategies, sizeof c->world->config.api.strategies, "/nonexistent/strategies");
  char *log = analyze_aloud(c);
  assert_int_equal(lists(c), 0);
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
  StrategyDay good = day_of(c, 0, "good");
  assert_int_equal(good.then.count, good.then.considered);
  assert_true(lists(c) <= 2);
  free_day(&good);
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
  analyze(c);
  put_strategy(&folder, "changed", "close <= open");
  put_strategy(&folder, "new", "close > 0");
  remove_strategy(&folder, "gone");
  catch_up(c, 1);
  analyze(c);
  assert_int_equal(lists(c), 4);
  StrategyDay before = day_of(c, 0, "changed"), after = day_of(c, 1, "changed"), fresh = day_of(c, 1, "new");
  assert_string_equal(before.where, "close > open");
  assert_string_equal(after.where, "close <= open");
  restate(c, 0, before.then.tickers[0], 7);
  analyze(c);
  StrategyDay same = day_of(c, 0, "changed"), gone = day_of(c, 0, "gone");
  assert_true(strategy_matches_equal(&same.then, &before.then) && same.recomputed_utc == INSTANT_NONE);
  assert_true(gone.recomputed_utc == INSTANT_NONE);
  StrategyDay *const days[] = {&before, &after, &fresh, &same, &gone};
  for (size_t i = 0; i < sizeof days / sizeof days[0]; i++) free_day(days[i]);
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
  set_up_and_analyze(c);
  catch_up(c, 1);
  analyze(c);
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
  assert_lists(c, 1);
}

static void what_waits_for_its_analysis_is_not_verified(void **state) {
  SimCase *c = *state;
  set_up_and_analyze(c);
  assert_int_equal(verify(c), EXIT_DONE);
  catch_up(c, 1);
  assert_int_equal(verify(c), EXIT_DONE);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      SIM_CASE(the_first_analysis_writes_the_lists_of_its_session_alone),
      SIM_CASE(considered_is_who_traded_and_unknown_whose_history_is_too_short),
      SIM_CASE(sessions_in_one_go_have_their_lists_each),
      SIM_CASE(by_workers_as_well),
      SIM_CASE(a_run_that_dies_is_made_up_for_by_the_next),
      SIM_CASE(a_restated_session_is_made_anew_and_later_ones_say_where_they_would_differ),
      SIM_CASE(what_is_restated_back_differs_no_more),
      SIM_CASE(what_is_looked_at_again_and_is_the_same_is_not_written),
      SIM_CASE(a_run_that_dies_over_a_restated_session_is_made_up_for_as_well),
      SIM_CASE(a_session_that_comes_late_has_its_lists_and_those_behind_it_say_what_it_changes),
      SIM_CASE(without_a_folder_nothing_is_written_and_the_log_says_so),
      SIM_CASE(a_bad_file_is_named_and_holds_no_other),
      SIM_CASE(strategies_come_change_and_go),
      SIM_CASE(lists_of_the_newest_session_are_verified_and_come_back),
      SIM_CASE(what_waits_for_its_analysis_is_not_verified),
  };
  return cmocka_run_group_tests_name("strategy_days", tests, NULL, NULL);
}
