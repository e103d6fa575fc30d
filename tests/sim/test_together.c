/* An analysis between any two calls of an update that completes an older session. Whoever comes first, once both have
 * ended the next analysis leaves what it would have left had there never been a gap. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "sim_case.h"
#include "sim_compare.h"
#include "sim_sample.h"

static const int64_t DAY_MS = 24 * 60 * 60 * 1000;

static SimResult analyze(SimWorld *world) { return sim_run(world, &(SimRun){.program = SIM_ANALYSIS}); }

static void analyze_meanwhile(SimWorld *world, void *context) {
  SimResult *result = context;
  *result = analyze(world);
}

/* The world that has seen so many sessions without a disturbance. */
static SimWorld *make_clean(const SimCase *c, size_t sessions) {
  SimWorld *clean = sim_world_new(c->market, 1, sim_market_published(c->market, sim_case_session(c, 0)));
  sim_run(clean, &(SimRun){.program = SIM_SETUP});
  for (size_t i = 1; i <= sessions; i++) {
    sim_world_move_to(clean, sim_market_published(c->market, sim_case_session(c, i)));
    assert_int_equal(sim_run(clean, &(SimRun){.program = SIM_UPDATE}).exit_code, EXIT_DONE);
    assert_int_equal(analyze(clean).exit_code, EXIT_DONE);
  }
  return clean;
}

static void rewind_world(SimWorld *world, DbMemory *before) {
  db_memory_free(world->memory);
  world->memory = db_memory_copy(before);
  assert_non_null(world->memory);
  db_memory_set_clock(world->memory, &world->clock);
  world->view = db_memory_db(world->memory);
}

/* Returns how many of the analyses had something to do. */
static long meet_at_every_call(SimCase *c, size_t sessions) {
  SimWorld *clean = make_clean(c, sessions), *world = c->world;
  DbMemory *before = db_memory_copy(world->memory);
  Instant began = world->now;
  long busy = 0;
  assert_non_null(before);
  for (long at = 1;; at++) {
    SimResult meanwhile = {0};
    rewind_world(world, before);
    world->now = began;
    SimResult result = sim_run(world, &(SimRun){.program = SIM_UPDATE,
                                                .freeze_at = at,
                                                .meanwhile = analyze_meanwhile,
                                                .meanwhile_context = &meanwhile});
    if (result.round_trips < at) break;
    if (result.exit_code != EXIT_DONE) fail_msg("met before call %ld: %s", at, result.message);
    busy += meanwhile.wrote_content;
    result = analyze(world);
    if (result.exit_code != EXIT_DONE) fail_msg("met before call %ld: %s", at, result.message);
    Error difference = {{0}};
    if (!sim_worlds_equal(world, clean, (SimStrictness){.inactive_series = true}, &difference))
      fail_msg("met before call %ld: %s", at, difference.text);
  }
  db_memory_free(before);
  sim_world_free(clean);
  return busy;
}

/* Four sessions, of which the first cannot be had until three others are completed. */
static void miss_one(SimCase *c) {
  sim_case_set_up_database(c);
  for (size_t i = 1; i <= 4; i++) {
    sim_case_wait_for(c, i);
    if (i == 1) sim_case_fault(c, SIM_HALF, sim_case_session(c, 1), -1, 60 * DAY_MS);
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
  assert_true(meet_at_every_call(c, 4) > 1);
}

static void a_session_comes_while_the_first_analysis_that_passes_over_it_runs(void **state) {
  SimCase *c = *state;
  miss_one(c);
  assert_true(meet_at_every_call(c, 4) > 1);
}

/* Fewer than three sessions are behind it: the gate goes back. */
static void a_session_that_was_analysed_is_completed_anew_while_an_analysis_runs(void **state) {
  SimCase *c = *state;
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
  assert_true(meet_at_every_call(c, 3) > 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      SIM_CASE(a_session_that_was_passed_over_comes_while_an_analysis_runs),
      SIM_CASE(a_session_comes_while_the_first_analysis_that_passes_over_it_runs),
      SIM_CASE(a_session_that_was_analysed_is_completed_anew_while_an_analysis_runs),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
