/* The schedules, minute by minute through a year, in zones of every kind. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "crontab.h"

enum { MINUTES_A_YEAR = 365 * 1440, UPDATE = 1, ANALYSIS = 2 };
static const time_t NEW_YEAR_2026 = 1767225600;

/* Without summer time, half-hours and quarters, both ends of the earth, summer time in either hemisphere, of half an
 * hour, and one that is taken back for a month. */
static const char *const ZONES[] = {
    "UTC",
    "Asia/Seoul",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Pacific/Kiritimati",
    "Pacific/Pago_Pago",
    "America/New_York",
    "Europe/London",
    "America/St_Johns",
    "Australia/Lord_Howe",
    "Pacific/Chatham",
    "Africa/Casablanca",
};
enum { ZONE_COUNT = sizeof ZONES / sizeof ZONES[0] };

static void be_in(const char *zone) {
  setenv("TZ", zone, 1);
  tzset();
}

static int programs_of(const CrontabLine *line) {
  return (strstr(line->command, "daily_update") ? UPDATE : 0) |
         (strstr(line->command, "hourly_analysis") ? ANALYSIS : 0);
}

/* What the clock on the wall shows, minute after minute; a zone changes its offset at a quarter of an hour, if ever. */
static void step_local(time_t at, struct tm *local) {
  if (at / 60 % 15 == 0)
    localtime_r(&at, local);
  else
    local->tm_min++;
}

/* The programs that a minute starts; a program that two lines start fails the test. */
static int started_at(const Crontab *crontab, time_t at, const struct tm *local) {
  int started = 0;
  for (size_t i = 0; i < crontab->count; i++) {
    if (!crontab_starts(&crontab->lines[i], at, local)) continue;
    assert_int_equal(started & programs_of(&crontab->lines[i]), 0);
    started |= programs_of(&crontab->lines[i]);
  }
  return started;
}

static struct tm in_korea(time_t at) {
  time_t ahead = at + 9 * 3600;
  struct tm korea;
  gmtime_r(&ahead, &korea);
  return korea;
}

/* A broker's day: the market at 15:41 and, for a start that failed, 15:51; minutes at 16:05, investors at 20:10. */
static int evening_plan(const struct tm *korea) {
  switch (korea->tm_hour * 100 + korea->tm_min) {
  case 1541:
  case 1551:
    return UPDATE | ANALYSIS;
  case 1605:
  case 2010:
    return UPDATE;
  default:
    return 0;
  }
}

/* What the plan says in Korea: 19:00 on Monday to Friday, and :10 from 19 h to 8 h of the morning after. */
static int night_plan(const struct tm *korea) {
  bool weekday = korea->tm_wday >= 1 && korea->tm_wday <= 5, morning_after = korea->tm_wday >= 2 && korea->tm_wday <= 6;
  if (korea->tm_min == 0) return weekday && korea->tm_hour == 19 ? UPDATE : 0;
  if (korea->tm_min != 10) return 0;
  return (weekday && korea->tm_hour >= 19) || (morning_after && korea->tm_hour <= 8) ? ANALYSIS : 0;
}

static int classic_plan(time_t at) {
  const struct tm korea = in_korea(at);
  bool weekday = korea.tm_wday >= 1 && korea.tm_wday <= 5;
  return night_plan(&korea) | (weekday ? evening_plan(&korea) : 0);
}

static Crontab read_crontab(FILE *stream) {
  Crontab crontab;
  assert_non_null(stream);
  assert_true(crontab_read(stream, &crontab));
  return crontab;
}

static Crontab render_for(const char *zone) {
  char command[256];
  snprintf(command, sizeof command, CRON_FOLDER "/render_crontab --at 2026-01-01 %s", zone);
  FILE *stream = popen(command, "r");
  Crontab crontab = read_crontab(stream);
  assert_int_equal(pclose(stream), 0);
  return crontab;
}

static void the_classic_crontab_starts_exactly_when_the_korean_plan_says_in_every_zone(void **state) {
  (void)state;
  for (size_t i = 0; i < ZONE_COUNT; i++) {
    Crontab crontab = render_for(ZONES[i]);
    be_in(ZONES[i]);
    int updates = 0, analyses = 0;
    struct tm local;
    for (int minute = 0; minute < MINUTES_A_YEAR; minute++) {
      time_t at = NEW_YEAR_2026 + (time_t)minute * 60;
      step_local(at, &local);
      int started = started_at(&crontab, at, &local), planned = classic_plan(at);
      if (started != planned)
        fail_msg("%s: the minute %lld starts %d instead of %d", ZONES[i], (long long)at, started, planned);
      updates += (started & UPDATE) != 0;
      analyses += (started & ANALYSIS) != 0;
    }
    assert_int_equal(updates, 261 * 5); /* the weekdays of 2026 */
    assert_int_equal(analyses, 261 * (14 + 2));
  }
}

/* cron leaves out, repeats or shifts a line with a fixed hour when clocks jump. */
static void where_clocks_jump_no_line_has_a_fixed_hour(void **state) {
  (void)state;
  int jumping = 0;
  for (size_t i = 0; i < ZONE_COUNT; i++) {
    Crontab crontab = render_for(ZONES[i]);
    be_in(ZONES[i]);
    bool jumps = false;
    struct tm first, parts;
    localtime_r(&NEW_YEAR_2026, &first);
    for (int day = 0; day < 365; day++) {
      time_t at = NEW_YEAR_2026 + (time_t)day * 86400;
      localtime_r(&at, &parts);
      jumps |= parts.tm_gmtoff != first.tm_gmtoff;
    }
    jumping += jumps;
    assert_true(crontab.count >= 3);
    for (size_t line = 0; line < crontab.count; line++) assert_int_equal(crontab.lines[line].any_hour, jumps);
  }
  assert_int_equal(jumping, 6);
}

static void the_crontab_starts_both_hourly_and_every_ten_minutes_around_eight_in_korea_in_every_zone(void **state) {
  (void)state;
  FILE *stream = fopen(CRON_BUILT "/closebell.crontab", "r");
  Crontab crontab = read_crontab(stream);
  fclose(stream);
  for (size_t i = 0; i < crontab.count; i++) assert_true(crontab.lines[i].any_hour);
  for (size_t i = 0; i < ZONE_COUNT; i++) {
    be_in(ZONES[i]);
    int since_any = 0, starts_in_window = 0, long_waits = 0;
    struct tm local;
    for (int minute = 0; minute < MINUTES_A_YEAR; minute++) {
      time_t at = NEW_YEAR_2026 + (time_t)minute * 60;
      step_local(at, &local);
      int started = started_at(&crontab, at, &local), into_window = (minute + 60) % 1440;
      bool window = into_window < 120; /* 08:00 to 09:59 in Korea */
      assert_true(started == 0 || started == (UPDATE | ANALYSIS));
      since_any = started ? 0 : since_any + 1;
      if (minute > 60 && since_any == 60) long_waits++;
      assert_true(since_any < 90);
      if (window && started) starts_in_window++;
      if (window && into_window >= 10) assert_true(since_any < 10);
    }
    assert_int_equal(starts_in_window, 365 * 14);
    /* Clocks that jump by half an hour make one wait of ninety minutes each time. */
    assert_int_equal(long_waits, strcmp(ZONES[i], "Australia/Lord_Howe") == 0 ? 2 : 0);
  }
}

/* Within the minutes in which a broker has the day, and when what investors bought is final. */
static void the_crontab_starts_both_in_the_evening_of_weekdays_in_every_zone(void **state) {
  (void)state;
  FILE *stream = fopen(CRON_BUILT "/closebell.crontab", "r");
  Crontab crontab = read_crontab(stream);
  fclose(stream);
  for (size_t i = 0; i < ZONE_COUNT; i++) {
    be_in(ZONES[i]);
    int in_window = 0, at_night = 0, on_weekends = 0;
    struct tm local;
    for (int minute = 0; minute < MINUTES_A_YEAR; minute++) {
      time_t at = NEW_YEAR_2026 + (time_t)minute * 60;
      step_local(at, &local);
      if (started_at(&crontab, at, &local) == 0 || local.tm_min == 5) continue;
      const struct tm korea = in_korea(at);
      int clock = korea.tm_hour * 100 + korea.tm_min;
      if (clock / 100 == 8 || clock / 100 == 9) continue;
      if (korea.tm_wday == 0 || korea.tm_wday == 6) on_weekends++;
      if (clock >= 1541 && clock < 1558) in_window++;
      if (clock >= 2010 && clock < 2020) at_night++;
    }
    assert_int_equal(in_window, 2 * 261);
    assert_int_equal(at_night, 261);
    assert_int_equal(on_weekends, 0);
  }
}

static void a_zone_that_does_not_exist_is_refused(void **state) {
  (void)state;
  assert_int_not_equal(system(CRON_FOLDER "/render_crontab Asia/Soeul 2>/dev/null >/dev/null"), 0);
  assert_int_not_equal(system(CRON_FOLDER "/render_crontab ../../etc/passwd 2>/dev/null >/dev/null"), 0);
  assert_int_not_equal(system(CRON_FOLDER "/render_crontab --template /dev/null UTC 2>/dev/null >/dev/null"), 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_classic_crontab_starts_exactly_when_the_korean_plan_says_in_every_zone),
      cmocka_unit_test(where_clocks_jump_no_line_has_a_fixed_hour),
      cmocka_unit_test(the_crontab_starts_both_hourly_and_every_ten_minutes_around_eight_in_korea_in_every_zone),
      cmocka_unit_test(the_crontab_starts_both_in_the_evening_of_weekdays_in_every_zone),
      cmocka_unit_test(a_zone_that_does_not_exist_is_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
