/* A month of real hours: every round is run, none is skipped. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sim_check.h"
#include "sim_compare.h"
#include "sim_history.h"

enum { HOURLY_MS = 60 * 60 * 1000 };

static Day day(const char *text) {
  Day parsed;
  assert_true(day_parse(text, &parsed));
  return parsed;
}

typedef struct {
  SimMarket *market;
  Instant start, end; /* five weeks, the last days of them quiet */
} Month;

static Month month_begin(uint64_t seed) {
  return (Month){.market = sim_market_new(seed, day("2024-03-01"), day("2024-09-30")),
                 .start = instant_from_kst(day("2024-07-01"), 9 * 60),
                 .end = instant_from_kst(day("2024-08-05"), 12 * 60)};
}

static SimWorld *set_up(const Month *month, uint64_t seed) {
  SimWorld *world = sim_world_new(month->market, seed, month->start);
  SimResult result = sim_run(world, &(SimRun){.program = SIM_SETUP});
  if (result.exit_code != EXIT_DONE) fail_msg("set-up: %d %s", result.exit_code, result.message);
  return world;
}

static SimWorld *clean_month(const Month *month) {
  Error why = {{0}};
  SimWorld *world = set_up(month, 1);
  SimHistory history = {.world = world, .every_ms = HOURLY_MS};
  if (!sim_history_run(&history, month->end, month->end, &why)) fail_msg("clean: %s", why.text);
  if (!sim_check(world, DAY_NONE, &why)) fail_msg("clean: %s", why.text);
  return world;
}

static void assert_same_content(const SimWorld *disturbed, const SimWorld *clean) {
  Error why = {{0}};
  if (!sim_worlds_equal(disturbed, clean, (SimStrictness){.inactive_series = true, .alerts = true}, &why)) fail_msg("%s", why.text);
}

/* Once a day, at whatever round trip comes up, a run dies, before or after that round trip's effect. */
static void a_simulated_month_with_a_crash_a_day_equals_the_clean_month(void **state) {
  (void)state;
  Month month = month_begin(1);
  SimWorld *clean = clean_month(&month), *world = set_up(&month, 2);
  SimHistory history = {.world = world, .every_ms = HOURLY_MS};
  Error why = {{0}};
  long crashes = 0;
  for (Instant noon = month.start + 23 * HOURLY_MS; noon < month.end - 24 * HOURLY_MS; noon += 24 * HOURLY_MS) {
    /* At eight a session becomes due: the round that does the day's work. */
    sim_world_move_to(world, noon);
    for (int program = SIM_UPDATE; program <= SIM_ANALYSIS; program++) {
      SimRun run = {.program = (SimProgram)program,
                    .crash_at = 1 + (long)sim_below(&world->random, 70),
                    .crash_after = sim_chance(&world->random, 500)};
      crashes += sim_run(world, &run).crashed;
      if (!sim_check(world, DAY_NONE, &why)) fail_msg("%s", why.text);
    }
    if (!sim_history_run(&history, noon, noon + 22 * HOURLY_MS, &why)) fail_msg("%s", why.text);
  }
  if (!sim_history_run(&history, month.end, month.end, &why)) fail_msg("%s", why.text);
  assert_in_range(crashes, 20, 70);
  assert_same_content(world, clean);
  sim_world_free(world);
  sim_world_free(clean);
  sim_market_free(month.market);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_simulated_month_with_a_crash_a_day_equals_the_clean_month),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
