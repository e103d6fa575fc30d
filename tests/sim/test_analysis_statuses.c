/* Which sessions have a status of hourly_analysis, and leaders: each that was analysed, however many at once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sim_case.h"
#include "sim_sample.h"

enum { CATCH_UP = 5, HOUR_MS = 60 * 60 * 1000 };

static const SimRun ANALYSIS = {.program = SIM_ANALYSIS};

static const bson_t *status_of(const SimCase *c, size_t session) {
  char id[64];
  snprintf(id, sizeof id, "%s_hourly_analysis", day_text(sim_case_session(c, session)).text);
  return sim_document(c->world, DB_SYSTEM, "job_status", id);
}

static const char *state_of(const SimCase *c, size_t session) {
  const bson_t *status = status_of(c, session);
  return status ? sim_text(status, "status") : "absent";
}

static bool has_leaders(const SimCase *c, size_t session) {
  DayText date = day_text(sim_case_session(c, session));
  return sim_document(c->world, DB_SYSTEM, "leader_candidates", date.text) != NULL;
}

static size_t statuses(const SimWorld *world) {
  size_t count = 0;
  for (size_t i = 0; i < sim_document_count(world, DB_SYSTEM, "job_status"); i++)
    count += strstr(sim_text(sim_document_at(world, DB_SYSTEM, "job_status", i), "_id"), "_hourly_analysis") != NULL;
  return count;
}

/* The targets that were followed in the session, reckoned from target_tickers alone. */
static int64_t followed(const SimCase *c, size_t session) {
  DayText date = day_text(sim_case_session(c, session));
  int64_t count = 0;
  for (size_t i = 0; i < sim_document_count(c->world, DB_SYSTEM, "target_tickers"); i++) {
    const bson_t *target = sim_document_at(c->world, DB_SYSTEM, "target_tickers", i);
    bson_iter_t active;
    bool stays = bson_iter_init_find(&active, target, "is_active") && bson_iter_bool(&active);
    count += strcmp(sim_text(target, "added_date"), date.text) <= 0 &&
             (stays || strcmp(sim_text(target, "removed_date"), date.text) > 0);
  }
  return count;
}

static size_t failed_in(const bson_t *status) {
  bson_iter_t field, item;
  size_t count = 0;
  if (!bson_iter_init_find(&field, status, "failed") || !bson_iter_recurse(&field, &item)) return 0;
  while (bson_iter_next(&item)) count++;
  return count;
}

/* The session is completed, with counts that add up and leaders. */
static void assert_done(const SimCase *c, size_t session, size_t failed) {
  if (strcmp(state_of(c, session), "completed") != 0)
    fail_msg("session %zu after the first: %s", session, state_of(c, session));
  const bson_t *status = status_of(c, session);
  assert_int_equal(sim_int64(status, "analyzed"), followed(c, session) - (int64_t)failed);
  assert_int_equal(sim_int64(status, "remaining"), 0);
  assert_int_equal(failed_in(status), failed);
  assert_true(has_leaders(c, session));
}

static void assert_all_done(const SimCase *c, size_t sessions) {
  for (size_t i = 0; i <= sessions; i++) assert_done(c, i, 0);
  assert_int_equal(statuses(c->world), sessions + 1);
}

static void set_up_and_analyze(SimCase *c) {
  sim_case_set_up_database(c);
  assert_int_equal(sim_run(c->world, &ANALYSIS).exit_code, EXIT_DONE);
}

/* As many as were missed, analysed by nobody yet. */
static void catch_up(SimCase *c, size_t sessions) {
  sim_case_wait_for(c, sessions);
  sim_case_update(c);
}

static void a_set_up_has_the_status_of_its_newest_session_alone(void **state) {
  SimCase *c = *state;
  set_up_and_analyze(c);
  assert_all_done(c, 0);
}

static void five_sessions_in_one_go_have_five_statuses(void **state) {
  SimCase *c = *state;
  set_up_and_analyze(c);
  catch_up(c, CATCH_UP);
  assert_int_equal(sim_run(c->world, &ANALYSIS).exit_code, EXIT_DONE);
  assert_all_done(c, CATCH_UP);
}

static void by_workers_as_well(void **state) {
  SimCase *c = *state;
  const SimRun shared = {.program = SIM_ANALYSIS, .limited = true, .analysis = {.workers = 3, .budget_ms = HOUR_MS}};
  set_up_and_analyze(c);
  catch_up(c, CATCH_UP);
  assert_int_equal(sim_run(c->world, &shared).exit_code, EXIT_DONE);
  assert_all_done(c, CATCH_UP);
}

static void batches_leave_all_of_them_open_until_nothing_remains(void **state) {
  SimCase *c = *state;
  const SimRun batch = {.program = SIM_ANALYSIS, .limited = true, .analysis = {.quota = 5, .budget_ms = HOUR_MS}};
  set_up_and_analyze(c);
  catch_up(c, CATCH_UP);
  sim_run(c->world, &batch);
  assert_string_equal(state_of(c, CATCH_UP), "waiting");
  for (size_t i = 1; i < CATCH_UP; i++) assert_string_equal(state_of(c, i), "absent");
  catch_up(c, CATCH_UP + 2); /* the one that waits is overtaken */
  sim_run(c->world, &batch);
  for (int runs = 0; runs < 40 && strcmp(state_of(c, CATCH_UP + 2), "completed") != 0; runs++)
    sim_run(c->world, &batch);
  assert_all_done(c, CATCH_UP + 2);
}

static void who_fails_is_named_by_each_session_and_holds_none(void **state) {
  SimCase *c = *state;
  set_up_and_analyze(c);
  catch_up(c, CATCH_UP);
  char ticker[16];
  snprintf(ticker, sizeof ticker, "%s", sim_text(sim_document_at(c->world, DB_SYSTEM, "target_tickers", 0), "_id"));
  const SimRun failing = {.program = SIM_ANALYSIS, .refused = ticker, .refused_with = STATUS_BAD_DATA};
  sim_run(c->world, &failing);
  for (size_t i = 1; i <= CATCH_UP; i++) assert_done(c, i, 1);
}

/* ---- many that fail ---- */

enum { TICKERS_SIZE = 4096 };

/* So many of the stocks that are followed, by commas. */
static void list_followed(const SimCase *c, size_t wanted, char tickers[TICKERS_SIZE]) {
  size_t taken = 0, length = 0;
  tickers[0] = '\0';
  for (size_t i = 0; i < sim_document_count(c->world, DB_SYSTEM, "target_tickers") && taken < wanted; i++) {
    const bson_t *target = sim_document_at(c->world, DB_SYSTEM, "target_tickers", i);
    bson_iter_t active;
    if (!bson_iter_init_find(&active, target, "is_active") || !bson_iter_bool(&active)) continue;
    length += (size_t)snprintf(tickers + length, TICKERS_SIZE - length, "%s,", sim_text(target, "_id"));
    assert_in_range(length, 1, TICKERS_SIZE - 1);
    taken++;
  }
  assert_int_equal(taken, wanted);
}

static const bson_t *failures_alert(const SimCase *c) {
  return sim_document(c->world, DB_SYSTEM, "ops_alerts", "analysis-failures:hourly_analysis");
}

/* The newest session is analysed while so many stocks fail. */
static void analyze_failing(SimCase *c, size_t failing) {
  char tickers[TICKERS_SIZE];
  list_followed(c, failing, tickers);
  sim_run(c->world, &(SimRun){.program = SIM_ANALYSIS, .refused = tickers, .refused_with = STATUS_BAD_DATA});
  assert_int_equal(failed_in(status_of(c, CATCH_UP)), failing);
}

static void assert_alert(const SimCase *c, const char *severity, size_t failed) {
  char numbers[64];
  const bson_t *alert = failures_alert(c);
  assert_non_null(alert);
  assert_string_equal(sim_text(alert, "severity"), severity);
  assert_false(bson_has_field(alert, "resolved_utc"));
  snprintf(numbers, sizeof numbers, "%zu of %zu stocks", failed, (size_t)followed(c, CATCH_UP));
  assert_non_null(strstr(sim_text(alert, "message"), numbers));
  assert_non_null(strstr(sim_text(alert, "message"), day_text(sim_case_session(c, CATCH_UP)).text));
}

/* Of how many: all that are followed in the newest session. */
static size_t begin_failing(SimCase *c) {
  set_up_and_analyze(c);
  catch_up(c, CATCH_UP);
  return (size_t)followed(c, CATCH_UP);
}

static void thirty_percent_that_fail_are_no_alert(void **state) {
  SimCase *c = *state;
  size_t all = begin_failing(c);
  analyze_failing(c, all * 30 / 100);
  assert_null(failures_alert(c));
}

static void more_than_thirty_percent_are_a_warning_until_it_is_no_longer_so(void **state) {
  SimCase *c = *state;
  size_t failing = begin_failing(c) * 30 / 100 + 1;
  analyze_failing(c, failing);
  assert_alert(c, "WARN", failing);
  assert_int_equal(sim_run(c->world, &ANALYSIS).exit_code, EXIT_DONE);
  assert_done(c, CATCH_UP, 0);
  assert_true(bson_has_field(failures_alert(c), "resolved_utc"));
}

static void all_but_one_that_fail_are_a_warning(void **state) {
  SimCase *c = *state;
  size_t failing = begin_failing(c) - 1;
  analyze_failing(c, failing);
  assert_alert(c, "WARN", failing);
}

static void all_that_fail_are_critical(void **state) {
  SimCase *c = *state;
  size_t all = begin_failing(c);
  analyze_failing(c, all);
  assert_alert(c, "CRITICAL", all);
}

/* Dead before any of its calls: the next run leaves what an undisturbed one would have. */
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
    sim_run(c->world, &ANALYSIS);
    assert_all_done(c, CATCH_UP);
  }
  db_memory_free(before);
}

/* Passed over as the gate went on, and completed at last: analysed then, as a restatement, and stamped. */
static void a_session_that_was_passed_over_is_stamped_when_it_is_there(void **state) {
  SimCase *c = *state;
  set_up_and_analyze(c);
  sim_case_fault(c, SIM_HALF, sim_case_session(c, 1), -1, INT64_C(60) * 24 * HOUR_MS);
  for (size_t i = 1; i <= CATCH_UP; i++) {
    catch_up(c, i);
    sim_run(c->world, &ANALYSIS);
  }
  assert_string_equal(state_of(c, 1), "absent");
  assert_string_equal(state_of(c, CATCH_UP), "completed");
  sim_world_forget_faults(c->world);
  catch_up(c, CATCH_UP + 1);
  sim_run(c->world, &ANALYSIS);
  assert_all_done(c, CATCH_UP + 1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      SIM_CASE(a_set_up_has_the_status_of_its_newest_session_alone),
      SIM_CASE(five_sessions_in_one_go_have_five_statuses),
      SIM_CASE(by_workers_as_well),
      SIM_CASE(batches_leave_all_of_them_open_until_nothing_remains),
      SIM_CASE(who_fails_is_named_by_each_session_and_holds_none),
      SIM_CASE(thirty_percent_that_fail_are_no_alert),
      SIM_CASE(more_than_thirty_percent_are_a_warning_until_it_is_no_longer_so),
      SIM_CASE(all_but_one_that_fail_are_a_warning),
      SIM_CASE(all_that_fail_are_critical),
      SIM_CASE(a_run_that_dies_is_made_up_for_by_the_next),
      SIM_CASE(a_session_that_was_passed_over_is_stamped_when_it_is_there),
  };
  return cmocka_run_group_tests_name("analysis_statuses", tests, NULL, NULL);
}
