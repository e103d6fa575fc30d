#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "named.h"
#include "verdict_case.h"

Session verdict_case_session(const VerdictCase *c, Day date) {
  return made_session(&c->market, FIRST_INDEX + (date - MONDAY_7_APRIL), date, BOTH);
}

int verdict_case_set_up(void **state) {
  VerdictCase *c = calloc(1, sizeof *c);
  if (!c) return -1;
  c->market = made_market(SEED);
  c->before = verdict_case_session(c, D - 2);
  c->tuesday = verdict_case_session(c, D - 1);
  c->thursday = verdict_case_session(c, D + 1);
  c->answer = made_answer(&c->market, FIRST_INDEX + 2, D, BOTH);
  Instant due = instant_from_kst(D + 1, 8 * 60);
  c->facts = (VerdictFacts){.markets = BOTH,
                            .previous = &c->tuesday,
                            .whole_before = true,
                            .expected_open = true,
                            .due = due,
                            .now = due + 60 * 60 * 1000};
  *state = c;
  return 0;
}

int verdict_case_tear_down(void **state) {
  VerdictCase *c = *state;
  session_free(&c->before);
  session_free(&c->tuesday);
  session_free(&c->thursday);
  session_free(&c->session);
  day_answer_free(&c->answer);
  free(c);
  return 0;
}

void verdict_case_answer_with(VerdictCase *c, Market market, AnswerKind kind, const char *detail) {
  MarketAnswer *part = &c->answer.markets[market];
  free(part->rows);
  *part = (MarketAnswer){.kind = kind, .retry_after_ms = -1};
  snprintf(part->detail, sizeof part->detail, "%s", detail);
}

void verdict_case_answer_empty(VerdictCase *c) {
  verdict_case_answer_with(c, MARKET_KOSPI, ANSWER_EMPTY, "");
  verdict_case_answer_with(c, MARKET_KOSDAQ, ANSWER_EMPTY, "");
}

void verdict_case_answer_as(VerdictCase *c, int64_t day_index) {
  day_answer_free(&c->answer);
  c->answer = made_answer(&c->market, day_index, D, BOTH);
}

void verdict_case_expect(VerdictCase *c, VerdictKind kind, AnswerKind cause, const char *parts) {
  size_t rows = c->answer.markets[MARKET_KOSPI].count;
  Session untouched = c->session;
  assert_int_equal(verdict_judge(&c->answer, &c->facts, &c->session, &c->verdict), STATUS_OK);
  if (c->verdict.kind != kind) fail_msg("verdict %d: %s", (int)c->verdict.kind, c->verdict.message);
  assert_int_equal(c->verdict.cause, cause);
  assert_named(c->verdict.message, parts);
  if (kind == VERDICT_GOOD) return;
  assert_memory_equal(&c->session, &untouched, sizeof untouched);
  assert_int_equal(c->answer.markets[MARKET_KOSPI].count, rows);
}
