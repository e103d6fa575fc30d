#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "session_equal.h"
#include "verdict_case.h"

static void rows_that_continue_the_session_before_are_good(void **state) {
  VerdictCase *c = *state;
  verdict_case_expect(c, VERDICT_GOOD, ANSWER_ROWS, "200 rows");
  Session expected = verdict_case_session(c, D);
  assert_true(session_equal(&c->session, &expected));
  assert_null(c->answer.markets[MARKET_KOSPI].rows);
  assert_null(c->answer.markets[MARKET_KOSDAQ].rows);
  session_free(&expected);
}

static void the_very_first_session_has_nothing_to_continue(void **state) {
  VerdictCase *c = *state;
  c->facts.previous = NULL;
  verdict_case_expect(c, VERDICT_GOOD, ANSWER_ROWS, "200 rows");
}

static void a_session_between_two_continues_both(void **state) {
  VerdictCase *c = *state;
  c->facts.next = &c->thursday;
  c->facts.whole_after = true;
  verdict_case_expect(c, VERDICT_GOOD, ANSWER_ROWS, "200 rows");
}

static void across_a_gap_rows_need_not_continue(void **state) {
  VerdictCase *c = *state;
  c->facts.previous = &c->before;
  c->facts.whole_before = false;
  verdict_case_expect(c, VERDICT_GOOD, ANSWER_ROWS, "200 rows");
}

static void a_market_not_asked_for_is_not_taken(void **state) {
  VerdictCase *c = *state;
  c->facts.markets = market_bit(MARKET_KOSPI);
  verdict_case_expect(c, VERDICT_GOOD, ANSWER_ROWS, "120 rows");
  assert_int_equal(session_count_market(&c->session, MARKET_KOSDAQ), 0);
  assert_int_equal(c->session.markets, market_bit(MARKET_KOSPI));
}

static void a_split_and_a_new_listing_do_not_break_the_chain(void **state) {
  VerdictCase *c = *state;
  const MadeEvent events[] = {{MADE_SPLIT, 5, FIRST_INDEX + 2, 5}, {MADE_LISTED, 9, FIRST_INDEX + 2, 0}};
  c->market.events = events;
  c->market.event_count = 2;
  verdict_case_answer_as(c, FIRST_INDEX + 2);
  Session tuesday = verdict_case_session(c, D - 1);
  assert_int_equal(tuesday.count, 199);
  c->facts.previous = &tuesday;
  verdict_case_expect(c, VERDICT_GOOD, ANSWER_ROWS, "200 rows");
  session_free(&tuesday);
}

static void empty_before_it_is_due_is_not_published(void **state) {
  VerdictCase *c = *state;
  verdict_case_answer_empty(c);
  c->facts.now = c->facts.due - 1;
  verdict_case_expect(c, VERDICT_NOT_PUBLISHED, ANSWER_EMPTY, "2025-04-10 08:00 KST");
}

static void empty_for_half_an_hour_after_it_is_due_is_not_published(void **state) {
  VerdictCase *c = *state;
  verdict_case_answer_empty(c);
  c->facts.now = c->facts.due + VERDICT_PUBLICATION_GRACE_MS - 1;
  verdict_case_expect(c, VERDICT_NOT_PUBLISHED, ANSWER_EMPTY, "2025-04-10 08:00 KST");
  c->facts.expected_open = false;
  verdict_case_expect(c, VERDICT_NOT_PUBLISHED, ANSWER_EMPTY, "2025-04-10 08:00 KST");
}

static void empty_on_a_day_expected_open_is_late(void **state) {
  VerdictCase *c = *state;
  verdict_case_answer_empty(c);
  c->facts.now = c->facts.due + VERDICT_PUBLICATION_GRACE_MS;
  verdict_case_expect(c, VERDICT_LATE, ANSWER_EMPTY, "2025-04-10 08:00 KST");
}

static void empty_on_a_day_expected_closed_is_probably_closed(void **state) {
  VerdictCase *c = *state;
  verdict_case_answer_empty(c);
  c->facts.expected_open = false;
  verdict_case_expect(c, VERDICT_PROBABLY_CLOSED, ANSWER_EMPTY, "next session");
}

static void with_only_a_later_session_known_empty_proves_nothing(void **state) {
  VerdictCase *c = *state;
  verdict_case_answer_empty(c);
  c->facts.previous = NULL;
  c->facts.next = &c->thursday;
  verdict_case_expect(c, VERDICT_LATE, ANSWER_EMPTY, "late");
  c->facts.expected_open = false;
  verdict_case_expect(c, VERDICT_PROBABLY_CLOSED, ANSWER_EMPTY, "previous session");
}

/* On a closed Wednesday, Thursday has the numbers that continue Tuesday's. */
static void empty_is_closed_once_the_next_session_links_past_it(void **state) {
  VerdictCase *c = *state;
  verdict_case_answer_empty(c);
  Session thursday = made_session(&c->market, FIRST_INDEX + 2, D + 1, BOTH);
  c->facts.next = &thursday;
  c->facts.whole_after = true;
  verdict_case_expect(c, VERDICT_CLOSED, ANSWER_EMPTY, "2025-04-10|2025-04-08|200|200");
  c->facts.expected_open = false;
  c->facts.now = c->facts.due;
  verdict_case_expect(c, VERDICT_CLOSED, ANSWER_EMPTY, "closed");
  session_free(&thursday);
}

static void several_closed_days_are_proven_by_one_link(void **state) {
  VerdictCase *c = *state;
  verdict_case_answer_empty(c);
  Session friday = made_session(&c->market, FIRST_INDEX + 2, D + 2, BOTH);
  c->facts.next = &friday;
  c->facts.whole_after = false;
  verdict_case_expect(c, VERDICT_CLOSED, ANSWER_EMPTY, "2025-04-11|2025-04-08");
  session_free(&friday);
}

static void empty_is_lost_when_the_next_session_does_not_link_past_it(void **state) {
  VerdictCase *c = *state;
  verdict_case_answer_empty(c);
  c->facts.next = &c->thursday;
  c->facts.whole_after = true;
  verdict_case_expect(c, VERDICT_LOST, ANSWER_EMPTY, "2025-04-10|2025-04-08|it was");
  c->facts.expected_open = false;
  verdict_case_expect(c, VERDICT_LOST, ANSWER_EMPTY, "it was");
}

/* A holiday beside a session that could not be had is no session for that. */
static void empty_as_expected_is_not_lost_when_another_day_is_likelier(void **state) {
  VerdictCase *c = *state;
  verdict_case_answer_empty(c);
  Session friday = verdict_case_session(c, D + 2);
  c->facts.next = &friday;
  c->facts.expected_open = false;
  c->facts.other_expected_open = true;
  verdict_case_expect(c, VERDICT_PROBABLY_CLOSED, ANSWER_EMPTY, "another day");
  c->facts.other_expected_open = false;
  verdict_case_expect(c, VERDICT_LOST, ANSWER_EMPTY, "between");
  session_free(&friday);
}

static void of_several_empty_days_none_is_named_the_lost_one(void **state) {
  VerdictCase *c = *state;
  verdict_case_answer_empty(c);
  Session friday = verdict_case_session(c, D + 2);
  c->facts.next = &friday;
  verdict_case_expect(c, VERDICT_LOST, ANSWER_EMPTY, "between");
  session_free(&friday);
}

static void a_day_never_asked_for_is_lost_all_the_same(void **state) {
  VerdictCase *c = *state;
  day_answer_free(&c->answer);
  c->facts.next = &c->thursday;
  verdict_case_expect(c, VERDICT_LOST, ANSWER_EMPTY, "no rows");
}

/* ---- what the indices say of the days between ---- */

/* Continues Tuesday, but for every `step`th stock. */
static Session thursday_but_for(VerdictCase *c, size_t step) {
  Session thursday = made_session(&c->market, FIRST_INDEX + 2, D + 1, BOTH);
  for (size_t i = 0; i < thursday.count; i += step) thursday.rows[i].change++;
  return thursday;
}

static void indices_that_link_prove_a_closed_day_though_many_prices_do_not(void **state) {
  VerdictCase *c = *state;
  verdict_case_answer_empty(c);
  Session thursday = thursday_but_for(c, 4);
  c->facts.next = &thursday;
  c->facts.whole_after = true;
  c->facts.index_gap = INDEX_GAP_NONE_MISSING;
  verdict_case_expect(c, VERDICT_CLOSED, ANSWER_EMPTY, "2025-04-10");
  c->facts.expected_open = false;
  c->facts.other_expected_open = true;
  c->facts.whole_after = false;
  verdict_case_expect(c, VERDICT_CLOSED, ANSWER_EMPTY, "2025-04-08");
  session_free(&thursday);
}

/* An index service that shows the values of the day before beside the right totals. */
static void indices_that_link_prove_nothing_against_most_of_the_prices(void **state) {
  VerdictCase *c = *state;
  verdict_case_answer_empty(c);
  c->facts.next = &c->thursday; /* does not continue Tuesday */
  c->facts.whole_after = true;
  c->facts.index_gap = INDEX_GAP_NONE_MISSING;
  verdict_case_expect(c, VERDICT_LOST, ANSWER_EMPTY, "2025-04-10|2025-04-08");
}

static void indices_that_do_not_link_say_that_a_session_is_lost_whatever_prices_say(void **state) {
  VerdictCase *c = *state;
  verdict_case_answer_empty(c);
  Session thursday = made_session(&c->market, FIRST_INDEX + 2, D + 1, BOTH); /* continues Tuesday */
  c->facts.next = &thursday;
  c->facts.whole_after = true;
  c->facts.index_gap = INDEX_GAP_SESSION_MISSING;
  verdict_case_expect(c, VERDICT_LOST, ANSWER_EMPTY, "2025-04-10|2025-04-08");
  c->facts.whole_after = false;
  verdict_case_expect(c, VERDICT_LOST, ANSWER_EMPTY, "2025-04-10|2025-04-08");
  /* Which of several days it was, they do not say. */
  c->facts.expected_open = false;
  c->facts.other_expected_open = true;
  verdict_case_expect(c, VERDICT_PROBABLY_CLOSED, ANSWER_EMPTY, "2025-04-08|2025-04-10");
  session_free(&thursday);
}

static void indices_without_a_say_leave_it_to_the_prices(void **state) {
  VerdictCase *c = *state;
  verdict_case_answer_empty(c);
  c->facts.next = &c->thursday;
  c->facts.whole_after = true;
  c->facts.index_gap = INDEX_GAP_UNKNOWN;
  verdict_case_expect(c, VERDICT_LOST, ANSWER_EMPTY, "2025-04-10|2025-04-08");
  c->facts.next = NULL; /* nor can they speak without a session behind */
  c->facts.index_gap = INDEX_GAP_NONE_MISSING;
  c->facts.now = c->facts.due + INT64_C(60) * 60 * 1000;
  verdict_case_expect(c, VERDICT_LATE, ANSWER_EMPTY, "late");
}

static void a_bad_key_is_misconfiguration(void **state) {
  VerdictCase *c = *state;
  verdict_case_answer_with(c, MARKET_KOSDAQ, ANSWER_UNAUTHORIZED, "Unauthorized API Call");
  verdict_case_expect(c, VERDICT_MISCONFIGURED, ANSWER_UNAUTHORIZED, "KOSDAQ|Unauthorized");
}

static void a_refusal_or_a_web_page_means_blocked(void **state) {
  VerdictCase *c = *state;
  verdict_case_answer_with(c, MARKET_KOSPI, ANSWER_BLOCKED, "HTML where JSON was due");
  verdict_case_expect(c, VERDICT_BLOCKED, ANSWER_BLOCKED, "KOSPI|HTML|JSON");
}

static void trouble_on_the_way_is_passing(void **state) {
  VerdictCase *c = *state;
  const AnswerKind kinds[] = {ANSWER_THROTTLED, ANSWER_FAILING, ANSWER_UNREACHABLE};
  for (size_t i = 0; i < 3; i++) {
    verdict_case_answer_with(c, MARKET_KOSDAQ, kinds[i], "");
    c->answer.markets[MARKET_KOSDAQ].retry_after_ms = 7000;
    verdict_case_expect(c, VERDICT_PASSING, kinds[i], answer_kind_name(kinds[i]));
    assert_int_equal(c->verdict.retry_after_ms, 7000);
  }
}

static void trouble_with_a_market_not_asked_for_does_not_matter(void **state) {
  VerdictCase *c = *state;
  verdict_case_answer_with(c, MARKET_KONEX, ANSWER_UNAUTHORIZED, "Unauthorized API Call");
  verdict_case_expect(c, VERDICT_GOOD, ANSWER_ROWS, "200 rows");
}

static void trouble_outweighs_what_the_other_market_says(void **state) {
  VerdictCase *c = *state;
  verdict_case_answer_empty(c);
  verdict_case_answer_with(c, MARKET_KOSDAQ, ANSWER_FAILING, "HTTP 503");
  c->facts.next = &c->thursday;
  verdict_case_expect(c, VERDICT_PASSING, ANSWER_FAILING, "KOSDAQ: HTTP 503");
}

static void the_gravest_of_two_troubles_decides(void **state) {
  VerdictCase *c = *state;
  static const AnswerKind GRAVEST_FIRST[] = {ANSWER_UNAUTHORIZED, ANSWER_BLOCKED, ANSWER_BROKEN,
                                             ANSWER_THROTTLED,    ANSWER_FAILING, ANSWER_UNREACHABLE};
  for (size_t grave = 0; grave < 6; grave++) {
    for (size_t lesser = grave + 1; lesser < 6; lesser++) {
      verdict_case_answer_with(c, MARKET_KOSPI, GRAVEST_FIRST[lesser], "");
      verdict_case_answer_with(c, MARKET_KOSDAQ, GRAVEST_FIRST[grave], "");
      assert_int_equal(verdict_judge(&c->answer, &c->facts, &c->session, &c->verdict), STATUS_OK);
      assert_int_equal(c->verdict.cause, GRAVEST_FIRST[grave]);
    }
  }
}

static void a_long_detail_is_cut_and_ended(void **state) {
  VerdictCase *c = *state;
  char detail[ANSWER_DETAIL_SIZE];
  memset(detail, 'x', sizeof detail - 1);
  detail[sizeof detail - 1] = 0;
  verdict_case_answer_with(c, MARKET_KOSDAQ, ANSWER_FAILING, detail);
  verdict_case_expect(c, VERDICT_PASSING, ANSWER_FAILING, "KOSDAQ");
  assert_in_range(strlen(c->verdict.message), 200, VERDICT_MESSAGE_SIZE - 1);
}

static void every_answer_has_a_name_of_its_own(void **state) {
  (void)state;
  for (int a = ANSWER_NONE; a <= ANSWER_UNREACHABLE; a++)
    for (int b = ANSWER_NONE; b < a; b++)
      assert_string_not_equal(answer_kind_name((AnswerKind)a), answer_kind_name((AnswerKind)b));
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, verdict_case_set_up, verdict_case_tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      CASE(rows_that_continue_the_session_before_are_good),
      CASE(the_very_first_session_has_nothing_to_continue),
      CASE(a_session_between_two_continues_both),
      CASE(across_a_gap_rows_need_not_continue),
      CASE(a_market_not_asked_for_is_not_taken),
      CASE(a_split_and_a_new_listing_do_not_break_the_chain),
      CASE(empty_before_it_is_due_is_not_published),
      CASE(empty_for_half_an_hour_after_it_is_due_is_not_published),
      CASE(empty_on_a_day_expected_open_is_late),
      CASE(empty_on_a_day_expected_closed_is_probably_closed),
      CASE(with_only_a_later_session_known_empty_proves_nothing),
      CASE(empty_is_closed_once_the_next_session_links_past_it),
      CASE(several_closed_days_are_proven_by_one_link),
      CASE(empty_is_lost_when_the_next_session_does_not_link_past_it),
      CASE(empty_as_expected_is_not_lost_when_another_day_is_likelier),
      CASE(of_several_empty_days_none_is_named_the_lost_one),
      CASE(a_day_never_asked_for_is_lost_all_the_same),
      CASE(indices_that_link_prove_a_closed_day_though_many_prices_do_not),
      CASE(indices_that_link_prove_nothing_against_most_of_the_prices),
      CASE(indices_that_do_not_link_say_that_a_session_is_lost_whatever_prices_say),
      CASE(indices_without_a_say_leave_it_to_the_prices),
      CASE(a_bad_key_is_misconfiguration),
      CASE(a_refusal_or_a_web_page_means_blocked),
      CASE(trouble_on_the_way_is_passing),
      CASE(trouble_with_a_market_not_asked_for_does_not_matter),
      CASE(trouble_outweighs_what_the_other_market_says),
      CASE(the_gravest_of_two_troubles_decides),
      CASE(a_long_detail_is_cut_and_ended),
      cmocka_unit_test(every_answer_has_a_name_of_its_own),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
