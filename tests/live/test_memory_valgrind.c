/* The three programs under valgrind: no error, no leak, no file left open, at work and when they are turned away. */
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "live_db.h"

static const char BEFORE[] = "2025-04-11T00:00:00Z", AFTER[] = "2025-04-15T00:00:00Z";
static const char *const PROGRAM_NAMES[] = {"manual_setup", "daily_update", "hourly_analysis"};
enum { PROGRAM_COUNT = 3, FOUND_SOMETHING = 99, SKIPPED = 77 };

/* What valgrind found stands in the program's stderr, behind its own words. */
static LiveResult run_at(LiveWorld *world, size_t program, const char *now, const char *arguments) {
  char name[64];
  snprintf(name, sizeof name, "valgrind_%s", PROGRAM_NAMES[program]);
  LiveResult result = now != NULL ? live_run_at(world, name, now, arguments) : live_run(world, name, arguments);
  if (result.exit_code == FOUND_SOMETHING) fail_msg("valgrind %s %s: %s", name, arguments, result.err);
  return result;
}

static void valgrind_finds_what_is_there_to_be_found(void **state) {
  LiveWorld *world = *state;
  LiveResult result = live_run(world, "valgrind_leaky", "");
  live_assert_exit(&result, FOUND_SOMETHING);
  live_assert_says(result.err, "definitely lost");
  result = live_run(world, "valgrind_leaky", "unset");
  live_assert_exit(&result, FOUND_SOMETHING);
  live_assert_says(result.err, "uninitialised");
}

static void a_life_of_all_three_leaks_nothing(void **state) {
  LiveWorld *world = *state;
  LiveResult result = run_at(world, 0, BEFORE, "--days 6");
  live_assert_exit(&result, 0);
  result = run_at(world, 0, BEFORE, "--days 6"); /* nothing to do */
  live_assert_exit(&result, 0);
  result = run_at(world, 1, AFTER, "--dry-run");
  live_assert_exit(&result, 0);
  for (size_t again = 0; again < 2; again++) {
    for (size_t program = 1; program < PROGRAM_COUNT; program++) {
      result = run_at(world, program, AFTER, "");
      live_assert_exit(&result, 0);
    }
  }
  result = run_at(world, 2, AFTER, "--screen golden_cross --outcome --columns rsi_14");
  live_assert_exit(&result, 0);
  result = run_at(world, 2, AFTER, "--screen close>rsi14");
  live_assert_exit(&result, 64);
  result = run_at(world, 1, AFTER, "--date 2025-04-10 --force");
  live_assert_exit(&result, 0);
  live_assert_state(world, "2025-04-14", "completed");
}

static void being_turned_away_leaks_nothing(void **state) {
  LiveWorld *world = *state;
  char path[128], arguments[200];
  live_file(world, "closebell.conf", "[krx]\nparalel = 4\n", path);
  snprintf(arguments, sizeof arguments, "--config %s", path);
  for (size_t program = 0; program < PROGRAM_COUNT; program++) {
    LiveResult result = run_at(world, program, NULL, "--help");
    live_assert_exit(&result, 0);
    result = run_at(world, program, NULL, "--no-such-flag");
    live_assert_exit(&result, 64);
    result = run_at(world, program, NULL, arguments);
    live_assert_exit(&result, 78);
    live_set(world, "MONGODB_URI", "mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=200");
    result = run_at(world, program, NULL, "");
    live_assert_exit(&result, 69);
    live_set(world, "MONGODB_URI", world->uri);
  }
}

static void a_broken_source_leaks_nothing(void **state) {
  LiveWorld *world = *state;
  static const char *const FAULTS[] = {"kind=html", "kind=truncated", "kind=status&value=500",
                                       "kind=huge&value=200000000", "kind=status&value=401"};
  live_do(world, "manual_setup", BEFORE, "--days 6");
  for (size_t i = 0; i < sizeof FAULTS / sizeof FAULTS[0]; i++) {
    live_fault(world, FAULTS[i]);
    run_at(world, 1, AFTER, "");
    live_clear_faults(world);
  }
}

static bool has_called(LiveWorld *world, const void *context) {
  (void)context;
  return live_calls(world) > 0;
}

static void a_stop_leaks_nothing(void **state) {
  LiveWorld *world = *state;
  live_set(world, "CLOSEBELL_KRX_RATE_PER_SECOND", "0.5");
  live_exchange_now(world, BEFORE);
  LiveProcess process = live_start(world, "valgrind_manual_setup", "--days 6 --now 2025-04-11T00:00:00Z");
  assert_true(live_wait_until(world, &process, has_called, NULL));
  assert_int_equal(kill(process.pid, SIGTERM), 0);
  LiveResult result = live_finish(world, &process);
  if (result.exit_code == FOUND_SOMETHING) fail_msg("valgrind: %s", result.err);
  live_assert_exit(&result, 75);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup(valgrind_finds_what_is_there_to_be_found, live_reset_test),
      cmocka_unit_test_setup(a_life_of_all_three_leaks_nothing, live_reset_test),
      cmocka_unit_test_setup(being_turned_away_leaks_nothing, live_reset_test),
      cmocka_unit_test_setup(a_broken_source_leaks_nothing, live_reset_test),
      cmocka_unit_test_setup(a_stop_leaks_nothing, live_reset_test),
  };
  if (system("valgrind --version >/dev/null 2>&1") != 0) {
    print_message("valgrind is not installed\n");
    return SKIPPED;
  }
  return cmocka_run_group_tests(tests, live_setup_days, live_teardown);
}
