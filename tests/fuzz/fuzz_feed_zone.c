/* A file of the time zone database. Taken: changes are in order, and what clocks show leads back to the first time that
 * they showed it. */
#include "fuzz.h"

#include <closebell/feed/zone.h>

#include <stdlib.h>
#include <string.h>

static void check_instant(const FeedZone *zone, Instant instant) {
  int minute;
  Day day = feed_zone_day(zone, instant, &minute);
  FUZZ_CHECK(minute >= 0 && minute < 1440);
  Instant first = feed_zone_instant(zone, day, minute);
  FUZZ_CHECK(first <= instant);
  int again;
  Day first_day = feed_zone_day(zone, first, &again);
  /* Clocks that jumped over it show more. */
  FUZZ_CHECK(first_day > day || (first_day == day && again >= minute));
}

static void check_zone(const FeedZone *zone) {
  for (size_t i = 0; i < zone->count; i++) {
    FUZZ_CHECK(i == 0 || zone->changes[i - 1].from < zone->changes[i].from);
    FUZZ_CHECK(abs(zone->changes[i].offset_ms) <= 26 * 3600 * 1000);
    check_instant(zone, zone->changes[i].from);
    check_instant(zone, zone->changes[i].from - 1);
    check_instant(zone, zone->changes[i].from + 5400000);
  }
  for (Instant t = -INT64_C(2000000000000); t < INT64_C(8000000000000); t += INT64_C(123456789012))
    check_instant(zone, t);
}

bool fuzz_target(const uint8_t *data, size_t size) {
  unsigned char *bytes = malloc(size == 0 ? 1 : size); /* of exactly its length, so that a read behind it is seen */
  FeedZone zone = {.first_offset_ms = 7};
  Error err = {""};
  FUZZ_CHECK(bytes != NULL);
  if (size > 0) memcpy(bytes, data, size);
  Status status = feed_zone_parse(bytes, size, &zone, &err);
  if (status == STATUS_OK) {
    check_zone(&zone);
    feed_zone_free(&zone);
  } else {
    FUZZ_CHECK(status == STATUS_CONFIG && zone.first_offset_ms == 7 && zone.changes == NULL);
    fuzz_check_message(err.text);
  }
  free(bytes);
  return status == STATUS_OK;
}
