#include <closebell/feed/schedule.h>
#include <closebell/feed/units.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "made_zone.h"

/* ---- when a feed is due ---- */

static FeedSchedule make_schedule(const char *text) {
  FeedSchedule schedule;
  const char *zone;
  size_t length;
  Error err;
  if (feed_schedule_parse(text, &schedule, &zone, &length, &err) != STATUS_OK) fail_msg("%s: %s", text, err.text);
  if (length == 0 || feed_zone_is_fixed(zone, &schedule.zone)) return schedule;
  const char *slash = strrchr(zone, '/');
  schedule.zone = made_zone(slash == NULL ? zone : slash + 1);
  return schedule;
}

static void assert_newest(const char *text, const char *now, const char *expected) {
  FeedSchedule schedule = make_schedule(text);
  assert_string_equal(instant_text(feed_schedule_newest(&schedule, made_instant(now))).text, expected);
  feed_zone_free(&schedule.zone);
}

static void assert_next(const char *text, const char *now, const char *expected) {
  FeedSchedule schedule = make_schedule(text);
  assert_string_equal(instant_text(feed_schedule_next(&schedule, made_instant(now))).text, expected);
  feed_zone_free(&schedule.zone);
}

static void a_time_is_korean_unless_it_says_otherwise(void **state) {
  (void)state;
  assert_newest("daily 07:00", "2026-11-29T22:00:00Z", "2026-11-29T22:00:00Z");
  assert_newest("daily 07:00", "2026-11-29T21:59:59.999Z", "2026-11-28T22:00:00Z");
  assert_newest("daily 07:00 KST", "2026-11-29T22:00:00Z", "2026-11-29T22:00:00Z");
  assert_newest("daily 07:00 UTC", "2026-11-29T22:00:00Z", "2026-11-29T07:00:00Z");
  assert_newest("daily 07:00 America/New_York", "2026-11-29T22:00:00Z", "2026-11-29T12:00:00Z");
  assert_newest("daily 07:00 America/New_York", "2026-07-29T22:00:00Z", "2026-07-29T11:00:00Z");
}

static void the_next_one_is_later_than_now(void **state) {
  (void)state;
  assert_next("daily 07:00", "2026-11-29T22:00:00Z", "2026-11-30T22:00:00Z");
  assert_next("daily 07:00", "2026-11-29T21:59:59.999Z", "2026-11-29T22:00:00Z");
  assert_next("hourly", "2026-11-29T22:00:00Z", "2026-11-29T23:00:00Z");
  assert_next("hourly", "2026-11-29T22:00:00.001Z", "2026-11-29T23:00:00Z");
  assert_next("weekly sat 10:00", "2026-11-29T00:00:00Z", "2026-12-05T01:00:00Z");
}

static void a_week_has_its_day(void **state) {
  (void)state;
  assert_newest("weekly sat 10:00", "2026-11-28T00:59:59Z", "2026-11-21T01:00:00Z"); /* the 28th is a Saturday */
  assert_newest("weekly sat 10:00", "2026-11-28T01:00:00Z", "2026-11-28T01:00:00Z");
  assert_newest("weekly mon 00:00", "2026-11-29T15:00:00Z", "2026-11-29T15:00:00Z");
  assert_newest("weekly sun 23:59 UTC", "2026-11-29T23:58:59Z", "2026-11-22T23:59:00Z");
}

static void a_month_has_its_day_or_its_last(void **state) {
  (void)state;
  assert_newest("monthly 1 13:00", "2026-11-29T00:00:00Z", "2026-11-01T04:00:00Z");
  assert_newest("monthly 31 13:00", "2026-11-29T00:00:00Z", "2026-10-31T04:00:00Z");
  assert_newest("monthly 31 13:00", "2026-11-30T04:00:00Z", "2026-11-30T04:00:00Z");
  assert_newest("monthly 30 13:00", "2026-03-01T00:00:00Z", "2026-02-28T04:00:00Z");
  assert_newest("monthly 29 13:00", "2028-03-01T00:00:00Z", "2028-02-29T04:00:00Z");
  assert_newest("monthly 30 13:00", "2026-10-31T23:00:00Z", "2026-10-30T04:00:00Z"); /* not the 31st as well */
  assert_next("monthly 31 13:00", "2026-01-31T04:00:00Z", "2026-02-28T04:00:00Z");
}

static void an_hour_that_does_not_exist_is_due_when_clocks_jump(void **state) {
  (void)state;
  assert_newest("daily 02:30 America/New_York", "2026-03-08T06:59:59Z", "2026-03-07T07:30:00Z");
  assert_newest("daily 02:30 America/New_York", "2026-03-08T07:00:00Z", "2026-03-08T07:00:00Z");
  assert_next("daily 02:30 America/New_York", "2026-03-08T07:00:00Z", "2026-03-09T06:30:00Z");
}

static void an_hour_that_comes_twice_is_due_once_at_the_first(void **state) {
  (void)state;
  assert_newest("daily 01:30 America/New_York", "2026-11-01T05:29:59Z", "2026-10-31T05:30:00Z");
  assert_newest("daily 01:30 America/New_York", "2026-11-01T05:30:00Z", "2026-11-01T05:30:00Z");
  assert_newest("daily 01:30 America/New_York", "2026-11-01T06:30:00Z", "2026-11-01T05:30:00Z");
  assert_next("daily 01:30 America/New_York", "2026-11-01T05:30:00Z", "2026-11-02T06:30:00Z");
}

static void every_full_hour_is_one(void **state) {
  (void)state;
  assert_newest("hourly", "2026-11-29T22:59:59Z", "2026-11-29T22:00:00Z");
  assert_newest("hourly America/New_York", "2026-03-08T07:10:00Z", "2026-03-08T07:00:00Z");
  assert_newest("hourly America/New_York", "2026-11-01T06:10:00Z", "2026-11-01T06:00:00Z");
  assert_newest("hourly UTC", "1969-12-31T23:30:00Z", "1969-12-31T23:00:00Z");
}

static void half_hours_of_clocks_move_the_full_hour(void **state) {
  (void)state;
  /* 02:00 becomes 02:30 at 15:30Z: 15:30Z was no full hour any more; the next is 03:00 at 16:00Z. */
  assert_newest("hourly Australia/Lord_Howe", "2026-10-03T15:29:00Z", "2026-10-03T14:30:00Z");
  assert_newest("hourly Australia/Lord_Howe", "2026-10-03T15:59:00Z", "2026-10-03T14:30:00Z");
  assert_newest("hourly Australia/Lord_Howe", "2026-10-03T16:00:00Z", "2026-10-03T16:00:00Z");
  assert_next("hourly Australia/Lord_Howe", "2026-10-03T14:30:00Z", "2026-10-03T16:00:00Z");
  /* 02:00 becomes 01:30 at 15:00Z, and 02:00 comes again at 15:30Z. */
  assert_next("hourly Australia/Lord_Howe", "2026-04-04T14:00:00Z", "2026-04-04T15:30:00Z");
  assert_newest("hourly Australia/Lord_Howe", "2026-04-04T15:29:00Z", "2026-04-04T14:00:00Z");
}

static void a_change_soon_after_the_full_hour_does_not_hide_it(void **state) {
  (void)state;
  FeedZoneChange change = {made_instant("2026-01-01T00:10:00Z"), 30 * 60000};
  FeedSchedule schedule = {.period = FEED_HOURLY, .zone = {&change, 1, 0}};
  Instant due = feed_schedule_newest(&schedule, made_instant("2026-01-01T00:20:00Z"));
  assert_string_equal(instant_text(due).text, "2026-01-01T00:00:00Z");
  assert_string_equal(instant_text(feed_schedule_next(&schedule, due)).text, "2026-01-01T00:30:00Z");
}

static void clocks_set_back_over_midnight_have_shown_the_next_day_already(void **state) {
  (void)state;
  FeedZoneChange change = {made_instant("2026-01-02T00:30:00Z"), -60 * 60000};
  FeedSchedule schedule = {.period = FEED_DAILY, .minute = 10, .zone = {&change, 1, 0}};
  Instant due = feed_schedule_newest(&schedule, made_instant("2026-01-02T00:45:00Z")); /* 23:45 of the day before */
  assert_string_equal(instant_text(due).text, "2026-01-02T00:10:00Z");
  assert_string_equal(instant_text(feed_schedule_next(&schedule, due)).text, "2026-01-03T01:10:00Z");
}

/* Whatever the schedule: going forward by next and back by newest meet the same instants, in order, each once. */
static void newest_and_next_agree_through_changes_of_clocks(void **state) {
  (void)state;
  static const char *const texts[] = {"hourly America/New_York",       "hourly Australia/Lord_Howe",
                                      "daily 02:30 America/New_York",  "daily 01:45 Australia/Lord_Howe",
                                      "daily 00:00 Pacific/Apia",      "weekly sun 02:15 America/New_York",
                                      "monthly 31 02:00 Europe/Dublin"};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    FeedSchedule schedule = make_schedule(texts[i]);
    Instant due = feed_schedule_newest(&schedule, made_instant("2011-10-01T00:00:00Z"));
    for (int step = 0; step < 12000 && due < made_instant("2027-01-01T00:00:00Z"); step++) {
      Instant next = feed_schedule_next(&schedule, due);
      assert_true(next > due);
      assert_true(feed_schedule_newest(&schedule, next) == next);
      assert_true(feed_schedule_newest(&schedule, next - 1) == due);
      assert_true(feed_schedule_next(&schedule, next - 1) == next);
      due = next;
    }
    feed_zone_free(&schedule.zone);
  }
}

static void what_lies_beyond_all_years_is_never_due(void **state) {
  (void)state;
  FeedSchedule schedule = make_schedule("daily 07:00");
  assert_true(feed_schedule_newest(&schedule, INSTANT_NONE) == INSTANT_NONE);
  assert_true(feed_schedule_newest(&schedule, INT64_MAX) == INSTANT_NONE);
  assert_true(feed_schedule_next(&schedule, INT64_MAX) == INSTANT_NONE);
}

/* ---- which units are owed ---- */

static FeedDefinition made_units(const char *schedule, bool uses_date) {
  FeedDefinition definition = {.schedule = make_schedule(schedule)};
  definition.ask.uses_date = uses_date;
  definition.units.catch_up = 3;
  return definition;
}

static void assert_owed(const FeedDefinition *definition, const FeedPast *past, const char *now, const char *expected,
                        size_t given_up) {
  FeedUnits units = {0};
  char text[400] = "";
  assert_int_equal(feed_units_owed(definition, past, made_instant(now), &units, NULL), STATUS_OK);
  for (size_t i = 0; i < units.count; i++) {
    strcat(text, i == 0 ? "" : " ");
    strcat(text, day_text(feed_unit_date(units.due[i])).text);
  }
  assert_string_equal(text, expected);
  assert_int_equal(units.given_up, given_up);
  feed_units_free(&units);
}

static const FeedPast never = {INSTANT_NONE, INSTANT_NONE, INSTANT_NONE, NULL, 0};

static void a_first_run_owes_the_newest_due_unit(void **state) {
  (void)state;
  FeedDefinition dated = made_units("daily 07:00", true), snapshot = made_units("daily 07:00", false);
  assert_owed(&dated, &never, "2026-11-29T03:00:00Z", "2026-11-29", 0);
  assert_owed(&snapshot, &never, "2026-11-29T03:00:00Z", "2026-11-29", 0);
}

static void a_dated_feed_owes_every_unit_since_its_first_oldest_first(void **state) {
  (void)state;
  FeedDefinition dated = made_units("daily 07:00", true);
  Instant done[] = {instant_from_kst(made_day("2026-11-26"), 420), instant_from_kst(made_day("2026-11-28"), 420)};
  FeedPast past = {done[0], done[1], INSTANT_NONE, done, 2};
  assert_owed(&dated, &past, "2026-11-29T22:00:00Z", "2026-11-27 2026-11-29 2026-11-30", 0);
  assert_owed(&dated, &past, "2026-11-28T00:00:00Z", "2026-11-27", 0);
}

static void the_newest_that_are_missing_are_owed_and_older_ones_given_up_once(void **state) {
  (void)state;
  FeedDefinition dated = made_units("daily 07:00", true);
  Instant first = instant_from_kst(made_day("2026-11-20"), 420), done = instant_from_kst(made_day("2026-11-28"), 420);
  FeedPast past = {first, done, INSTANT_NONE, &done, 1};
  FeedUnits units = {0};
  assert_int_equal(feed_units_owed(&dated, &past, made_instant("2026-11-29T03:00:00Z"), &units, NULL), STATUS_OK);
  assert_int_equal(units.count, 3);    /* 26, 27, 29 */
  assert_int_equal(units.given_up, 6); /* 20 to 25 */
  assert_true(units.given_up_to == instant_from_kst(made_day("2026-11-25"), 420));
  past.given_up_to = units.given_up_to;
  feed_units_free(&units);
  assert_owed(&dated, &past, "2026-11-29T03:00:00Z", "2026-11-26 2026-11-27 2026-11-29", 0);
  assert_owed(&dated, &past, "2026-11-30T03:00:00Z", "2026-11-27 2026-11-29 2026-11-30", 1);
}

static void a_snapshot_owes_its_newest_unit_alone(void **state) {
  (void)state;
  FeedDefinition snapshot = made_units("daily 07:00", false);
  Instant done = instant_from_kst(made_day("2026-11-26"), 420);
  FeedPast past = {done, done, INSTANT_NONE, &done, 1};
  assert_owed(&snapshot, &past, "2026-11-29T03:00:00Z", "2026-11-29", 0);
  assert_owed(&snapshot, &past, "2026-11-26T21:00:00Z", "", 0);
}

static void a_completed_unit_is_never_owed_again(void **state) {
  (void)state;
  FeedDefinition dated = made_units("daily 07:00", true), snapshot = made_units("daily 07:00", false);
  Instant done = instant_from_kst(made_day("2026-11-29"), 420);
  FeedPast past = {done, done, INSTANT_NONE, &done, 1};
  assert_owed(&dated, &past, "2026-11-29T03:00:00Z", "", 0);
  assert_owed(&snapshot, &past, "2026-11-29T03:00:00Z", "", 0);
}

static void a_unit_that_was_begun_and_not_completed_is_owed(void **state) {
  (void)state;
  FeedDefinition snapshot = made_units("daily 07:00", false);
  Instant begun = instant_from_kst(made_day("2026-11-29"), 420);
  FeedPast past = {begun, begun, INSTANT_NONE, NULL, 0};
  assert_owed(&snapshot, &past, "2026-11-29T03:00:00Z", "2026-11-29", 0);
}

static void before_its_newest_unit_nothing_is_owed(void **state) {
  (void)state;
  FeedDefinition dated = made_units("daily 07:00", true), snapshot = made_units("daily 07:00", false);
  Instant begun = instant_from_kst(made_day("2026-11-29"), 420);
  FeedPast past = {begun - 10 * INT64_C(86400000), begun, INSTANT_NONE, NULL, 0};
  assert_owed(&dated, &past, "2026-11-28T21:59:59Z", "", 0);
  assert_owed(&snapshot, &past, "2026-11-28T21:59:59Z", "", 0);
  assert_owed(&snapshot, &past, "2026-11-28T22:00:00Z", "2026-11-29", 0);
}

static void a_schedule_that_was_changed_brings_no_older_unit(void **state) {
  (void)state;
  FeedDefinition snapshot = made_units("daily 06:00", false);
  Instant done = instant_from_kst(made_day("2026-11-29"), 420); /* at 07:00, as it was */
  FeedPast past = {done, done, INSTANT_NONE, &done, 1};
  assert_owed(&snapshot, &past, "2026-11-29T03:00:00Z", "", 0);
  assert_owed(&snapshot, &past, "2026-11-29T21:00:00Z", "2026-11-30", 0);
}

static void two_units_can_have_one_date(void **state) {
  (void)state;
  FeedDefinition hourly = made_units("hourly", true);
  Instant first = made_instant("2026-11-29T00:00:00Z");
  FeedPast past = {first, first, INSTANT_NONE, &first, 1};
  assert_owed(&hourly, &past, "2026-11-29T02:30:00Z", "2026-11-29 2026-11-29", 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_time_is_korean_unless_it_says_otherwise),
      cmocka_unit_test(the_next_one_is_later_than_now),
      cmocka_unit_test(a_week_has_its_day),
      cmocka_unit_test(a_month_has_its_day_or_its_last),
      cmocka_unit_test(an_hour_that_does_not_exist_is_due_when_clocks_jump),
      cmocka_unit_test(an_hour_that_comes_twice_is_due_once_at_the_first),
      cmocka_unit_test(every_full_hour_is_one),
      cmocka_unit_test(half_hours_of_clocks_move_the_full_hour),
      cmocka_unit_test(a_change_soon_after_the_full_hour_does_not_hide_it),
      cmocka_unit_test(clocks_set_back_over_midnight_have_shown_the_next_day_already),
      cmocka_unit_test(newest_and_next_agree_through_changes_of_clocks),
      cmocka_unit_test(what_lies_beyond_all_years_is_never_due),
      cmocka_unit_test(a_first_run_owes_the_newest_due_unit),
      cmocka_unit_test(a_dated_feed_owes_every_unit_since_its_first_oldest_first),
      cmocka_unit_test(the_newest_that_are_missing_are_owed_and_older_ones_given_up_once),
      cmocka_unit_test(a_snapshot_owes_its_newest_unit_alone),
      cmocka_unit_test(a_completed_unit_is_never_owed_again),
      cmocka_unit_test(a_unit_that_was_begun_and_not_completed_is_owed),
      cmocka_unit_test(before_its_newest_unit_nothing_is_owed),
      cmocka_unit_test(a_schedule_that_was_changed_brings_no_older_unit),
      cmocka_unit_test(two_units_can_have_one_date),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
