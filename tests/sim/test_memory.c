/* No memory, at every single allocation of a whole run: the run ends, or goes on without, and says so; nothing leaks,
 * `completed` stands over what is there, and the next run brings the content that an undisturbed one brings. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "malloc_fault_sim.h"
#include "sim_check.h"
#include "sim_compare.h"
#include <closebell/job/prepare.h>

enum { KEPT = 5, ALLOCATIONS_MAX = 20000 };

static Day day(const char *text) {
  Day parsed;
  assert_true(day_parse(text, &parsed));
  return parsed;
}

static SimResult run_clean(SimWorld *world, SimProgram program) {
  SimResult result = sim_run(world, &(SimRun){.program = program, .setup = {.days = KEPT}});
  if (result.exit_code != EXIT_DONE) fail_msg("%s: %d %s", sim_program_name(program), result.exit_code, result.message);
  return result;
}

/* A world with the same content at the same time. */
static SimWorld *world_copy(const SimWorld *from) {
  SimWorld *world = sim_world_new(from->market, 1, from->now);
  sim_world_restore(world, from->memory);
  world->uptime_ms = from->uptime_ms;
  return world;
}

/* Before the program, with work for it to do: for the update, three sessions. */
static SimWorld *world_before(const SimMarket *market, SimProgram program) {
  SimWorld *world = sim_world_new(market, 1, instant_from_kst(day("2024-07-05"), 9 * 60));
  if (program == SIM_SETUP) return world;
  run_clean(world, SIM_SETUP);
  if (program == SIM_ANALYSIS) return world;
  run_clean(world, SIM_ANALYSIS);
  sim_world_move_to(world, instant_from_kst(day("2024-07-10"), 9 * 60));
  return world;
}

typedef struct {
  SimProgram program;
  SimWorld *before, *clean; /* without any fault: before and after the run */
  MallocFaultMode mode;
  long met, told, tolerated; /* failures: all, those that ended the run, those that it did without */
} Loop;

static void check_end(Loop *loop, long at, const SimResult *result) {
  loop->met++;
  if (malloc_fault_blocks() != 0) fail_msg("allocation %ld: %zu blocks leaked", at, malloc_fault_blocks());
  if (result->exit_code != EXIT_DONE && result->exit_code != EXIT_TRY_AGAIN)
    fail_msg("allocation %ld: exit code %d: %s", at, result->exit_code, result->message);
  if (result->exit_code != EXIT_DONE && strstr(result->message, "memory") == NULL)
    fail_msg("allocation %ld: exit code %d, and the reason is not told: \"%s\"", at, result->exit_code,
             result->message);
  loop->told += result->exit_code != EXIT_DONE;
  loop->tolerated += result->exit_code == EXIT_DONE;
}

/* False when the run came to its end without meeting the failure. */
static bool fail_at(Loop *loop, long at) {
  Error why = {{0}};
  MallocFaultSim fault = {.at = at, .mode = loop->mode};
  SimWorld *world = world_copy(loop->before);
  SimRun run = {
      .program = loop->program, .setup = {.days = KEPT}, .dress = malloc_fault_sim_dress, .dress_context = &fault};
  SimResult result = sim_run(world, &run);
  bool met = malloc_fault_end(NULL);
  if (met) check_end(loop, at, &result);
  if (!sim_check(world, DAY_NONE, &why)) fail_msg("allocation %ld (%s): %s", at, result.message, why.text);
  run_clean(world, loop->program);
  if (!sim_worlds_equal(world, loop->clean, (SimStrictness){0}, &why))
    fail_msg("allocation %ld (%s): %s", at, result.message, why.text);
  sim_world_free(world);
  return met;
}

static void fail_each(SimProgram program, MallocFaultMode mode) {
  SimMarket *market = sim_market_new(1, day("2024-05-01"), day("2024-08-31"));
  Loop loop = {.program = program, .mode = mode, .before = world_before(market, program)};
  loop.clean = world_copy(loop.before);
  run_clean(loop.clean, program);
  long at = 1;
  while (at < ALLOCATIONS_MAX && fail_at(&loop, at)) at++;
  print_message("%s: %ld allocations, %ld failures met: %ld ended the run, %ld did not\n", sim_program_name(program),
                at, loop.met, loop.told, loop.tolerated);
  assert_in_range(loop.told, 10, ALLOCATIONS_MAX);
  sim_world_free(loop.before);
  sim_world_free(loop.clean);
  sim_market_free(market);
}

static void set_up_without_memory_for_a_moment(void **state) {
  (void)state;
  fail_each(SIM_SETUP, MALLOC_FAILS_ONCE);
}

static void set_up_without_memory_to_its_end(void **state) {
  (void)state;
  fail_each(SIM_SETUP, MALLOC_FAILS_FROM_THEN_ON);
}

static void an_update_without_memory_for_a_moment(void **state) {
  (void)state;
  fail_each(SIM_UPDATE, MALLOC_FAILS_ONCE);
}

static void an_update_without_memory_to_its_end(void **state) {
  (void)state;
  fail_each(SIM_UPDATE, MALLOC_FAILS_FROM_THEN_ON);
}

static void an_analysis_without_memory_for_a_moment(void **state) {
  (void)state;
  fail_each(SIM_ANALYSIS, MALLOC_FAILS_ONCE);
}

static void an_analysis_without_memory_to_its_end(void **state) {
  (void)state;
  fail_each(SIM_ANALYSIS, MALLOC_FAILS_FROM_THEN_ON);
}

static void a_job_that_cannot_be_prepared_says_so(void **state) {
  (void)state;
  Config config;
  bool met = true;
  long at = 1;
  config_defaults(&config);
  for (; met; at++) {
    Job job = {.config = &config};
    Error err = {{0}};
    malloc_fault_begin(at, MALLOC_FAILS_ONCE);
    Status status = job_prepare(&job, &err);
    met = malloc_fault_end(NULL);
    assert_int_equal(status, met ? STATUS_NO_MEMORY : STATUS_OK);
    if (met) assert_string_not_equal(err.text, "");
    job_release(&job);
    assert_int_equal(malloc_fault_blocks(), 0);
  }
  assert_in_range(at, 3, 100);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_job_that_cannot_be_prepared_says_so),
      cmocka_unit_test(set_up_without_memory_for_a_moment),
      cmocka_unit_test(set_up_without_memory_to_its_end),
      cmocka_unit_test(an_update_without_memory_for_a_moment),
      cmocka_unit_test(an_update_without_memory_to_its_end),
      cmocka_unit_test(an_analysis_without_memory_for_a_moment),
      cmocka_unit_test(an_analysis_without_memory_to_its_end),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
