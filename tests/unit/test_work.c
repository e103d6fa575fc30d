#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <closebell/plan/work.h>

/* 2025-04-07 is a Monday. A plan is written as a text, a character a weekday from that Monday on:
 * c completed, x closed, f failed, w waiting, r running, . absent. */
enum { MONDAY_7_APRIL = 20185, MOST_DAYS = 400 };

typedef struct {
  DayState days[MOST_DAYS];
  size_t count;
} Written;

static Day nth_weekday(size_t n) { return MONDAY_7_APRIL + (Day)(n / 5 * 7 + n % 5); }

static Written written(const char *text) {
  static const char LETTERS[] = ".rcfwx";
  Written plan = {.count = 0};
  for (size_t i = 0; text[i]; i++) {
    const char *letter = strchr(LETTERS, text[i]);
    if (!letter) fail_msg("%c is no state", text[i]);
    if (text[i] != '.') plan.days[plan.count++] = (DayState){nth_weekday(i), (JobState)(letter - LETTERS)};
  }
  return plan;
}

/* The text marks with '!' what has to be missing among all weekdays of the plan. */
static void expect_missing(const char *text, const char *expected) {
  Written plan = written(text);
  Day *dates = NULL;
  size_t count = 0, seen = 0;
  Day last = nth_weekday(strlen(text) - 1);
  assert_int_equal(work_missing(plan.days, plan.count, MONDAY_7_APRIL, last, &dates, &count), STATUS_OK);
  for (size_t i = 0; expected[i]; i++) {
    if (expected[i] != '!') continue;
    assert_true(seen < count);
    assert_int_equal(dates[seen++], nth_weekday(i));
  }
  assert_int_equal(seen, count);
  free(dates);
}

static void the_test_knows_its_monday(void **state) {
  (void)state;
  assert_string_equal(day_text(MONDAY_7_APRIL).text, "2025-04-07");
  assert_int_equal(day_weekday(nth_weekday(5)), MONDAY);
}

static void an_empty_database_misses_every_weekday_and_no_weekend(void **state) {
  (void)state;
  expect_missing("..........", "!!!!!!!!!!");
}

static void completed_and_closed_days_are_done(void **state) {
  (void)state;
  expect_missing("ccxccxxccc", "----------");
}

static void a_hole_in_the_middle_is_refetched(void **state) {
  (void)state;
  expect_missing("cc.cc..ccc", "--!--!!---");
}

static void failed_waiting_and_crashed_days_are_asked_again(void **state) {
  (void)state;
  expect_missing("cfcwcrccc", "-!-!-!---");
}

static void a_range_of_a_day_a_weekend_or_nothing(void **state) {
  (void)state;
  Written plan = written("c");
  const Day saturday = MONDAY_7_APRIL + 5;
  const struct {
    Day from, to;
    size_t missing;
  } ranges[] = {{MONDAY_7_APRIL, MONDAY_7_APRIL, 0},
                {MONDAY_7_APRIL + 1, MONDAY_7_APRIL + 1, 1},
                {saturday, saturday + 1, 0},
                {saturday, saturday + 2, 1},
                {MONDAY_7_APRIL + 1, MONDAY_7_APRIL, 0}};
  for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
    Day *dates = NULL;
    size_t count = 99;
    assert_int_equal(work_missing(plan.days, plan.count, ranges[i].from, ranges[i].to, &dates, &count), STATUS_OK);
    assert_int_equal(count, ranges[i].missing);
    free(dates);
  }
}

static void days_outside_the_range_do_not_matter(void **state) {
  (void)state;
  Written plan = written("f.ccf.");
  Day *dates = NULL;
  size_t count = 99;
  assert_int_equal(work_missing(plan.days, plan.count, nth_weekday(2), nth_weekday(3), &dates, &count), STATUS_OK);
  assert_int_equal(count, 0);
  free(dates);
}

static void nothing_is_missing_between_neighbours_or_across_a_weekend(void **state) {
  (void)state;
  assert_true(work_nothing_between(NULL, 0, nth_weekday(0), nth_weekday(1)));
  assert_true(work_nothing_between(NULL, 0, nth_weekday(4), nth_weekday(5)));
}

static void only_proven_closures_may_stand_between(void **state) {
  (void)state;
  static const struct {
    const char *text;
    bool nothing;
  } cases[] = {{"cxxc", true},  {"cxcc", false}, {"cx.c", false}, {"cxwc", false},
               {"cfxc", false}, {"crxc", false}, {"c..c", false}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    Written plan = written(cases[i].text);
    assert_int_equal(work_nothing_between(plan.days, plan.count, nth_weekday(0), nth_weekday(3)), cases[i].nothing);
  }
}

/* `session` and `blocked_by` are places in the text, -1 for none; `passed_over` marks with '!'. */
static void expect_gate(const char *text, int session, int blocked_by, const char *passed_over) {
  Written plan = written(text);
  Gate gate = gate_find(plan.days, plan.count, MONDAY_7_APRIL);
  assert_int_equal(gate.session, session < 0 ? DAY_NONE : nth_weekday((size_t)session));
  assert_int_equal(gate.blocked_by, blocked_by < 0 ? DAY_NONE : nth_weekday((size_t)blocked_by));
  size_t seen = 0;
  for (size_t i = 0; passed_over[i]; i++) {
    if (passed_over[i] != '!') continue;
    assert_true(seen < gate.passed_over_count);
    assert_int_equal(gate.passed_over[seen++], nth_weekday(i));
  }
  assert_int_equal(seen, gate.passed_over_count);
}

static void the_gate_of_an_empty_database_is_shut(void **state) {
  (void)state;
  expect_gate("", -1, -1, "");
}

static void the_gate_stands_at_the_newest_completed_session(void **state) {
  (void)state;
  expect_gate("c", 0, -1, "");
  expect_gate("ccccccc", 6, -1, "");
}

static void closed_days_are_stepped_over_and_are_no_session(void **state) {
  (void)state;
  expect_gate("cxxcx", 3, -1, "");
  expect_gate("xxc", 2, -1, "");
  expect_gate("xx", -1, -1, "");
}

static void a_half_written_newest_session_is_not_read(void **state) {
  (void)state;
  expect_gate("cccr", 2, 3, "");
  expect_gate("cccf", 2, 3, "");
  expect_gate("cccw", 2, 3, "");
}

static void a_shut_first_day_shuts_the_gate_from_the_start(void **state) {
  (void)state;
  expect_gate("r", -1, 0, "");
  expect_gate("fcc", -1, 0, "");
  expect_gate(".cc", -1, 0, "");
}

static void a_hole_blocks_until_three_later_sessions_are_completed(void **state) {
  (void)state;
  expect_gate("ccf", 1, 2, "");
  expect_gate("ccfc", 1, 2, "");
  expect_gate("ccfcc", 1, 2, "");
  expect_gate("ccfccc", 5, -1, "--!");
  expect_gate("ccfcccc", 6, -1, "--!");
}

static void the_first_day_is_passed_over_too(void **state) {
  (void)state;
  expect_gate("fccc", 3, -1, "!");
}

static void failed_waiting_running_and_absent_days_are_passed_over_alike(void **state) {
  (void)state;
  expect_gate("cfccc", 4, -1, "-!");
  expect_gate("cwccc", 4, -1, "-!");
  expect_gate("crccc", 4, -1, "-!");
  expect_gate("c.ccc", 4, -1, "-!");
}

static void closed_and_unfinished_days_do_not_count_as_later_sessions(void **state) {
  (void)state;
  expect_gate("cfcxxxc", 0, 1, "");
  expect_gate("cfcxcxxc", 7, -1, "-!");
  expect_gate("cfcwfcr", 0, 1, "");
}

static void each_hole_waits_for_its_own_three_sessions(void **state) {
  (void)state;
  expect_gate("cfcfccc", 6, -1, "-!-!");
  expect_gate("cfcfcc", 2, 3, "-!");
  expect_gate("cffccc", 5, -1, "-!!");
  expect_gate("cfcccw", 4, 5, "-!");
}

static void a_healed_hole_is_no_longer_passed_over(void **state) {
  (void)state;
  expect_gate("cccccc", 5, -1, "");
  expect_gate("cxcccc", 5, -1, "");
}

static void days_before_the_first_session_kept_do_not_block(void **state) {
  (void)state;
  Written plan = written("f.rccc");
  Gate gate = gate_find(plan.days, plan.count, nth_weekday(3));
  assert_int_equal(gate.session, nth_weekday(5));
  assert_int_equal(gate.passed_over_count, 0);
  assert_int_equal(gate.blocked_by, DAY_NONE);
}

static void a_first_day_on_a_weekend_means_the_monday_after(void **state) {
  (void)state;
  Written plan = written("fffffcc");
  Gate gate = gate_find(plan.days, plan.count, nth_weekday(4) + 1);
  assert_int_equal(gate.session, nth_weekday(6));
  assert_int_equal(gate.blocked_by, DAY_NONE);
}

static void too_many_holes_block_instead_of_being_forgotten(void **state) {
  (void)state;
  char text[GATE_MAX_PASSED_OVER + 5];
  memset(text, 'f', sizeof text);
  memcpy(text + GATE_MAX_PASSED_OVER, "ccc", 4);
  Written plan = written(text);
  Gate gate = gate_find(plan.days, plan.count, MONDAY_7_APRIL);
  assert_int_equal(gate.passed_over_count, GATE_MAX_PASSED_OVER);
  assert_int_equal(gate.session, nth_weekday(GATE_MAX_PASSED_OVER + 2));

  memcpy(text + GATE_MAX_PASSED_OVER, "fccc", 5);
  plan = written(text);
  gate = gate_find(plan.days, plan.count, MONDAY_7_APRIL);
  assert_int_equal(gate.blocked_by, nth_weekday(GATE_MAX_PASSED_OVER));
  assert_int_equal(gate.session, DAY_NONE);
}

static void nothing_is_missing_up_to_the_gate_but_what_was_passed_over(void **state) {
  (void)state;
  /* Every plan of eight weekdays: the gate and the missing days tell one story. */
  for (int number = 0; number < 6561; number++) {
    char text[9] = "";
    for (int i = 0, rest = number; i < 8; i++, rest /= 3) text[i] = "cxf"[rest % 3];
    Written plan = written(text);
    Gate gate = gate_find(plan.days, plan.count, MONDAY_7_APRIL);
    if (gate.session == DAY_NONE) continue;
    assert_int_equal(day_state_find(plan.days, plan.count, gate.session), JOB_COMPLETED);
    Day *dates = NULL;
    size_t count = 0;
    assert_int_equal(work_missing(plan.days, plan.count, MONDAY_7_APRIL, gate.session, &dates, &count), STATUS_OK);
    assert_true(count <= gate.passed_over_count);
    for (size_t i = 0; i < count; i++) assert_int_equal(dates[i], gate.passed_over[i]);
    free(dates);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_test_knows_its_monday),
      cmocka_unit_test(an_empty_database_misses_every_weekday_and_no_weekend),
      cmocka_unit_test(completed_and_closed_days_are_done),
      cmocka_unit_test(a_hole_in_the_middle_is_refetched),
      cmocka_unit_test(failed_waiting_and_crashed_days_are_asked_again),
      cmocka_unit_test(a_range_of_a_day_a_weekend_or_nothing),
      cmocka_unit_test(days_outside_the_range_do_not_matter),
      cmocka_unit_test(nothing_is_missing_between_neighbours_or_across_a_weekend),
      cmocka_unit_test(only_proven_closures_may_stand_between),
      cmocka_unit_test(the_gate_of_an_empty_database_is_shut),
      cmocka_unit_test(the_gate_stands_at_the_newest_completed_session),
      cmocka_unit_test(closed_days_are_stepped_over_and_are_no_session),
      cmocka_unit_test(a_half_written_newest_session_is_not_read),
      cmocka_unit_test(a_shut_first_day_shuts_the_gate_from_the_start),
      cmocka_unit_test(a_hole_blocks_until_three_later_sessions_are_completed),
      cmocka_unit_test(the_first_day_is_passed_over_too),
      cmocka_unit_test(failed_waiting_running_and_absent_days_are_passed_over_alike),
      cmocka_unit_test(closed_and_unfinished_days_do_not_count_as_later_sessions),
      cmocka_unit_test(each_hole_waits_for_its_own_three_sessions),
      cmocka_unit_test(a_healed_hole_is_no_longer_passed_over),
      cmocka_unit_test(days_before_the_first_session_kept_do_not_block),
      cmocka_unit_test(a_first_day_on_a_weekend_means_the_monday_after),
      cmocka_unit_test(too_many_holes_block_instead_of_being_forgotten),
      cmocka_unit_test(nothing_is_missing_up_to_the_gate_but_what_was_passed_over),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
