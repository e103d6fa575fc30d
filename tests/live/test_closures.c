/* A table of closures that is wrong: it lacks two that were declared at short notice, and closes the exchange on a day
 * on which it was open. What the exchange answers decides all the same. */
#include <stdlib.h>

#include <closebell/base/day.h>

#include "live_scene.h"

static const char BEGIN[] = "2024-09-27", FEW_TARGETS[] = "30000000000000", BIGGEST[] = "005930";
/* Without 2024-10-01 and 2025-01-27; 2024-10-08 was a session. */
static const char WRONG_TABLE[] = "date,reason\n"
                                  "2024-08-15,Liberation Day\n"
                                  "2024-09-16,Chuseok\n2024-09-17,Chuseok\n2024-09-18,Chuseok\n"
                                  "2024-10-03,National Foundation Day\n"
                                  "2024-10-08,nobody knows why\n"
                                  "2024-10-09,Hangeul Day\n"
                                  "2024-12-25,Christmas\n2024-12-31,year-end closing\n"
                                  "2025-01-01,New Year\n"
                                  "2025-01-28,Seollal\n2025-01-29,Seollal\n2025-01-30,Seollal\n";

typedef LiveScene Scene;

static LiveWorld *set_up(Scene *scene, bool wrong_table) {
  char path[128];
  LiveWorld *world = &scene->world;
  live_world_reset(world);
  live_set(world, "CLOSEBELL_UNIVERSE_MIN_MARKET_CAP", FEW_TARGETS);
  if (wrong_table)
    live_set(world, "CLOSEBELL_CALENDAR_CLOSURES_FILE", live_file(world, "closures.csv", WRONG_TABLE, path));
  live_do(world, "manual_setup", live_sample_due(&scene->sample, live_sample_index(&scene->sample, BEGIN)).text,
          "--days 6");
  return world;
}

static const char *late_alert(LiveWorld *world, const char *date) {
  char id[64];
  snprintf(id, sizeof id, "session-late:%s", date);
  bson_t *alert = live_find(world, "system_info", "ops_alerts", id);
  const char *state = alert == NULL ? "absent" : live_has_field(alert, "resolved_utc") ? "resolved" : "open";
  bson_destroy(alert);
  return state;
}

static void assert_calendar(LiveWorld *world, const char *date, const char *state) {
  bson_t *day = live_get(world, "system_info", "trading_calendar", date);
  assert_string_equal(live_text(day, "state"), state);
  assert_string_equal(live_text(day, "source"), "observed");
  bson_destroy(day);
  live_assert_state(world, date, strcmp(state, "open") == 0 ? "completed" : "closed");
}

/* Every session of the sample from BEGIN to the last is there, and every other weekday is closed. */
static void assert_days(Scene *scene, const char *last) {
  Day day, end;
  assert_true(day_parse(BEGIN, &day) && day_parse(last, &end));
  for (; day <= end; day = day_next_weekday(day)) {
    const char *date = day_text(day).text;
    bool session = live_sample_has(&scene->sample, date);
    assert_calendar(&scene->world, date, session ? "open" : "closed");
    if (!session) continue;
    bson_t *row = live_get(&scene->world, "stock_data", BIGGEST, date);
    const LiveDay *recorded = &scene->sample.days[live_sample_index(&scene->sample, date)];
    assert_int_equal(live_int64(row, "close"), live_sample_row(recorded, BIGGEST)->close);
    bson_destroy(row);
  }
}

/* Alike but for the words that a table has for a closure. */
static void assert_same_as_with_the_right_table(Scene *scene, const char *now) {
  static const char *const parts[] = {"stock_data.", "system_info.job_status", "system_info.target_tickers"};
  LiveDump wrong = live_dump(&scene->world, LIVE_CONTENT);
  LiveWorld *world = set_up(scene, false);
  live_do(world, "daily_update", now, "");
  LiveDump right = live_dump(world, LIVE_CONTENT);
  for (size_t i = 0; i < 3; i++) {
    LiveDump actual = live_dump_part(&wrong, parts[i]), expected = live_dump_part(&right, parts[i]);
    assert_true(expected.count > 0);
    live_assert_same(&actual, &expected);
    live_dump_free(&actual);
    live_dump_free(&expected);
  }
  live_dump_free(&wrong);
  live_dump_free(&right);
}

static void update_at(LiveWorld *world, const char *date, const char *time_utc) {
  char now[32];
  snprintf(now, sizeof now, "%s%s", date, time_utc);
  live_do(world, "daily_update", now, "");
}

/* ---- lived through ---- */

/* 09:00 and 13:00 in Korea on each day of a fortnight. What is not published is waited for; nobody is closed by a table
 * and no day is failed. */
static void a_fortnight_with_a_wrong_table_comes_out_right(void **state) {
  Scene *scene = *state;
  LiveWorld *world = set_up(scene, true);
  Day day, last;
  assert_true(day_parse("2024-09-30", &day) && day_parse("2024-10-14", &last));
  for (; day <= last; day++) {
    update_at(world, day_text(day).text, "T00:00:00Z");
    update_at(world, day_text(day).text, "T04:00:00Z");
    LiveDocuments statuses = live_documents(world, "system_info", "job_status");
    for (size_t i = 0; i < statuses.count; i++)
      assert_string_not_equal(live_text(statuses.items[i], "status"), "failed");
    live_documents_free(&statuses);
  }
  assert_days(scene, "2024-10-11");
  LiveDocuments alerts = live_documents(world, "system_info", "ops_alerts");
  for (size_t i = 0; i < alerts.count; i++) assert_true(live_has_field(alerts.items[i], "resolved_utc"));
  live_documents_free(&alerts);
  assert_same_as_with_the_right_table(scene, "2024-10-14T04:00:00Z");
}

static void a_closure_that_the_table_lacks_is_waited_for_with_a_warning(void **state) {
  Scene *scene = *state;
  LiveWorld *world = set_up(scene, true);
  update_at(world, "2024-10-02", "T00:00:00Z");
  live_assert_state(world, "2024-09-30", "completed");
  live_assert_state(world, "2024-10-01", "waiting");
  assert_string_equal(late_alert(world, "2024-10-01"), "absent");
  update_at(world, "2024-10-02", "T04:00:00Z");
  live_assert_state(world, "2024-10-01", "waiting");
  assert_string_equal(late_alert(world, "2024-10-01"), "open");
  update_at(world, "2024-10-04", "T00:00:00Z"); /* the next session continues the one before it */
  assert_calendar(world, "2024-10-01", "closed");
  assert_string_equal(late_alert(world, "2024-10-01"), "resolved");
}

static void a_session_that_the_table_closes_is_taken_in(void **state) {
  Scene *scene = *state;
  LiveWorld *world = set_up(scene, true);
  update_at(world, "2024-10-10", "T00:00:00Z");
  assert_calendar(world, "2024-10-08", "open");
  assert_true(live_has(world, "stock_data", BIGGEST, "2024-10-08"));
  live_assert_state(world, "2024-10-09", "waiting"); /* nothing has continued past it yet */
  update_at(world, "2024-10-11", "T00:00:00Z");
  assert_calendar(world, "2024-10-09", "closed");
}

/* 2025-03-03 is a holiday that the built-in table knows; the session before it cannot be had for a while. */
static void a_holiday_beside_a_missing_session_is_not_called_a_session(void **state) {
  Scene *scene = *state;
  LiveWorld *world = set_up(scene, false);
  live_do(world, "daily_update", "2025-02-28T00:00:00Z", "");
  live_fault(world, "kind=cut-json&date=2025-02-28");
  LiveResult result = live_run_at(world, "daily_update", "2025-03-05T00:00:00Z", "");
  live_assert_exit(&result, 75);
  live_assert_state(world, "2025-02-28", "failed");
  live_assert_state(world, "2025-03-03", "waiting");
  live_assert_state(world, "2025-03-04", "completed");
  bson_t *day = live_get(world, "system_info", "trading_calendar", "2025-03-03");
  assert_string_equal(live_text(day, "state"), "unknown");
  bson_destroy(day);
  live_clear_faults(world);
  live_do(world, "daily_update", "2025-03-05T00:00:00Z", "");
  assert_days(scene, "2025-03-04");
}

/* ---- caught up with ---- */

static void four_months_caught_up_at_once_come_out_right(void **state) {
  Scene *scene = *state;
  LiveWorld *world = set_up(scene, true);
  live_do(world, "daily_update", "2025-02-04T00:00:00Z", "");
  assert_days(scene, "2025-02-03");
  assert_calendar(world, "2024-10-01", "closed");
  assert_calendar(world, "2025-01-27", "closed");
  assert_calendar(world, "2024-10-08", "open");
  assert_same_as_with_the_right_table(scene, "2025-02-04T00:00:00Z");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_closure_that_the_table_lacks_is_waited_for_with_a_warning),
      cmocka_unit_test(a_session_that_the_table_closes_is_taken_in),
      cmocka_unit_test(a_holiday_beside_a_missing_session_is_not_called_a_session),
      cmocka_unit_test(a_fortnight_with_a_wrong_table_comes_out_right),
      cmocka_unit_test(four_months_caught_up_at_once_come_out_right),
  };
  return cmocka_run_group_tests_name("closures", tests, live_scene_open, live_scene_close);
}
