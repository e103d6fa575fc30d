/* When a stock's minutes are believed: on real days, and on each figure that may be wrong. */
#include "market_rows.h"

#include <closebell/plan/minutes_proof.h>

#include "minute_csv.h"
#include "named.h"

/* The row that the exchange would archive of the real day, made of its minutes. */
static StockRow archived_of(const MinuteDay *day) {
  StockRow row = row_of("000150", day->bars[day->count - 1].close);
  row.open = day->bars[0].open;
  row.high = row.low = row.open;
  row.volume = 0;
  for (size_t i = 0; i < day->count; i++) {
    if (day->bars[i].high > row.high) row.high = day->bars[i].high;
    if (day->bars[i].low < row.low) row.low = day->bars[i].low;
    row.volume += day->bars[i].volume;
  }
  return row;
}

static MinuteDay real_day(const char *name, const char *compact, const char *date) {
  char path[512];
  MinuteDay day = {.date = day_of(date)};
  snprintf(path, sizeof path, "%s/minute/%s_%s.csv", TEST_DATA, name, compact);
  assert_int_not_equal(minute_csv_read(path, compact, &day), 0);
  return day;
}

static MinuteDay usual_day(void) { return real_day("000150", "20250901", "2025-09-01"); }

static Instant at(const MinuteDay *day, int hour, int minute) {
  return instant_from_kst(day->date, hour * 60 + minute);
}

static void real_days_agree_with_their_rows(void **state) {
  (void)state;
  MinuteDay days[] = {usual_day(), real_day("004310", "20260102", "2026-01-02"),
                      real_day("000230", "20251113", "2025-11-13")};
  for (size_t i = 0; i < 3; i++) {
    StockRow row = archived_of(&days[i]);
    MinutesFacts facts = {.hours = i == 2 ? HOURS_LATE : HOURS_USUAL, .archived = &row, .now = at(&days[i], 24 + 8, 0)};
    MinutesVerdict verdict = minutes_judge(&days[i], &facts);
    assert_string_equal(verdict.message, "");
    assert_int_equal(verdict.state, MINUTES_PROVEN);
    row.volume += 1000; /* trades off the book count in the day's volume alone */
    assert_int_equal(minutes_judge(&days[i], &facts).state, MINUTES_PROVEN);
    facts.archived = NULL;
    assert_int_equal(minutes_judge(&days[i], &facts).state, MINUTES_PROVISIONAL);
  }
}

static void each_figure_of_the_row_counts(void **state) {
  (void)state;
  MinuteDay day = usual_day();
  StockRow row = archived_of(&day);
  struct {
    int64_t *figure, by;
    const char *says;
  } wrong[] = {{&row.open, 1, "first open"},
               {&row.high, 1, "highest high"},
               {&row.low, -1, "lowest low"},
               {&row.close, 1, "last close"},
               {&row.volume, -1, "shares"}};
  MinutesFacts facts = {.hours = HOURS_USUAL, .archived = &row, .now = at(&day, 24 + 8, 0)};
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
    *wrong[i].figure += wrong[i].by;
    MinutesVerdict verdict = minutes_judge(&day, &facts);
    assert_int_equal(verdict.state, MINUTES_WRONG);
    assert_named(verdict.message, wrong[i].says);
    *wrong[i].figure -= wrong[i].by;
  }
  MinuteDay cut = real_day("004310", "20260102", "2026-01-02");
  row = archived_of(&cut);
  cut.count--; /* a day whose auction has never come back closes elsewhere */
  facts.now = at(&cut, 24 + 8, 0);
  MinutesVerdict verdict = minutes_judge(&cut, &facts);
  assert_int_equal(verdict.state, MINUTES_WRONG);
  assert_named(verdict.message, "last close");
}

static void bars_that_cannot_be_right_are_named(void **state) {
  (void)state;
  MinuteDay day = usual_day();
  MinutesFacts facts = {.hours = HOURS_USUAL, .now = at(&day, 16, 5)};
  MinuteDay wrong = day;
  wrong.bars[5].high = wrong.bars[5].low - 1;
  assert_named(minutes_judge(&wrong, &facts).message, "09:05");
  wrong = day;
  wrong.bars[6].time = 905;
  assert_named(minutes_judge(&wrong, &facts).message, "09:05|behind");
  wrong = day;
  wrong.bars[wrong.count - 1].time = 1601;
  assert_named(minutes_judge(&wrong, &facts).message, "16:01|hours");
  wrong.count = 0;
  assert_int_equal(minutes_judge(&wrong, &facts).state, MINUTES_WRONG);
  facts.hours = HOURS_LATE;
  assert_named(minutes_judge(&day, &facts).message, "09:00|hours");
}

/* It shows briefly at 15:30, is gone at 15:31 and comes back later. */
static void the_closing_auction_is_awaited_until_16_35(void **state) {
  (void)state;
  MinuteDay day = usual_day(), cut = day;
  cut.count--;
  static const struct {
    int hour, minute;
    bool waits;
  } CASES[] = {{16, 5, true}, {16, 34, true}, {16, 35, false}, {20, 0, false}};
  for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
    MinutesFacts facts = {.hours = HOURS_USUAL, .now = at(&day, CASES[i].hour, CASES[i].minute)};
    MinutesVerdict verdict = minutes_judge(&cut, &facts);
    assert_int_equal(verdict.state, CASES[i].waits ? MINUTES_WAITING : MINUTES_PROVISIONAL);
    if (CASES[i].waits) assert_named(verdict.message, "15:30");
    assert_int_equal(minutes_judge(&day, &facts).state, MINUTES_PROVISIONAL);
  }
}

/* At 16:05 of an exam day the market still trades. */
static void a_late_day_is_awaited_an_hour_longer(void **state) {
  (void)state;
  MinuteDay day = real_day("000230", "20251113", "2025-11-13");
  MinutesFacts facts = {.hours = HOURS_LATE, .now = at(&day, 16, 5)};
  assert_int_equal(minutes_judge(&day, &facts).state, MINUTES_WAITING);
  facts.now = at(&day, 17, 34);
  assert_int_equal(minutes_judge(&day, &facts).state, MINUTES_WAITING);
  facts.now = at(&day, 17, 35);
  assert_int_equal(minutes_judge(&day, &facts).state, MINUTES_PROVISIONAL); /* it had no trade in the auction */
}

static void days_expire_after_keep_days(void **state) {
  (void)state;
  Day today = day_of("2025-04-10");
  assert_int_equal(minutes_expired(today, 0), DAY_NONE);
  assert_int_equal(minutes_expired(today, 1), day_of("2025-04-08"));
  assert_int_equal(minutes_expired(today, 365), day_of("2024-04-09"));
  assert_int_equal(minutes_expired(today, INT64_MAX), DAY_NONE);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(real_days_agree_with_their_rows),
      cmocka_unit_test(each_figure_of_the_row_counts),
      cmocka_unit_test(bars_that_cannot_be_right_are_named),
      cmocka_unit_test(the_closing_auction_is_awaited_until_16_35),
      cmocka_unit_test(a_late_day_is_awaited_an_hour_longer),
      cmocka_unit_test(days_expire_after_keep_days),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
