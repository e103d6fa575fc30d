/* No memory, in the real programs, from main() to the wire: faulty_manual_setup and so on are the three programs with
 * support/malloc_fault.h in them. */
#include <stdlib.h>

#include "live_db.h"

static const char BEFORE[] = "2025-04-11T00:00:00Z", AFTER[] = "2025-04-15T00:00:00Z", DAYS[] = "--days 4";

/* The short form tries one allocation in so many. */
enum { STRIDE = 17, ALLOCATIONS_MAX = 5000 };

typedef struct {
  const char *program, *now, *arguments;
  bool anew;      /* each run begins with an empty database; else with what the one before it left */
  bool from_then; /* all allocations from one on fail */
} Sweep;

typedef struct {
  long met, told, wrong;
} Ends;

static bool has_failed(const LiveResult *result) { return strstr(result->err, "one failed") != NULL; }

/* A long sweep shows all that it finds: an end that is wrong is printed, and fails the sweep when it is over. */
static void check_end(const Sweep *sweep, long at, const LiveResult *result, Ends *ends) {
  bool leaks = strstr(result->err, " 0 blocks left") == NULL, ended = result->exit_code != 0;
  bool code = !ended || result->exit_code == 75 || result->exit_code == 69;
  bool told = !ended || strstr(result->err, "memory") != NULL;
  ends->met++;
  ends->told += ended;
  if (!leaks && code && told) return;
  ends->wrong++;
  print_message("%s, allocation %ld%s: exit code %d%s: %s\n", sweep->program, at,
                sweep->from_then ? " and all that follow" : "", result->exit_code, leaks ? ", leaks" : "", result->err);
}

/* All leases but the newest of each job, as the next session's daily_update would: a run that fails leaves one, the
 * next allocates something for each, and one more allocation would never be enough. */
static void prune_leases(LiveWorld *world) {
  LiveDocuments leases = live_documents(world, "system_info", "job_locks");
  for (size_t i = 0; i + 1 < leases.count; i++) {
    const char *id = live_id(leases.items[i]), *next = live_id(leases.items[i + 1]);
    size_t job = strcspn(id, ":") + 1;
    if (strncmp(id, next, job) == 0) live_delete(world, "system_info", "job_locks", id);
  }
  live_documents_free(&leases);
}

static Ends sweep_allocations(LiveWorld *world, const Sweep *sweep) {
  char program[64], number[24];
  Ends ends = {0};
  bool whole = false;
  long stride = getenv("CLOSEBELL_TEST_LONG") != NULL ? 1 : STRIDE;
  snprintf(program, sizeof program, "faulty_%s", sweep->program);
  for (long at = 1; at < ALLOCATIONS_MAX; at += stride) {
    if (sweep->anew)
      live_world_reset(world);
    else
      prune_leases(world);
    snprintf(number, sizeof number, "%ld", at);
    live_set(world, "MALLOC_FAULT_AT", number);
    live_set(world, "MALLOC_FAULT_ON", sweep->from_then ? "yes" : NULL);
    LiveResult result = live_run_at(world, program, sweep->now, sweep->arguments);
    if (!has_failed(&result)) {
      live_assert_exit(&result, 0);
      whole = true;
      break;
    }
    check_end(sweep, at, &result, &ends);
  }
  print_message("%s: %ld failures met: %ld ended the run, %ld did not\n", sweep->program, ends.met, ends.told,
                ends.met - ends.told);
  assert_int_equal(ends.wrong, 0);
  assert_true(whole);
  live_set(world, "MALLOC_FAULT_AT", NULL);
  live_set(world, "MALLOC_FAULT_ON", NULL);
  return ends;
}

static void assert_content(LiveWorld *world, const LiveDump *expected) {
  live_assert_holds(world, LIVE_CONTENT, expected);
}

static void set_up_without_memory_is_made_up_for_by_the_next(void **state) {
  LiveWorld *world = *state;
  live_do(world, "manual_setup", BEFORE, DAYS);
  LiveDump expected = live_dump(world, LIVE_CONTENT);
  Ends ends = sweep_allocations(world, &(Sweep){"manual_setup", BEFORE, DAYS, true, false});
  assert_in_range(ends.told, 5, ALLOCATIONS_MAX);
  live_do(world, "manual_setup", BEFORE, DAYS);
  assert_content(world, &expected);
  live_dump_free(&expected);
}

static void update_and_analyse(LiveWorld *world) {
  live_do(world, "daily_update", AFTER, "");
  live_do(world, "hourly_analysis", AFTER, "");
}

static void programs_that_find_less_and_less_memory_still_get_there(void **state) {
  LiveWorld *world = *state;
  static const Sweep SWEEPS[] = {{"manual_setup", BEFORE, DAYS, false, true},
                                 {"daily_update", AFTER, "", false, true},
                                 {"hourly_analysis", AFTER, "", false, true}};
  live_do(world, "manual_setup", BEFORE, DAYS);
  update_and_analyse(world);
  LiveDump expected = live_dump(world, LIVE_CONTENT);
  live_world_reset(world);
  for (size_t i = 0; i < 3; i++) {
    Ends ends = sweep_allocations(world, &SWEEPS[i]);
    assert_in_range(ends.told, 3, ALLOCATIONS_MAX);
  }
  update_and_analyse(world);
  assert_content(world, &expected);
  live_dump_free(&expected);
}

static void files_are_written_and_taken_in_by_the_next_that_has_memory(void **state) {
  LiveWorld *world = *state;
  char export[128], import[128];
  snprintf(export, sizeof export, "--export .. --out %s/files", world->folder);
  snprintf(import, sizeof import, "--import %s/files", world->folder);
  live_do(world, "manual_setup", BEFORE, DAYS);
  int64_t targets = live_count(world, "system_info", "target_tickers");
  Ends ends = sweep_allocations(world, &(Sweep){"manual_setup", BEFORE, export, false, false});
  assert_in_range(ends.told, 3, ALLOCATIONS_MAX);
  live_do(world, "manual_setup", BEFORE, export);
  live_world_reset(world);
  ends = sweep_allocations(world, &(Sweep){"manual_setup", BEFORE, import, false, true});
  assert_in_range(ends.told, 3, ALLOCATIONS_MAX);
  live_do(world, "manual_setup", BEFORE, import);
  assert_int_equal(live_count(world, "system_info", "target_tickers"), targets);
  LiveResult result = live_do(world, "manual_setup", BEFORE, "--verify");
  live_assert_says(result.err, "all as it should be");
}

static void files_of_a_state_are_brought_to_the_next_by_whoever_has_memory(void **state) {
  LiveWorld *world = *state;
  static const char *const contents[] = {"adjusted", "indicators"};
  char export[192];
  live_do(world, "manual_setup", BEFORE, DAYS);
  live_do(world, "hourly_analysis", BEFORE, "");
  for (size_t i = 0; i < 2; i++) {
    snprintf(export, sizeof export, "--export .. --%s --overwrite --out %s/%s", contents[i], world->folder,
             contents[i]);
    Ends ends = sweep_allocations(world, &(Sweep){"manual_setup", BEFORE, export, false, false});
    assert_in_range(ends.told, 3, ALLOCATIONS_MAX);
    LiveResult result = live_do(world, "manual_setup", BEFORE, export);
    live_assert_says(result.err, "exported");
  }
}

static void a_screen_without_memory_says_so(void **state) {
  LiveWorld *world = *state;
  static const char *const screens[] = {"--screen close>0 --columns sma_5 --sort -close --outcome --json",
                                        "--screen close>0 --date 2025-04-10 --csv", "--screen golden_cross --outcome"};
  live_do(world, "manual_setup", BEFORE, DAYS);
  live_do(world, "hourly_analysis", BEFORE, "");
  for (size_t i = 0; i < sizeof screens / sizeof screens[0]; i++) {
    Ends ends = sweep_allocations(world, &(Sweep){"hourly_analysis", BEFORE, screens[i], false, i == 1});
    assert_in_range(ends.told, 3, ALLOCATIONS_MAX);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup(set_up_without_memory_is_made_up_for_by_the_next, live_reset_test),
      cmocka_unit_test_setup(programs_that_find_less_and_less_memory_still_get_there, live_reset_test),
      cmocka_unit_test_setup(files_of_a_state_are_brought_to_the_next_by_whoever_has_memory, live_reset_test),
      cmocka_unit_test_setup(files_are_written_and_taken_in_by_the_next_that_has_memory, live_reset_test),
      cmocka_unit_test_setup(a_screen_without_memory_says_so, live_reset_test),
  };
  return cmocka_run_group_tests(tests, live_setup_days, live_teardown);
}
