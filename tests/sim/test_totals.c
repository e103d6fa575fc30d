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

int main(void) {
  const struct CMUnitTest tests[] = {
      SIM_CASE(a_small_lie_is_never_stored_and_the_truth_is_as_soon_as_it_is_told),
      SIM_CASE(a_session_behind_missing_ones_is_taken_at_once_when_its_totals_agree),
      SIM_CASE(without_totals_it_waits_as_before),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
