/* Answers that are another session's rows: found out, held back, and what is shown instead of a session taken over by
 * force. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <closebell/ingest/fetch.h>
#include <closebell/plan/verdict.h>

#include "sim_case.h"
#include "sim_compare.h"
#include "sim_sample.h"

static const int64_t HOUR = 60 * 60 * 1000;

/* After a holiday the day before is still waiting, so nothing says that the rows must continue the session before. */
static void rows_of_an_older_day_are_refused_behind_a_day_that_waits(void **state) {
  SimCase *c = *state;
  sim_case_set_up_database(c);
  sim_case_wait_for(c, 1);
  Day missing = sim_case_session(c, 1), date = sim_case_session(c, 2);
  sim_case_fault(c, SIM_EMPTY, missing, -1, 24 * 24 * HOUR);
  sim_case_update(c);
  sim_case_wait_for(c, 2);
  sim_case_fault(c, SIM_REPEATED_OLD, date, MARKET_KOSDAQ, 2 * HOUR);
  assert_int_equal(sim_case_update(c).exit_code, EXIT_TRY_AGAIN);
  assert_string_equal(sim_case_state(c, date), "failed");
  sim_world_forget_faults(c->world);
  sim_case_update(c);
  sim_case_assert_completed(c, 2);
}

/* More sessions than are asked for at once: the last is asked for alone, and again. Then its own first answer stands in
 * the way of those before it, by which it is known that the market lags. */
static void a_market_that_lags_is_refused_each_time_the_last_session_is_asked_for_again(void **state) {
  SimCase *c = *state;
  enum { MISSED = FETCH_MAX_DAYS + 1 };
  sim_case_set_up_database(c);
  sim_case_wait_for(c, MISSED);
  sim_case_fault(c, SIM_REPEATED_OLD, DAY_NONE, MARKET_KOSPI, 2 * HOUR);
  assert_int_equal(sim_case_update(c).exit_code, EXIT_TRY_AGAIN);
  for (size_t i = 1; i <= MISSED; i++) assert_string_equal(sim_case_state(c, sim_case_session(c, i)), "failed");
  sim_world_forget_faults(c->world);
  assert_int_equal(sim_case_update(c).exit_code, EXIT_DONE);
  sim_case_assert_completed(c, MISSED);
}

/* Two days are answered with those of a week ago, the third with the rows of the second, which nobody has seen yet. */
static void rows_behind_refused_ones_are_not_believed_though_they_are_no_days_that_is_known(void **state) {
  SimCase *c = *state;
  sim_case_set_up_database(c);
  sim_case_wait_for(c, 3);
  for (size_t i = 1; i <= 2; i++) sim_case_fault(c, SIM_REPEATED_OLD, sim_case_session(c, i), -1, 2 * HOUR);
  sim_case_fault(c, SIM_REPEATED, sim_case_session(c, 3), -1, 2 * HOUR);
  assert_int_equal(sim_case_update(c).exit_code, EXIT_TRY_AGAIN);
  for (size_t i = 1; i <= 3; i++) assert_string_equal(sim_case_state(c, sim_case_session(c, i)), "failed");
  sim_world_forget_faults(c->world);
  sim_case_update(c);
  sim_case_assert_completed(c, 3);
}

/* For two days others' rows come for ever. Those behind them wait for a few days, and no longer; behind one they would
 * not. */
static void days_that_are_always_answered_wrong_hold_the_next_ones_for_five_days(void **state) {
  SimCase *c = *state;
  sim_case_set_up_database(c);
  sim_case_wait_for(c, 4);
  for (size_t i = 1; i <= 2; i++) sim_case_fault(c, SIM_REPEATED_OLD, sim_case_session(c, i), -1, 60 * 24 * HOUR);
  sim_case_update(c);
  for (size_t i = 1; i <= 4; i++) assert_string_equal(sim_case_state(c, sim_case_session(c, i)), "failed");
  c->world->now += VERDICT_DOUBT_MS;
  sim_case_update(c);
  for (size_t i = 1; i <= 2; i++) assert_string_equal(sim_case_state(c, sim_case_session(c, i)), "failed");
  for (size_t i = 3; i <= 4; i++) assert_string_equal(sim_case_state(c, sim_case_session(c, i)), "completed");
}

/* Half of a session is no session, but it shows whose rows the next day is answered with. */
static void rows_that_were_refused_as_half_a_session_are_not_the_next_days(void **state) {
  SimCase *c = *state;
  sim_case_set_up_database(c);
  sim_case_wait_for(c, 3);
  for (size_t i = 1; i <= 2; i++) sim_case_fault(c, SIM_HALF, sim_case_session(c, i), -1, 2 * HOUR);
  sim_case_fault(c, SIM_REPEATED, sim_case_session(c, 3), -1, 2 * HOUR);
  sim_case_update(c);
  for (size_t i = 1; i <= 3; i++) assert_string_equal(sim_case_state(c, sim_case_session(c, i)), "failed");
  sim_world_forget_faults(c->world);
  sim_case_update(c);
  sim_case_assert_completed(c, 3);
}

static void make_unreachable(SimCase *c, size_t sessions) {
  for (size_t i = 1; i <= sessions; i++)
    sim_case_fault(c, SIM_UNREACHABLE, sim_case_session(c, i), MARKET_KOSPI, 60 * 24 * HOUR);
}

/* Two days could not be had at all, the third is answered with the rows of the second. */
static void rows_of_a_session_that_could_not_be_had_are_not_the_next_ones(void **state) {
  SimCase *c = *state;
  sim_case_set_up_database(c);
  sim_case_wait_for(c, 3);
  make_unreachable(c, 2);
  sim_case_fault(c, SIM_REPEATED, sim_case_session(c, 3), -1, 60 * 24 * HOUR);
  assert_int_equal(sim_case_update(c).exit_code, EXIT_TRY_AGAIN);
  assert_string_equal(sim_case_state(c, sim_case_session(c, 3)), "failed");
  sim_case_wait_for(c, 4);
  sim_case_update(c);
  for (size_t i = 3; i <= 4; i++) assert_string_equal(sim_case_state(c, sim_case_session(c, i)), "failed");
  sim_world_forget_faults(c->world);
  sim_case_update(c);
  sim_case_assert_completed(c, 4);
}

/* Two days cannot be had, for ever: the next one waits for the one behind it, and then the world goes on. */
static void sessions_that_can_never_be_had_hold_the_next_one_for_a_session(void **state) {
  SimCase *c = *state;
  sim_case_set_up_database(c);
  sim_case_wait_for(c, 3);
  make_unreachable(c, 2);
  sim_case_update(c);
  assert_string_equal(sim_case_state(c, sim_case_session(c, 3)), "failed");
  sim_case_wait_for(c, 4);
  sim_case_update(c);
  for (size_t i = 1; i <= 2; i++) assert_string_equal(sim_case_state(c, sim_case_session(c, i)), "failed");
  for (size_t i = 3; i <= 4; i++) assert_string_equal(sim_case_state(c, sim_case_session(c, i)), "completed");
}

/* ---- a session that the source hides ---- */

/* Asked for the one, it has nothing; asked for the next, it has the rows of the first, dated otherwise. */
typedef struct {
  Source inner;
  const SimMarket *market;
  Day hidden, shown;
  bool shows_both; /* the first under its own date as well */
} Hider;

static Status fetch_hiding(void *self, const Question *questions, size_t count, Error *err) {
  Hider *hider = self;
  Status status = source_fetch(&hider->inner, questions, count, err);
  for (size_t i = 0; i < count && status == STATUS_OK; i++) {
    Day date = questions[i].date;
    Answer *answer = questions[i].answer;
    if (answer->count == 0 || (date != hider->hidden && date != hider->shown)) continue;
    const Session *session = sim_market_session(hider->market, hider->hidden);
    answer->kind = date == hider->hidden && !hider->shows_both ? ANSWER_EMPTY : ANSWER_ROWS;
    answer->count = 0;
    for (size_t row = 0; row < session->count && answer->kind == ANSWER_ROWS; row++) {
      if (session->rows[row].market != questions[i].market) continue;
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
  source->self = hider;
  source->fetch = fetch_hiding;
  source->calls = calls_hiding;
}

static SimResult analyze(SimWorld *world) { return sim_run(world, &(SimRun){.program = SIM_ANALYSIS}); }

/* Nothing in two days' answers gives it away: the third, which does not continue them, does. */
static void a_hidden_session_whose_rows_were_shown_as_the_next_is_named_and_taken_over_by_force(void **state) {
  SimCase *c = *state;
  sim_case_set_up_database(c);
  Day hidden = sim_case_session(c, 1), shown = sim_case_session(c, 2), next = sim_case_session(c, 3);
  assert_true(closures_expects_open(&c->world->prepared.rules.closures, hidden));
  Hider hider = {.market = c->market, .hidden = hidden, .shown = shown};
  const SimRun deceived = {.program = SIM_UPDATE, .dress = hide, .dress_context = &hider};
  sim_case_wait_for(c, 2);
  sim_run(c->world, &deceived);
  assert_string_equal(sim_case_state(c, hidden), "closed");
  assert_string_equal(sim_case_state(c, shown), "completed");
  assert_int_equal(analyze(c->world).exit_code, EXIT_DONE);
  sim_case_wait_for(c, 3);
  SimResult result = sim_run(c->world, &deceived); /* the source goes on hiding it */
  assert_int_equal(result.exit_code, EXIT_TRY_AGAIN);
  assert_string_equal(sim_case_state(c, next), "failed");
  assert_null(sim_case_alert(c, "closure-doubtful", hidden));
  result = sim_run(c->world, &(SimRun){.program = SIM_UPDATE});
  assert_int_equal(result.exit_code, EXIT_TRY_AGAIN);
  const bson_t *alert = sim_case_alert(c, "closure-doubtful", hidden);
  assert_non_null(alert);
  assert_string_equal(sim_text(alert, "severity"), "CRITICAL");
  char cure[80];
  snprintf(cure, sizeof cure, "daily_update --from %s --to %s --force", day_text(hidden).text, day_text(shown).text);
  assert_non_null(strstr(sim_text(alert, "message"), cure));
  const SimRun forced = {.program = SIM_UPDATE, .ranged = true, .update = {.from = hidden, .to = shown, .force = true}};
  assert_int_equal(sim_run(c->world, &forced).exit_code, EXIT_DONE);
  assert_int_equal(sim_case_update(c).exit_code, EXIT_DONE);
  sim_case_assert_completed(c, 3);
  assert_true(bson_has_field(sim_case_alert(c, "closure-doubtful", hidden), "resolved_utc"));
  assert_int_equal(analyze(c->world).exit_code, EXIT_DONE);
  SimWorld *clean = sim_world_new(c->market, 1, sim_market_published(c->market, sim_case_session(c, 0)));
  sim_run(clean, &(SimRun){.program = SIM_SETUP});
  sim_world_move_to(clean, c->world->now);
  sim_run(clean, &(SimRun){.program = SIM_UPDATE});
  analyze(clean);
  Error difference = {{0}};
  if (!sim_worlds_equal(c->world, clean, (SimStrictness){.inactive_series = true}, &difference))
    fail_msg("%s", difference.text);
  sim_world_free(clean);
}

/* The first after the set-up was hidden, the third is due. */
static void be_deceived(SimCase *c) {
  sim_case_set_up_database(c);
  Hider hider = {.market = c->market, .hidden = sim_case_session(c, 1), .shown = sim_case_session(c, 2)};
  sim_case_wait_for(c, 2);
  sim_run(c->world, &(SimRun){.program = SIM_UPDATE, .dress = hide, .dress_context = &hider});
  assert_string_equal(sim_case_state(c, hider.hidden), "closed");
  sim_case_wait_for(c, 3);
}

static void force(SimCase *c, Day from, Day to) {
  sim_run(c->world,
          &(SimRun){.program = SIM_UPDATE, .ranged = true, .update = {.from = from, .to = to, .force = true}});
}

/* It has lost the hidden one: that was a session all the same. */
static void a_hidden_session_that_the_source_has_lost_is_reopened_by_force(void **state) {
  SimCase *c = *state;
  Day hidden = sim_case_session(c, 1), shown = sim_case_session(c, 2), next = sim_case_session(c, 3);
  be_deceived(c);
  sim_case_fault(c, SIM_EMPTY, hidden, -1, 30 * 24 * HOUR);
  assert_int_equal(sim_run(c->world, &(SimRun){.program = SIM_UPDATE}).exit_code, EXIT_TRY_AGAIN);
  assert_string_equal(sim_case_state(c, next), "failed");
  const bson_t *alert = sim_case_alert(c, "closure-doubtful", hidden);
  assert_non_null(alert);
  char cure[80];
  snprintf(cure, sizeof cure, "daily_update --from %s --to %s --force", day_text(hidden).text, day_text(next).text);
  assert_non_null(strstr(sim_text(alert, "message"), cure));
  force(c, hidden, next);
  assert_string_equal(sim_case_state(c, hidden), "failed");
  assert_true(bson_has_field(sim_case_alert(c, "closure-doubtful", hidden), "resolved_utc"));
  sim_case_update(c);
  assert_string_equal(sim_case_state(c, hidden), "failed");
  assert_string_equal(sim_case_state(c, shown), "completed");
  assert_string_equal(sim_case_state(c, next), "completed");
  sim_world_forget_faults(c->world);
  sim_case_update(c);
  sim_case_assert_completed(c, 3);
}

/* Rows that cannot be read are no rows, but no empty answer either. */
static void a_closed_day_that_is_answered_badly_is_not_reopened(void **state) {
  SimCase *c = *state;
  Day hidden = sim_case_session(c, 1);
  be_deceived(c);
  sim_case_fault(c, SIM_WRONG_ROW, hidden, -1, 30 * 24 * HOUR);
  sim_run(c->world, &(SimRun){.program = SIM_UPDATE});
  assert_null(sim_case_alert(c, "closure-doubtful", hidden));
  force(c, hidden, sim_case_session(c, 3));
  assert_string_equal(sim_case_state(c, hidden), "closed");
}

/* As long as the source shows the same rows for both days, force takes nothing over. */
static void a_closed_day_is_not_taken_over_while_the_next_has_the_same_rows(void **state) {
  SimCase *c = *state;
  sim_case_set_up_database(c);
  Day hidden = sim_case_session(c, 1), shown = sim_case_session(c, 2);
  Hider hider = {.market = c->market, .hidden = hidden, .shown = shown};
  sim_case_wait_for(c, 2);
  sim_run(c->world, &(SimRun){.program = SIM_UPDATE, .dress = hide, .dress_context = &hider});
  assert_string_equal(sim_case_state(c, hidden), "closed");
  Hider repeater = {.market = c->market, .hidden = hidden, .shown = shown, .shows_both = true};
  const SimRun forced = {.program = SIM_UPDATE,
                         .ranged = true,
                         .update = {.from = hidden, .to = shown, .force = true},
                         .dress = hide,
                         .dress_context = &repeater};
  sim_run(c->world, &forced);
  assert_string_equal(sim_case_state(c, hidden), "closed");
  assert_string_equal(sim_case_state(c, shown), "completed");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      SIM_CASE(rows_of_an_older_day_are_refused_behind_a_day_that_waits),
      SIM_CASE(a_market_that_lags_is_refused_each_time_the_last_session_is_asked_for_again),
      SIM_CASE(rows_behind_refused_ones_are_not_believed_though_they_are_no_days_that_is_known),
      SIM_CASE(days_that_are_always_answered_wrong_hold_the_next_ones_for_five_days),
      SIM_CASE(rows_that_were_refused_as_half_a_session_are_not_the_next_days),
      SIM_CASE(rows_of_a_session_that_could_not_be_had_are_not_the_next_ones),
      SIM_CASE(sessions_that_can_never_be_had_hold_the_next_one_for_a_session),
      SIM_CASE(a_hidden_session_whose_rows_were_shown_as_the_next_is_named_and_taken_over_by_force),
      SIM_CASE(a_hidden_session_that_the_source_has_lost_is_reopened_by_force),
      SIM_CASE(a_closed_day_that_is_answered_badly_is_not_reopened),
      SIM_CASE(a_closed_day_is_not_taken_over_while_the_next_has_the_same_rows),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
