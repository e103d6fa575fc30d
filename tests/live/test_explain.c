/* --explain: the story of a date or a ticker, and what happens next; nothing is written. */
#include <stdlib.h>

#include "live_db.h"
#include "named.h"

static const char NOW[] = "2025-03-05T00:00:00Z";

static int open_scene(void **state) {
  if (live_setup_days(state) != 0) return -1;
  live_do(*state, "manual_setup", NOW, "--days 12");
  return 0;
}

static LiveResult explain(LiveWorld *world, const char *program, const char *now, const char *what) {
  char arguments[64];
  snprintf(arguments, sizeof arguments, "--explain %s", what);
  LiveResult result = live_look(world, program, now, arguments);
  live_assert_exit(&result, 0);
  return result;
}

static void a_completed_session_tells_its_proof_and_its_links(void **state) {
  LiveResult result = explain(*state, "daily_update", NOW, "2025-02-26");
  live_assert_says(result.out, "2025-02-26, a Wednesday");
  live_assert_says(result.out, "calendar        open (observed)");
  assert_named(result.out, "2025-02-25");
  assert_named(result.out, "2025-02-27");
  assert_named(result.out, "daily_update|completed|1");
  assert_named(result.out, "rows|stored");
  assert_named(result.out, "gate|open|2025-03-04");
  assert_named(result.out, "nothing|completed");
}

static void a_closed_day_tells_which_link_closed_it(void **state) {
  LiveResult result = explain(*state, "manual_setup", NOW, "2025-03-03");
  assert_named(result.out, "expected|closed");
  assert_named(result.out, "archive|nothing|2025-02-28|2025-03-04");
  live_assert_says(result.out, "daily_update    closed");
  assert_named(result.out, "2025-03-04|2025-02-28");
}

static void a_day_that_is_not_due_tells_when_it_is_asked_for(void **state) {
  LiveResult result = explain(*state, "hourly_analysis", NOW, "2025-03-05");
  assert_named(result.out, "daily_update|2025-03-06 08:00 KST");
}

static void a_day_before_the_history_and_a_weekend_have_nothing_to_come(void **state) {
  LiveResult result = explain(*state, "daily_update", NOW, "2024-06-03");
  assert_named(result.out, "first session");
  result = explain(*state, "daily_update", NOW, "2025-03-01");
  assert_named(result.out, "weekends");
}

static void a_failed_session_tells_its_reason_its_alert_and_who_takes_it_up(void **state) {
  LiveWorld *world = *state;
  live_fault(world, "kind=half&date=2025-03-05");
  LiveResult failed = live_run_at(world, "daily_update", "2025-03-06T00:00:00Z", "");
  live_assert_exit(&failed, 75);
  LiveResult result = explain(world, "daily_update", "2025-03-06T00:00:00Z", "2025-03-05");
  live_assert_says(result.out, "daily_update    failed");
  assert_named(result.out, "WARN|session-failed|open");
  live_assert_says(result.out, " KST (1 times)");
  assert_null(strstr(result.out, "00Z")); /* one clock */
  assert_named(result.out, "next|daily_update");
  assert_named(result.out, "wait|2025-03-05");
  live_clear_faults(world);
}

static void a_target_tells_where_its_analysis_stands_and_its_place_in_the_queue(void **state) {
  LiveWorld *world = *state;
  LiveResult result = explain(world, "hourly_analysis", NOW, "005930");
  assert_named(result.out, "삼성전자|KOSPI");
  live_assert_says(result.out, "added 2025-03-04");
  live_assert_says(result.out, "12 in stock_data.005930");
  live_assert_says(result.out, "never yet");
  assert_named(result.out, "next|hourly_analysis|2025-03-04|1 of");
  live_do(world, "hourly_analysis", NOW, "--ticker 005930");
  result = explain(world, "hourly_analysis", NOW, "005930");
  assert_named(result.out, "analysis|2025-03-04|version");
  assert_named(result.out, "nothing|2025-03-04");
}

static void a_stranger_is_told_to_be_one(void **state) {
  LiveResult result = explain(*state, "hourly_analysis", NOW, "999990");
  assert_named(result.out, "not listed|2025-03-04");
}

static void what_is_neither_date_nor_ticker_is_refused(void **state) {
  LiveResult result = live_run_at(*state, "daily_update", NOW, "--explain everything");
  live_assert_exit(&result, 64);
  assert_named(result.err, "date|2025-04-10|ticker|005930");
}

/* ---- the runs themselves ---- */

static LiveResult history(LiveWorld *world, const char *program) {
  LiveResult result = live_look(world, program, NOW, "--history");
  live_assert_exit(&result, 0);
  return result;
}

static size_t count_lines(const char *text) {
  size_t lines = 0;
  for (; *text; text++) lines += *text == '\n';
  return lines;
}

static void the_latest_runs_stand_in_a_table_whoever_is_asked(void **state) {
  LiveWorld *world = *state;
  LiveResult nobody_home = live_run_at(world, "daily_update", "2025-03-01T00:00:00Z", ""); /* before the newest: 78 */
  live_assert_exit(&nobody_home, 78);
  static const char *const programs[] = {"manual_setup", "daily_update", "hourly_analysis"};
  for (size_t i = 0; i < 3; i++) {
    LiveResult result = history(world, programs[i]);
    assert_named(result.out, "started|program|took|exit|sessions|rows");
    assert_named(result.out, "12|516|-|50|-|12 sessions|2025-02-14");
    assert_named(result.out, "78|-|-|-|-|-|2025-03-01 09:00 KST");
    assert_int_equal(count_lines(result.out), 5); /* two runs of the tests above */
  }
}

static void no_more_than_twenty_are_shown_the_newest_last(void **state) {
  LiveWorld *world = *state;
  for (int i = 0; i < 30; i++) {
    char json[256];
    snprintf(json, sizeof json,
             "{\"_id\": \"2001-01-01T00:00:%02d.500Z_daily_update_h_1\", \"job\": \"daily_update\", \"exit_code\": "
             "{\"$numberLong\": \"75\"}, \"message\": \"run number %d\"}",
             i, i);
    live_insert(world, "system_info", "job_runs", json);
  }
  LiveResult result = history(world, "daily_update");
  assert_int_equal(count_lines(result.out), 21);
  assert_null(strstr(result.out, "run number 1\n"));
  assert_named(result.err, "20 runs");
  char *last = strstr(result.out, "2025-03-01 09:00 KST");
  assert_non_null(last);
  assert_int_equal(count_lines(last), 1);
}

static void without_any_run_it_says_so(void **state) {
  LiveWorld *world = *state;
  live_world_reset(world);
  LiveResult result = live_run(world, "hourly_analysis", "--history");
  live_assert_exit(&result, 0);
  assert_named(result.err, "no runs");
  assert_string_equal(result.out, "");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_completed_session_tells_its_proof_and_its_links),
      cmocka_unit_test(a_closed_day_tells_which_link_closed_it),
      cmocka_unit_test(a_day_that_is_not_due_tells_when_it_is_asked_for),
      cmocka_unit_test(a_day_before_the_history_and_a_weekend_have_nothing_to_come),
      cmocka_unit_test(a_target_tells_where_its_analysis_stands_and_its_place_in_the_queue),
      cmocka_unit_test(a_stranger_is_told_to_be_one),
      cmocka_unit_test(what_is_neither_date_nor_ticker_is_refused),
      cmocka_unit_test(a_failed_session_tells_its_reason_its_alert_and_who_takes_it_up),
      cmocka_unit_test(the_latest_runs_stand_in_a_table_whoever_is_asked),
      cmocka_unit_test(no_more_than_twenty_are_shown_the_newest_last),
      cmocka_unit_test(without_any_run_it_says_so),
  };
  return cmocka_run_group_tests(tests, open_scene, live_teardown);
}
