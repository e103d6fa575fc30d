/* A stock's minutes: labels, the merging of pages, and the hours of a session, on real days. */
#include "market_rows.h"

#include <closebell/market/minute.h>

#include "minute_csv.h"

static MinuteBar bar(int32_t time, int64_t price) {
  return (MinuteBar){.time = time, .open = price, .high = price, .low = price, .close = price, .volume = 1};
}

static MinuteDay real_day(const char *file, const char *date) {
  char path[512];
  MinuteDay day = {0};
  snprintf(path, sizeof path, "%s/minute/%s_%s.csv", TEST_DATA, file, date);
  char dashed[DAY_TEXT_SIZE];
  snprintf(dashed, sizeof dashed, "%.4s-%.2s-%.2s", date, date + 4, date + 6);
  day.date = day_of(dashed);
  assert_int_not_equal(minute_csv_read(path, date, &day), 0);
  return day;
}

static void labels_are_minutes_of_a_day(void **state) {
  (void)state;
  assert_true(minute_label_is_valid(0) && minute_label_is_valid(2359) && minute_label_is_valid(1530));
  assert_false(minute_label_is_valid(960) || minute_label_is_valid(2400) || minute_label_is_valid(-1));
  assert_int_equal(minute_label_add(1000, -1), 959);
  assert_int_equal(minute_label_add(959, 1), 1000);
  assert_int_equal(minute_label_add(1, -5), 0);
  assert_int_equal(minute_label_add(2358, 5), 2359);
  Day date = day_of("2025-11-13");
  assert_int_equal(minute_label_start(date, 1530), instant_from_kst(date, 930));
}

static void pages_make_a_day_in_any_order(void **state) {
  (void)state;
  MinuteDay day = {.date = 1};
  const MinuteBar second[] = {bar(1000, 3), bar(1001, 4)}, first[] = {bar(900, 1), bar(959, 2)};
  minute_day_add(&day, second, 2);
  minute_day_add(&day, first, 2);
  minute_day_add(&day, second, 2); /* once more: the same */
  assert_int_equal(day.count, 4);
  for (size_t i = 0; i < 4; i++) assert_int_equal(day.bars[i].close, i + 1);
  const MinuteBar again = bar(1000, 9);
  minute_day_add(&day, &again, 1); /* asked again: what comes later counts */
  assert_int_equal(minute_day_find(&day, 1000)->close, 9);
  assert_null(minute_day_find(&day, 1002));
  const MinuteBar strangers[] = {bar(859, 1), bar(1631, 1), bar(1060, 1)};
  minute_day_add(&day, strangers, 3);
  assert_int_equal(day.count, 4);
}

static void there_is_room_for_every_minute_of_a_day(void **state) {
  (void)state;
  static MinuteDay day;
  day = (MinuteDay){.date = 1};
  for (int32_t label = MINUTE_LAST; label >= MINUTE_FIRST; label = minute_label_add(label, -1)) {
    const MinuteBar one = bar(label, label);
    minute_day_add(&day, &one, 1);
  }
  assert_int_equal(day.count, MINUTE_BARS_MAX);
  assert_int_equal(day.bars[0].time, 900);
  assert_int_equal(day.bars[MINUTE_BARS_MAX - 1].time, 1630);
}

static SessionHours hours_of_days(const MinuteDay *a, const MinuteDay *b, const MinuteDay *c) {
  HoursCount count = {0};
  hours_count_add(&count, a);
  hours_count_add(&count, b);
  hours_count_add(&count, c);
  return hours_of(&count);
}

static void assert_hours(SessionHours hours, SessionHours expected) {
  assert_int_equal(hours.first, expected.first);
  assert_int_equal(hours.last, expected.last);
  assert_int_equal(hours.auction, expected.auction);
}

/* 2025-11-13 was an exam day; on 2026-01-02 the exchange opened at 10:00 and closed as usual. */
static void the_hours_of_real_days_come_from_the_day_itself(void **state) {
  (void)state;
  MinuteDay exam = real_day("000230", "20251113"), new_year = real_day("004310", "20260102"),
            usual = real_day("000150", "20250901"), idle = {0};
  assert_hours(hours_of_days(&exam, &idle, &idle), HOURS_LATE);
  assert_hours(hours_of_days(&new_year, &idle, &idle), HOURS_USUAL);
  assert_hours(hours_of_days(&usual, &idle, &idle), HOURS_USUAL);
  assert_hours(hours_of_days(&idle, &idle, &idle), HOURS_USUAL);
  size_t count = exam.count;
  minute_day_cut(&exam, &HOURS_LATE);
  assert_int_equal(exam.count, count); /* nothing of it lies outside */
  assert_int_equal(exam.bars[0].time, 1000);
  assert_int_equal(exam.bars[exam.count - 1].time, 1619);
  minute_day_cut(&new_year, &HOURS_USUAL);
  assert_int_equal(new_year.bars[0].time, 1000);
  assert_int_equal(new_year.bars[new_year.count - 1].time, 1530);
  assert_int_equal(new_year.count, 321);
}

static void one_thin_stock_decides_nothing_and_half_of_them_do(void **state) {
  (void)state;
  MinuteDay usual = real_day("000150", "20250901"), other = usual, thin = {.date = usual.date};
  const MinuteBar odd = bar(1525, 5000);
  minute_day_add(&thin, &odd, 1);
  assert_hours(hours_of_days(&usual, &other, &thin), HOURS_USUAL);
  minute_day_add(&other, &odd, 1);
  assert_hours(hours_of_days(&usual, &other, &thin), HOURS_LATE); /* two of three */
  MinuteDay idle = {0};
  assert_hours(hours_of_days(&usual, &thin, &idle), HOURS_LATE); /* one of two that traded */
  const MinuteBar before = bar(1519, 1), after = bar(1530, 1);
  thin.count = 0;
  minute_day_add(&thin, &before, 1);
  minute_day_add(&thin, &after, 1);
  assert_hours(hours_of_days(&usual, &thin, &idle), HOURS_USUAL);
}

static void the_after_market_is_left_out(void **state) {
  (void)state;
  MinuteDay day = real_day("000150", "20250901");
  size_t count = day.count;
  const MinuteBar after[] = {bar(1600, 1), bar(1619, 1), bar(1630, 1), bar(1531, 1)};
  minute_day_add(&day, after, 4);
  assert_int_equal(day.count, count + 4);
  minute_day_cut(&day, &HOURS_USUAL);
  assert_int_equal(day.count, count);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(labels_are_minutes_of_a_day),
      cmocka_unit_test(pages_make_a_day_in_any_order),
      cmocka_unit_test(there_is_room_for_every_minute_of_a_day),
      cmocka_unit_test(the_hours_of_real_days_come_from_the_day_itself),
      cmocka_unit_test(one_thin_stock_decides_nothing_and_half_of_them_do),
      cmocka_unit_test(the_after_market_is_left_out),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
