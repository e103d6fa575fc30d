/* zone.h: the wall clock of a place: Korea, UTC, or a zone of the IANA database, from the bytes of its file. Pure: no
 * global state, nothing of the host's zone. */
#ifndef CLOSEBELL_FEED_ZONE_H
#define CLOSEBELL_FEED_ZONE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <closebell/base/instant.h>

/* A time from which on clocks are so far ahead of UTC. */
typedef struct {
  Instant from;
  int32_t offset_ms;
} FeedZoneChange;

/* Zero-initialised it is UTC; feed_zone_free at the end. */
typedef struct {
  FeedZoneChange *changes; /* owned, in order of time */
  size_t count;
  int32_t first_offset_ms; /* before the first change */
} FeedZone;

enum { FEED_ZONE_BYTES_MAX = 64 * 1024, FEED_ZONE_LAST_YEAR = 2200 };

/* "KST" and "UTC", which need no file. */
bool feed_zone_is_fixed(const char *name, FeedZone *ret_zone);
/* Could be the name of a file of the IANA database: "America/New_York". No dots, no slash at an end. */
bool feed_zone_is_name(const char *name);
/* The bytes of such a file (RFC 9636, "TZif"). Its rule for later years is followed to FEED_ZONE_LAST_YEAR.
 * STATUS_CONFIG: they are none. */
Status feed_zone_parse(const void *bytes, size_t length, FeedZone *ret_zone, Error *err);
void feed_zone_free(FeedZone *zone);

int64_t feed_zone_offset_ms(const FeedZone *zone, Instant instant);
/* The day that it is there, and the minute of that day. */
Day feed_zone_day(const FeedZone *zone, Instant instant, int *ret_minute);
/* When its clocks show that minute (0 to 1439) of that day. Clocks that jump over it: when they jump. Clocks that show
 * it twice: the first time. */
Instant feed_zone_instant(const FeedZone *zone, Day day, int minute);

#endif
