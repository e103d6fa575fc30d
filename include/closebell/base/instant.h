/* instant.h: a point in time in UTC, and Korean wall-clock time (UTC+9 all year, no daylight saving). */
#ifndef CLOSEBELL_BASE_INSTANT_H
#define CLOSEBELL_BASE_INSTANT_H

#include <stdbool.h>
#include <stdint.h>

#include <closebell/base/day.h>

typedef int64_t Instant; /* milliseconds since 1970-01-01T00:00:00Z */

#define INSTANT_NONE INT64_MIN
enum { INSTANT_TEXT_SIZE = 32 };
#define MS_OF_DAY INT64_C(86400000)

/* RFC 3339 with a zone: "2025-04-11T00:00:00Z", "2025-04-11T09:00:00.5+09:00". Anything else is refused. */
bool instant_parse(const char *text, Instant *ret_instant);

typedef struct {
  char text[INSTANT_TEXT_SIZE];
} InstantText;
InstantText instant_text(Instant instant);     /* "2025-04-11T00:00:00Z", milliseconds only when there are any */
InstantText instant_kst_text(Instant instant); /* "2025-04-11 09:00 KST": for people */

/* The day it is in Korea, and the minute of that day (0..1439). */
Day instant_kst_day(Instant instant);
int instant_kst_minute(Instant instant);

/* The day it is in UTC, and when the next one begins there. */
Day instant_utc_day(Instant instant);
Instant instant_next_utc_day(Instant instant);

/* minute_of_day may be beyond 1439: it runs into the next day. */
Instant instant_from_kst(Day day, int minute_of_day);

#endif
