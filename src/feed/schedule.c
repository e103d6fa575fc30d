#include <closebell/feed/schedule.h>

#include "words.h"
#include "zone_internal.h"

#include <closebell/base/nearest.h>

#include <string.h>

static const int64_t HOUR_MS = 60 * 60 * 1000;
/* 1900-01-03 to 2999-12-28: what days can be written, and some room for any zone. */
static const Instant EARLIEST = -INT64_C(2208816000000), LATEST = INT64_C(32503334400000);

static const char *const periods[] = {"hourly", "daily", "weekly", "monthly", NULL};

/* ---- the text ---- */

static Status take_time(Words *words, FeedSchedule *schedule, Error *err) {
  size_t length;
  const char *word = words_next(words, &length);
  bool shaped = length == 5 && word[2] == ':' && strspn(word, "0123456789") == 2 && strspn(word + 3, "0123456789") >= 2;
  int hour = shaped ? (word[0] - '0') * 10 + (word[1] - '0') : 24;
  int minute = shaped ? (word[3] - '0') * 10 + (word[4] - '0') : 60;
  if (hour > 23 || minute > 59)
    return error_set(err, STATUS_CONFIG, "a time of day, HH:MM from 00:00 to 23:59, was expected after \"%s\"",
                     periods[schedule->period]);
  schedule->minute = hour * 60 + minute;
  return STATUS_OK;
}

static Status take_weekday(Words *words, FeedSchedule *schedule, Error *err) {
  size_t length;
  const char *word = words_next(words, &length);
  if (feed_weekday_find(word, length, &schedule->weekday)) return STATUS_OK;
  return error_set(err, STATUS_CONFIG, "a weekday was expected after \"weekly\": mon, tue, wed, thu, fri, sat or sun");
}

static Status take_day_of_month(Words *words, FeedSchedule *schedule, Error *err) {
  size_t length;
  const char *word = words_next(words, &length);
  int day = 0;
  for (size_t i = 0; i < length && day <= 31; i++)
    day = word[i] >= '0' && word[i] <= '9' ? day * 10 + (word[i] - '0') : 32;
  if (day < 1 || day > 31)
    return error_set(err, STATUS_CONFIG, "a day of the month, 1 to 31, was expected after \"monthly\"");
  schedule->day_of_month = day;
  return STATUS_OK;
}

static Status take_period(Words *words, FeedSchedule *schedule, Error *err) {
  size_t length;
  const char *word = words_next(words, &length);
  for (size_t i = 0; periods[i] != NULL; i++) {
    if (strlen(periods[i]) != length || memcmp(periods[i], word, length) != 0) continue;
    schedule->period = (FeedPeriod)i;
    return STATUS_OK;
  }
  const char *near = nearest_of(word, length, periods);
  return error_set(err, STATUS_CONFIG, "it begins with hourly, daily HH:MM, weekly DAY HH:MM or monthly D HH:MM%s%s%s",
                   near == NULL ? "" : "; did you mean ", near == NULL ? "" : near, near == NULL ? "" : "?");
}

Status feed_schedule_parse(const char *text, FeedSchedule *ret_schedule, const char **ret_zone, size_t *ret_zone_length,
                           Error *err) {
  FeedSchedule schedule = {.zone_name = "KST"};
  Words words = {text};
  Status status = take_period(&words, &schedule, err);
  if (status == STATUS_OK && schedule.period == FEED_WEEKLY) status = take_weekday(&words, &schedule, err);
  if (status == STATUS_OK && schedule.period == FEED_MONTHLY) status = take_day_of_month(&words, &schedule, err);
  if (status == STATUS_OK && schedule.period != FEED_HOURLY) status = take_time(&words, &schedule, err);
  if (status != STATUS_OK) return status;
  size_t zone_length, more;
  const char *zone = words_next(&words, &zone_length);
  words_next(&words, &more);
  if (more > 0) return error_set(err, STATUS_CONFIG, "something follows the time zone");
  (void)feed_zone_is_fixed("KST", &schedule.zone);
  *ret_schedule = schedule;
  *ret_zone = zone;
  *ret_zone_length = zone_length;
  return STATUS_OK;
}

/* ---- hours ---- */

static int64_t past_the_hour(const FeedZone *zone, Instant instant) {
  int64_t past = (instant + feed_zone_offset_ms(zone, instant)) % HOUR_MS;
  return past < 0 ? past + HOUR_MS : past;
}

/* A change between the full hour and `instant` has set the clocks: what they showed before it counts. */
static Instant newest_hour(const FeedZone *zone, Instant instant) {
  for (;;) {
    Instant full = instant - past_the_hour(zone, instant);
    size_t changes = zone_changes_until(zone, instant);
    if (changes == 0 || zone->changes[changes - 1].from <= full) return full;
    instant = zone->changes[changes - 1].from - 1;
  }
}

static Instant next_hour(const FeedZone *zone, Instant instant) {
  for (;;) {
    Instant full = instant - past_the_hour(zone, instant) + HOUR_MS;
    size_t changes = zone_changes_until(zone, instant);
    if (changes == zone->count || zone->changes[changes].from > full) return full;
    instant = zone->changes[changes].from;
    if (past_the_hour(zone, instant) == 0) return instant;
  }
}

/* ---- days ---- */

static bool is_due_on(const FeedSchedule *schedule, Day day) {
  if (schedule->period == FEED_WEEKLY) return day_weekday(day) == schedule->weekday;
  if (schedule->period != FEED_MONTHLY) return true;
  int year, month, of_month, of_next;
  day_to_ymd(day + 1, &year, &month, &of_next);
  day_to_ymd(day, &year, &month, &of_month);
  bool is_last = of_next == 1;
  return of_month == schedule->day_of_month || (is_last && of_month < schedule->day_of_month);
}

/* Clocks that were set back over midnight have shown a time of the next day already: that day is the first to be
 * looked at, and the day before when it goes forward. */
static Instant newest_of_days(const FeedSchedule *schedule, Instant now) {
  int minute;
  Day day = feed_zone_day(&schedule->zone, now, &minute) + 1;
  for (;; day--) {
    if (!is_due_on(schedule, day)) continue;
    Instant due = feed_zone_instant(&schedule->zone, day, schedule->minute);
    if (due <= now) return due;
  }
}

static Instant next_of_days(const FeedSchedule *schedule, Instant now) {
  int minute;
  Day day = feed_zone_day(&schedule->zone, now, &minute) - 1;
  for (;; day++) {
    if (!is_due_on(schedule, day)) continue;
    Instant due = feed_zone_instant(&schedule->zone, day, schedule->minute);
    if (due > now) return due;
  }
}

static Instant within_years(Instant due) { return due < EARLIEST || due > LATEST ? INSTANT_NONE : due; }

Instant feed_schedule_newest(const FeedSchedule *schedule, Instant now) {
  if (within_years(now) == INSTANT_NONE) return INSTANT_NONE;
  return within_years(schedule->period == FEED_HOURLY ? newest_hour(&schedule->zone, now)
                                                      : newest_of_days(schedule, now));
}

Instant feed_schedule_next(const FeedSchedule *schedule, Instant now) {
  if (within_years(now) == INSTANT_NONE) return INSTANT_NONE;
  return within_years(schedule->period == FEED_HOURLY ? next_hour(&schedule->zone, now) : next_of_days(schedule, now));
}
