#include "krx_replay_time.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const long DAY_SECONDS = 86400, KST_SECONDS = 9 * 3600;

static bool all_digits(const char *text, size_t count) {
  for (size_t i = 0; i < count; i++) {
    if (text[i] < '0' || text[i] > '9') return false;
  }
  return true;
}

static int number_at(const char *text, size_t digits) {
  int value = 0;
  for (size_t i = 0; i < digits; i++) value = value * 10 + (text[i] - '0');
  return value;
}

static bool day_from_ymd(int year, int month, int day_of_month, long *ret_day) {
  struct tm civil = {.tm_year = year - 1900, .tm_mon = month - 1, .tm_mday = day_of_month};
  time_t seconds = timegm(&civil); /* normalises, so a 31st of February comes back as another day */
  if (civil.tm_mon != month - 1 || civil.tm_mday != day_of_month || seconds < 0) return false;
  *ret_day = (long)(seconds / DAY_SECONDS);
  return true;
}

bool replay_day_parse(const char *text, long *ret_day) {
  size_t length = strlen(text);
  if (length == 8 && all_digits(text, 8))
    return day_from_ymd(number_at(text, 4), number_at(text + 4, 2), number_at(text + 6, 2), ret_day);
  if (length != 10 || text[4] != '-' || text[7] != '-') return false;
  if (!all_digits(text, 4) || !all_digits(text + 5, 2) || !all_digits(text + 8, 2)) return false;
  return day_from_ymd(number_at(text, 4), number_at(text + 5, 2), number_at(text + 8, 2), ret_day);
}

char *replay_day_compact(long day, char text[REPLAY_DAY_TEXT_SIZE]) {
  time_t seconds = day * DAY_SECONDS;
  struct tm civil;
  gmtime_r(&seconds, &civil);
  strftime(text, REPLAY_DAY_TEXT_SIZE, "%Y%m%d", &civil);
  return text;
}

bool replay_day_is_weekday(long day) {
  long weekday = (day + 3) % 7; /* 1970-01-01 was a Thursday; Monday is 0 */
  return weekday < 5;
}

long replay_day_previous_weekday(long day) {
  do day--;
  while (!replay_day_is_weekday(day));
  return day;
}

/* The zone's offset in seconds: "Z", "+09:00", "-05:30". */
static bool parse_zone(const char *text, long *ret_offset) {
  if (strcmp(text, "Z") == 0) {
    *ret_offset = 0;
    return true;
  }
  bool sign = *text == '+' || *text == '-' || *text == ' ';
  if (!sign || strlen(text) != 6 || !all_digits(text + 1, 2) || text[3] != ':' || !all_digits(text + 4, 2))
    return false;
  long offset = number_at(text + 1, 2) * 3600L + number_at(text + 4, 2) * 60L;
  *ret_offset = *text == '-' ? -offset : offset;
  return true;
}

bool replay_instant_parse(const char *text, int64_t *ret_seconds) {
  char date[11] = "";
  long day, offset;
  if (strlen(text) < 20 || text[10] != 'T' || text[13] != ':' || text[16] != ':') return false;
  memcpy(date, text, 10);
  if (!replay_day_parse(date, &day)) return false;
  if (!all_digits(text + 11, 2) || !all_digits(text + 14, 2) || !all_digits(text + 17, 2)) return false;
  const char *zone = text + 19;
  if (*zone == '.') zone += 1 + strspn(zone + 1, "0123456789");
  if (!parse_zone(zone, &offset)) return false;
  long second_of_day = number_at(text + 11, 2) * 3600L + number_at(text + 14, 2) * 60L + number_at(text + 17, 2);
  *ret_seconds = (int64_t)day * DAY_SECONDS + second_of_day - offset;
  return true;
}

bool replay_publication_parse(const char *text, ReplayPublication *ret_publication) {
  static const char next_day[] = "next-day ", same_day[] = "same-day ";
  bool next = strncmp(text, next_day, strlen(next_day)) == 0;
  if (!next && strncmp(text, same_day, strlen(same_day)) != 0) return false;
  const char *clock = text + strlen(next_day);
  if (strlen(clock) != 5 || !all_digits(clock, 2) || clock[2] != ':' || !all_digits(clock + 3, 2)) return false;
  int hour = number_at(clock, 2), minute = number_at(clock + 3, 2);
  if (hour > 23 || minute > 59) return false;
  *ret_publication = (ReplayPublication){.next_day = next, .minute = hour * 60 + minute};
  return true;
}

static int compare_days(const void *a, const void *b) {
  long left = *(const long *)a, right = *(const long *)b;
  return (left > right) - (left < right);
}

bool replay_closures_have(const ReplayClosures *closures, long day) {
  if (closures->count == 0) return false;
  return bsearch(&day, closures->days, closures->count, sizeof(day), compare_days) != NULL;
}

int64_t replay_due(ReplayPublication publication, const ReplayClosures *closures, long day) {
  if (publication.next_day) {
    do day++;
    while (!replay_day_is_weekday(day) || replay_closures_have(closures, day));
  }
  return (int64_t)day * DAY_SECONDS + publication.minute * 60 - KST_SECONDS;
}
