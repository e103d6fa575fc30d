#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <closebell/base/day.h>

static Day day_of(const char *text) {
  Day day = DAY_NONE;
  if (!day_parse(text, &day)) fail_msg("%s is no day", text);
  return day;
}

static void days_are_counted_from_1970(void **state) {
  (void)state;
  assert_int_equal(day_of("1970-01-01"), 0);
  assert_int_equal(day_of("1969-12-31"), -1);
  assert_int_equal(day_of("2000-03-01"), 11017);
  assert_int_equal(day_of("2025-04-11"), 20189);
}

static void every_day_of_eleven_centuries_survives_the_round_trip(void **state) {
  (void)state;
  Day expected = day_of("1900-01-01"), last = day_of("2999-12-31");
  int previous_year = 1899, previous_month = 12, previous_day = 31;
  for (; expected <= last; expected++) {
    int year, month, day_of_month;
    Day back = DAY_NONE;
    day_to_ymd(expected, &year, &month, &day_of_month);
    assert_true(day_from_ymd(year, month, day_of_month, &back));
    assert_int_equal(back, expected);
    /* The calendar goes on by one day, or starts a month, or a year. */
    if (day_of_month != 1)
      assert_true(day_of_month == previous_day + 1 && month == previous_month);
    else if (month != 1)
      assert_true(month == previous_month + 1 && year == previous_year);
    else
      assert_true(year == previous_year + 1 && previous_month == 12 && previous_day == 31);
    previous_year = year, previous_month = month, previous_day = day_of_month;
  }
  assert_int_equal(last - day_of("1900-01-01") + 1, 401767);
}

static void days_before_the_epoch_of_the_calendar_have_a_date_too(void **state) {
  (void)state;
  int year, month, day_of_month;
  day_to_ymd(-719468, &year, &month, &day_of_month);
  assert_true(year == 0 && month == 3 && day_of_month == 1);
  day_to_ymd(-719469, &year, &month, &day_of_month);
  assert_true(year == 0 && month == 2 && day_of_month == 29);
  day_to_ymd(INT32_MAX, &year, &month, &day_of_month);
  assert_true(year == 5881580 && month == 7 && day_of_month == 11);
}

static void days_that_do_not_exist_are_refused(void **state) {
  (void)state;
  static const char *const texts[] = {"2025-02-29", "2100-02-29", "1900-02-29", "2025-04-31", "2025-00-10",
                                      "2025-13-01", "2025-01-00", "2025-01-32", "1899-12-31", "3000-01-01"};
  for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
    Day day = 42;
    assert_false(day_parse(texts[i], &day));
    assert_int_equal(day, 42);
  }
  assert_int_equal(day_of("2024-02-29") + 1, day_of("2024-03-01"));
  assert_int_equal(day_of("2000-02-29") + 1, day_of("2000-03-01"));
}

static void only_the_one_written_form_is_a_day(void **state) {
  (void)state;
  static const char *const texts[] = {"",           "2025",       "2025-4-11",    "2025-04-11 ",          " 2025-04-11",
                                      "2025/04/11", "2025-04-1x", "20250411",     "2025-04-11T00:00:00Z", "+025-04-11",
                                      "2025-+4-11", "2025-04--1", "2025-04-1\xC2"};
  Day day;
  for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) assert_false(day_parse(texts[i], &day));
}

static void a_day_is_written_as_it_is_read(void **state) {
  (void)state;
  char text[DAY_TEXT_SIZE];
  assert_string_equal(day_format(day_of("2025-04-01"), text), "2025-04-01");
  assert_string_equal(day_format_compact(day_of("2025-04-01"), text), "20250401");
  assert_string_equal(day_text(day_of("1999-12-31")).text, "1999-12-31");
  assert_string_equal(day_text(DAY_NONE).text, "none");
  assert_string_equal(day_format_compact(DAY_NONE, text), "none");
  assert_string_equal(day_text(INT32_MAX).text, "invalid");
}

static void weekdays_go_round(void **state) {
  (void)state;
  assert_int_equal(day_weekday(0), THURSDAY);
  assert_int_equal(day_weekday(-1), WEDNESDAY);
  assert_int_equal(day_weekday(-4), SUNDAY);
  assert_int_equal(day_weekday(-7), THURSDAY);
  assert_int_equal(day_weekday(day_of("2025-04-11")), FRIDAY);
  assert_false(day_is_weekend(day_of("2025-04-11")));
  assert_true(day_is_weekend(day_of("2025-04-12")));
  assert_true(day_is_weekend(day_of("2025-04-13")));
  assert_false(day_is_weekend(day_of("2025-04-14")));
}

static void the_neighbouring_weekdays_skip_the_weekend(void **state) {
  (void)state;
  Day friday = day_of("2025-04-11"), monday = day_of("2025-04-14");
  assert_int_equal(day_next_weekday(friday), monday);
  assert_int_equal(day_next_weekday(friday + 1), monday);
  assert_int_equal(day_next_weekday(monday), monday + 1);
  assert_int_equal(day_previous_weekday(monday), friday);
  assert_int_equal(day_previous_weekday(monday - 1), friday);
  assert_int_equal(day_previous_weekday(friday), friday - 1);
  assert_int_equal(day_next_weekday(DAY_NONE), DAY_NONE);
  assert_int_equal(day_previous_weekday(DAY_NONE), DAY_NONE);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(days_are_counted_from_1970),
      cmocka_unit_test(every_day_of_eleven_centuries_survives_the_round_trip),
      cmocka_unit_test(days_before_the_epoch_of_the_calendar_have_a_date_too),
      cmocka_unit_test(days_that_do_not_exist_are_refused),
      cmocka_unit_test(only_the_one_written_form_is_a_day),
      cmocka_unit_test(a_day_is_written_as_it_is_read),
      cmocka_unit_test(weekdays_go_round),
      cmocka_unit_test(the_neighbouring_weekdays_skip_the_weekend),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
