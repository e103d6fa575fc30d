/* A year of exchange-traded funds with late days, outages, broken answers and answers that change, while runs are
 * killed and the window is made larger: whatever is completed is one whole answer that was right, and in the end all is
 * there. Then a run that is killed at each of its round trips.
 *
 * CLOSEBELL_SIM_SEEDS=100  so many seeds; else one
 * CLOSEBELL_SIM_SEED=17    this one alone
 * CLOSEBELL_SIM_DAYS=365   so many days; else DAYS_LIVED
 * CLOSEBELL_TEST_LONG=1    kills at every round trip */
#include <malloc.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <closebell/store/etf_data.h>
#include <closebell/store/etfs.h>

#include "sim_funds.h"
#include "sim_sample.h"

enum { SET_UP_AT = 60, DAYS = 30, MORE_DAYS = 50, CALM_DAYS = 12, KILL_POINTS = 25, DAYS_LIVED = 110, CHECK_DAYS = 7 };
static const int64_t HOUR = INT64_C(60) * 60 * 1000;
static const int ROUNDS[] = {8 * 60 + 5, 14 * 60 + 10};

typedef struct {
  SimMarket *market;
  SimWorld *world;
  SimFunds funds;
  uint64_t state;
  Random random;
  long runs, crashes;
} Life;

static void begin(Life *life, uint64_t seed) {
  Day first, last;
  assert_true(day_parse("2024-01-01", &first) && day_parse("2025-03-31", &last));
  *life = (Life){.market = sim_market_new(seed, first, last), .state = seed};
  life->random = random_seeded(&life->state);
  life->world =
      sim_world_new(life->market, seed, sim_market_published(life->market, life->market->sessions[SET_UP_AT].date));
  life->world->config.indices.names[0] = '\0';
  life->world->config.etf.days = DAYS;
  sim_funds_begin(&life->funds, life->world, seed);
}

static void end(Life *life) {
  sim_world_free(life->world);
  sim_market_free(life->market);
}

static SimResult run(Life *life, SimRun how) {
  how.dress = sim_funds_dress;
  how.dress_context = &life->funds;
  SimResult result = sim_run(life->world, &how);
  life->runs++;
  life->crashes += result.crashed;
  return result;
}

/* ---- a year ---- */

static void run_foul(Life *life) {
  SimRun how = {.program = SIM_UPDATE};
  if (sim_chance(&life->random, 200)) how.crash_at = 1 + (long)sim_below(&life->random, 250);
  how.crash_after = sim_chance(&life->random, 500);
  if (sim_chance(&life->random, 100)) how.losses_per_mille = 5;
  run(life, how);
}

static void live_a_day(Life *life, Day date) {
  Error why = {{0}};
  for (size_t i = 0; i < sizeof ROUNDS / sizeof *ROUNDS; i++) {
    sim_world_move_to(life->world, instant_from_kst(date, ROUNDS[i]));
    if (life->funds.foul && sim_chance(&life->random, 250)) continue;
    if (life->funds.foul)
      run_foul(life);
    else
      run(life, (SimRun){.program = SIM_UPDATE});
  }
  if (date % CHECK_DAYS == 0 && !sim_funds_check(&life->funds, DAY_NONE, &why)) fail_msg("%s", why.text);
}

static bool live_through(uint64_t seed, Day days) {
  Life life;
  Error why = {{0}};
  size_t sessions = 0;
  begin(&life, seed);
  SimResult set_up = run(&life, (SimRun){.program = SIM_SETUP});
  assert_int_equal(set_up.exit_code, EXIT_DONE);
  Day from = instant_kst_day(life.world->now), to = from + days;
  for (Day date = from; date <= to; date++) {
    life.funds.foul = date < to - CALM_DAYS;
    if (date == from + days / 2) life.world->config.etf.days = MORE_DAYS + days / 2;
    live_a_day(&life, date);
  }
  bool good = sim_funds_check_whole(&life.funds, &sessions, &why);
  if (good && run(&life, (SimRun){.program = SIM_VERIFY}).exit_code != EXIT_DONE)
    good = (error_set(&why, STATUS_BAD_DATA, "--verify finds something"), false);
  if (good && sessions < (size_t)(DAYS + days / 2))
    good = (error_set(&why, STATUS_BAD_DATA, "only %zu sessions", sessions), false);
  if (!good)
    print_error("seed %llu: %s\nto repeat it: CLOSEBELL_SIM_SEED=%llu CLOSEBELL_SIM_DAYS=%d\n",
                (unsigned long long)seed, why.text, (unsigned long long)seed, (int)days);
  print_message("seed %llu: %ld runs, %ld crashed; %ld questions, %ld of them spoilt; %zu sessions of funds\n",
                (unsigned long long)seed, life.runs, life.crashes, life.funds.asked, life.funds.spoilt, sessions);
  end(&life);
  return good;
}

static uint64_t number_from(const char *name, uint64_t otherwise) {
  const char *text = getenv(name);
  return text && *text ? strtoull(text, NULL, 10) : otherwise;
}

static void in_foul_weather_nothing_false_is_completed_and_in_fair_all_is(void **state) {
  (void)state;
  uint64_t alone = number_from("CLOSEBELL_SIM_SEED", 0), seeds = alone ? 1 : number_from("CLOSEBELL_SIM_SEEDS", 1);
  Day days = (Day)number_from("CLOSEBELL_SIM_DAYS", DAYS_LIVED);
  size_t failed = 0;
  for (uint64_t i = 0; i < seeds; i++) failed += !live_through(alone ? alone : 1 + i, days);
  assert_int_equal(failed, 0);
}

/* ---- kills ---- */

static const char *const LEFT_OUT[] = {"system_info.job_runs",     "system_info.job_locks",    "system_info.ops_alerts",
                                       "system_info.source_state", "system_info.restatements", NULL};
static const char *const FIELDS[] = {"start_time_utc", "end_time_utc", "fence",       "pid",
                                     "host",           "attempt",      "reason",      "fetched_at_utc",
                                     "at_utc",         "archived_utc", "updated_utc", NULL};
static const DbMemoryOmit OMIT = {LEFT_OUT, FIELDS};

/* Two sessions are to come, with all else that a run of that morning brings. */
static void begin_sweep(Life *life) {
  begin(life, 3);
  assert_int_equal(run(life, (SimRun){.program = SIM_SETUP}).exit_code, EXIT_DONE);
  assert_int_equal(run(life, (SimRun){.program = SIM_UPDATE}).exit_code, EXIT_DONE);
  sim_world_move_to(life->world, sim_market_published(life->market, life->market->sessions[SET_UP_AT + 2].date));
}

static void a_run_that_is_killed_anywhere_is_made_good_by_the_next(void **state) {
  (void)state;
  Life life;
  Error why = {{0}};
  size_t sessions;
  begin_sweep(&life);
  const Instant then = life.world->now;
  DbMemory *before = db_memory_copy(life.world->memory);
  SimResult whole = run(&life, (SimRun){.program = SIM_UPDATE});
  assert_int_equal(whole.exit_code, EXIT_DONE);
  if (!sim_funds_check_whole(&life.funds, &sessions, &why)) fail_msg("undisturbed: %s: %s", whole.message, why.text);
  DbMemory *after = db_memory_copy(life.world->memory);
  long step = getenv("CLOSEBELL_TEST_LONG") ? 1 : whole.round_trips / KILL_POINTS;
  for (long at = 1; at <= whole.round_trips; at += step) {
    sim_world_restore(life.world, before);
    life.world->now = then;
    run(&life, (SimRun){.program = SIM_UPDATE, .crash_at = at, .crash_after = at % 2});
    if (!sim_funds_check(&life.funds, DAY_NONE, &why)) fail_msg("killed at %ld: %s", at, why.text);
    sim_world_pass(life.world, HOUR);
    assert_int_equal(run(&life, (SimRun){.program = SIM_UPDATE}).exit_code, EXIT_DONE);
    if (!sim_funds_check_whole(&life.funds, &sessions, &why)) fail_msg("killed at %ld: %s", at, why.text);
    if (!db_memory_equal(after, life.world->memory, &OMIT, &why)) fail_msg("killed at %ld: %s", at, why.text);
  }
  print_message("%ld round trips, %ld kills\n", whole.round_trips, life.crashes);
  db_memory_free(before);
  db_memory_free(after);
  end(&life);
}

/* What a run that died has stored of a fund that the next answer is without goes, and its entry is what is left. */
static void another_answer_after_a_kill_leaves_nothing_of_the_first(void **state) {
  (void)state;
  Life life;
  Error why = {{0}};
  size_t sessions;
  begin_sweep(&life);
  const Instant then = life.world->now;
  DbMemory *before = db_memory_copy(life.world->memory);
  long all = run(&life, (SimRun){.program = SIM_UPDATE}).round_trips;
  for (long at = all - 30; at < all; at += 3) {
    sim_world_restore(life.world, before);
    life.world->now = then;
    run(&life, (SimRun){.program = SIM_UPDATE, .crash_at = at});
    sim_world_pass(life.world, HOUR);
    life.funds.early = true;
    run(&life, (SimRun){.program = SIM_UPDATE});
    life.funds.early = false;
    if (!sim_funds_check_whole(&life.funds, &sessions, &why)) fail_msg("killed at %ld: %s", at, why.text);
  }
  db_memory_free(before);
  end(&life);
}

static Status add_to_change(void *context, const StoredEtfRow *stored, Error *err) {
  const Db *db = context;
  EtfRow row = stored->row;
  const DatedEtfRow dated = {stored->date, &row};
  size_t count;
  etf_set_whole(&row, ETF_CHANGE, row.whole[ETF_CHANGE] + 5);
  return etf_data_store(db, row.ticker, &dated, 1, &count, err);
}

/* Whichever of the two is wrong: the older one is not stored. */
static void what_extends_the_window_has_to_fit_to_what_is_there(void **state) {
  (void)state;
  Life life;
  Error why = {{0}};
  EtfList list = {0};
  begin(&life, 5);
  assert_int_equal(run(&life, (SimRun){.program = SIM_SETUP}).exit_code, EXIT_DONE);
  const size_t first = SET_UP_AT - DAYS + 1;
  const Day oldest = life.market->sessions[first].date;
  assert_int_equal(etfs_read(&life.world->view, &list, &why), STATUS_OK);
  for (size_t i = 0; i < list.count; i++)
    assert_int_equal(etf_data_read(&life.world->view, list.items[i].ticker, day_alone(oldest), add_to_change,
                                   &life.world->view, &why),
                     STATUS_OK);
  etf_list_free(&list);
  life.world->config.etf.days = DAYS + 5;
  assert_int_equal(run(&life, (SimRun){.program = SIM_UPDATE}).exit_code, EXIT_TRY_AGAIN);
  char id[64];
  for (size_t i = first - 5; i < first; i++) {
    snprintf(id, sizeof id, "%s_etf_days", day_text(life.market->sessions[i].date).text);
    const bson_t *status = sim_document(life.world, DB_SYSTEM, "job_status", id);
    assert_non_null(status);
    assert_string_equal(sim_text(status, "status"), i + 1 < first ? "completed" : "failed");
  }
  end(&life);
}

/* Whoever has not the service has all else. */
static void without_approval_nothing_of_it_is_completed(void **state) {
  (void)state;
  Life life;
  size_t sessions;
  Error why = {{0}};
  begin(&life, 4);
  life.funds.not_approved = true;
  assert_int_equal(run(&life, (SimRun){.program = SIM_SETUP}).exit_code, EXIT_DONE);
  for (size_t i = 1; i <= 10; i++) {
    sim_world_move_to(life.world, sim_market_published(life.market, life.market->sessions[SET_UP_AT + i].date));
    assert_int_equal(run(&life, (SimRun){.program = SIM_UPDATE}).exit_code, EXIT_DONE);
  }
  assert_in_range(life.funds.asked, 2, 4); /* once a week */
  assert_true(sim_funds_check_whole(&life.funds, &sessions, &why));
  assert_int_equal(sessions, 0);
  life.funds.not_approved = false;
  sim_world_pass(life.world, 8 * 24 * HOUR);
  assert_int_equal(run(&life, (SimRun){.program = SIM_UPDATE}).exit_code, EXIT_DONE);
  if (!sim_funds_check_whole(&life.funds, &sessions, &why)) fail_msg("%s", why.text);
  assert_int_equal(sessions, DAYS);
  end(&life);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(in_foul_weather_nothing_false_is_completed_and_in_fair_all_is),
      cmocka_unit_test(a_run_that_is_killed_anywhere_is_made_good_by_the_next),
      cmocka_unit_test(another_answer_after_a_kill_leaves_nothing_of_the_first),
      cmocka_unit_test(what_extends_the_window_has_to_fit_to_what_is_there),
      cmocka_unit_test(without_approval_nothing_of_it_is_completed),
  };
  if (argc > 1) cmocka_set_test_filter(argv[1]);
  mallopt(M_MMAP_THRESHOLD, 1 << 30);
  return cmocka_run_group_tests(tests, NULL, NULL);
}
