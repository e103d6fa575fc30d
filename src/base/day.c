#include <closebell/base/day.h>

#include <stdio.h>
#include <string.h>

enum { YEAR_FIRST = 1900, YEAR_LAST = 2999 };
enum { DAYS_OF_400_YEARS = 146097, DAYS_OF_100_YEARS = 36524, DAYS_OF_4_YEARS = 1461 };

/* Both conversions count years from 1 March, so that the leap day is the last day of its year, and from 0000-03-01, so
 * that every term is positive. That day is this many days before 1970-01-01. */
enum { DAYS_FROM_0000_MARCH_TO_1970 = 719468 };

static bool is_leap_year(int year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

static int days_in_month(int year, int month) {
  static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && is_leap_year(year) ? 29 : days[month - 1];
}

/* Days from 1 March to the first of a month, March being month 0: the lengths 31 30 31 30 31 repeat. */
static int days_before_month(int months_since_march) { return (153 * months_since_march + 2) / 5; }

bool day_from_ymd(int year, int month, int day_of_month, Day *ret_day) {
  if (year < YEAR_FIRST || year > YEAR_LAST || month < 1 || month > 12) return false;
  if (day_of_month < 1 || day_of_month > days_in_month(year, month)) return false;
  int months_since_march = (month + 9) % 12;
  int y = month < 3 ? year - 1 : year;
  *ret_day = 365 * y + y / 4 - y / 100 + y / 400 + days_before_month(months_since_march) + day_of_month - 1 -
             DAYS_FROM_0000_MARCH_TO_1970;
  return true;
}

void day_to_ymd(Day day, int *ret_year, int *ret_month, int *ret_day_of_month) {
  int64_t days = (int64_t)day + DAYS_FROM_0000_MARCH_TO_1970;
  int64_t cycle = (days >= 0 ? days : days - DAYS_OF_400_YEARS + 1) / DAYS_OF_400_YEARS;
  int in_cycle = (int)(days - cycle * DAYS_OF_400_YEARS);
  /* The corrections take out the leap days, so that a division by 365 gives the year of the cycle, 0..399. */
  int year_of_cycle = (in_cycle - in_cycle / (DAYS_OF_4_YEARS - 1) + in_cycle / DAYS_OF_100_YEARS -
                       in_cycle / (DAYS_OF_400_YEARS - 1)) /
                      365;
  int day_of_year = in_cycle - (365 * year_of_cycle + year_of_cycle / 4 - year_of_cycle / 100);
  int months_since_march = (5 * day_of_year + 2) / 153;
  int month = months_since_march < 10 ? months_since_march + 3 : months_since_march - 9;
  *ret_year = (int)(cycle * 400) + year_of_cycle + (month < 3 ? 1 : 0);
  *ret_month = month;
  *ret_day_of_month = day_of_year - days_before_month(months_since_march) + 1;
}

/* The number that `count` digits make, -1 when one of them is no digit (the end of the text is none). */
static int digits(const char *text, int count) {
  int value = 0;
  for (int i = 0; i < count; i++) {
    if (text[i] < '0' || text[i] > '9') return -1;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

bool day_parse(const char *text, Day *ret_day) {
  if (strlen(text) != 10 || text[4] != '-' || text[7] != '-') return false;
  return day_from_ymd(digits(text, 4), digits(text + 5, 2), digits(text + 8, 2), ret_day);
}

static char *put_digits(char *to, int value, int count) {
  for (int i = count; i-- > 0; value /= 10) to[i] = (char)('0' + value % 10);
  return to + count;
}

/* By hand, not by printf: reading what is in the database compares thousands of dates a run. */
static char *format_day(Day day, const char *separator, char text[DAY_TEXT_SIZE]) {
  int year, month, day_of_month;
  day_to_ymd(day, &year, &month, &day_of_month);
  if (day == DAY_NONE || year < 0 || year > 9999) {
    snprintf(text, DAY_TEXT_SIZE, "%s", day == DAY_NONE ? "none" : "invalid");
    return text;
  }
  size_t gap = strlen(separator); /* 0 or 1 */
  char *at = put_digits(text, year, 4);
  memcpy(at, separator, gap);
  at = put_digits(at + gap, month, 2);
  memcpy(at, separator, gap);
  *put_digits(at + gap, day_of_month, 2) = '\0';
  return text;
}

char *day_format(Day day, char text[DAY_TEXT_SIZE]) { return format_day(day, "-", text); }

char *day_format_compact(Day day, char text[DAY_TEXT_SIZE]) { return format_day(day, "", text); }

DayText day_text(Day day) {
  DayText result;
  day_format(day, result.text);
  return result;
}

int day_compare(const void *a, const void *b) {
  const Day left = *(const Day *)a, right = *(const Day *)b;
  return (left > right) - (left < right);
}

Weekday day_weekday(Day day) {
  int64_t since_monday = ((int64_t)day + THURSDAY) % 7; /* 1970-01-01 was a Thursday */
  return (Weekday)(since_monday < 0 ? since_monday + 7 : since_monday);
}

bool day_is_weekend(Day day) { return day_weekday(day) >= SATURDAY; }

Day day_next_weekday(Day day) {
  if (day == DAY_NONE) return DAY_NONE;
  do day++;
  while (day_is_weekend(day));
  return day;
}

Day day_previous_weekday(Day day) {
  if (day == DAY_NONE) return DAY_NONE;
  do day--;
  while (day_is_weekend(day));
  return day;
}
