/* Sessions against the exchange's own totals: a small lie is never stored, and truth need not wait. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sim_case.h"
#include "sim_check.h"
#include "sim_index.h"
#include "sim_sample.h"
#include "small_lies.h"

static const int64_t HOUR = 60 * 60 * 1000;

/* Answers of one date that are not true in one market. */
typedef struct {
  Source inner;
  Day date;
  Market market;
  SmallLie lie;
} Liar;

static Status fetch_lying(void *self, const Question *questions, size_t count, Error *err) {
  Liar *liar = self;
  Status status = source_fetch(&liar->inner, questions, count, err);
  for (size_t i = 0; i < count && status == STATUS_OK; i++) {
    Answer *answer = questions[i].answer;
    if (questions[i].date != liar->date || questions[i].market != liar->market) continue;
    if (!answer_items(answer, &PAYLOAD_STOCK_ROWS)) continue;
    uint64_t seed = (uint64_t)liar->date + liar->lie; /* the same lie at each question */
    Random random = random_seeded(&seed);
    Session told = {.date = liar->date, .rows = answer->rows, .count = answer->count};
    session_lie(&told, liar->lie, liar->market, &random);
    answer->count = told.count;
  }
  return status;
}

static long calls_lying(void *self) { return ((Liar *)self)->inner.calls(((Liar *)self)->inner.self); }

static void lie(void *context, Db *db, Source *source) {
  (void)db;
  Liar *liar = context;
  liar->inner = *source;
  source->self = liar;
  source->fetch = fetch_lying;
  source->calls = calls_lying;
}

static void a_small_lie_is_never_stored_and_the_truth_is_as_soon_as_it_is_told(void **state) {
  SimCase *c = *state;
  c->world->publishes_totals = true;
  sim_case_set_up_database(c);
  for (size_t i = 1; i <= 12; i++) {
    Liar liar = {.date = sim_case_session(c, i), .market = i % 2 ? MARKET_KOSPI : MARKET_KOSDAQ, .lie = i % LIE_COUNT};
    sim_case_wait_for(c, i);
    SimResult result = sim_run(c->world, &(SimRun){.program = SIM_UPDATE, .dress = lie, .dress_context = &liar});
    assert_int_equal(result.exit_code, EXIT_TRY_AGAIN);
    assert_string_equal(sim_case_state(c, liar.date), "failed");
    assert_null(sim_document(c->world, DB_SYSTEM, "market_days", day_text(liar.date).text));
    sim_case_update(c);
    assert_string_equal(sim_case_state(c, liar.date), "completed");
  }
}

static void behind_missing_sessions(SimCase *c, const char *expected) {
  sim_case_set_up_database(c);
  sim_case_wait_for(c, 3);
  for (size_t i = 1; i <= 2; i++)
    sim_case_fault(c, SIM_UNREACHABLE, sim_case_session(c, i), MARKET_KOSPI, 60 * 24 * HOUR);
  sim_case_update(c);
  assert_string_equal(sim_case_state(c, sim_case_session(c, 3)), expected);
}

static void a_session_behind_missing_ones_is_taken_at_once_when_its_totals_agree(void **state) {
  ((SimCase *)*state)->world->publishes_totals = true;
  behind_missing_sessions(*state, "completed");
}

static void without_totals_it_waits_as_before(void **state) { behind_missing_sessions(*state, "failed"); }

/* ---- the index services in trouble of their own ---- */

enum { STORED = 3, IN_TROUBLE = 4 };

static void trouble(SimCase *c, SimFaultKind kind, Day date) {
  sim_world_fault(c->world, (SimFault){.kind = kind,
                                       .from = c->world->now,
                                       .until = c->world->now + 60 * 24 * HOUR,
                                       .date = date,
                                       .market = -1,
                                       .index_alone = true});
}

static const char *dataset_state(const SimCase *c, const char *dataset, Day date) {
  char id[64];
  snprintf(id, sizeof id, "%s_%s", day_text(date).text, dataset);
  const bson_t *status = sim_document(c->world, DB_SYSTEM, "job_status", id);
  return status ? sim_text(status, "status") : "absent";
}

/* Neither prices nor totals nor index values are there that are not true. */
static void assert_nothing_false(SimCase *c) {
  Error why = {{0}};
  if (!sim_check(c->world, DAY_NONE, &why) || !sim_check_index_rows(c->world, &why)) fail_msg("%s", why.text);
}

static void assert_complete(SimCase *c) {
  Error why = {{0}};
  if (!sim_check_datasets(c->world, &why)) fail_msg("%s", why.text);
}

/* Some sessions in fair weather, then some in foul. */
static void begin_trouble(SimCase *c, SimFaultKind kind, Day date) {
  c->world->publishes_totals = true;
  sim_case_set_up_database(c);
  for (size_t i = 1; i <= STORED; i++) {
    sim_case_wait_for(c, i);
    assert_int_equal(sim_case_update(c).exit_code, EXIT_DONE);
  }
  assert_complete(c);
  trouble(c, kind, date);
}

static void live_through(SimCase *c) {
  for (size_t i = STORED + 1; i <= STORED + IN_TROUBLE; i++) {
    sim_case_wait_for(c, i);
    for (size_t run = 0; run < 3; run++) {
      sim_case_update(c);
      assert_nothing_false(c);
      sim_world_pass(c->world, HOUR);
    }
  }
}

/* No person does anything: what rests has rested by then, and a door that was shut is tried again. */
static void the_weather_ends(SimCase *c) {
  sim_world_forget_faults(c->world);
  for (size_t i = 1; i <= 8; i++) {
    sim_world_pass(c->world, 24 * HOUR);
    sim_case_update(c);
    assert_nothing_false(c);
  }
  sim_case_assert_completed(c, STORED + IN_TROUBLE);
  assert_complete(c);
  assert_int_equal(sim_case_update(c).source_calls, 0);
}

/* Without the services all is as if there were none: prices do not wait. */
static void sessions_are_completed_without(SimCase *c, SimFaultKind kind, const char *expected) {
  begin_trouble(c, kind, DAY_NONE);
  live_through(c);
  sim_case_assert_completed(c, STORED + IN_TROUBLE);
  for (size_t i = STORED + 1; i <= STORED + IN_TROUBLE; i++) {
    assert_string_equal(dataset_state(c, "market_totals", sim_case_session(c, i)), expected);
    assert_string_equal(dataset_state(c, "index_days", sim_case_session(c, i)), expected);
  }
  the_weather_ends(c);
}

static void empty_answers_prove_nothing(void **state) { sessions_are_completed_without(*state, SIM_EMPTY, "waiting"); }

static void services_that_fail_are_done_without(void **state) {
  sessions_are_completed_without(*state, SIM_FAILING, "absent");
}

static void services_that_are_not_approved_are_done_without(void **state) {
  sessions_are_completed_without(*state, SIM_UNAUTHORIZED, "absent");
}

static void what_cannot_be_read_proves_nothing(void **state) {
  begin_trouble(*state, SIM_WRONG_ROW, DAY_NONE);
  live_through(*state);
  sim_case_assert_completed(*state, STORED + IN_TROUBLE);
  the_weather_ends(*state);
}

/* Rows that the exchange's own totals contradict are not believed, whichever of the two is wrong. */
static void totals_off_by_one_share_store_nothing(void **state) {
  SimCase *c = *state;
  begin_trouble(c, SIM_ALTERED, DAY_NONE);
  live_through(c);
  for (size_t i = STORED + 1; i <= STORED + IN_TROUBLE; i++) {
    Day date = sim_case_session(c, i);
    assert_string_equal(sim_case_state(c, date), "failed");
    assert_null(sim_document(c->world, DB_SYSTEM, "market_days", day_text(date).text));
    assert_null(sim_document(c->world, DB_SYSTEM, "market_totals", day_text(date).text));
  }
  the_weather_ends(c);
}

/* Of a session that is stored already they are told, and its rows stay. */
static void totals_that_are_altered_later_touch_no_stored_session(void **state) {
  SimCase *c = *state;
  Error err;
  Day date = sim_case_session(c, 2);
  begin_trouble(c, SIM_ALTERED, date);
  const Db *db = &c->world->view;
  assert_int_equal(db->delete_one(db->self, DB_SYSTEM, "market_totals", day_text(date).text, &err), STATUS_OK);
  live_through(c);
  assert_string_equal(sim_case_state(c, date), "completed");
  assert_string_equal(dataset_state(c, "market_totals", date), "failed");
  assert_non_null(sim_case_alert(c, "market-totals", date));
  the_weather_ends(c);
}

static void index_values_of_the_day_before_are_not_stored(void **state) {
  SimCase *c = *state;
  Day date = sim_case_session(c, STORED + 2);
  begin_trouble(c, SIM_REPEATED, date);
  live_through(c);
  sim_case_assert_completed(c, STORED + IN_TROUBLE);
  assert_string_equal(dataset_state(c, "market_totals", date), "completed");
  assert_string_equal(dataset_state(c, "index_days", date), "failed");
  assert_null(sim_document(c->world, DB_INDEX, "KOSPI", day_text(date).text));
  the_weather_ends(c);
}

/* ---- index days that nothing vouches for ---- */

/* What the dataset says it has proven is true; the other values are known to be in doubt. */
static void assert_proven_is_true(SimCase *c) {
  Error why = {{0}};
  if (!sim_check(c->world, DAY_NONE, &why) || !sim_check_proven_index_rows(c->world, &why)) fail_msg("%s", why.text);
}

static SimResult update_and_look(SimCase *c) {
  SimResult result = sim_case_update(c);
  assert_proven_is_true(c);
  return result;
}

static void assert_index_days(SimCase *c, size_t session, const char *expected) {
  assert_string_equal(dataset_state(c, "index_days", sim_case_session(c, session)), expected);
}

/* So many of the sessions that are kept are said to be proven. */
static void assert_verify_counts(SimCase *c, size_t proven) {
  char counts[64];
  snprintf(counts, sizeof counts, "index_days: %zu of %d sessions", proven, SIM_KEPT_SESSIONS + STORED + 2);
  SimResult result = sim_run(c->world, &(SimRun){.program = SIM_VERIFY});
  if (!strstr(result.message, counts)) fail_msg("%s is not in: %s", counts, result.message);
}

/* The session before it is not answered, and none after it is known. */
enum { UNKNOWN = STORED + 1, ALONE = STORED + 2 };

static void bring_one_alone(SimCase *c) {
  begin_trouble(c, SIM_UNREACHABLE, sim_case_session(c, UNKNOWN));
  sim_case_wait_for(c, UNKNOWN);
  update_and_look(c);
  sim_case_wait_for(c, ALONE);
}

/* With no session beside it that is known, values of the day before cannot be told from true ones: nothing says that
 * they are proven, and the first session that comes shows them. */
static void index_values_that_nothing_vouched_for_are_mended_by_the_session_beside(void **state) {
  SimCase *c = *state;
  Day doubtful = sim_case_session(c, ALONE);
  bring_one_alone(c);
  trouble(c, SIM_REPEATED, doubtful);
  update_and_look(c);
  assert_index_days(c, ALONE, "waiting");
  assert_verify_counts(c, SIM_KEPT_SESSIONS + STORED);
  sim_case_wait_for(c, STORED + IN_TROUBLE);
  update_and_look(c);
  sim_world_forget_faults(c->world);
  for (size_t i = 1; i <= 8; i++) {
    sim_world_pass(c->world, 24 * HOUR);
    update_and_look(c);
  }
  assert_complete(c);
}

/* However often it was asked for before, and though the other one beside it is still unknown. */
static void index_values_that_wait_are_proven_together_with_the_session_beside(void **state) {
  SimCase *c = *state;
  bring_one_alone(c);
  for (size_t run = 0; run < 4; run++) {
    assert_int_equal(update_and_look(c).exit_code, EXIT_DONE);
    assert_index_days(c, ALONE, "waiting");
    assert_non_null(sim_document(c->world, DB_INDEX, "KOSPI", day_text(sim_case_session(c, ALONE)).text));
    assert_null(sim_case_alert(c, "index-days", sim_case_session(c, ALONE)));
  }
  assert_verify_counts(c, SIM_KEPT_SESSIONS + STORED);
  sim_case_wait_for(c, ALONE + 1);
  update_and_look(c);
  assert_index_days(c, ALONE, "completed");
  assert_index_days(c, ALONE + 1, "completed");
  assert_index_days(c, UNKNOWN, "absent");
}

/* The first session, after those of begin_trouble, that a weekday without one follows. */
static size_t session_before_a_closure(const SimCase *c) {
  size_t at = ALONE;
  while (day_next_weekday(sim_case_session(c, at)) == sim_case_session(c, at + 1)) at++;
  return at;
}

/* The indices outweigh the stocks, which say that the weekday was closed: but not those that nothing has proven. */
static void index_values_that_nothing_vouched_for_decide_about_no_closure(void **state) {
  SimCase *c = *state;
  size_t alone = session_before_a_closure(c);
  begin_trouble(c, SIM_UNREACHABLE, sim_case_session(c, alone - 1));
  sim_case_wait_for(c, alone - 1);
  sim_case_update(c);
  trouble(c, SIM_REPEATED, sim_case_session(c, alone));
  sim_case_wait_for(c, alone);
  update_and_look(c);
  assert_index_days(c, alone, "waiting");
  sim_case_wait_for(c, alone + 1);
  update_and_look(c);
  assert_string_equal(sim_case_state(c, sim_case_session(c, alone + 1)), "completed");
  assert_string_equal(sim_case_state(c, day_next_weekday(sim_case_session(c, alone))), "closed");
}

/* At this pace one date is asked for at a time: the first waits for the second, and nothing is asked twice. */
static void sessions_that_are_asked_one_at_a_time_prove_each_other(void **state) {
  SimCase *c = *state;
  c->world->publishes_totals = true;
  c->world->config.krx.rate_per_second = 0.1;
  c->world->config.lease.seconds = 60;
  SimResult result = sim_run(c->world, &(SimRun){.program = SIM_SETUP});
  assert_int_equal(result.exit_code, EXIT_DONE);
  assert_complete(c);
  assert_int_equal(sim_case_update(c).source_calls, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      SIM_CASE(a_small_lie_is_never_stored_and_the_truth_is_as_soon_as_it_is_told),
      SIM_CASE(a_session_behind_missing_ones_is_taken_at_once_when_its_totals_agree),
      SIM_CASE(without_totals_it_waits_as_before),
      SIM_CASE(empty_answers_prove_nothing),
      SIM_CASE(services_that_fail_are_done_without),
      SIM_CASE(services_that_are_not_approved_are_done_without),
      SIM_CASE(what_cannot_be_read_proves_nothing),
      SIM_CASE(totals_off_by_one_share_store_nothing),
      SIM_CASE(totals_that_are_altered_later_touch_no_stored_session),
      SIM_CASE(index_values_of_the_day_before_are_not_stored),
      SIM_CASE(index_values_that_nothing_vouched_for_are_mended_by_the_session_beside),
      SIM_CASE(index_values_that_wait_are_proven_together_with_the_session_beside),
      SIM_CASE(index_values_that_nothing_vouched_for_decide_about_no_closure),
      SIM_CASE(sessions_that_are_asked_one_at_a_time_prove_each_other),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
