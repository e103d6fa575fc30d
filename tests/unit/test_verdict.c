#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <closebell/plan/verdict.h>

#include "made_market.h"

/* Monday to Friday of a week: sessions 10 to 14 of the made market. D is Wednesday, due on Thursday at 08:00 KST. */
enum { MONDAY_7_APRIL = 20185, FIRST_INDEX = 10, D = MONDAY_7_APRIL + 2, SEED = 7 };
static const MarketSet BOTH = 1u << MARKET_KOSPI | 1u << MARKET_KOSDAQ;

typedef struct {
  MadeMarket market;
  Session before, tuesday, thursday;
  DayAnswer answer;
  VerdictFacts facts;
  Session session;
  Verdict verdict;
} Case;

static Session session_of(const Case *c, Day date) {
  return made_session(&c->market, FIRST_INDEX + (date - MONDAY_7_APRIL), date, BOTH);
}

/* The usual evening: Tuesday is archived, D is due for an hour and answers in full. */
static int set_up(void **state) {
  Case *c = calloc(1, sizeof *c);
  if (!c) return -1;
  c->market = made_market(SEED);
  c->before = session_of(c, D - 2);
  c->tuesday = session_of(c, D - 1);
  c->thursday = session_of(c, D + 1);
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

static int tear_down(void **state) {
  Case *c = *state;
  session_free(&c->before);
  session_free(&c->tuesday);
  session_free(&c->thursday);
  session_free(&c->session);
  day_answer_free(&c->answer);
  free(c);
  return 0;
}

static void answer_with(Case *c, Market market, AnswerKind kind, const char *detail) {
  MarketAnswer *part = &c->answer.markets[market];
  free(part->rows);
  *part = (MarketAnswer){.kind = kind, .retry_after_ms = -1};
  snprintf(part->detail, sizeof part->detail, "%s", detail);
}

static void answer_empty(Case *c) {
  answer_with(c, MARKET_KOSPI, ANSWER_EMPTY, "");
  answer_with(c, MARKET_KOSDAQ, ANSWER_EMPTY, "");
}

static void answer_as(Case *c, int64_t day_index) {
  day_answer_free(&c->answer);
  c->answer = made_answer(&c->market, day_index, D, BOTH);
}

static void expect(Case *c, VerdictKind kind, AnswerKind cause, const char *words) {
  size_t rows = c->answer.markets[MARKET_KOSPI].count;
  Session untouched = c->session;
  assert_int_equal(verdict_judge(&c->answer, &c->facts, &c->session, &c->verdict), STATUS_OK);
  if (c->verdict.kind != kind) fail_msg("%s: %s", verdict_name(c->verdict.kind), c->verdict.message);
  assert_int_equal(c->verdict.cause, cause);
  if (!strstr(c->verdict.message, words)) fail_msg("\"%s\" does not say \"%s\"", c->verdict.message, words);
  if (kind == VERDICT_GOOD) return;
  assert_memory_equal(&c->session, &untouched, sizeof untouched);
  assert_int_equal(c->answer.markets[MARKET_KOSPI].count, rows);
}

static void rows_that_continue_the_session_before_are_good(void **state) {
  Case *c = *state;
  expect(c, VERDICT_GOOD, ANSWER_ROWS, "200 rows");
  Session expected = session_of(c, D);
  assert_true(session_equal(&c->session, &expected));
  assert_null(c->answer.markets[MARKET_KOSPI].rows);
  assert_null(c->answer.markets[MARKET_KOSDAQ].rows);
  session_free(&expected);
}

static void the_very_first_session_has_nothing_to_continue(void **state) {
  Case *c = *state;
  c->facts.previous = NULL;
  expect(c, VERDICT_GOOD, ANSWER_ROWS, "200 rows");
}

static void a_session_between_two_continues_both(void **state) {
  Case *c = *state;
  c->facts.next = &c->thursday;
  c->facts.whole_after = true;
  expect(c, VERDICT_GOOD, ANSWER_ROWS, "200 rows");
}

static void across_a_gap_rows_need_not_continue(void **state) {
  Case *c = *state;
  c->facts.previous = &c->before;
  c->facts.whole_before = false;
  expect(c, VERDICT_GOOD, ANSWER_ROWS, "200 rows");
}

static void a_market_not_asked_for_is_not_taken(void **state) {
  Case *c = *state;
  c->facts.markets = market_bit(MARKET_KOSPI);
  expect(c, VERDICT_GOOD, ANSWER_ROWS, "120 rows");
  assert_int_equal(session_count_market(&c->session, MARKET_KOSDAQ), 0);
  assert_int_equal(c->session.markets, market_bit(MARKET_KOSPI));
}

static void a_split_and_a_new_listing_do_not_break_the_chain(void **state) {
  Case *c = *state;
  const MadeEvent events[] = {{MADE_SPLIT, 5, FIRST_INDEX + 2, 5}, {MADE_LISTED, 9, FIRST_INDEX + 2, 0}};
  c->market.events = events;
  c->market.event_count = 2;
  answer_as(c, FIRST_INDEX + 2);
  Session tuesday = session_of(c, D - 1);
  assert_int_equal(tuesday.count, 199);
  c->facts.previous = &tuesday;
  expect(c, VERDICT_GOOD, ANSWER_ROWS, "200 rows");
  session_free(&tuesday);
}

static void empty_before_it_is_due_is_not_published(void **state) {
  Case *c = *state;
  answer_empty(c);
  c->facts.now = c->facts.due - 1;
  expect(c, VERDICT_NOT_PUBLISHED, ANSWER_EMPTY, "not published yet (due 2025-04-10 08:00 KST)");
}

static void empty_for_half_an_hour_after_it_is_due_is_not_published(void **state) {
  Case *c = *state;
  answer_empty(c);
  c->facts.now = c->facts.due + VERDICT_PUBLICATION_GRACE_MS - 1;
  expect(c, VERDICT_NOT_PUBLISHED, ANSWER_EMPTY, "not published yet");
  c->facts.expected_open = false;
  expect(c, VERDICT_NOT_PUBLISHED, ANSWER_EMPTY, "not published yet");
}

static void empty_on_a_day_expected_open_is_late(void **state) {
  Case *c = *state;
  answer_empty(c);
  c->facts.now = c->facts.due + VERDICT_PUBLICATION_GRACE_MS;
  expect(c, VERDICT_LATE, ANSWER_EMPTY, "late: no rows, due since 2025-04-10 08:00 KST");
}

static void empty_on_a_day_expected_closed_is_probably_closed(void **state) {
  Case *c = *state;
  answer_empty(c);
  c->facts.expected_open = false;
  expect(c, VERDICT_PROBABLY_CLOSED, ANSWER_EMPTY, "the next session will tell");
}

static void with_only_a_later_session_known_empty_proves_nothing(void **state) {
  Case *c = *state;
  answer_empty(c);
  c->facts.previous = NULL;
  c->facts.next = &c->thursday;
  expect(c, VERDICT_LATE, ANSWER_EMPTY, "late");
  c->facts.expected_open = false;
  expect(c, VERDICT_PROBABLY_CLOSED, ANSWER_EMPTY, "the previous session will tell");
}

/* On a closed Wednesday, Thursday has the numbers that continue Tuesday's. */
static void empty_is_closed_once_the_next_session_links_past_it(void **state) {
  Case *c = *state;
  answer_empty(c);
  Session thursday = made_session(&c->market, FIRST_INDEX + 2, D + 1, BOTH);
  c->facts.next = &thursday;
  c->facts.whole_after = true;
  expect(c, VERDICT_CLOSED, ANSWER_EMPTY, "2025-04-10 continues 2025-04-08 (200 of 200 base prices agree)");
  c->facts.expected_open = false;
  c->facts.now = c->facts.due;
  expect(c, VERDICT_CLOSED, ANSWER_EMPTY, "closed");
  session_free(&thursday);
}

static void several_closed_days_are_proven_by_one_link(void **state) {
  Case *c = *state;
  answer_empty(c);
  Session friday = made_session(&c->market, FIRST_INDEX + 2, D + 2, BOTH);
  c->facts.next = &friday;
  c->facts.whole_after = false;
  expect(c, VERDICT_CLOSED, ANSWER_EMPTY, "2025-04-11 continues 2025-04-08");
  session_free(&friday);
}

static void empty_is_lost_when_the_next_session_does_not_link_past_it(void **state) {
  Case *c = *state;
  answer_empty(c);
  c->facts.next = &c->thursday;
  c->facts.whole_after = true;
  expect(c, VERDICT_LOST, ANSWER_EMPTY, "2025-04-10 does not continue 2025-04-08");
  assert_non_null(strstr(c->verdict.message, "it was a session"));
  c->facts.expected_open = false;
  expect(c, VERDICT_LOST, ANSWER_EMPTY, "it was a session");
}

/* A holiday beside a session that could not be had is no session for that. */
static void empty_as_expected_is_not_lost_when_another_day_is_likelier(void **state) {
  Case *c = *state;
  answer_empty(c);
  Session friday = session_of(c, D + 2);
  c->facts.next = &friday;
  c->facts.expected_open = false;
  c->facts.other_expected_open = true;
  expect(c, VERDICT_PROBABLY_CLOSED, ANSWER_EMPTY, "likelier on another day");
  c->facts.other_expected_open = false;
  expect(c, VERDICT_LOST, ANSWER_EMPTY, "a session between them is missing");
  session_free(&friday);
}

static void of_several_empty_days_none_is_named_the_lost_one(void **state) {
  Case *c = *state;
  answer_empty(c);
  Session friday = session_of(c, D + 2);
  c->facts.next = &friday;
  expect(c, VERDICT_LOST, ANSWER_EMPTY, "a session between them is missing");
  session_free(&friday);
}

static void a_day_never_asked_for_is_lost_all_the_same(void **state) {
  Case *c = *state;
  day_answer_free(&c->answer);
  c->facts.next = &c->thursday;
  expect(c, VERDICT_LOST, ANSWER_EMPTY, "no rows");
}

static void rows_that_do_not_continue_a_true_neighbour_are_broken(void **state) {
  Case *c = *state;
  answer_as(c, FIRST_INDEX + 3);
  expect(c, VERDICT_BROKEN, ANSWER_BROKEN, "2025-04-09 does not continue 2025-04-08");
}

static void rows_that_the_next_session_does_not_continue_are_broken(void **state) {
  Case *c = *state;
  c->facts.previous = &c->before;
  c->facts.whole_before = false;
  c->facts.next = &c->thursday;
  c->facts.whole_after = true;
  answer_as(c, FIRST_INDEX + 5);
  expect(c, VERDICT_BROKEN, ANSWER_BROKEN, "2025-04-10 does not continue 2025-04-09");
}

/* Moves the base price of the market's first stocks by one won. */
static void disturb(Case *c, Market market, size_t stocks) {
  for (size_t i = 0; i < stocks; i++) c->answer.markets[market].rows[i].change++;
}

static void one_base_price_in_twenty_may_have_moved_and_no_more(void **state) {
  Case *c = *state;
  disturb(c, MARKET_KOSPI, 7);
  disturb(c, MARKET_KOSDAQ, 5);
  expect(c, VERDICT_BROKEN, ANSWER_BROKEN, "188 of 200 base prices agree");
  answer_as(c, FIRST_INDEX + 2);
  disturb(c, MARKET_KOSPI, 7);
  disturb(c, MARKET_KOSDAQ, 3);
  expect(c, VERDICT_BROKEN, ANSWER_BROKEN,
         "2025-04-09 does not continue 2025-04-08 in KOSPI, though it does in KOSDAQ");
  answer_as(c, FIRST_INDEX + 2);
  disturb(c, MARKET_KOSPI, 5);
  disturb(c, MARKET_KOSDAQ, 3);
  expect(c, VERDICT_GOOD, ANSWER_ROWS, "200 rows");
}

static void one_market_empty_is_broken(void **state) {
  Case *c = *state;
  answer_with(c, MARKET_KOSDAQ, ANSWER_EMPTY, "");
  expect(c, VERDICT_BROKEN, ANSWER_BROKEN, "KOSDAQ answered 0 rows of about 80");
  c->facts.previous = NULL;
  expect(c, VERDICT_BROKEN, ANSWER_BROKEN, "KOSDAQ answered 0 rows while another market has some");
}

static void cut_kosdaq_to(Case *c, size_t rows) { c->answer.markets[MARKET_KOSDAQ].count = rows; }

static void a_market_may_shrink_by_a_twentieth_and_no_more(void **state) {
  Case *c = *state;
  cut_kosdaq_to(c, 75);
  expect(c, VERDICT_BROKEN, ANSWER_BROKEN, "KOSDAQ answered 75 rows of about 80");
  cut_kosdaq_to(c, 76);
  expect(c, VERDICT_GOOD, ANSWER_ROWS, "196 rows");
}

static void without_a_session_before_the_next_one_tells_how_many_rows_are_usual(void **state) {
  Case *c = *state;
  c->facts.previous = NULL;
  c->facts.next = &c->thursday;
  cut_kosdaq_to(c, 40);
  expect(c, VERDICT_BROKEN, ANSWER_BROKEN, "KOSDAQ answered 40 rows of about 80");
}

static void a_market_newly_configured_is_measured_by_the_neighbour_that_has_it(void **state) {
  Case *c = *state;
  Session kospi = made_session(&c->market, FIRST_INDEX + 1, D - 1, market_bit(MARKET_KOSPI));
  c->facts.previous = &kospi;
  expect(c, VERDICT_GOOD, ANSWER_ROWS, "200 rows");
  answer_as(c, FIRST_INDEX + 2);
  c->facts.next = &c->thursday;
  cut_kosdaq_to(c, 40);
  expect(c, VERDICT_BROKEN, ANSWER_BROKEN, "KOSDAQ answered 40 rows of about 80");
  session_free(&kospi);
}

static void neighbours_of_another_market_are_no_measure(void **state) {
  Case *c = *state;
  Session kospi = made_session(&c->market, FIRST_INDEX + 1, D - 1, market_bit(MARKET_KOSPI));
  c->facts.previous = &kospi;
  c->facts.markets = market_bit(MARKET_KOSDAQ);
  expect(c, VERDICT_GOOD, ANSWER_ROWS, "80 rows");
  session_free(&kospi);
}

static void still(StockRow *row) { row->open = row->high = row->low = row->volume = row->value = 0; }

static void a_fifth_of_the_stocks_may_rest_and_no_more(void **state) {
  Case *c = *state;
  c->market.idle_per_mille = 0;
  for (size_t resting = 41; resting >= 40; resting--) {
    answer_as(c, FIRST_INDEX + 2);
    for (size_t i = 0; i < resting; i++) still(&c->answer.markets[MARKET_KOSPI].rows[i]);
    c->facts.previous = NULL;
    if (resting == 41)
      expect(c, VERDICT_BROKEN, ANSWER_BROKEN, "41 of 200 stocks without a trade");
    else
      expect(c, VERDICT_GOOD, ANSWER_ROWS, "200 rows");
  }
}

/* Recorded: of KONEX's 132 stocks, 33 had no trade on 2023-01-04. */
static void on_konex_alone_a_quarter_rests_on_any_day(void **state) {
  Case *c = *state;
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
      expect(c, VERDICT_GOOD, ANSWER_ROWS, "132 rows");
    else
      expect(c, VERDICT_BROKEN, ANSWER_BROKEN, "132 of 132 stocks without a trade");
    session_free(&c->session);
  }
}

static void the_rows_of_the_day_before_given_again_are_broken(void **state) {
  Case *c = *state;
  answer_as(c, FIRST_INDEX + 1);
  expect(c, VERDICT_BROKEN, ANSWER_BROKEN, "the rows repeat those of 2025-04-08");
}

static void the_rows_of_the_day_after_given_again_are_broken(void **state) {
  Case *c = *state;
  answer_as(c, FIRST_INDEX + 3);
  c->facts.previous = NULL;
  c->facts.next = &c->thursday;
  expect(c, VERDICT_BROKEN, ANSWER_BROKEN, "the rows repeat those of 2025-04-10");
}

/* KOSDAQ's part of the answer is that of another session. */
static void answer_kosdaq_as(Case *c, int64_t day_index) {
  DayAnswer other = made_answer(&c->market, day_index, D, market_bit(MARKET_KOSDAQ));
  free(c->answer.markets[MARKET_KOSDAQ].rows);
  c->answer.markets[MARKET_KOSDAQ] = other.markets[MARKET_KOSDAQ];
}

static void one_market_given_again_is_broken_and_named(void **state) {
  Case *c = *state;
  c->facts.whole_before = false;
  answer_kosdaq_as(c, FIRST_INDEX + 1);
  expect(c, VERDICT_BROKEN, ANSWER_BROKEN, "the rows repeat those of 2025-04-08 (KOSDAQ)");
  assert_int_equal(c->verdict.suspect, D - 1);
}

static void a_session_is_never_missing_in_one_market_alone(void **state) {
  Case *c = *state;
  c->facts.whole_before = false;
  c->facts.closed_before = true;
  answer_kosdaq_as(c, FIRST_INDEX + 4);
  expect(c, VERDICT_BROKEN, ANSWER_BROKEN,
         "2025-04-09 does not continue 2025-04-08 in KOSDAQ, though it does in KOSPI");
  assert_int_equal(c->verdict.suspect, D - 1);
}

static void the_neighbour_that_is_not_continued_is_the_suspect(void **state) {
  Case *c = *state;
  answer_as(c, FIRST_INDEX + 3);
  expect(c, VERDICT_BROKEN, ANSWER_BROKEN, "2025-04-09 does not continue 2025-04-08");
  assert_int_equal(c->verdict.suspect, D - 1);
  cut_kosdaq_to(c, 40);
  expect(c, VERDICT_BROKEN, ANSWER_BROKEN, "KOSDAQ answered 40 rows");
  assert_int_equal(c->verdict.suspect, DAY_NONE);
}

/* Monday is archived, Tuesday is not settled, and Wednesday's answer continues Monday. */
static void what_continues_past_a_day_waits_until_that_day_has_answered_empty(void **state) {
  Case *c = *state;
  c->facts.previous = &c->before;
  c->facts.whole_before = false;
  answer_as(c, FIRST_INDEX + 1);
  expect(c, VERDICT_BROKEN, ANSWER_BROKEN, "but a day between is not settled");
  assert_int_equal(c->verdict.suspect, DAY_NONE);
  c->facts.closed_before = true;
  expect(c, VERDICT_GOOD, ANSWER_ROWS, "200 rows");
  assert_false(c->verdict.unproven);
}

static void rows_that_no_neighbour_vouches_for_are_unproven(void **state) {
  Case *c = *state;
  c->facts.previous = &c->before;
  c->facts.whole_before = false;
  expect(c, VERDICT_GOOD, ANSWER_ROWS, "200 rows");
  assert_true(c->verdict.unproven);
}

static void unproven_rows_that_stand_in_the_archive_are_broken(void **state) {
  Case *c = *state;
  Session older = made_session(&c->market, FIRST_INDEX - 3, D - 5, BOTH);
  c->facts.previous = &c->before;
  c->facts.whole_before = false;
  expect(c, VERDICT_GOOD, ANSWER_ROWS, "200 rows");
  verdict_compare(&c->session, &older, &c->verdict);
  assert_int_equal(c->verdict.kind, VERDICT_GOOD);
  /* Now KOSDAQ's rows are those of the older one. */
  session_free(&c->session);
  answer_as(c, FIRST_INDEX + 2);
  answer_kosdaq_as(c, FIRST_INDEX - 3);
  expect(c, VERDICT_GOOD, ANSWER_ROWS, "200 rows");
  verdict_compare(&c->session, &older, &c->verdict);
  assert_int_equal(c->verdict.kind, VERDICT_BROKEN);
  assert_int_equal(c->verdict.cause, ANSWER_BROKEN);
  assert_string_equal(c->verdict.message, "the rows repeat those of 2025-04-04 (KOSDAQ)");
  session_free(&older);
}

/* Tuesday was answered with Monday's rows, Wednesday is answered with Tuesday's. */
static void what_continues_rows_of_another_day_is_another_days_too(void **state) {
  Case *c = *state;
  Session refused = made_session(&c->market, FIRST_INDEX + 1, D - 1, BOTH);
  c->facts.previous = &c->before;
  c->facts.whole_before = false;
  c->facts.misplaced = &refused;
  c->facts.misplaced_adjacent = true;
  expect(c, VERDICT_BROKEN, ANSWER_BROKEN,
         "2025-04-08 was answered with another session's rows, and these continue them");
  assert_true(c->verdict.misplaced);
  /* Only Tuesday was: Wednesday's rows are its own. */
  answer_as(c, FIRST_INDEX + 4);
  expect(c, VERDICT_GOOD, ANSWER_ROWS, "200 rows");
  session_free(&c->session);
  /* With a day between that is not known it cannot be told. */
  answer_as(c, FIRST_INDEX + 4);
  c->facts.misplaced_adjacent = false;
  expect(c, VERDICT_BROKEN, ANSWER_BROKEN, "cannot be told from such");
  session_free(&refused);
}

static void a_forced_answer_needs_one_neighbour_that_agrees(void **state) {
  Case *c = *state;
  Session wrong = made_session(&c->market, FIRST_INDEX - 4, D + 1, BOTH);
  c->facts.next = &wrong;
  c->facts.whole_after = true;
  expect(c, VERDICT_BROKEN, ANSWER_BROKEN, "2025-04-10 does not continue 2025-04-09");
  c->facts.forced = true;
  expect(c, VERDICT_GOOD, ANSWER_ROWS, "200 rows");
  session_free(&c->session);
  answer_as(c, FIRST_INDEX + 6);
  expect(c, VERDICT_BROKEN, ANSWER_BROKEN, "does not continue");
  session_free(&wrong);
}

static void a_code_that_stands_twice_is_broken(void **state) {
  Case *c = *state;
  StockRow *rows = c->answer.markets[MARKET_KOSDAQ].rows;
  rows[3] = rows[4];
  expect(c, VERDICT_BROKEN, ANSWER_BROKEN, "100124 stands twice");
}

static void a_row_that_cannot_be_is_broken_and_named(void **state) {
  Case *c = *state;
  answer_with(c, MARKET_KOSPI, ANSWER_BROKEN, "row 12 (005930): TDD_HGPRC is below TDD_LWPRC");
  expect(c, VERDICT_BROKEN, ANSWER_BROKEN, "KOSPI: row 12 (005930): TDD_HGPRC is below TDD_LWPRC");
}

static void a_bad_key_is_misconfiguration(void **state) {
  Case *c = *state;
  answer_with(c, MARKET_KOSDAQ, ANSWER_UNAUTHORIZED, "Unauthorized API Call");
  expect(c, VERDICT_MISCONFIGURED, ANSWER_UNAUTHORIZED, "KOSDAQ: Unauthorized API Call");
}

static void a_refusal_or_a_web_page_means_blocked(void **state) {
  Case *c = *state;
  answer_with(c, MARKET_KOSPI, ANSWER_BLOCKED, "HTML where JSON was due");
  expect(c, VERDICT_BLOCKED, ANSWER_BLOCKED, "KOSPI: HTML where JSON was due");
}

static void trouble_on_the_way_is_passing(void **state) {
  Case *c = *state;
  const AnswerKind kinds[] = {ANSWER_THROTTLED, ANSWER_FAILING, ANSWER_UNREACHABLE};
  for (size_t i = 0; i < 3; i++) {
    answer_with(c, MARKET_KOSDAQ, kinds[i], "");
    c->answer.markets[MARKET_KOSDAQ].retry_after_ms = 7000;
    expect(c, VERDICT_PASSING, kinds[i], answer_kind_name(kinds[i]));
    assert_int_equal(c->verdict.retry_after_ms, 7000);
  }
}

static void trouble_with_a_market_not_asked_for_does_not_matter(void **state) {
  Case *c = *state;
  answer_with(c, MARKET_KONEX, ANSWER_UNAUTHORIZED, "Unauthorized API Call");
  expect(c, VERDICT_GOOD, ANSWER_ROWS, "200 rows");
}

static void trouble_outweighs_what_the_other_market_says(void **state) {
  Case *c = *state;
  answer_empty(c);
  answer_with(c, MARKET_KOSDAQ, ANSWER_FAILING, "HTTP 503");
  c->facts.next = &c->thursday;
  expect(c, VERDICT_PASSING, ANSWER_FAILING, "KOSDAQ: HTTP 503");
}

static void the_gravest_of_two_troubles_decides(void **state) {
  Case *c = *state;
  static const AnswerKind GRAVEST_FIRST[] = {ANSWER_UNAUTHORIZED, ANSWER_BLOCKED, ANSWER_BROKEN,
                                             ANSWER_THROTTLED,    ANSWER_FAILING, ANSWER_UNREACHABLE};
  for (size_t grave = 0; grave < 6; grave++) {
    for (size_t lesser = grave + 1; lesser < 6; lesser++) {
      answer_with(c, MARKET_KOSPI, GRAVEST_FIRST[lesser], "");
      answer_with(c, MARKET_KOSDAQ, GRAVEST_FIRST[grave], "");
      assert_int_equal(verdict_judge(&c->answer, &c->facts, &c->session, &c->verdict), STATUS_OK);
      assert_int_equal(c->verdict.cause, GRAVEST_FIRST[grave]);
    }
  }
}

static void a_long_detail_is_cut_and_ended(void **state) {
  Case *c = *state;
  char detail[ANSWER_DETAIL_SIZE];
  memset(detail, 'x', sizeof detail - 1);
  detail[sizeof detail - 1] = 0;
  answer_with(c, MARKET_KOSDAQ, ANSWER_FAILING, detail);
  expect(c, VERDICT_PASSING, ANSWER_FAILING, "KOSDAQ: xxxx");
  assert_in_range(strlen(c->verdict.message), 200, VERDICT_MESSAGE_SIZE - 1);
}

static void every_verdict_and_answer_has_a_name_of_its_own(void **state) {
  (void)state;
  for (int a = VERDICT_GOOD; a <= VERDICT_PASSING; a++)
    for (int b = VERDICT_GOOD; b < a; b++)
      assert_string_not_equal(verdict_name((VerdictKind)a), verdict_name((VerdictKind)b));
  for (int a = ANSWER_NONE; a <= ANSWER_UNREACHABLE; a++)
    for (int b = ANSWER_NONE; b < a; b++)
      assert_string_not_equal(answer_kind_name((AnswerKind)a), answer_kind_name((AnswerKind)b));
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

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
      CASE(a_forced_answer_needs_one_neighbour_that_agrees),
      CASE(a_code_that_stands_twice_is_broken),
      CASE(a_row_that_cannot_be_is_broken_and_named),
      CASE(a_bad_key_is_misconfiguration),
      CASE(a_refusal_or_a_web_page_means_blocked),
      CASE(trouble_on_the_way_is_passing),
      CASE(trouble_with_a_market_not_asked_for_does_not_matter),
      CASE(trouble_outweighs_what_the_other_market_says),
      CASE(the_gravest_of_two_troubles_decides),
      CASE(a_long_detail_is_cut_and_ended),
      cmocka_unit_test(every_verdict_and_answer_has_a_name_of_its_own),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
