/* Verdicts that rest on the totals that the exchange publishes of a session. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "small_lies.h"
#include "verdict_case.h"

/* What the exchange says of the answer as it stands. */
static SessionTotals publish(const VerdictCase *c, MarketSet markets) {
  SessionTotals totals = {.date = D, .markets = markets};
  for (Market market = 0; market < MARKET_COUNT; market++) {
    const MarketAnswer *part = &c->answer.markets[market];
    if (market_set_has(markets, market))
      assert_true(market_totals_sum(part->rows, part->count, market, &totals.published[market]));
  }
  return totals;
}

static void rows_that_sum_to_the_totals_of_all_markets_are_vouched_for(void **state) {
  VerdictCase *c = *state;
  SessionTotals totals = publish(c, BOTH);
  c->facts.published = &totals;
  verdict_case_expect(c, VERDICT_GOOD, ANSWER_ROWS, "200 rows");
  assert_true(c->verdict.vouched);
  assert_false(c->verdict.contradicted);
}

static void without_totals_of_a_market_nothing_is_vouched_for(void **state) {
  VerdictCase *c = *state;
  SessionTotals totals = publish(c, market_bit(MARKET_KOSPI)), none = {.date = D};
  c->facts.published = &none;
  verdict_case_expect(c, VERDICT_GOOD, ANSWER_ROWS, "200 rows");
  assert_false(c->verdict.vouched);
  session_free(&c->session);
  verdict_case_answer_as(c, FIRST_INDEX + 2);
  c->facts.published = &totals;
  verdict_case_expect(c, VERDICT_GOOD, ANSWER_ROWS, "200 rows");
  assert_false(c->verdict.vouched);
}

static void a_market_that_is_not_kept_has_no_say(void **state) {
  VerdictCase *c = *state;
  SessionTotals totals = publish(c, BOTH);
  totals.published[MARKET_KOSDAQ].volume++;
  c->facts.published = &totals;
  c->facts.markets = market_bit(MARKET_KOSPI);
  verdict_case_expect(c, VERDICT_GOOD, ANSWER_ROWS, "120 rows");
  assert_true(c->verdict.vouched);
}

static void a_market_without_totals_is_not_waited_for(void **state) {
  VerdictCase *c = *state;
  enum { ALL = BOTH | 1 << MARKET_KONEX };
  c->market.stocks[MARKET_KONEX] = 20;
  day_answer_free(&c->answer);
  c->answer = made_answer(&c->market, FIRST_INDEX + 2, D, ALL);
  Session tuesday = made_session(&c->market, FIRST_INDEX + 1, D - 1, ALL);
  SessionTotals totals = publish(c, BOTH);
  c->facts.previous = &tuesday;
  c->facts.markets = ALL;
  c->facts.published = &totals;
  verdict_case_expect(c, VERDICT_GOOD, ANSWER_ROWS, "220 rows");
  assert_true(c->verdict.vouched);
  session_free(&tuesday);
}

/* Tuesday's closes are Wednesday's base prices in every row; one share is not there. */
static void rows_that_do_not_sum_to_the_totals_are_broken_though_they_link(void **state) {
  VerdictCase *c = *state;
  SessionTotals totals = publish(c, BOTH);
  char volume[TEXT_GROUPED_SIZE];
  MarketTotals *kosdaq = &totals.published[MARKET_KOSDAQ];
  c->facts.published = &totals;
  text_group_int64(kosdaq->volume++, volume);
  verdict_case_expect(c, VERDICT_BROKEN, ANSWER_BROKEN, volume);
  assert_true(c->verdict.contradicted);
  assert_false(c->verdict.vouched);
  assert_false(c->verdict.misplaced);
  assert_int_equal(c->verdict.suspect, DAY_NONE);
  text_group_int64(kosdaq->volume, volume);
  verdict_case_expect(c, VERDICT_BROKEN, ANSWER_BROKEN, volume);
  verdict_case_expect(c, VERDICT_BROKEN, ANSWER_BROKEN, "KOSDAQ|80|volume");
  c->facts.forced = true; /* a person's word is no proof */
  verdict_case_expect(c, VERDICT_BROKEN, ANSWER_BROKEN, volume);
}

static void a_sum_that_no_total_can_be_is_broken(void **state) {
  VerdictCase *c = *state;
  SessionTotals totals = publish(c, BOTH);
  c->facts.published = &totals;
  for (int i = 0; i < 2; i++) c->answer.markets[MARKET_KOSPI].rows[i].market_cap = INT64_MAX;
  verdict_case_expect(c, VERDICT_BROKEN, ANSWER_BROKEN, "KOSPI");
  assert_true(c->verdict.contradicted);
}

/* ---- behind missing sessions ---- */

static void stand_alone(VerdictCase *c) {
  c->facts.previous = &c->before;
  c->facts.whole_before = false;
  c->facts.missing_before = 3;
}

static void what_stands_alone_behind_missing_sessions_is_believed_at_once_when_its_totals_agree(void **state) {
  VerdictCase *c = *state;
  SessionTotals totals = publish(c, BOTH);
  stand_alone(c);
  c->facts.published = &totals;
  verdict_case_expect(c, VERDICT_GOOD, ANSWER_ROWS, "200 rows");
  assert_true(c->verdict.unproven); /* it is compared with all that is archived */
  verdict_doubt(&c->facts, &c->session, &c->verdict);
  assert_int_equal(c->verdict.kind, VERDICT_GOOD);
}

static void the_totals_of_one_market_alone_do_not_do(void **state) {
  VerdictCase *c = *state;
  SessionTotals totals = publish(c, market_bit(MARKET_KOSPI));
  stand_alone(c);
  c->facts.published = &totals;
  verdict_case_expect(c, VERDICT_GOOD, ANSWER_ROWS, "200 rows");
  verdict_doubt(&c->facts, &c->session, &c->verdict);
  assert_int_equal(c->verdict.kind, VERDICT_BROKEN);
}

/* A source that answers with older rows may do so with older totals. */
static void totals_do_not_vouch_where_the_source_lags(void **state) {
  VerdictCase *c = *state;
  SessionTotals totals = publish(c, BOTH);
  Session older = made_session(&c->market, FIRST_INDEX - 8, D - 1, BOTH);
  stand_alone(c);
  c->facts.published = &totals;
  c->facts.misplaced = &older;
  verdict_case_expect(c, VERDICT_GOOD, ANSWER_ROWS, "200 rows");
  verdict_doubt(&c->facts, &c->session, &c->verdict);
  assert_int_equal(c->verdict.kind, VERDICT_BROKEN);
  session_free(&older);
}

static void rows_of_an_archived_session_stay_broken_though_totals_agree(void **state) {
  VerdictCase *c = *state;
  SessionTotals totals = publish(c, BOTH);
  Session same = made_session(&c->market, FIRST_INDEX + 2, D - 5, BOTH);
  stand_alone(c);
  c->facts.published = &totals;
  verdict_case_expect(c, VERDICT_GOOD, ANSWER_ROWS, "200 rows");
  verdict_compare(&c->session, &same, &c->verdict);
  assert_int_equal(c->verdict.kind, VERDICT_BROKEN);
  assert_true(c->verdict.misplaced);
  session_free(&same);
}

/* ---- a thousand small lies ---- */

static void tell_session(VerdictCase *c, const Session *told) {
  day_answer_free(&c->answer);
  c->answer.date = D;
  for (Market market = MARKET_KOSPI; market <= MARKET_KOSDAQ; market++) {
    MarketAnswer *part = &c->answer.markets[market];
    *part = (MarketAnswer){.kind = ANSWER_ROWS, .retry_after_ms = -1, .type = &PAYLOAD_STOCK_ROWS};
    part->rows = calloc(told->count, sizeof *part->rows);
    assert_non_null(part->rows);
    for (size_t i = 0; i < told->count; i++)
      if (told->rows[i].market == market) part->rows[part->count++] = told->rows[i];
  }
}

static void no_small_lie_is_believed(void **state) {
  VerdictCase *c = *state;
  SessionTotals totals = publish(c, BOTH);
  Session truth = verdict_case_session(c, D);
  c->facts.published = &totals;
  for (uint64_t seed = 1; seed <= 1000; seed++) {
    uint64_t chance = seed;
    Random random = random_seeded(&chance);
    Session told = session_copy(&truth);
    session_lie(&told, (SmallLie)(seed % LIE_COUNT), seed % 2 ? MARKET_KOSPI : MARKET_KOSDAQ, &random);
    tell_session(c, &told);
    assert_int_equal(verdict_judge(&c->answer, &c->facts, &c->session, &c->verdict), STATUS_OK);
    if (c->verdict.kind != VERDICT_BROKEN)
      fail_msg("seed %d, %s: %s", (int)seed, small_lie_name((SmallLie)(seed % LIE_COUNT)), c->verdict.message);
    session_free(&told);
  }
  tell_session(c, &truth);
  verdict_case_expect(c, VERDICT_GOOD, ANSWER_ROWS, "200 rows");
  session_free(&truth);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, verdict_case_set_up, verdict_case_tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(rows_that_sum_to_the_totals_of_all_markets_are_vouched_for),
      CASE(without_totals_of_a_market_nothing_is_vouched_for),
      CASE(a_market_that_is_not_kept_has_no_say),
      CASE(a_market_without_totals_is_not_waited_for),
      CASE(rows_that_do_not_sum_to_the_totals_are_broken_though_they_link),
      CASE(a_sum_that_no_total_can_be_is_broken),
      CASE(what_stands_alone_behind_missing_sessions_is_believed_at_once_when_its_totals_agree),
      CASE(the_totals_of_one_market_alone_do_not_do),
      CASE(totals_do_not_vouch_where_the_source_lags),
      CASE(rows_of_an_archived_session_stay_broken_though_totals_agree),
      CASE(no_small_lie_is_believed),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
