#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <closebell/plan/job_state.h>

static const JobState STORED[] = {JOB_RUNNING, JOB_COMPLETED, JOB_FAILED, JOB_WAITING, JOB_CLOSED};
enum { STORED_COUNT = sizeof STORED / sizeof STORED[0] };

static void every_stored_state_survives_the_round_trip(void **state) {
  (void)state;
  for (size_t i = 0; i < STORED_COUNT; i++) {
    JobState back = JOB_ABSENT;
    assert_true(job_state_parse(job_state_name(STORED[i]), &back));
    assert_int_equal(back, STORED[i]);
  }
}

static void the_names_are_those_of_the_contract(void **state) {
  (void)state;
  assert_string_equal(job_state_name(JOB_ABSENT), "absent");
  assert_string_equal(job_state_name(JOB_RUNNING), "running");
  assert_string_equal(job_state_name(JOB_COMPLETED), "completed");
  assert_string_equal(job_state_name(JOB_FAILED), "failed");
  assert_string_equal(job_state_name(JOB_WAITING), "waiting");
  assert_string_equal(job_state_name(JOB_CLOSED), "closed");
}

static void what_is_never_stored_is_not_parsed(void **state) {
  (void)state;
  static const char *const texts[] = {"absent", "", "Completed", "completed ", "complete", "done"};
  for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
    JobState untouched = JOB_WAITING;
    assert_false(job_state_parse(texts[i], &untouched));
    assert_int_equal(untouched, JOB_WAITING);
  }
}

static void only_completed_and_closed_are_final(void **state) {
  (void)state;
  assert_false(job_state_is_final(JOB_ABSENT));
  for (size_t i = 0; i < STORED_COUNT; i++)
    assert_int_equal(job_state_is_final(STORED[i]), STORED[i] == JOB_COMPLETED || STORED[i] == JOB_CLOSED);
}

static void a_day_is_found_wherever_it_stands(void **state) {
  (void)state;
  const DayState days[] = {
      {10, JOB_COMPLETED}, {11, JOB_CLOSED}, {14, JOB_FAILED}, {20, JOB_WAITING}, {21, JOB_RUNNING}};
  for (size_t count = 0; count <= 5; count++)
    for (size_t i = 0; i < 5; i++)
      assert_int_equal(day_state_find(days, count, days[i].date), i < count ? days[i].state : JOB_ABSENT);
}

static void a_day_that_is_not_there_is_absent(void **state) {
  (void)state;
  const DayState days[] = {{10, JOB_COMPLETED}, {12, JOB_COMPLETED}};
  const Day others[] = {DAY_NONE, -1, 9, 11, 13, INT32_MAX};
  for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
    assert_int_equal(day_state_find(days, 2, others[i]), JOB_ABSENT);
  assert_int_equal(day_state_find(NULL, 0, 10), JOB_ABSENT);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_stored_state_survives_the_round_trip),
      cmocka_unit_test(the_names_are_those_of_the_contract),
      cmocka_unit_test(what_is_never_stored_is_not_parsed),
      cmocka_unit_test(only_completed_and_closed_are_final),
      cmocka_unit_test(a_day_is_found_wherever_it_stands),
      cmocka_unit_test(a_day_that_is_not_there_is_absent),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
