#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <closebell/base/instant.h>

static Instant instant_of(const char *text) {
  Instant instant = INSTANT_NONE;
  if (!instant_parse(text, &instant)) fail_msg("%s is no instant", text);
  return instant;
}

static void an_instant_is_milliseconds_since_1970_in_utc(void **state) {
  (void)state;
  assert_int_equal(instant_of("1970-01-01T00:00:00Z"), 0);
  assert_int_equal(instant_of("1970-01-01T00:00:01.5Z"), 1500);
  assert_int_equal(instant_of("1969-12-31T23:59:59.999Z"), -1);
  assert_int_equal(instant_of("2025-04-11T00:00:00Z"), INT64_C(1744329600000));
}

static void an_offset_moves_the_instant(void **state) {
  (void)state;
  Instant midnight = instant_of("2025-04-11T00:00:00Z");
  assert_int_equal(instant_of("2025-04-11T09:00:00+09:00"), midnight);
  assert_int_equal(instant_of("2025-04-10T19:30:00-04:30"), midnight);
  assert_int_equal(instant_of("2025-04-11T00:00:00+00:00"), midnight);
  assert_int_equal(instant_of("2025-04-11T09:00:00.5+09:00"), midnight + 500);
}

static void finer_fractions_are_cut_to_milliseconds(void **state) {
  (void)state;
  assert_int_equal(instant_of("1970-01-01T00:00:00.0019999999999Z"), 1);
  assert_int_equal(instant_of("1970-01-01T00:00:00.25Z"), 250);
}

static void anything_else_is_refused(void **state) {
  (void)state;
  static const char *const texts[] = {"",
                                      "2025-04-11",
                                      "2025-04-11T00:00:00",
                                      "2025-04-11 00:00:00Z",
                                      "2025-04-11t00:00:00Z",
                                      "2025-04-11T00:00:00z",
                                      "2025-04-11T00:00Z",
                                      "2025-04-11T24:00:00Z",
                                      "2025-04-11T00:60:00Z",
                                      "2016-12-31T23:59:60Z",
                                      "2025-04-11T00:00:00.Z",
                                      "2025-04-11T00:00:00,5Z",
                                      "2025-04-11T00:00:00+0900",
                                      "2025-04-11T00:00:00+09",
                                      "2025-04-11T00:00:00+24:00",
                                      "2025-04-11T00:00:00+09:60",
                                      "2025-04-11T00:00:00Z ",
                                      " 2025-04-11T00:00:00Z",
                                      "2025-04-11T00:00:00ZZ",
                                      "2025-04-11T-1:00:00Z",
                                      "2025-02-29T00:00:00Z",
                                      "1744329600"};
  for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
    Instant instant = 42;
    if (instant_parse(texts[i], &instant)) fail_msg("%s was taken for an instant", texts[i]);
    assert_int_equal(instant, 42);
  }
}

static void an_instant_is_written_with_milliseconds_only_when_it_has_some(void **state) {
  (void)state;
  assert_string_equal(instant_text(0).text, "1970-01-01T00:00:00Z");
  assert_string_equal(instant_text(-1).text, "1969-12-31T23:59:59.999Z");
  assert_string_equal(instant_text(instant_of("2025-04-11T01:02:03.045Z")).text, "2025-04-11T01:02:03.045Z");
  assert_string_equal(instant_text(INSTANT_NONE).text, "none");
}

static void people_read_korean_time(void **state) {
  (void)state;
  assert_string_equal(instant_kst_text(instant_of("2025-04-11T00:00:59.999Z")).text, "2025-04-11 09:00 KST");
  assert_string_equal(instant_kst_text(instant_of("2025-12-31T15:00:00Z")).text, "2026-01-01 00:00 KST");
  assert_string_equal(instant_kst_text(INSTANT_NONE).text, "none");
}

static void the_korean_day_begins_at_15_00_utc(void **state) {
  (void)state;
  Instant last = instant_of("2025-04-10T14:59:59.999Z"), first = last + 1;
  assert_string_equal(day_text(instant_kst_day(last)).text, "2025-04-10");
  assert_int_equal(instant_kst_minute(last), 1439);
  assert_string_equal(day_text(instant_kst_day(first)).text, "2025-04-11");
  assert_int_equal(instant_kst_minute(first), 0);
  assert_int_equal(instant_kst_day(-1), 0);
  assert_int_equal(instant_kst_day(-9 * 3600 * 1000 - 1), -1);
  assert_int_equal(instant_kst_minute(-9 * 3600 * 1000 - 1), 1439);
}

static void the_day_in_utc_ends_at_midnight(void **state) {
  (void)state;
  Instant before = instant_of("2026-11-29T23:59:59.999Z"), midnight = before + 1;
  assert_string_equal(day_text(instant_utc_day(before)).text, "2026-11-29");
  assert_string_equal(day_text(instant_utc_day(midnight)).text, "2026-11-30");
  assert_int_equal(instant_next_utc_day(before), midnight);
  assert_int_equal(instant_next_utc_day(midnight), midnight + MS_OF_DAY);
  assert_int_equal(instant_utc_day(-1), -1);
}

static void a_korean_wall_clock_time_becomes_an_instant(void **state) {
  (void)state;
  Day day = instant_kst_day(instant_of("2025-04-11T00:00:00Z"));
  assert_int_equal(instant_from_kst(day, 9 * 60), instant_of("2025-04-11T00:00:00Z"));
  assert_int_equal(instant_from_kst(day, 0), instant_of("2025-04-10T15:00:00Z"));
  assert_int_equal(instant_from_kst(day, 33 * 60), instant_of("2025-04-12T00:00:00Z"));
  assert_int_equal(instant_from_kst(DAY_NONE, 0), INSTANT_NONE);
  assert_int_equal(instant_kst_day(INSTANT_NONE), DAY_NONE);
  assert_int_equal(instant_kst_day(INT64_MAX), DAY_NONE);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(an_instant_is_milliseconds_since_1970_in_utc),
      cmocka_unit_test(an_offset_moves_the_instant),
      cmocka_unit_test(finer_fractions_are_cut_to_milliseconds),
      cmocka_unit_test(anything_else_is_refused),
      cmocka_unit_test(an_instant_is_written_with_milliseconds_only_when_it_has_some),
      cmocka_unit_test(people_read_korean_time),
      cmocka_unit_test(the_korean_day_begins_at_15_00_utc),
      cmocka_unit_test(the_day_in_utc_ends_at_midnight),
      cmocka_unit_test(a_korean_wall_clock_time_becomes_an_instant),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
