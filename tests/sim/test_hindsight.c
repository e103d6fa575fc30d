/* Decisions get their outcome and sessions their radar when an analysis completes, whatever becomes of the run. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <closebell/base/text.h>
#include <closebell/hindsight/decision_outcome.h>
#include <closebell/store/decision_ledger.h>
#include <closebell/store/shadow_radar.h>

#include "made_market.h"
#include "sim_sample.h"
#include "sim_strategies.h"

enum { DECISIONS = 3 };

static const SimRun ANALYSIS = {.program = SIM_ANALYSIS};

static void configure(SimCase *c) {
  text_copy(c->world->config.ai.provider, sizeof c->world->config.ai.provider, "openai");
}

/* Of the session, about the first stocks of KOSPI; made in the evening of its day. */
static Decision decision_of(const SimCase *c, size_t session, size_t tickers, unsigned number) {
  Decision decision = decision_empty();
  UlidMaker maker = {0};
  decision.question.date = sim_case_session(c, session);
  decision.at_utc = instant_from_kst(decision.question.date, 20 * 60);
  ulid_next(&maker, decision.at_utc, 0, number, decision.id);
  decision.accepted = true;
  strcpy(decision.question.kind, "debate");
  strcpy(decision.question.prompt_version, "1");
  decision.question.ticker_count = tickers;
  for (size_t i = 0; i < tickers; i++) made_ticker(i + number, decision.question.tickers[i]);
  decision.question.facts = strdup("[]");
  snprintf(decision.question.request_sha256, SHA256_TEXT_SIZE, "%s", sha256_text(decision.id, ULID_SIZE).text);
  strcpy(decision.reply.provider, "openai");
  strcpy(decision.reply.model, "m");
  strcpy(decision.reply.model_version, "m");
  decision.reply.answer = strdup("{}");
  decision.reply.final_decision = DECISION_SELL;
  return decision;
}

static void put_decision(const SimCase *c, size_t session, size_t tickers, unsigned number) {
  Error err = {{0}};
  Decision decision = decision_of(c, session, tickers, number);
  if (decision_write(&c->world->view, &decision, &err) != STATUS_OK) fail_msg("%s", err.text);
  decision_free(&decision);
}

static void put_decisions(const SimCase *c) {
  for (unsigned i = 0; i < DECISIONS; i++) put_decision(c, i, i + 1, i);
}

typedef struct {
  ScreenMarket *market;
  OutcomeMarket outcome;
  size_t with, without;
} Compare;

static Status compare_one(void *context, const Decision *decision, Error *err) {
  (void)err;
  Compare *compare = context;
  DecisionOutcome right;
  size_t session = screen_market_session(compare->market, decision->question.date);
  bool known =
      decision_outcome(&compare->outcome, session, decision->question.tickers, decision->question.ticker_count, &right);
  if (known != decision->has_outcome) fail_msg("%s: outcome %d, stored %d", decision->id, known, decision->has_outcome);
  if (known && !decision_outcome_equal(&right, &decision->outcome)) fail_msg("%s has another outcome", decision->id);
  if (known)
    compare->with++;
  else
    compare->without++;
  return STATUS_OK;
}

/* The outcomes that stand are those that the archive up to that session gives. */
static Compare assert_outcomes(const SimCase *c, size_t newest) {
  Error err = {{0}};
  size_t unreadable;
  ScreenMarket market = sim_strategies_market(c->world, sim_case_session(c, newest));
  Compare compare = {.market = &market};
  assert_int_equal(outcome_market_init(&market, 0, market.session_count - 1, &compare.outcome, &err), STATUS_OK);
  assert_int_equal(decision_visit(&c->world->view, NULL, compare_one, &compare, &unreadable, &err), STATUS_OK);
  outcome_market_free(&compare.outcome);
  screen_market_free(&market);
  return compare;
}

static size_t count_radar(const SimCase *c) { return sim_document_count(c->world, DB_SYSTEM, "shadow_radar"); }

/* ---- who has no model pays nothing ---- */

static void without_a_model_nothing_is_read_or_written(void **state) {
  SimCase *c = *state;
  sim_strategies_begin(c);
  put_decisions(c);
  sim_strategies_update(c, 6);
  SimResult plain = sim_run(c->world, &ANALYSIS);
  assert_int_equal(plain.exit_code, EXIT_DONE);
  assert_int_equal(count_radar(c), 0);
  Error err = {{0}};
  Decision found = decision_empty(), put = decision_of(c, 0, 1, 0);
  assert_int_equal(decision_find(&c->world->view, put.id, &found, &err), STATUS_OK);
  assert_false(found.has_outcome);
  decision_free(&found);
  decision_free(&put);
}

/* ---- outcomes ---- */

static void each_session_adds_what_it_lets_be_known(void **state) {
  SimCase *c = *state;
  configure(c);
  sim_strategies_begin(c);
  put_decisions(c);
  for (size_t i = 1; i <= 7; i++) {
    sim_case_wait_for(c, i);
    sim_case_update(c);
    sim_strategies_analyze(c);
    Compare compare = assert_outcomes(c, i);
    assert_int_equal(compare.with, i < DECISIONS ? i : DECISIONS);
  }
}

static void sessions_in_one_go_and_a_decision_that_comes_late_have_theirs(void **state) {
  SimCase *c = *state;
  configure(c);
  sim_strategies_begin(c);
  put_decisions(c);
  sim_strategies_update(c, 8);
  sim_strategies_analyze(c);
  assert_int_equal(assert_outcomes(c, 8).with, DECISIONS);
  put_decision(c, 1, 2, 17); /* from a file of the state folder */
  sim_strategies_update(c, 9);
  sim_strategies_analyze(c);
  assert_int_equal(assert_outcomes(c, 9).with, DECISIONS + 1);
}

static void a_second_run_writes_none_again(void **state) {
  SimCase *c = *state;
  configure(c);
  sim_strategies_begin(c);
  put_decisions(c);
  sim_strategies_update(c, 3);
  sim_strategies_analyze(c);
  SimResult again = sim_run(c->world, &ANALYSIS);
  assert_int_equal(again.exit_code, EXIT_DONE);
  assert_false(again.wrote_content);
}

static void a_run_that_dies_is_made_up_for_by_the_next(void **state) {
  SimCase *c = *state;
  configure(c);
  sim_strategies_begin(c);
  put_decisions(c);
  sim_strategies_update(c, 2);
  Instant began = c->world->now;
  DbMemory *before = db_memory_copy(c->world->memory);
  size_t rises = SIZE_MAX;
  for (long at = 1;; at++) {
    sim_world_restore(c->world, before);
    c->world->now = began;
    SimResult dead = sim_run(c->world, &(SimRun){.program = SIM_ANALYSIS, .crash_at = at, .crash_after = at % 2});
    sim_strategies_analyze(c);
    assert_int_equal(assert_outcomes(c, 2).with, 2);
    if (rises == SIZE_MAX) rises = count_radar(c);
    assert_int_equal(count_radar(c), rises);
    if (!dead.crashed) break;
  }
  db_memory_free(before);
}

/* ---- the radar ---- */

/* A document whose trigger is the session, of a stock that never rose. */
static void put_shadow(const SimCase *c, size_t session, size_t trigger) {
  Error err = {{0}};
  Shadow shadow = {.date = sim_case_session(c, session),
                   .stage = SHADOW_AI,
                   .rule = "r",
                   .reason = "r",
                   .trigger_date = sim_case_session(c, trigger),
                   .return_pct = 33};
  const Shadow *const one[] = {&shadow};
  made_ticker(1, shadow.ticker);
  assert_int_equal(shadow_radar_write(&c->world->view, one, 1, &err), STATUS_OK);
}

static void what_stands_of_a_session_and_is_not_so_goes_and_other_sessions_stay(void **state) {
  SimCase *c = *state;
  configure(c);
  sim_strategies_begin(c);
  put_shadow(c, 0, 2);
  put_shadow(c, 1, 3);
  sim_strategies_update(c, 2);
  sim_strategies_analyze(c);
  char id[SHADOW_ID_SIZE], ticker[TICKER_SIZE];
  made_ticker(1, ticker);
  assert_null(sim_document(c->world, DB_SYSTEM, "shadow_radar", shadow_id(sim_case_session(c, 0), ticker, id)));
  assert_non_null(sim_document(c->world, DB_SYSTEM, "shadow_radar", shadow_id(sim_case_session(c, 1), ticker, id)));
}

/* ---- comparing ---- */

static int verify(const SimCase *c, char *text, size_t size) {
  FILE *out = tmpfile();
  SimResult result = sim_run(c->world, &(SimRun){.program = SIM_VERIFY, .access = ACCESS_READ, .out = out});
  rewind(out);
  text[fread(text, 1, size - 1, out)] = '\0';
  fclose(out);
  return result.exit_code;
}

static void an_outcome_or_a_rise_that_is_not_so_is_found(void **state) {
  SimCase *c = *state;
  static char text[20000];
  Error err = {{0}};
  configure(c);
  sim_strategies_begin(c);
  put_decisions(c);
  sim_strategies_update(c, 2);
  sim_strategies_analyze(c);
  verify(c, text, sizeof text);
  assert_null(strstr(text, "decision_ledger"));
  assert_null(strstr(text, "shadow_radar"));
  Decision wrong = decision_of(c, 0, 1, 0);
  wrong.outcome = (DecisionOutcome){.tickers = 1, .entered = 1, .returns = {0.5, NAN, NAN}, .market = {0, NAN, NAN}};
  assert_int_equal(decision_outcomes_write(&c->world->view, &wrong, 1, &err), STATUS_OK);
  put_shadow(c, 1, 2);
  assert_int_equal(verify(c, text, sizeof text), EXIT_TRY_AGAIN);
  assert_non_null(strstr(text, wrong.id));
  assert_non_null(strstr(text, "shadow_radar"));
  decision_free(&wrong);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      SIM_CASE(without_a_model_nothing_is_read_or_written),
      SIM_CASE(each_session_adds_what_it_lets_be_known),
      SIM_CASE(sessions_in_one_go_and_a_decision_that_comes_late_have_theirs),
      SIM_CASE(a_second_run_writes_none_again),
      SIM_CASE(a_run_that_dies_is_made_up_for_by_the_next),
      SIM_CASE(what_stands_of_a_session_and_is_not_so_goes_and_other_sessions_stay),
      SIM_CASE(an_outcome_or_a_rise_that_is_not_so_is_found),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
