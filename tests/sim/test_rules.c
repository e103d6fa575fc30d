/* What daily_update may ask, how long it may take, what it makes of silence, and how it gets over a wrong session. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <closebell/job/fetch.h>
#include <closebell/job/guard.h>
#include <closebell/market/due.h>
#include <closebell/store/market_days.h>
#include <closebell/store/meta.h>

#include "sim_check.h"
#include "sim_compare.h"
#include "sim_sample.h"

static const int64_t MINUTE = 60 * 1000, HOUR = 60 * 60 * 1000;

typedef struct {
  SimMarket *market;
  SimWorld *world;
  size_t newest; /* the session that was due when it was set up */
} Case;

static int set_up(void **state) {
  static Case c;
  Day first, last;
  if (!day_parse("2024-03-01", &first) || !day_parse("2024-09-30", &last)) return -1;
  c.market = sim_market_new(1, first, last);
  c.newest = 80;
  c.world = sim_world_new(c.market, 1, sim_market_published(c.market, c.market->sessions[c.newest].date));
  *state = &c;
  return 0;
}

static int tear_down(void **state) {
  Case *c = *state;
  sim_world_free(c->world);
  sim_market_free(c->market);
  return 0;
}

static void set_up_database(Case *c) {
  SimResult result = sim_run(c->world, &(SimRun){.program = SIM_SETUP});
  if (result.exit_code != EXIT_DONE) fail_msg("%s", result.message);
}

/* So many sessions after the set-up. */
static Day session_after(const Case *c, size_t sessions) { return c->market->sessions[c->newest + sessions].date; }

static void wait_for(Case *c, size_t sessions) {
  sim_world_move_to(c->world, sim_market_published(c->market, session_after(c, sessions)));
}

static SimResult update(Case *c) {
  SimResult result = sim_run(c->world, &(SimRun){.program = SIM_UPDATE});
  Error why = {{0}};
  if (!sim_check(c->world, DAY_NONE, &why)) fail_msg("%s", why.text);
  return result;
}

static const char *state_of(const Case *c, Day date) {
  char id[64];
  snprintf(id, sizeof id, "%s_daily_update", day_text(date).text);
  const bson_t *status = sim_document(c->world, DB_SYSTEM, "job_status", id);
  return status ? sim_text(status, "status") : "absent";
}

static const bson_t *alert_about(const Case *c, const char *kind, Day date) {
  char id[64];
  snprintf(id, sizeof id, "%s:%s", kind, day_text(date).text);
  return sim_document(c->world, DB_SYSTEM, "ops_alerts", id);
}

static void assert_all_completed(const Case *c, size_t sessions) {
  for (size_t i = 1; i <= sessions; i++) assert_string_equal(state_of(c, session_after(c, i)), "completed");
}

/* ---- how much ---- */

static void runs_stop_before_their_calls_are_used_up_and_the_next_goes_on(void **state) {
  Case *c = *state;
  set_up_database(c);
  c->world->config.krx.calls_per_run = 40;
  wait_for(c, 30);
  SimResult result = update(c);
  assert_int_equal(result.exit_code, EXIT_DONE);
  assert_in_range(result.source_calls, 20, 40);
  assert_non_null(strstr(result.message, "the calls of one run used up"));
  assert_non_null(strstr(result.message, "days are left for the next run"));
  int runs = 1;
  for (; strcmp(state_of(c, session_after(c, 30)), "completed") != 0 && runs < 9; runs++)
    assert_in_range(update(c).source_calls, 1, 40);
  assert_in_range(runs, 2, 4);
  assert_all_completed(c, 30);
}

static void the_calls_of_a_day_are_counted_over_all_runs(void **state) {
  Case *c = *state;
  set_up_database(c);
  wait_for(c, 30);
  c->world->config.krx.calls_per_day = 34;
  SimResult result = {0};
  long calls = 0;
  for (int i = 0; i < 8; i++) {
    result = update(c);
    calls += result.source_calls;
  }
  assert_in_range(calls, 20, 34);
  assert_int_equal(result.source_calls, 0);
  assert_int_equal(result.exit_code, EXIT_UNAVAILABLE);
  assert_non_null(strstr(result.message, "the day's allowance of 34 calls is used up; going on tomorrow"));
  sim_world_move_to(c->world, c->world->now + 24 * HOUR);
  assert_in_range(update(c).source_calls, 1, 34);
}

static void a_catch_up_ends_when_its_time_is_used_up_and_the_next_goes_on(void **state) {
  Case *c = *state;
  set_up_database(c);
  c->world->config.update.budget_ms = 10000;
  wait_for(c, 40);
  SimResult result = update(c);
  assert_int_equal(result.exit_code, EXIT_DONE);
  assert_non_null(strstr(result.message, "; time used up: "));
  for (int runs = 1; strcmp(state_of(c, session_after(c, 40)), "completed") != 0; runs++) {
    assert_in_range(runs, 1, 5);
    update(c);
  }
  assert_all_completed(c, 40);
}

static void no_wait_reaches_beyond_the_time_of_a_run(void **state) {
  Case *c = *state;
  set_up_database(c);
  wait_for(c, 1);
  sim_world_fault(
      c->world,
      (SimFault){
          .kind = SIM_FAILING, .from = c->world->now, .until = c->world->now + HOUR, .date = DAY_NONE, .market = -1});
  c->world->config.update.budget_ms = 45000; /* 30 s, and then no 60 s more */
  Instant began = c->world->now;
  assert_int_equal(update(c).exit_code, EXIT_UNAVAILABLE);
  assert_in_range(c->world->now - began, 30000, 45000);
}

/* ---- silence ---- */

static void silence(Case *c, Day date, int64_t length_ms) {
  sim_world_fault(
      c->world,
      (SimFault){
          .kind = SIM_EMPTY, .from = c->world->now, .until = c->world->now + length_ms, .date = date, .market = -1});
}

static void a_session_three_hours_late_is_an_alert_until_it_comes(void **state) {
  Case *c = *state;
  set_up_database(c);
  wait_for(c, 1);
  Day date = session_after(c, 1);
  Instant due = due_instant(c->world->config.krx.publication, &c->market->table, date);
  assert_int_equal(c->world->now, due);
  silence(c, date, 4 * HOUR);
  sim_world_move_to(c->world, due + 3 * HOUR - MINUTE);
  assert_int_equal(update(c).exit_code, EXIT_DONE);
  assert_string_equal(state_of(c, date), "waiting");
  assert_null(alert_about(c, "session-late", date));
  sim_world_move_to(c->world, due + 3 * HOUR);
  update(c);
  assert_string_equal(sim_text(alert_about(c, "session-late", date), "severity"), "WARN");
  assert_false(bson_has_field(alert_about(c, "session-late", date), "resolved_utc"));
  sim_world_move_to(c->world, due + 4 * HOUR);
  update(c);
  assert_string_equal(state_of(c, date), "completed");
  assert_true(bson_has_field(alert_about(c, "session-late", date), "resolved_utc"));
}

/* Each session comes late, and the run that then completes it dies, one round trip later each time. */
static void an_alert_ends_with_its_cause_though_the_run_that_ended_it_died(void **state) {
  Case *c = *state;
  int completed_and_died = 0, alerts = 0;
  set_up_database(c);
  for (size_t i = 1; i <= 50; i++) {
    Day date = session_after(c, i);
    wait_for(c, i);
    silence(c, date, 4 * HOUR);
    sim_world_move_to(c->world, c->world->now + 3 * HOUR + 30 * MINUTE);
    update(c);
    alerts += alert_about(c, "session-late", date) != NULL; /* none where the table has a holiday */
    sim_world_move_to(c->world, c->world->now + HOUR);
    SimResult result =
        sim_run(c->world, &(SimRun){.program = SIM_UPDATE, .crash_at = 10 + (long)i, .crash_after = true});
    completed_and_died += result.crashed && strcmp(state_of(c, date), "completed") == 0;
    update(c);
    const bson_t *before = i > 1 ? alert_about(c, "session-late", session_after(c, i - 1)) : NULL;
    if (before && !bson_has_field(before, "resolved_utc")) fail_msg("%s stands open", sim_text(before, "_id"));
  }
  assert_true(alerts > 40 && completed_and_died > 3);
}

static void a_session_empty_for_days_while_later_ones_answer_is_never_closed(void **state) {
  Case *c = *state;
  set_up_database(c);
  wait_for(c, 1);
  Day date = session_after(c, 1);
  silence(c, date, 30 * 24 * HOUR);
  for (size_t later = 2; later <= 5; later++) {
    update(c);
    assert_string_not_equal(state_of(c, date), "closed");
    wait_for(c, later);
    update(c);
    assert_string_equal(state_of(c, date), "failed");
    assert_string_equal(state_of(c, session_after(c, later)), "completed");
  }
  sim_world_forget_faults(c->world);
  update(c);
  assert_all_completed(c, 5);
}

/* ---- markets ---- */

static void a_market_configured_later_is_work_though_nothing_is_due(void **state) {
  Case *c = *state;
  c->world->prepared.filter.markets = market_bit(MARKET_KOSPI);
  set_up_database(c);
  SimResult idle = sim_run(c->world, &(SimRun){.program = SIM_UPDATE});
  assert_int_equal(idle.source_calls, 0);
  size_t targets = sim_document_count(c->world, DB_SYSTEM, "target_tickers");
  c->world->prepared.filter.markets |= market_bit(MARKET_KOSDAQ);
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
  assert_int_equal(update(c).source_calls, 0);
  wait_for(c, 1);
  update(c);
  assert_true(sim_document_count(c->world, DB_SYSTEM, "target_tickers") > targets);
}

/* ---- a wrong session in the archive ---- */

/* As a run before this rule might have left it: the newest session has an older one's rows. */
static void spoil(Case *c, Day date) {
  Session wrong = *sim_market_neighbour(c->market, date, 7);
  wrong.date = date;
  Error err = {{0}};
  assert_int_equal(market_days_replace(&c->world->view, &wrong, "krx", "final", c->world->now, &err), STATUS_OK);
}

static void a_session_that_nothing_continues_is_named_and_its_forced_replacement_heals_all(void **state) {
  Case *c = *state;
  set_up_database(c);
  wait_for(c, 1);
  assert_int_equal(update(c).exit_code, EXIT_DONE);
  Day wrong = session_after(c, 1), next = session_after(c, 2);
  spoil(c, wrong);
  wait_for(c, 2);
  SimResult result = sim_run(c->world, &(SimRun){.program = SIM_UPDATE});
  assert_int_equal(result.exit_code, EXIT_TRY_AGAIN);
  assert_string_equal(state_of(c, next), "failed");
  const bson_t *alert = alert_about(c, "restated", wrong);
  assert_non_null(alert);
  assert_string_equal(sim_text(alert, "severity"), "CRITICAL");
  char cure[80];
  snprintf(cure, sizeof cure, "daily_update --date %s --force", day_text(wrong).text);
  assert_non_null(strstr(sim_text(alert, "message"), cure));
  const SimRun forced = {.program = SIM_UPDATE, .ranged = true, .update = {.from = wrong, .to = wrong, .force = true}};
  assert_int_equal(sim_run(c->world, &forced).exit_code, EXIT_DONE);
  assert_int_equal(update(c).exit_code, EXIT_DONE);
  assert_all_completed(c, 2);
  assert_true(bson_has_field(alert_about(c, "restated", wrong), "resolved_utc"));
}

/* After a holiday the day before is still waiting, so nothing says that the rows must continue the session before. */
static void rows_of_an_older_day_are_refused_behind_a_day_that_waits(void **state) {
  Case *c = *state;
  set_up_database(c);
  wait_for(c, 1);
  Day missing = session_after(c, 1), date = session_after(c, 2);
  silence(c, missing, 24 * 24 * HOUR);
  update(c);
  wait_for(c, 2);
  sim_world_fault(c->world, (SimFault){.kind = SIM_REPEATED_OLD,
                                       .from = c->world->now,
                                       .until = c->world->now + 2 * HOUR,
                                       .date = date,
                                       .market = MARKET_KOSDAQ});
  assert_int_equal(update(c).exit_code, EXIT_TRY_AGAIN);
  assert_string_equal(state_of(c, date), "failed");
  sim_world_forget_faults(c->world);
  update(c);
  assert_all_completed(c, 2);
}

/* More sessions than are asked for at once: the last is asked for alone, and again. Then its own first answer stands in
 * the way of those before it, by which it is known that the market lags. */
static void a_market_that_lags_is_refused_each_time_the_last_session_is_asked_for_again(void **state) {
  Case *c = *state;
  enum { MISSED = FETCH_MAX_DAYS + 1 };
  set_up_database(c);
  wait_for(c, MISSED);
  sim_world_fault(c->world, (SimFault){.kind = SIM_REPEATED_OLD,
                                       .from = c->world->now,
                                       .until = c->world->now + 2 * HOUR,
                                       .date = DAY_NONE,
                                       .market = MARKET_KOSPI});
  assert_int_equal(update(c).exit_code, EXIT_TRY_AGAIN);
  for (size_t i = 1; i <= MISSED; i++) assert_string_equal(state_of(c, session_after(c, i)), "failed");
  sim_world_forget_faults(c->world);
  assert_int_equal(update(c).exit_code, EXIT_DONE);
  assert_all_completed(c, MISSED);
}

/* ---- a session that the source hides ---- */

/* Asked for the one, it has nothing; asked for the next, it has the rows of the first, dated otherwise. */
typedef struct {
  Source inner;
  const SimMarket *market;
  Day hidden, shown;
  bool shows_both; /* the first under its own date as well */
} Hider;

static Status fetch_hiding(void *self, const SourceRequest *requests, size_t count, DayAnswer *answers, Error *err) {
  Hider *hider = self;
  Status status = source_fetch(&hider->inner, requests, count, answers, err);
  for (size_t i = 0; i < count && status == STATUS_OK; i++) {
    Day date = answers[requests[i].answer].date;
    MarketAnswer *answer = &answers[requests[i].answer].markets[requests[i].market];
    if (answer->count == 0 || (date != hider->hidden && date != hider->shown)) continue;
    const Session *session = sim_market_session(hider->market, hider->hidden);
    answer->kind = date == hider->hidden && !hider->shows_both ? ANSWER_EMPTY : ANSWER_ROWS;
    answer->count = 0;
    for (size_t row = 0; row < session->count && answer->kind == ANSWER_ROWS; row++) {
      if (session->rows[row].market != requests[i].market) continue;
      answer->rows = realloc(answer->rows, (answer->count + 1) * sizeof *answer->rows);
      assert_non_null(answer->rows);
      answer->rows[answer->count++] = session->rows[row];
    }
  }
  return status;
}

static long calls_hiding(void *self) { return ((Hider *)self)->inner.calls(((Hider *)self)->inner.self); }

static void hide(void *context, Db *db, Source *source) {
  (void)db;
  Hider *hider = context;
  hider->inner = *source;
  *source = (Source){.self = hider, .name = "krx", .fetch = fetch_hiding, .calls = calls_hiding};
}

static SimResult analyze(SimWorld *world) { return sim_run(world, &(SimRun){.program = SIM_ANALYSIS}); }

/* Nothing in two days' answers gives it away: the third, which does not continue them, does. */
static void a_hidden_session_whose_rows_were_shown_as_the_next_is_named_and_taken_over_by_force(void **state) {
  Case *c = *state;
  set_up_database(c);
  Day hidden = session_after(c, 1), shown = session_after(c, 2), next = session_after(c, 3);
  assert_true(closures_expects_open(&c->world->prepared.closures, hidden));
  Hider hider = {.market = c->market, .hidden = hidden, .shown = shown};
  const SimRun deceived = {.program = SIM_UPDATE, .dress = hide, .dress_context = &hider};
  wait_for(c, 2);
  sim_run(c->world, &deceived);
  assert_string_equal(state_of(c, hidden), "closed");
  assert_string_equal(state_of(c, shown), "completed");
  assert_int_equal(analyze(c->world).exit_code, EXIT_DONE);
  wait_for(c, 3);
  SimResult result = sim_run(c->world, &deceived); /* the source goes on hiding it */
  assert_int_equal(result.exit_code, EXIT_TRY_AGAIN);
  assert_string_equal(state_of(c, next), "failed");
  assert_null(alert_about(c, "closure-doubtful", hidden));
  result = sim_run(c->world, &(SimRun){.program = SIM_UPDATE});
  assert_int_equal(result.exit_code, EXIT_TRY_AGAIN);
  const bson_t *alert = alert_about(c, "closure-doubtful", hidden);
  assert_non_null(alert);
  assert_string_equal(sim_text(alert, "severity"), "CRITICAL");
  char cure[80];
  snprintf(cure, sizeof cure, "daily_update --from %s --to %s --force", day_text(hidden).text, day_text(shown).text);
  assert_non_null(strstr(sim_text(alert, "message"), cure));
  const SimRun forced = {.program = SIM_UPDATE, .ranged = true, .update = {.from = hidden, .to = shown, .force = true}};
  assert_int_equal(sim_run(c->world, &forced).exit_code, EXIT_DONE);
  assert_int_equal(update(c).exit_code, EXIT_DONE);
  assert_all_completed(c, 3);
  assert_true(bson_has_field(alert_about(c, "closure-doubtful", hidden), "resolved_utc"));
  assert_int_equal(analyze(c->world).exit_code, EXIT_DONE);
  SimWorld *clean = sim_world_new(c->market, 1, sim_market_published(c->market, session_after(c, 0)));
  sim_run(clean, &(SimRun){.program = SIM_SETUP});
  sim_world_move_to(clean, c->world->now);
  sim_run(clean, &(SimRun){.program = SIM_UPDATE});
  analyze(clean);
  Error difference = {{0}};
  if (!sim_worlds_equal(c->world, clean, (SimStrictness){.inactive_series = true}, &difference))
    fail_msg("%s", difference.text);
  sim_world_free(clean);
}

/* As long as the source shows the same rows for both days, force takes nothing over. */
static void a_closed_day_is_not_taken_over_while_the_next_has_the_same_rows(void **state) {
  Case *c = *state;
  set_up_database(c);
  Day hidden = session_after(c, 1), shown = session_after(c, 2);
  Hider hider = {.market = c->market, .hidden = hidden, .shown = shown};
  wait_for(c, 2);
  sim_run(c->world, &(SimRun){.program = SIM_UPDATE, .dress = hide, .dress_context = &hider});
  assert_string_equal(state_of(c, hidden), "closed");
  Hider repeater = {.market = c->market, .hidden = hidden, .shown = shown, .shows_both = true};
  const SimRun forced = {.program = SIM_UPDATE,
                         .ranged = true,
                         .update = {.from = hidden, .to = shown, .force = true},
                         .dress = hide,
                         .dress_context = &repeater};
  sim_run(c->world, &forced);
  assert_string_equal(state_of(c, hidden), "closed");
  assert_string_equal(state_of(c, shown), "completed");
}

/* ---- clocks ---- */

static void a_host_a_little_behind_goes_along_with_what_another_has_completed(void **state) {
  Case *c = *state;
  set_up_database(c);
  wait_for(c, 1);
  const SimHost ahead = {.name = "ahead", .boot_id = "a", .skew_ms = 14000},
                behind = {.name = "behind", .boot_id = "b", .skew_ms = -14000};
  sim_run(c->world, &(SimRun){.program = SIM_UPDATE, .host = &ahead});
  assert_string_equal(state_of(c, session_after(c, 1)), "completed");
  SimResult result = sim_run(c->world, &(SimRun){.program = SIM_ANALYSIS, .host = &behind});
  if (result.exit_code != EXIT_DONE) fail_msg("%s", result.message);
  const SimHost wrong = {.name = "wrong", .boot_id = "c", .skew_ms = -2 * MINUTE};
  result = sim_run(c->world, &(SimRun){.program = SIM_ANALYSIS, .host = &wrong});
  assert_int_equal(result.exit_code, EXIT_CONFIG);
  assert_non_null(strstr(result.message, "this host's clock is wrong"));
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(runs_stop_before_their_calls_are_used_up_and_the_next_goes_on),
      CASE(the_calls_of_a_day_are_counted_over_all_runs),
      CASE(a_catch_up_ends_when_its_time_is_used_up_and_the_next_goes_on),
      CASE(no_wait_reaches_beyond_the_time_of_a_run),
      CASE(a_session_three_hours_late_is_an_alert_until_it_comes),
      CASE(an_alert_ends_with_its_cause_though_the_run_that_ended_it_died),
      CASE(a_session_empty_for_days_while_later_ones_answer_is_never_closed),
      CASE(a_market_configured_later_is_work_though_nothing_is_due),
      CASE(a_session_that_nothing_continues_is_named_and_its_forced_replacement_heals_all),
      CASE(rows_of_an_older_day_are_refused_behind_a_day_that_waits),
      CASE(a_market_that_lags_is_refused_each_time_the_last_session_is_asked_for_again),
      CASE(a_hidden_session_whose_rows_were_shown_as_the_next_is_named_and_taken_over_by_force),
      CASE(a_closed_day_is_not_taken_over_while_the_next_has_the_same_rows),
      CASE(a_host_a_little_behind_goes_along_with_what_another_has_completed),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
