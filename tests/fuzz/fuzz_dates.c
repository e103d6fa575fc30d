/* Days and instants. Accepted: the text is one of the forms. */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include <closebell/base/instant.h>

/* What is accepted has one written form, names a real day of the calendar, and stays itself. */
static bool is_day(const char *text) {
  Day day, from_parts;
  int year, month, day_of_month;
  char written[DAY_TEXT_SIZE];
  if (!day_parse(text, &day)) return false;
  FUZZ_CHECK(strcmp(day_format(day, written), text) == 0);
  day_to_ymd(day, &year, &month, &day_of_month);
  FUZZ_CHECK(day_from_ymd(year, month, day_of_month, &from_parts) && from_parts == day);
  FUZZ_CHECK(day_next_weekday(day) > day && !day_is_weekend(day_next_weekday(day)));
  FUZZ_CHECK(day_previous_weekday(day) < day && !day_is_weekend(day_previous_weekday(day)));
  return true;
}

static bool is_instant(const char *text) {
  Instant instant, again;
  Day first, last;
  if (!instant_parse(text, &instant)) return false;
  FUZZ_CHECK(day_parse("1900-01-02", &first) && day_parse("2999-12-30", &last));
  Day day = instant_kst_day(instant);
  int minute = instant_kst_minute(instant);
  FUZZ_CHECK(minute >= 0 && minute < 24 * 60);
  FUZZ_CHECK(instant_from_kst(day, minute) <= instant && instant - instant_from_kst(day, minute) < 60 * 1000);
  FUZZ_CHECK(strlen(instant_text(instant).text) >= strlen("YYYY-MM-DDTHH:MM:SSZ"));
  /* A zone may move the ends of the calendar beyond the years that are read. */
  if (day < first || day > last) return true;
  FUZZ_CHECK(instant_parse(instant_text(instant).text, &again) && again == instant);
  return true;
}

bool fuzz_target(const uint8_t *data, size_t size) {
  char *text = fuzz_text(data, size);
  bool day = is_day(text), instant = is_instant(text);
  FUZZ_CHECK(day + instant <= 1);
  free(text);
  return day || instant;
}
