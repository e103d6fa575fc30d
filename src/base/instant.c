#include <closebell/base/instant.h>

#include <stdio.h>
#include <string.h>

static const int64_t MS_OF_MINUTE = 60 * 1000;
static const int64_t KST_OFFSET_MS = 9 * 60 * 60 * 1000;

/* Days and the milliseconds of the day, rounded towards the past; DAY_NONE when the day is none a Day can hold. */
static Day split(Instant instant, int64_t offset_ms, int64_t *ret_ms_of_day) {
  int64_t days = instant / MS_OF_DAY, ms = instant % MS_OF_DAY + offset_ms;
  days += ms / MS_OF_DAY;
  ms %= MS_OF_DAY;
  if (ms < 0) {
    ms += MS_OF_DAY;
    days--;
  }
  *ret_ms_of_day = ms;
  return days > INT32_MIN && days <= INT32_MAX ? (Day)days : DAY_NONE;
}

/* Reads exactly two digits up to high and moves on. */
static bool take_two_digits(const char **at, int high, int *ret_value) {
  const char *p = *at;
  if (p[0] < '0' || p[0] > '9' || p[1] < '0' || p[1] > '9') return false;
  int value = (p[0] - '0') * 10 + (p[1] - '0');
  if (value > high) return false;
  *ret_value = value;
  *at = p + 2;
  return true;
}

static bool take(const char **at, char expected) {
  if (**at != expected) return false;
  (*at)++;
  return true;
}

static bool take_fraction(const char **at, int *ret_ms) {
  *ret_ms = 0;
  if (!take(at, '.')) return true;
  const char *first = *at;
  for (int weight = 100; **at >= '0' && **at <= '9'; weight /= 10) *ret_ms += weight * (*(*at)++ - '0');
  return *at > first;
}

static bool take_zone(const char **at, int64_t *ret_offset_ms) {
  *ret_offset_ms = 0;
  if (take(at, 'Z')) return true;
  int sign = **at == '-' ? -1 : 1, hours, minutes;
  if (!take(at, '+') && !take(at, '-')) return false;
  if (!take_two_digits(at, 23, &hours) || !take(at, ':') || !take_two_digits(at, 59, &minutes)) return false;
  *ret_offset_ms = sign * (hours * 60 + minutes) * MS_OF_MINUTE;
  return true;
}

bool instant_parse(const char *text, Instant *ret_instant) {
  char date[DAY_TEXT_SIZE];
  Day day;
  if (strnlen(text, DAY_TEXT_SIZE) < DAY_TEXT_SIZE) return false;
  memcpy(date, text, DAY_TEXT_SIZE - 1);
  date[DAY_TEXT_SIZE - 1] = '\0';
  if (!day_parse(date, &day)) return false;

  const char *at = text + DAY_TEXT_SIZE - 1;
  int hours, minutes, seconds, ms;
  int64_t offset_ms;
  if (!take(&at, 'T') || !take_two_digits(&at, 23, &hours) || !take(&at, ':') || !take_two_digits(&at, 59, &minutes) ||
      !take(&at, ':') || !take_two_digits(&at, 59, &seconds) || !take_fraction(&at, &ms) ||
      !take_zone(&at, &offset_ms) || *at != '\0')
    return false;
  *ret_instant = day * MS_OF_DAY + ((hours * 60 + minutes) * 60 + seconds) * INT64_C(1000) + ms - offset_ms;
  return true;
}

InstantText instant_text(Instant instant) {
  InstantText result = {"none"};
  if (instant == INSTANT_NONE) return result;
  int64_t ms;
  Day day = split(instant, 0, &ms);
  int seconds = (int)(ms / 1000), fraction = (int)(ms % 1000);
  int written = snprintf(result.text, sizeof(result.text), "%sT%02d:%02d:%02d", day_text(day).text, seconds / 3600,
                         seconds / 60 % 60, seconds % 60);
  char *end = result.text + written;
  size_t left = sizeof(result.text) - (size_t)written;
  if (fraction != 0)
    snprintf(end, left, ".%03dZ", fraction);
  else
    snprintf(end, left, "Z");
  return result;
}

InstantText instant_kst_text(Instant instant) {
  InstantText result = {"none"};
  if (instant == INSTANT_NONE) return result;
  int minute = instant_kst_minute(instant);
  snprintf(result.text, sizeof(result.text), "%s %02d:%02d KST", day_text(instant_kst_day(instant)).text, minute / 60,
           minute % 60);
  return result;
}

Day instant_kst_day(Instant instant) {
  int64_t ms;
  return split(instant, KST_OFFSET_MS, &ms);
}

int instant_kst_minute(Instant instant) {
  int64_t ms;
  split(instant, KST_OFFSET_MS, &ms);
  return (int)(ms / MS_OF_MINUTE);
}

Day instant_utc_day(Instant instant) {
  int64_t ms;
  return split(instant, 0, &ms);
}

Instant instant_next_utc_day(Instant instant) { return (instant_utc_day(instant) + 1) * MS_OF_DAY; }

Instant instant_from_kst(Day day, int minute_of_day) {
  if (day == DAY_NONE) return INSTANT_NONE;
  return day * MS_OF_DAY + minute_of_day * MS_OF_MINUTE - KST_OFFSET_MS;
}
