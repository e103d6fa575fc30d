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

static void rows_that_do_not_continue_a_true_neighbour_are_broken(void **state) {
  VerdictCase *c = *state;
  verdict_case_answer_as(c, FIRST_INDEX + 3);
  verdict_case_expect(c, VERDICT_BROKEN, ANSWER_BROKEN, "2025-04-09|2025-04-08");
}

static void rows_that_the_next_session_does_not_continue_are_broken(void **state) {
  VerdictCase *c = *state;
  c->facts.previous = &c->before;
  c->facts.whole_before = false;
  c->facts.next = &c->thursday;
  c->facts.whole_after = true;
  verdict_case_answer_as(c, FIRST_INDEX + 5);
  verdict_case_expect(c, VERDICT_BROKEN, ANSWER_BROKEN, "2025-04-10|2025-04-09");
}

/* Moves the base price of the market's first stocks by one won. */
static void disturb(VerdictCase *c, Market market, size_t stocks) {
  for (size_t i = 0; i < stocks; i++) c->answer.markets[market].rows[i].change++;
}

static void one_base_price_in_twenty_may_have_moved_and_no_more(void **state) {
  VerdictCase *c = *state;
  disturb(c, MARKET_KOSPI, 7);
  disturb(c, MARKET_KOSDAQ, 5);
  verdict_case_expect(c, VERDICT_BROKEN, ANSWER_BROKEN, "188|200");
  verdict_case_answer_as(c, FIRST_INDEX + 2);
  disturb(c, MARKET_KOSPI, 7);
  disturb(c, MARKET_KOSDAQ, 3);
  verdict_case_expect(c, VERDICT_BROKEN, ANSWER_BROKEN, "2025-04-09|2025-04-08|KOSPI|KOSDAQ");
  verdict_case_answer_as(c, FIRST_INDEX + 2);
  disturb(c, MARKET_KOSPI, 5);
  disturb(c, MARKET_KOSDAQ, 3);
  verdict_case_expect(c, VERDICT_GOOD, ANSWER_ROWS, "200 rows");
}

static void one_market_empty_is_broken(void **state) {
  VerdictCase *c = *state;
  verdict_case_answer_with(c, MARKET_KOSDAQ, ANSWER_EMPTY, "");
  verdict_case_expect(c, VERDICT_BROKEN, ANSWER_BROKEN, "KOSDAQ|0|80");
  c->facts.previous = NULL;
  verdict_case_expect(c, VERDICT_BROKEN, ANSWER_BROKEN, "KOSDAQ|0");
}

static void cut_kosdaq_to(VerdictCase *c, size_t rows) { c->answer.markets[MARKET_KOSDAQ].count = rows; }

static void a_market_may_shrink_by_a_twentieth_and_no_more(void **state) {
  VerdictCase *c = *state;
  cut_kosdaq_to(c, 75);
  verdict_case_expect(c, VERDICT_BROKEN, ANSWER_BROKEN, "KOSDAQ|75|80");
  cut_kosdaq_to(c, 76);
  verdict_case_expect(c, VERDICT_GOOD, ANSWER_ROWS, "196 rows");
}

static void without_a_session_before_the_next_one_tells_how_many_rows_are_usual(void **state) {
  VerdictCase *c = *state;
  c->facts.previous = NULL;
  c->facts.next = &c->thursday;
  cut_kosdaq_to(c, 40);
  verdict_case_expect(c, VERDICT_BROKEN, ANSWER_BROKEN, "KOSDAQ|40|80");
}

static void a_market_newly_configured_is_measured_by_the_neighbour_that_has_it(void **state) {
  VerdictCase *c = *state;
  Session kospi = made_session(&c->market, FIRST_INDEX + 1, D - 1, market_bit(MARKET_KOSPI));
  c->facts.previous = &kospi;
  verdict_case_expect(c, VERDICT_GOOD, ANSWER_ROWS, "200 rows");
  verdict_case_answer_as(c, FIRST_INDEX + 2);
  c->facts.next = &c->thursday;
  cut_kosdaq_to(c, 40);
  verdict_case_expect(c, VERDICT_BROKEN, ANSWER_BROKEN, "KOSDAQ|40|80");
  session_free(&kospi);
}

static void neighbours_of_another_market_are_no_measure(void **state) {
  VerdictCase *c = *state;
  Session kospi = made_session(&c->market, FIRST_INDEX + 1, D - 1, market_bit(MARKET_KOSPI));
  c->facts.previous = &kospi;
  c->facts.markets = market_bit(MARKET_KOSDAQ);
  verdict_case_expect(c, VERDICT_GOOD, ANSWER_ROWS, "80 rows");
  session_free(&kospi);
}

static void still(StockRow *row) { row->open = row->high = row->low = row->volume = row->value = 0; }

static void a_fifth_of_the_stocks_may_rest_and_no_more(void **state) {
  VerdictCase *c = *state;
  c->market.idle_per_mille = 0;
  for (size_t resting = 41; resting >= 40; resting--) {
    verdict_case_answer_as(c, FIRST_INDEX + 2);
    for (size_t i = 0; i < resting; i++) still(&c->answer.markets[MARKET_KOSPI].rows[i]);
    c->facts.previous = NULL;
    if (resting == 41)
      verdict_case_expect(c, VERDICT_BROKEN, ANSWER_BROKEN, "41|200");
    else
      verdict_case_expect(c, VERDICT_GOOD, ANSWER_ROWS, "200 rows");
  }
}

/* Recorded: of KONEX's 132 stocks, 33 had no trade on 2023-01-04. */
static void on_konex_alone_a_quarter_rests_on_any_day(void **state) {
  VerdictCase *c = *state;
  c->market.stocks[MARKET_KONEX] = 132;
  c->market.idle_per_mille = 0;
  c->facts.markets = market_bit(MARKET_KONEX);
  c->facts.previous = NULL;
  const size_t resting[] = {33, 132};
  for (size_t k = 0; k < 2; k++) {
    day_answer_free(&c->answer);
    c->answer = made_answer(&c->market, FIRST_INDEX + 2, D, market_bit(MARKET_KONEX));
    for (size_t i = 0; i < resting[k]; i++) still(&c->answer.markets[MARKET_KONEX].rows[i]);
    if (k == 0)
      verdict_case_expect(c, VERDICT_GOOD, ANSWER_ROWS, "132 rows");
    else
      verdict_case_expect(c, VERDICT_BROKEN, ANSWER_BROKEN, "132|132");
    session_free(&c->session);
  }
}

static void the_rows_of_the_day_before_given_again_are_broken(void **state) {
  VerdictCase *c = *state;
  verdict_case_answer_as(c, FIRST_INDEX + 1);
  verdict_case_expect(c, VERDICT_BROKEN, ANSWER_BROKEN, "repeat|2025-04-08");
}

static void the_rows_of_the_day_after_given_again_are_broken(void **state) {
  VerdictCase *c = *state;
  verdict_case_answer_as(c, FIRST_INDEX + 3);
  c->facts.previous = NULL;
  c->facts.next = &c->thursday;
  verdict_case_expect(c, VERDICT_BROKEN, ANSWER_BROKEN, "repeat|2025-04-10");
}

/* KOSDAQ's part of the answer is that of another session. */
static void answer_kosdaq_as(VerdictCase *c, int64_t day_index) {
  DayAnswer other = made_answer(&c->market, day_index, D, market_bit(MARKET_KOSDAQ));
  free(c->answer.markets[MARKET_KOSDAQ].rows);
  c->answer.markets[MARKET_KOSDAQ] = other.markets[MARKET_KOSDAQ];
}

static void one_market_given_again_is_broken_and_named(void **state) {
  VerdictCase *c = *state;
  c->facts.whole_before = false;
  answer_kosdaq_as(c, FIRST_INDEX + 1);
  verdict_case_expect(c, VERDICT_BROKEN, ANSWER_BROKEN, "repeat|2025-04-08|KOSDAQ");
  assert_int_equal(c->verdict.suspect, D - 1);
}

static void a_session_is_never_missing_in_one_market_alone(void **state) {
  VerdictCase *c = *state;
  c->facts.whole_before = false;
  c->facts.closed_before = true;
  answer_kosdaq_as(c, FIRST_INDEX + 4);
  verdict_case_expect(c, VERDICT_BROKEN, ANSWER_BROKEN, "2025-04-09|2025-04-08|KOSDAQ|KOSPI");
  assert_int_equal(c->verdict.suspect, D - 1);
}

static void the_neighbour_that_is_not_continued_is_the_suspect(void **state) {
  VerdictCase *c = *state;
  verdict_case_answer_as(c, FIRST_INDEX + 3);
  verdict_case_expect(c, VERDICT_BROKEN, ANSWER_BROKEN, "2025-04-09|2025-04-08");
  assert_int_equal(c->verdict.suspect, D - 1);
  cut_kosdaq_to(c, 40);
  verdict_case_expect(c, VERDICT_BROKEN, ANSWER_BROKEN, "KOSDAQ|40|80");
  assert_int_equal(c->verdict.suspect, DAY_NONE);
}

/* Monday is archived, Tuesday is not settled, and Wednesday's answer continues Monday. */
static void what_continues_past_a_day_waits_until_that_day_has_answered_empty(void **state) {
  VerdictCase *c = *state;
  c->facts.previous = &c->before;
  c->facts.whole_before = false;
  verdict_case_answer_as(c, FIRST_INDEX + 1);
  verdict_case_expect(c, VERDICT_BROKEN, ANSWER_BROKEN, "not settled");
  assert_int_equal(c->verdict.suspect, DAY_NONE);
  c->facts.closed_before = true;
  verdict_case_expect(c, VERDICT_GOOD, ANSWER_ROWS, "200 rows");
  assert_false(c->verdict.unproven);
}

static void rows_that_no_neighbour_vouches_for_are_unproven(void **state) {
  VerdictCase *c = *state;
  c->facts.previous = &c->before;
  c->facts.whole_before = false;
  verdict_case_expect(c, VERDICT_GOOD, ANSWER_ROWS, "200 rows");
  assert_true(c->verdict.unproven);
}

static void unproven_rows_that_stand_in_the_archive_are_broken(void **state) {
  VerdictCase *c = *state;
  Session older = made_session(&c->market, FIRST_INDEX - 3, D - 5, BOTH);
  c->facts.previous = &c->before;
  c->facts.whole_before = false;
  verdict_case_expect(c, VERDICT_GOOD, ANSWER_ROWS, "200 rows");
  verdict_compare(&c->session, &older, &c->verdict);
  assert_int_equal(c->verdict.kind, VERDICT_GOOD);
  /* Now KOSDAQ's rows are those of the older one. */
  session_free(&c->session);
  verdict_case_answer_as(c, FIRST_INDEX + 2);
  answer_kosdaq_as(c, FIRST_INDEX - 3);
  verdict_case_expect(c, VERDICT_GOOD, ANSWER_ROWS, "200 rows");
  verdict_compare(&c->session, &older, &c->verdict);
  assert_int_equal(c->verdict.kind, VERDICT_BROKEN);
  assert_int_equal(c->verdict.cause, ANSWER_BROKEN);
  assert_named(c->verdict.message, "repeat|2025-04-04|KOSDAQ");
  session_free(&older);
}

/* Tuesday was answered with Monday's rows, Wednesday is answered with Tuesday's. */
static void what_continues_rows_of_another_day_is_another_days_too(void **state) {
  VerdictCase *c = *state;
  Session refused = made_session(&c->market, FIRST_INDEX + 1, D - 1, BOTH);
  c->facts.previous = &c->before;
  c->facts.whole_before = false;
  c->facts.misplaced = &refused;
  verdict_case_expect(c, VERDICT_BROKEN, ANSWER_BROKEN, "2025-04-08");
  assert_true(c->verdict.misplaced);
  /* However long that goes on. */
  c->facts.now = c->facts.due + 30 * INT64_C(24) * 60 * 60 * 1000;
  verdict_case_expect(c, VERDICT_BROKEN, ANSWER_BROKEN, "2025-04-08");
  session_free(&refused);
}

/* Believed by its neighbours, and then? */
static void expect_doubt(VerdictCase *c, VerdictKind kind, const char *parts) {
  verdict_case_expect(c, VERDICT_GOOD, ANSWER_ROWS, "200 rows");
  assert_true(c->verdict.unproven);
  verdict_doubt(&c->facts, &c->session, &c->verdict);
  if (c->verdict.kind != kind) fail_msg("verdict %d: %s", (int)c->verdict.kind, c->verdict.message);
  assert_named(c->verdict.message, parts);
  assert_int_equal(c->verdict.cause, kind == VERDICT_GOOD ? ANSWER_ROWS : ANSWER_BROKEN);
  assert_false(c->verdict.misplaced);
  session_free(&c->session);
  verdict_case_answer_as(c, FIRST_INDEX + 2);
}

/* The rows of the first missing session would continue the one before it, those of the second continue nothing. */
static void what_stands_alone_behind_several_missing_sessions_is_believed_after_five_days(void **state) {
  VerdictCase *c = *state;
  c->facts.previous = &c->before;
  c->facts.whole_before = false;
  c->facts.missing_before = 1;
  expect_doubt(c, VERDICT_GOOD, "200 rows");
  c->facts.missing_before = 2;
  expect_doubt(c, VERDICT_BROKEN, "2025-04-07|2025-04-15 08:00 KST");
  c->facts.now = c->facts.due + VERDICT_DOUBT_MS - 1;
  expect_doubt(c, VERDICT_BROKEN, "2025-04-15 08:00 KST");
  c->facts.now++;
  expect_doubt(c, VERDICT_GOOD, "200 rows");
  /* The session behind it vouches at once. */
  c->facts.now = c->facts.due;
  c->facts.next = &c->thursday;
  c->facts.whole_after = true;
  verdict_case_expect(c, VERDICT_GOOD, ANSWER_ROWS, "200 rows");
  assert_false(c->verdict.unproven);
}

/* Nobody believed Tuesday's rows, as nothing continued them. Wednesday's do. */
static void two_answers_that_continue_each_other_are_believed_unless_the_source_lags(void **state) {
  VerdictCase *c = *state;
  Session alone = made_session(&c->market, FIRST_INDEX + 1, D - 1, BOTH);
  Session other = made_session(&c->market, FIRST_INDEX - 1, D - 1, BOTH);
  Session older = made_session(&c->market, FIRST_INDEX - 8, D - 2, BOTH);
  c->facts.previous = &c->before;
  c->facts.whole_before = false;
  c->facts.missing_before = 3;
  c->facts.refused = &other;
  expect_doubt(c, VERDICT_BROKEN, "2025-04-07|2025-04-15 08:00 KST");
  c->facts.refused = &alone;
  expect_doubt(c, VERDICT_GOOD, "200 rows");
  c->facts.misplaced = &older;
  expect_doubt(c, VERDICT_BROKEN, "2025-04-07|2025-04-15 08:00 KST");
  session_free(&older);
  session_free(&other);
  session_free(&alone);
}

static void a_forced_answer_needs_one_neighbour_that_agrees(void **state) {
  VerdictCase *c = *state;
  Session wrong = made_session(&c->market, FIRST_INDEX - 4, D + 1, BOTH);
  c->facts.next = &wrong;
  c->facts.whole_after = true;
  verdict_case_expect(c, VERDICT_BROKEN, ANSWER_BROKEN, "2025-04-10|2025-04-09");
  c->facts.forced = true;
  verdict_case_expect(c, VERDICT_GOOD, ANSWER_ROWS, "200 rows");
  session_free(&c->session);
  verdict_case_answer_as(c, FIRST_INDEX + 6);
  verdict_case_expect(c, VERDICT_BROKEN, ANSWER_BROKEN, "2025-04-09");
  session_free(&wrong);
}

static void a_code_that_stands_twice_is_broken(void **state) {
  VerdictCase *c = *state;
  StockRow *rows = c->answer.markets[MARKET_KOSDAQ].rows;
  rows[3] = rows[4];
  verdict_case_expect(c, VERDICT_BROKEN, ANSWER_BROKEN, "100124");
}

static void a_row_that_cannot_be_is_broken_and_named(void **state) {
  VerdictCase *c = *state;
  verdict_case_answer_with(c, MARKET_KOSPI, ANSWER_BROKEN, "row 12 (005930): TDD_HGPRC is below TDD_LWPRC");
  verdict_case_expect(c, VERDICT_BROKEN, ANSWER_BROKEN, "KOSPI|row 12|005930|TDD_HGPRC|TDD_LWPRC");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, verdict_case_set_up, verdict_case_tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(rows_that_do_not_continue_a_true_neighbour_are_broken),
      CASE(rows_that_the_next_session_does_not_continue_are_broken),
      CASE(one_base_price_in_twenty_may_have_moved_and_no_more),
      CASE(one_market_empty_is_broken),
      CASE(a_market_may_shrink_by_a_twentieth_and_no_more),
      CASE(without_a_session_before_the_next_one_tells_how_many_rows_are_usual),
      CASE(a_market_newly_configured_is_measured_by_the_neighbour_that_has_it),
      CASE(neighbours_of_another_market_are_no_measure),
      CASE(a_fifth_of_the_stocks_may_rest_and_no_more),
      CASE(on_konex_alone_a_quarter_rests_on_any_day),
      CASE(the_rows_of_the_day_before_given_again_are_broken),
      CASE(the_rows_of_the_day_after_given_again_are_broken),
      CASE(one_market_given_again_is_broken_and_named),
      CASE(a_session_is_never_missing_in_one_market_alone),
      CASE(the_neighbour_that_is_not_continued_is_the_suspect),
      CASE(what_continues_past_a_day_waits_until_that_day_has_answered_empty),
      CASE(rows_that_no_neighbour_vouches_for_are_unproven),
      CASE(unproven_rows_that_stand_in_the_archive_are_broken),
      CASE(what_continues_rows_of_another_day_is_another_days_too),
      CASE(what_stands_alone_behind_several_missing_sessions_is_believed_after_five_days),
      CASE(two_answers_that_continue_each_other_are_believed_unless_the_source_lags),
      CASE(a_forced_answer_needs_one_neighbour_that_agrees),
      CASE(a_code_that_stands_twice_is_broken),
      CASE(a_row_that_cannot_be_is_broken_and_named),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
