/* What daily_update may ask, how long it may take, what it makes of silence, and how it gets over a wrong session. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <closebell/market/due.h>
#include <closebell/store/market_days.h>
#include <closebell/store/meta.h>

#include "named.h"
#include "sim_case.h"
#include "sim_sample.h"

static const int64_t MINUTE = 60 * 1000, HOUR = 60 * 60 * 1000;

/* ---- how much ---- */

static void runs_stop_before_their_calls_are_used_up_and_the_next_goes_on(void **state) {
  SimCase *c = *state;
  sim_case_set_up_database(c);
  c->world->config.krx.calls_per_run = 40;
  sim_case_wait_for(c, 30);
  SimResult result = sim_case_update(c);
  assert_int_equal(result.exit_code, EXIT_DONE);
  assert_in_range(result.source_calls, 20, 40);
  assert_named(result.message, "calls|next run");
  int runs = 1;
  for (; strcmp(sim_case_state(c, sim_case_session(c, 30)), "completed") != 0 && runs < 9; runs++)
    assert_in_range(sim_case_update(c).source_calls, 1, 40);
  assert_in_range(runs, 2, 4);
  sim_case_assert_completed(c, 30);
}

static void the_calls_of_a_day_are_counted_over_all_runs(void **state) {
  SimCase *c = *state;
  sim_case_set_up_database(c);
  sim_case_wait_for(c, 30);
  c->world->config.krx.calls_per_day = 34;
  SimResult result = {0};
  long calls = 0;
  for (int i = 0; i < 8; i++) {
    result = sim_case_update(c);
    calls += result.source_calls;
  }
  assert_in_range(calls, 20, 34);
  assert_int_equal(result.source_calls, 0);
  assert_int_equal(result.exit_code, EXIT_UNAVAILABLE);
  assert_non_null(strstr(result.message, "34 calls"));
  sim_world_move_to(c->world, c->world->now + 24 * HOUR);
  assert_in_range(sim_case_update(c).source_calls, 1, 34);
}

static void a_catch_up_ends_when_its_time_is_used_up_and_the_next_goes_on(void **state) {
  SimCase *c = *state;
  sim_case_set_up_database(c);
  c->world->config.update.budget_ms = 10000;
  sim_case_wait_for(c, 40);
  SimResult result = sim_case_update(c);
  assert_int_equal(result.exit_code, EXIT_DONE);
  assert_non_null(strstr(result.message, "time used up"));
  for (int runs = 1; strcmp(sim_case_state(c, sim_case_session(c, 40)), "completed") != 0; runs++) {
    assert_in_range(runs, 1, 5);
    sim_case_update(c);
  }
  sim_case_assert_completed(c, 40);
}

static void no_wait_reaches_beyond_the_time_of_a_run(void **state) {
  SimCase *c = *state;
  sim_case_set_up_database(c);
  sim_case_wait_for(c, 1);
  sim_case_fault(c, SIM_FAILING, DAY_NONE, -1, HOUR);
  c->world->config.update.budget_ms = 45000; /* 30 s, and then no 60 s more */
  Instant began = c->world->now;
  assert_int_equal(sim_case_update(c).exit_code, EXIT_UNAVAILABLE);
  assert_in_range(c->world->now - began, 30000, 45000);
}

/* ---- silence ---- */

static void a_session_three_hours_late_is_an_alert_until_it_comes(void **state) {
  SimCase *c = *state;
  sim_case_set_up_database(c);
  sim_case_wait_for(c, 1);
  Day date = sim_case_session(c, 1);
  Instant due = due_instant(c->world->config.krx.publication, &c->market->table, date);
  assert_int_equal(c->world->now, due);
  sim_case_fault(c, SIM_EMPTY, date, -1, 4 * HOUR);
  sim_world_move_to(c->world, due + 3 * HOUR - MINUTE);
  assert_int_equal(sim_case_update(c).exit_code, EXIT_DONE);
  assert_string_equal(sim_case_state(c, date), "waiting");
  assert_null(sim_case_alert(c, "session-late", date));
  sim_world_move_to(c->world, due + 3 * HOUR);
  sim_case_update(c);
  assert_string_equal(sim_text(sim_case_alert(c, "session-late", date), "severity"), "WARN");
  assert_false(bson_has_field(sim_case_alert(c, "session-late", date), "resolved_utc"));
  sim_world_move_to(c->world, due + 4 * HOUR);
  sim_case_update(c);
  assert_string_equal(sim_case_state(c, date), "completed");
  assert_true(bson_has_field(sim_case_alert(c, "session-late", date), "resolved_utc"));
}

/* Each session comes late, and the run that then completes it dies, one round trip later each time. */
static void an_alert_ends_with_its_cause_though_the_run_that_ended_it_died(void **state) {
  SimCase *c = *state;
  int completed_and_died = 0, alerts = 0;
  sim_case_set_up_database(c);
  for (size_t i = 1; i <= 50; i++) {
    Day date = sim_case_session(c, i);
    sim_case_wait_for(c, i);
    sim_case_fault(c, SIM_EMPTY, date, -1, 4 * HOUR);
    sim_world_move_to(c->world, c->world->now + 3 * HOUR + 30 * MINUTE);
    sim_case_update(c);
    alerts += sim_case_alert(c, "session-late", date) != NULL; /* none where the table has a holiday */
    sim_world_move_to(c->world, c->world->now + HOUR);
    SimResult result =
        sim_run(c->world, &(SimRun){.program = SIM_UPDATE, .crash_at = 10 + (long)i, .crash_after = true});
    completed_and_died += result.crashed && strcmp(sim_case_state(c, date), "completed") == 0;
    sim_case_update(c);
    const bson_t *before = i > 1 ? sim_case_alert(c, "session-late", sim_case_session(c, i - 1)) : NULL;
    if (before && !bson_has_field(before, "resolved_utc")) fail_msg("%s stands open", sim_text(before, "_id"));
  }
  assert_true(alerts > 40 && completed_and_died > 3);
}

static void a_session_empty_for_days_while_later_ones_answer_is_never_closed(void **state) {
  SimCase *c = *state;
  sim_case_set_up_database(c);
  sim_case_wait_for(c, 1);
  Day date = sim_case_session(c, 1);
  sim_case_fault(c, SIM_EMPTY, date, -1, 30 * 24 * HOUR);
  for (size_t later = 2; later <= 5; later++) {
    sim_case_update(c);
    assert_string_not_equal(sim_case_state(c, date), "closed");
    sim_case_wait_for(c, later);
    sim_case_update(c);
    assert_string_equal(sim_case_state(c, date), "failed");
    assert_string_equal(sim_case_state(c, sim_case_session(c, later)), "completed");
  }
  sim_world_forget_faults(c->world);
  sim_case_update(c);
  sim_case_assert_completed(c, 5);
}

/* ---- markets ---- */

static void a_market_configured_later_is_work_though_nothing_is_due(void **state) {
  SimCase *c = *state;
  c->world->prepared.rules.filter.markets = market_bit(MARKET_KOSPI);
  sim_case_set_up_database(c);
  SimResult idle = sim_run(c->world, &(SimRun){.program = SIM_UPDATE});
  assert_int_equal(idle.source_calls, 0);
  size_t targets = sim_document_count(c->world, DB_SYSTEM, "target_tickers");
  c->world->prepared.rules.filter.markets |= market_bit(MARKET_KOSDAQ);
  SimResult result = sim_run(c->world, &(SimRun){.program = SIM_UPDATE});
  assert_int_equal(result.exit_code, EXIT_DONE);
  Error err = {{0}};
  Meta meta;
  assert_int_equal(meta_read(&c->world->view, &meta, &err), STATUS_OK);
  assert_int_equal(meta.markets, market_bit(MARKET_KOSPI) | market_bit(MARKET_KOSDAQ));
  MarketDayIds ids = {0};
  assert_int_equal(market_days_list(&c->world->view, &ids, &err), STATUS_OK);
  assert_int_equal(ids.count, SIM_KEPT_SESSIONS);
  for (size_t i = 0; i < ids.count; i++) assert_int_equal(ids.items[i].markets, meta.markets);
  market_day_ids_free(&ids);
  assert_int_equal(sim_case_update(c).source_calls, 0);
  sim_case_wait_for(c, 1);
  sim_case_update(c);
  assert_true(sim_document_count(c->world, DB_SYSTEM, "target_tickers") > targets);
}

/* ---- a wrong session in the archive ---- */

/* As a run before this rule might have left it: the newest session has an older one's rows. */
static void spoil(SimCase *c, Day date) {
  Session wrong = *sim_market_neighbour(c->market, date, 7);
  wrong.date = date;
  Error err = {{0}};
  assert_int_equal(market_days_replace(&c->world->view, &wrong, "krx", "final", c->world->now, &err), STATUS_OK);
}

static void a_session_that_nothing_continues_is_named_and_its_forced_replacement_heals_all(void **state) {
  SimCase *c = *state;
  sim_case_set_up_database(c);
  sim_case_wait_for(c, 1);
  assert_int_equal(sim_case_update(c).exit_code, EXIT_DONE);
  Day wrong = sim_case_session(c, 1), next = sim_case_session(c, 2);
  spoil(c, wrong);
  sim_case_wait_for(c, 2);
  SimResult result = sim_run(c->world, &(SimRun){.program = SIM_UPDATE});
  assert_int_equal(result.exit_code, EXIT_TRY_AGAIN);
  assert_string_equal(sim_case_state(c, next), "failed");
  const bson_t *alert = sim_case_alert(c, "restated", wrong);
  assert_non_null(alert);
  assert_string_equal(sim_text(alert, "severity"), "CRITICAL");
  char cure[80];
  snprintf(cure, sizeof cure, "daily_update --date %s --force", day_text(wrong).text);
  assert_non_null(strstr(sim_text(alert, "message"), cure));
  const SimRun forced = {.program = SIM_UPDATE, .ranged = true, .update = {.from = wrong, .to = wrong, .force = true}};
  assert_int_equal(sim_run(c->world, &forced).exit_code, EXIT_DONE);
  assert_int_equal(sim_case_update(c).exit_code, EXIT_DONE);
  sim_case_assert_completed(c, 2);
  assert_true(bson_has_field(sim_case_alert(c, "restated", wrong), "resolved_utc"));
}

/* ---- clocks ---- */

static void a_host_a_little_behind_goes_along_with_what_another_has_completed(void **state) {
  SimCase *c = *state;
  sim_case_set_up_database(c);
  sim_case_wait_for(c, 1);
  const SimHost ahead = {.name = "ahead", .boot_id = "a", .skew_ms = 14000},
                behind = {.name = "behind", .boot_id = "b", .skew_ms = -14000};
  sim_run(c->world, &(SimRun){.program = SIM_UPDATE, .host = &ahead});
  assert_string_equal(sim_case_state(c, sim_case_session(c, 1)), "completed");
  SimResult result = sim_run(c->world, &(SimRun){.program = SIM_ANALYSIS, .host = &behind});
  if (result.exit_code != EXIT_DONE) fail_msg("%s", result.message);
  const SimHost wrong = {.name = "wrong", .boot_id = "c", .skew_ms = -2 * MINUTE};
  result = sim_run(c->world, &(SimRun){.program = SIM_ANALYSIS, .host = &wrong});
  assert_int_equal(result.exit_code, EXIT_CONFIG);
  assert_non_null(strstr(result.message, "clock is wrong"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      SIM_CASE(runs_stop_before_their_calls_are_used_up_and_the_next_goes_on),
      SIM_CASE(the_calls_of_a_day_are_counted_over_all_runs),
      SIM_CASE(a_catch_up_ends_when_its_time_is_used_up_and_the_next_goes_on),
      SIM_CASE(no_wait_reaches_beyond_the_time_of_a_run),
      SIM_CASE(a_session_three_hours_late_is_an_alert_until_it_comes),
      SIM_CASE(an_alert_ends_with_its_cause_though_the_run_that_ended_it_died),
      SIM_CASE(a_session_empty_for_days_while_later_ones_answer_is_never_closed),
      SIM_CASE(a_market_configured_later_is_work_though_nothing_is_due),
      SIM_CASE(a_session_that_nothing_continues_is_named_and_its_forced_replacement_heals_all),
      SIM_CASE(a_host_a_little_behind_goes_along_with_what_another_has_completed),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
