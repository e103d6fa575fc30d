#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <closebell/plan/restated.h>

#include "named.h"
#include "verdict_case.h"

/* ---- archive and answer ---- */

static void expect(const RestatedFacts *facts, RestateMode mode, bool reported, bool replaced, bool settled) {
  RestatedDecision decision = restated_decide(facts, mode);
  assert_int_equal(decision.reported, reported);
  assert_int_equal(decision.replaced, replaced);
  assert_int_equal(decision.settled, settled);
}

static void what_cannot_be_read_gives_way_in_any_mode(void **state) {
  (void)state;
  const RestatedFacts facts = {.readable = false};
  for (int mode = RESTATE_REPORT; mode <= RESTATE_FORCE; mode++) expect(&facts, (RestateMode)mode, false, true, false);
}

static void an_equal_answer_settles_it_and_changes_nothing(void **state) {
  (void)state;
  const RestatedFacts facts = {.readable = true};
  for (int mode = RESTATE_REPORT; mode <= RESTATE_FORCE; mode++) expect(&facts, (RestateMode)mode, false, false, true);
}

static void a_market_that_was_lacking_is_taken_over_without_a_word(void **state) {
  (void)state;
  const RestatedFacts facts = {.readable = true, .more_markets = true};
  for (int mode = RESTATE_REPORT; mode <= RESTATE_FORCE; mode++) expect(&facts, (RestateMode)mode, false, true, true);
}

static void another_answer_is_told_and_replaces_only_by_order(void **state) {
  (void)state;
  for (int more = 0; more <= 1; more++) {
    const RestatedFacts facts = {.readable = true, .differences = 3, .more_markets = more};
    expect(&facts, RESTATE_REPORT, true, false, false);
    expect(&facts, RESTATE_SUSPECT, true, false, false);
    expect(&facts, RESTATE_FORCE, true, true, true);
  }
}

static void the_first_difference_is_described(void **state) {
  const VerdictCase *c = *state;
  Session fresh = made_session(&c->market, FIRST_INDEX + 1, D - 1, BOTH);
  char text[128] = "";
  assert_int_equal(restated_count_differences(&c->tuesday, &fresh, text, sizeof text), 0);
  fresh.rows[3].volume++;
  fresh.rows[7].close++;
  assert_int_equal(restated_count_differences(&c->tuesday, &fresh, text, sizeof text), 2);
  assert_memory_equal(text, fresh.rows[3].ticker, strlen(fresh.rows[3].ticker));
  assert_non_null(strstr(text, "volume"));
  session_free(&fresh);
}

static void a_stock_that_came_or_went_is_a_difference_and_another_market_is_none(void **state) {
  const VerdictCase *c = *state;
  char text[128] = "";
  Session kospi = made_session(&c->market, FIRST_INDEX + 1, D - 1, 1 << MARKET_KOSPI);
  assert_int_equal(restated_count_differences(&kospi, &c->tuesday, text, sizeof text), 0);
  kospi.count--;
  assert_int_equal(restated_count_differences(&kospi, &c->tuesday, text, sizeof text), 1);
  assert_named(text, c->tuesday.rows[kospi.count].ticker);
  Session whole = made_session(&c->market, FIRST_INDEX + 1, D - 1, 1 << MARKET_KOSPI);
  assert_int_equal(restated_count_differences(&whole, &kospi, text, sizeof text), 1);
  assert_named(text, whole.rows[whole.count - 1].ticker);
  session_free(&whole);
  kospi.count++;
  session_free(&kospi);
}

/* ---- closed days ---- */

/* Monday is archived, Tuesday recorded as closed. Wednesday is archived with Tuesday's rows, and answered anew with its
 * own; Thursday's were refused, because they do not continue these. */
typedef struct {
  Session monday, wednesday;
  Refused refused;
} Lost;

static Lost lost_tuesday(const VerdictCase *c, Day behind, int64_t behind_index) {
  Lost lost = {.monday = made_session(&c->market, FIRST_INDEX, D - 2, BOTH),
               .wednesday = made_session(&c->market, FIRST_INDEX + 2, D, BOTH)};
  Session session = made_session(&c->market, behind_index, behind, BOTH);
  refused_keep(&lost.refused, &session, REFUSED_BROKEN);
  return lost;
}

static Day witness_of(Lost *lost, Day next) {
  Day witness = restated_find_witness(&lost->monday, &lost->wednesday, &lost->refused, next);
  session_free(&lost->monday);
  session_free(&lost->wednesday);
  refused_free(&lost->refused);
  return witness;
}

static void a_day_behind_that_continues_the_new_rows_is_the_witness(void **state) {
  Lost lost = lost_tuesday(*state, D + 1, FIRST_INDEX + 3);
  assert_int_equal(witness_of(&lost, DAY_NONE), D + 1);
}

static void the_archived_day_behind_may_be_the_witness_and_none_behind_that(void **state) {
  Lost lost = lost_tuesday(*state, D + 1, FIRST_INDEX + 3);
  assert_int_equal(witness_of(&lost, D + 1), D + 1);
  lost = lost_tuesday(*state, D + 2, FIRST_INDEX + 3);
  assert_int_equal(witness_of(&lost, D + 1), DAY_NONE);
}

static void rows_that_continue_the_session_before_need_no_witness(void **state) {
  const VerdictCase *c = *state;
  Lost lost = lost_tuesday(c, D + 1, FIRST_INDEX + 3);
  session_free(&lost.monday);
  lost.monday = made_session(&c->market, FIRST_INDEX + 1, D - 2, BOTH);
  assert_int_equal(witness_of(&lost, DAY_NONE), DAY_NONE);
}

static void who_does_not_continue_the_new_rows_or_stands_before_them_is_no_witness(void **state) {
  Lost lost = lost_tuesday(*state, D + 1, FIRST_INDEX + 5);
  assert_int_equal(witness_of(&lost, DAY_NONE), DAY_NONE);
  lost = lost_tuesday(*state, D - 1, FIRST_INDEX + 3);
  assert_int_equal(witness_of(&lost, DAY_NONE), DAY_NONE);
}

static void nobody_refused_means_no_witness(void **state) {
  Lost lost = lost_tuesday(*state, D + 1, FIRST_INDEX + 3);
  refused_free(&lost.refused);
  assert_int_equal(witness_of(&lost, DAY_NONE), DAY_NONE);
}

static void a_closed_day_is_doubted_for_its_rows_or_for_a_witness(void **state) {
  (void)state;
  assert_int_equal(restated_doubt_closed(false, 200, DAY_NONE), CLOSED_HAS_ROWS);
  assert_int_equal(restated_doubt_closed(false, 0, DAY_NONE), CLOSED_STANDS); /* it could not be asked */
  assert_int_equal(restated_doubt_closed(true, 0, DAY_NONE), CLOSED_STANDS);
  assert_int_equal(restated_doubt_closed(true, 0, D), CLOSED_IS_LOST);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, verdict_case_set_up, verdict_case_tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_cannot_be_read_gives_way_in_any_mode),
      cmocka_unit_test(an_equal_answer_settles_it_and_changes_nothing),
      cmocka_unit_test(a_market_that_was_lacking_is_taken_over_without_a_word),
      cmocka_unit_test(another_answer_is_told_and_replaces_only_by_order),
      CASE(the_first_difference_is_described),
      CASE(a_stock_that_came_or_went_is_a_difference_and_another_market_is_none),
      CASE(a_day_behind_that_continues_the_new_rows_is_the_witness),
      CASE(the_archived_day_behind_may_be_the_witness_and_none_behind_that),
      CASE(rows_that_continue_the_session_before_need_no_witness),
      CASE(who_does_not_continue_the_new_rows_or_stands_before_them_is_no_witness),
      CASE(nobody_refused_means_no_witness),
      cmocka_unit_test(a_closed_day_is_doubted_for_its_rows_or_for_a_witness),
  };
  return cmocka_run_group_tests_name("restated", tests, NULL, NULL);
}
