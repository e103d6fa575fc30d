/* Whatever runs beside an analysis, between any two calls of either: the next analysis leaves what it would have left
 * had one waited for the other. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "sim_case.h"
#include "sim_compare.h"
#include "sim_sample.h"

static const int64_t HOUR_MS = 60 * 60 * 1000;

static const SimRun ANALYSIS = {.program = SIM_ANALYSIS}, UPDATE = {.program = SIM_UPDATE};
static const SimRun WORKER = {
    .program = SIM_ANALYSIS, .limited = true, .analysis = {.budget_ms = 60 * 60 * 1000, .workers = 2}};
static const SimRun LONGER = {.program = SIM_SETUP, .setup = {.days = SIM_KEPT_SESSIONS + 20}};

static SimResult analyze(SimWorld *world) { return sim_run(world, &ANALYSIS); }

/* ---- one beside the other ---- */

typedef struct {
  const SimRun *run;
  SimResult result;
} Other;

static void run_other(SimWorld *world, void *context) {
  Other *other = context;
  other->result = sim_run(world, other->run);
}

static void rewind_world(SimWorld *world, DbMemory *before, Instant now) {
  sim_world_restore(world, before);
  world->now = now;
}

static void run_well(SimWorld *world, const SimRun *run, long at) {
  SimResult result = sim_run(world, run);
  if (result.exit_code != EXIT_DONE) fail_msg("met before call %ld: %s", at, result.message);
}

/* One after the other, and an analysis: what has to be there however they meet. */
static SimWorld *make_expected(SimCase *c, const SimRun *first, const SimRun *second, DbMemory *before) {
  SimWorld *expected = sim_world_new(c->market, 1, c->world->now);
  const SimRun *const one_by_one[] = {first, second, &ANALYSIS};
  sim_world_restore(expected, before);
  for (size_t i = 0; i < c->world->fault_count; i++) sim_world_fault(expected, c->world->faults[i]);
  for (size_t i = 0; i < 3; i++) run_well(expected, one_by_one[i], 0);
  return expected;
}

static void assert_as_expected(SimWorld *world, const SimWorld *expected, long at) {
  Error difference = {{0}};
  run_well(world, &ANALYSIS, at);
  if (!sim_worlds_equal(world, expected, (SimStrictness){.inactive_series = true}, &difference))
    fail_msg("met before call %ld: %s", at, difference.text);
}

/* The first is stopped before each of its calls in turn, while the other runs from beginning to end. Returns how many
 * of the others had something to do. */
static long meet_at_every_call(SimCase *c, const SimRun *first, const SimRun *second) {
  Instant began = c->world->now;
  DbMemory *before = db_memory_copy(c->world->memory);
  assert_non_null(before);
  SimWorld *expected = make_expected(c, first, second, before);
  long busy = 0;
  for (long at = 1;; at++) {
    rewind_world(c->world, before, began);
    Other other = {.run = second};
    SimRun run = *first;
    run.freeze_at = at;
    run.meanwhile = run_other;
    run.meanwhile_context = &other;
    SimResult result = sim_run(c->world, &run);
    if (result.round_trips < at) break;
    if (result.exit_code != EXIT_DONE) fail_msg("met before call %ld: %s", at, result.message);
    if (other.result.exit_code != EXIT_DONE) fail_msg("met before call %ld: %s", at, other.result.message);
    busy += other.result.wrote_content;
    assert_as_expected(c->world, expected, at);
  }
  db_memory_free(before);
  sim_world_free(expected);
  return busy;
}

/* The first dies at each of its calls in turn, before or after its effect; then the other runs, and then the first once
 * more. */
static void die_at_every_call(SimCase *c, const SimRun *first, const SimRun *second) {
  Instant began = c->world->now;
  DbMemory *before = db_memory_copy(c->world->memory);
  assert_non_null(before);
  SimWorld *expected = make_expected(c, first, second, before);
  long at = 1;
  for (;; at++) {
    rewind_world(c->world, before, began);
    SimRun run = *first;
    run.crash_at = (at + 1) / 2;
    run.crash_after = at % 2 == 0;
    if (sim_run(c->world, &run).round_trips < run.crash_at) break;
    sim_world_pass(c->world, HOUR_MS);
    run_well(c->world, second, at);
    run_well(c->world, first, at);
    assert_as_expected(c->world, expected, at);
  }
  assert_true(at > 40);
  db_memory_free(before);
  sim_world_free(expected);
}

static void assert_they_meet_well(SimCase *c, const SimRun *first, const SimRun *second) {
  assert_true(meet_at_every_call(c, first, second) > 1);
}

/* ---- a session that comes late ---- */

/* Four sessions, of which the first cannot be had until three others are completed. */
static void miss_one(SimCase *c) {
  sim_case_set_up_database(c);
  for (size_t i = 1; i <= 4; i++) {
    sim_case_wait_for(c, i);
    if (i == 1) sim_case_fault(c, SIM_HALF, sim_case_session(c, 1), -1, 60 * MS_OF_DAY);
    sim_case_update(c);
    if (i < 4) analyze(c->world);
  }
  assert_string_equal(sim_case_state(c, sim_case_session(c, 1)), "failed");
  assert_string_equal(sim_case_state(c, sim_case_session(c, 4)), "completed");
  sim_world_forget_faults(c->world);
}

static void a_session_that_was_passed_over_comes_while_an_analysis_runs(void **state) {
  SimCase *c = *state;
  miss_one(c);
  analyze(c->world); /* goes on without it */
  assert_they_meet_well(c, &UPDATE, &ANALYSIS);
}

static void a_session_comes_while_the_first_analysis_that_passes_over_it_runs(void **state) {
  SimCase *c = *state;
  miss_one(c);
  assert_they_meet_well(c, &UPDATE, &ANALYSIS);
}

static void an_analysis_is_overtaken_by_the_session_that_it_passes_over(void **state) {
  SimCase *c = *state;
  miss_one(c);
  assert_they_meet_well(c, &ANALYSIS, &UPDATE);
}

static void workers_and_a_session_that_was_passed_over_meet(void **state) {
  SimCase *c = *state;
  miss_one(c);
  analyze(c->world);
  assert_they_meet_well(c, &UPDATE, &WORKER);
}

static void a_worker_is_overtaken_by_the_session_that_it_passes_over(void **state) {
  SimCase *c = *state;
  miss_one(c);
  assert_they_meet_well(c, &WORKER, &UPDATE);
}

static void whoever_dies_over_a_late_session_is_made_up_for(void **state) {
  SimCase *c = *state;
  miss_one(c);
  analyze(c->world);
  die_at_every_call(c, &UPDATE, &ANALYSIS);
}

static void whoever_dies_over_the_analysis_before_a_late_session_is_made_up_for(void **state) {
  SimCase *c = *state;
  miss_one(c);
  die_at_every_call(c, &ANALYSIS, &UPDATE);
}

/* Stocks enter, leave and are renamed meanwhile, and prices are adjusted. */
static void a_catch_up_and_an_analysis_meet(void **state) {
  SimCase *c = *state;
  sim_case_set_up_database(c);
  analyze(c->world);
  sim_case_wait_for(c, 30);
  assert_true(meet_at_every_call(c, &UPDATE, &ANALYSIS) > 0);
}

static void the_first_analysis_is_overtaken_by_a_catch_up(void **state) {
  sim_case_set_up_database(*state);
  sim_case_wait_for(*state, 30);
  assert_they_meet_well(*state, &ANALYSIS, &UPDATE);
}

/* ---- a session that is completed anew ---- */

static void lose_a_status(SimCase *c) {
  sim_case_set_up_database(c);
  for (size_t i = 1; i <= 3; i++) {
    sim_case_wait_for(c, i);
    sim_case_update(c);
    analyze(c->world);
  }
  char id[64];
  Error err = {{0}};
  const Db *db = &c->world->view;
  job_status_id(sim_case_session(c, 2), JOB_DAILY_UPDATE, id);
  assert_int_equal(db->delete_one(db->self, DB_SYSTEM, "job_status", id, &err), STATUS_OK);
}

/* Fewer than three sessions are behind it: the gate goes back. */
static void a_session_that_was_analysed_is_completed_anew_while_an_analysis_runs(void **state) {
  SimCase *c = *state;
  lose_a_status(c);
  assert_true(meet_at_every_call(c, &UPDATE, &ANALYSIS) > 0);
}

/* ---- a session that is replaced, a history that begins earlier ---- */

static void see_two_sessions(SimCase *c) {
  sim_case_set_up_database(c);
  for (size_t i = 1; i <= 2; i++) {
    sim_case_wait_for(c, i);
    sim_case_update(c);
    if (i == 1) analyze(c->world);
  }
}

static SimRun replace_a_session(SimCase *c) {
  see_two_sessions(c);
  Day date = sim_case_session(c, 1);
  sim_case_fault(c, SIM_RESTATED, date, -1, 60 * MS_OF_DAY);
  return (SimRun){.program = SIM_UPDATE, .ranged = true, .update = {.from = date, .to = date, .force = true}};
}

static void a_worker_is_overtaken_by_a_session_that_is_replaced(void **state) {
  const SimRun force = replace_a_session(*state);
  assert_they_meet_well(*state, &WORKER, &force);
}

static void a_session_is_replaced_while_an_analysis_runs(void **state) {
  const SimRun force = replace_a_session(*state);
  assert_they_meet_well(*state, &force, &ANALYSIS);
}

static void an_analysis_is_overtaken_by_a_session_that_is_replaced(void **state) {
  const SimRun force = replace_a_session(*state);
  assert_they_meet_well(*state, &ANALYSIS, &force);
}

static void a_longer_history_is_set_up_while_an_analysis_runs(void **state) {
  see_two_sessions(*state);
  assert_they_meet_well(*state, &LONGER, &ANALYSIS);
}

static void an_analysis_is_overtaken_by_a_longer_history(void **state) {
  see_two_sessions(*state);
  assert_they_meet_well(*state, &ANALYSIS, &LONGER);
}

static void a_worker_is_overtaken_by_a_longer_history(void **state) {
  see_two_sessions(*state);
  assert_they_meet_well(*state, &WORKER, &LONGER);
}

static void whoever_dies_over_a_longer_history_is_made_up_for(void **state) {
  see_two_sessions(*state);
  die_at_every_call(*state, &LONGER, &ANALYSIS);
}

/* Nothing was analysed so far. */
static void a_longer_history_is_set_up_while_the_first_analysis_runs(void **state) {
  sim_case_set_up_database(*state);
  assert_they_meet_well(*state, &LONGER, &ANALYSIS);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      SIM_CASE(a_session_that_was_passed_over_comes_while_an_analysis_runs),
      SIM_CASE(a_session_comes_while_the_first_analysis_that_passes_over_it_runs),
      SIM_CASE(an_analysis_is_overtaken_by_the_session_that_it_passes_over),
      SIM_CASE(workers_and_a_session_that_was_passed_over_meet),
      SIM_CASE(a_worker_is_overtaken_by_the_session_that_it_passes_over),
      SIM_CASE(whoever_dies_over_a_late_session_is_made_up_for),
      SIM_CASE(whoever_dies_over_the_analysis_before_a_late_session_is_made_up_for),
      SIM_CASE(a_catch_up_and_an_analysis_meet),
      SIM_CASE(the_first_analysis_is_overtaken_by_a_catch_up),
      SIM_CASE(a_session_that_was_analysed_is_completed_anew_while_an_analysis_runs),
      SIM_CASE(a_worker_is_overtaken_by_a_session_that_is_replaced),
      SIM_CASE(a_session_is_replaced_while_an_analysis_runs),
      SIM_CASE(an_analysis_is_overtaken_by_a_session_that_is_replaced),
      SIM_CASE(a_longer_history_is_set_up_while_an_analysis_runs),
      SIM_CASE(an_analysis_is_overtaken_by_a_longer_history),
      SIM_CASE(a_worker_is_overtaken_by_a_longer_history),
      SIM_CASE(whoever_dies_over_a_longer_history_is_made_up_for),
      SIM_CASE(a_longer_history_is_set_up_while_the_first_analysis_runs),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
