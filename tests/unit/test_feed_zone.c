#include <closebell/feed/zone.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "made_zone.h"

/* The day and minute there, at an instant. */
static void assert_shows(const FeedZone *zone, const char *instant, const char *day, int minute) {
  int shown_minute;
  Day shown = feed_zone_day(zone, made_instant(instant), &shown_minute);
  assert_string_equal(day_text(shown).text, day);
  assert_int_equal(shown_minute, minute);
}

static void assert_instant(const FeedZone *zone, const char *day, int minute, const char *expected) {
  assert_string_equal(instant_text(feed_zone_instant(zone, made_day(day), minute)).text, expected);
}

static void korea_and_utc_need_no_file(void **state) {
  (void)state;
  FeedZone zone;
  assert_true(feed_zone_is_fixed("KST", &zone));
  assert_instant(&zone, "2026-01-01", 7 * 60, "2025-12-31T22:00:00Z");
  assert_shows(&zone, "2025-12-31T22:00:00Z", "2026-01-01", 7 * 60);
  assert_true(feed_zone_is_fixed("UTC", &zone));
  assert_instant(&zone, "2026-01-01", 7 * 60, "2026-01-01T07:00:00Z");
  assert_shows(&zone, "1969-12-31T23:59:59.5Z", "1969-12-31", 1439);
  assert_false(feed_zone_is_fixed("kst", &zone));
}

static void names_of_zones_are_paths_that_lead_nowhere_else(void **state) {
  (void)state;
  assert_true(feed_zone_is_name("America/New_York"));
  assert_true(feed_zone_is_name("America/Argentina/Buenos_Aires"));
  assert_true(feed_zone_is_name("Etc/GMT+3"));
  const char *const refused[] = {"",    "../etc/passwd", "America/../x", "/etc/localtime",     "America/", "America//x",
                                 "a.b", "A/.x",          "New York",     "America/New_York\n", "3x"};
  for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) assert_false(feed_zone_is_name(refused[i]));
}

static void check_new_york(const char *name) {
  FeedZone zone = made_zone(name);
  assert_shows(&zone, "1900-01-01T12:00:00Z", "1900-01-01", 7 * 60);
  assert_shows(&zone, "2026-01-15T12:00:00Z", "2026-01-15", 7 * 60);
  assert_shows(&zone, "2026-07-15T12:00:00Z", "2026-07-15", 8 * 60);
  assert_shows(&zone, "2026-03-08T06:59:59Z", "2026-03-08", 119);
  assert_shows(&zone, "2026-03-08T07:00:00Z", "2026-03-08", 180);
  assert_shows(&zone, "2026-11-01T05:59:59Z", "2026-11-01", 119);
  assert_shows(&zone, "2026-11-01T06:00:00Z", "2026-11-01", 60);
  assert_shows(&zone, "2050-07-15T12:00:00Z", "2050-07-15", 8 * 60); /* the rule behind the list */
  assert_shows(&zone, "2199-12-15T12:00:00Z", "2199-12-15", 7 * 60);
  feed_zone_free(&zone);
}

static void new_york_is_right_by_its_list_and_by_its_rule(void **state) {
  (void)state;
  check_new_york("New_York");
  check_new_york("New_York_slim");
}

static void a_time_that_clocks_jump_over_is_when_they_jump(void **state) {
  (void)state;
  FeedZone zone = made_zone("New_York");
  assert_instant(&zone, "2026-03-08", 119, "2026-03-08T06:59:00Z");
  assert_instant(&zone, "2026-03-08", 120, "2026-03-08T07:00:00Z");
  assert_instant(&zone, "2026-03-08", 150, "2026-03-08T07:00:00Z");
  assert_instant(&zone, "2026-03-08", 180, "2026-03-08T07:00:00Z");
  assert_instant(&zone, "2026-03-08", 181, "2026-03-08T07:01:00Z");
  feed_zone_free(&zone);
  zone = made_zone("Lord_Howe"); /* half an hour: 02:00 is 02:30 */
  assert_instant(&zone, "2026-10-04", 135, "2026-10-03T15:30:00Z");
  assert_instant(&zone, "2026-10-04", 150, "2026-10-03T15:30:00Z");
  feed_zone_free(&zone);
}

static void a_time_that_clocks_show_twice_is_the_first(void **state) {
  (void)state;
  FeedZone zone = made_zone("New_York");
  assert_instant(&zone, "2026-11-01", 59, "2026-11-01T04:59:00Z");
  assert_instant(&zone, "2026-11-01", 60, "2026-11-01T05:00:00Z");
  assert_instant(&zone, "2026-11-01", 119, "2026-11-01T05:59:00Z");
  assert_instant(&zone, "2026-11-01", 120, "2026-11-01T07:00:00Z");
  feed_zone_free(&zone);
  zone = made_zone("Lord_Howe"); /* 02:00 is 01:30 */
  assert_instant(&zone, "2026-04-05", 105, "2026-04-04T14:45:00Z");
  assert_instant(&zone, "2026-04-05", 120, "2026-04-04T15:30:00Z");
  feed_zone_free(&zone);
}

static void winter_time_that_is_the_exception_is_understood(void **state) {
  (void)state;
  FeedZone zone = made_zone("Dublin"); /* IST-1GMT0: "summer" is behind */
  assert_shows(&zone, "2026-07-01T12:00:00Z", "2026-07-01", 13 * 60);
  assert_shows(&zone, "2060-07-01T12:00:00Z", "2060-07-01", 13 * 60);
  assert_shows(&zone, "2060-12-01T12:00:00Z", "2060-12-01", 12 * 60);
  feed_zone_free(&zone);
}

static void a_day_that_there_never_was_begins_the_next(void **state) {
  (void)state;
  FeedZone zone = made_zone("Apia"); /* 2011-12-30 was left out */
  assert_instant(&zone, "2011-12-29", 12 * 60, "2011-12-29T22:00:00Z");
  assert_instant(&zone, "2011-12-30", 12 * 60, "2011-12-30T10:00:00Z");
  assert_instant(&zone, "2011-12-31", 12 * 60, "2011-12-30T22:00:00Z");
  feed_zone_free(&zone);
}

static void assert_refused(const char *bytes, size_t length, const char *words) {
  FeedZone zone = {.first_offset_ms = 7};
  Error err = {""};
  assert_int_equal(feed_zone_parse(bytes, length, &zone, &err), STATUS_CONFIG);
  assert_non_null(strstr(err.text, words));
  assert_int_equal(zone.first_offset_ms, 7);
}

static void every_cut_of_a_file_is_refused(void **state) {
  (void)state;
  char bytes[8192];
  size_t length = made_file("zone/New_York_slim", bytes, sizeof bytes);
  for (size_t cut = 0; cut < length; cut++) assert_refused(bytes, cut, "time zone file");
  FeedZone zone;
  assert_int_equal(feed_zone_parse(bytes, length, &zone, NULL), STATUS_OK);
  feed_zone_free(&zone);
}

static void a_file_that_contradicts_itself_is_refused(void **state) {
  (void)state;
  char bytes[8192];
  size_t length = made_file("zone/New_York", bytes, sizeof bytes);
  bytes[0] = 'X';
  assert_refused(bytes, length, "no time zone file");
  bytes[0] = 'T';
  bytes[39] = 0; /* no kind of time at all, in the first block's header: char count follows */
  assert_refused(bytes, length, "header");
  length = made_file("zone/New_York_slim", bytes, sizeof bytes);
  size_t changes = (unsigned char)bytes[51 + 35], kinds = 51 + 44 + 8 * changes;
  char kind = bytes[kinds + 3];
  bytes[kinds + 3] = 99;
  assert_refused(bytes, length, "a kind of time that it does not have");
  bytes[kinds + 3] = kind;
  bytes[51 + 31] = 1; /* leap seconds */
  assert_refused(bytes, length, "leap seconds");
}

/* A whole file with the rule alone. */
static size_t make_file(char *bytes, const char *rule) {
  static const char header[44] = "TZif2\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
                                 "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1\0\0\0\1";
  for (size_t block = 0; block < 2; block++) {
    memcpy(bytes + block * 51, header, 44);
    memset(bytes + block * 51 + 44, 0, 7);
  }
  return 102 + (size_t)sprintf(bytes + 102, "\n%s\n", rule);
}

static void rules_are_read_strictly(void **state) {
  (void)state;
  const char *const refused[] = {"EST",
                                 "ES5",
                                 "EST5EDT",
                                 "EST5EDT,M3.2.0",
                                 "EST5EDT,M13.2.0,M11.1.0",
                                 "EST5EDT,M3.6.0,M11.1.0",
                                 "EST5EDT,M3.2.7,M11.1.0",
                                 "EST5EDT,J0,J365",
                                 "EST5EDT,J1,366",
                                 "EST5EDT,M3.2.0/168,M11.1.0",
                                 "EST25",
                                 "EST5:60",
                                 "<+03-3",
                                 "EST5 ",
                                 "EST5EDT,M3.2.0,M11.1.0x"};
  char bytes[512];
  for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
    assert_refused(bytes, make_file(bytes, refused[i]), "rule makes no sense");
  const char *const taken[] = {
      "", "EST5", "<+03>-3", "<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "XXX3EDT4,0/0,J365/23", "IST-1GMT0,M10.5.0,M3.5.0/1"};
  for (size_t i = 0; i < sizeof taken / sizeof *taken; i++) {
    FeedZone zone = {0};
    assert_int_equal(feed_zone_parse(bytes, make_file(bytes, taken[i]), &zone, NULL), STATUS_OK);
    feed_zone_free(&zone);
  }
}

static void summer_all_year_has_no_winter_between_years(void **state) {
  (void)state;
  char bytes[512];
  FeedZone zone = {0};
  size_t length = make_file(bytes, "XXX3EDT4,0/0,J365/23");
  assert_int_equal(feed_zone_parse(bytes, length, &zone, NULL), STATUS_OK);
  for (Instant t = made_instant("2027-12-28T00:00:00Z"); t < made_instant("2028-01-04T00:00:00Z"); t += 600000)
    assert_int_equal(feed_zone_offset_ms(&zone, t), -4 * 3600 * 1000);
  feed_zone_free(&zone);
}

static void julian_days_pass_over_the_leap_day(void **state) {
  (void)state;
  char bytes[512];
  FeedZone zone = {0};
  assert_int_equal(feed_zone_parse(bytes, make_file(bytes, "AAA0BBB,J60/0,J61/0"), &zone, NULL), STATUS_OK);
  assert_int_equal(feed_zone_offset_ms(&zone, made_instant("2028-03-01T12:00:00Z")), 3600 * 1000);
  assert_int_equal(feed_zone_offset_ms(&zone, made_instant("2028-02-29T12:00:00Z")), 0);
  feed_zone_free(&zone);
  assert_int_equal(feed_zone_parse(bytes, make_file(bytes, "AAA0BBB,59/0,60/0"), &zone, NULL), STATUS_OK);
  assert_int_equal(feed_zone_offset_ms(&zone, made_instant("2028-02-29T12:00:00Z")), 3600 * 1000);
  assert_int_equal(feed_zone_offset_ms(&zone, made_instant("2027-03-01T12:00:00Z")), 3600 * 1000);
  feed_zone_free(&zone);
}

static void the_fifth_week_is_the_last_one(void **state) {
  (void)state;
  char bytes[512];
  FeedZone zone = {0};
  assert_int_equal(feed_zone_parse(bytes, make_file(bytes, "AAA0BBB,M3.5.0,M10.5.0"), &zone, NULL), STATUS_OK);
  assert_int_equal(feed_zone_offset_ms(&zone, made_instant("2027-03-27T12:00:00Z")), 0);
  assert_int_equal(feed_zone_offset_ms(&zone, made_instant("2027-03-28T12:00:00Z")), 3600 * 1000); /* of four Sundays */
  assert_int_equal(feed_zone_offset_ms(&zone, made_instant("2026-03-29T12:00:00Z")), 3600 * 1000); /* of five */
  feed_zone_free(&zone);
}

static void before_its_first_change_the_first_kind_of_time_holds(void **state) {
  (void)state;
  FeedZone zone = made_zone("New_York_slim");
  assert_int_equal(feed_zone_offset_ms(&zone, -INT64_C(2800000000000)), -(4 * 3600 + 56 * 60 + 2) * 1000); /* 1881 */
  feed_zone_free(&zone);
}

static void there_and_back_is_the_same_instant(void **state) {
  (void)state;
  static const char *const names[] = {"New_York", "New_York_slim", "Lord_Howe", "Dublin", "Apia"};
  for (size_t z = 0; z < sizeof names / sizeof *names; z++) {
    FeedZone zone = made_zone(names[z]);
    for (Instant t = made_instant("1990-01-01T00:00:00Z"); t < made_instant("2060-01-01T00:00:00Z"); t += 47 * 60000) {
      int minute;
      Day day = feed_zone_day(&zone, t, &minute);
      Instant back = feed_zone_instant(&zone, day, minute);
      assert_true(back <= t); /* the first time that it was shown */
      assert_true(t - back == 0 || t - back == 3600000 || t - back == 1800000);
    }
    feed_zone_free(&zone);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(korea_and_utc_need_no_file),
      cmocka_unit_test(names_of_zones_are_paths_that_lead_nowhere_else),
      cmocka_unit_test(new_york_is_right_by_its_list_and_by_its_rule),
      cmocka_unit_test(a_time_that_clocks_jump_over_is_when_they_jump),
      cmocka_unit_test(a_time_that_clocks_show_twice_is_the_first),
      cmocka_unit_test(winter_time_that_is_the_exception_is_understood),
      cmocka_unit_test(a_day_that_there_never_was_begins_the_next),
      cmocka_unit_test(every_cut_of_a_file_is_refused),
      cmocka_unit_test(a_file_that_contradicts_itself_is_refused),
      cmocka_unit_test(rules_are_read_strictly),
      cmocka_unit_test(summer_all_year_has_no_winter_between_years),
      cmocka_unit_test(julian_days_pass_over_the_leap_day),
      cmocka_unit_test(the_fifth_week_is_the_last_one),
      cmocka_unit_test(before_its_first_change_the_first_kind_of_time_holds),
      cmocka_unit_test(there_and_back_is_the_same_instant),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
