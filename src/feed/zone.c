#include "zone_internal.h"

#include <closebell/base/vector.h>

#include <stdlib.h>
#include <string.h>

static const int64_t MS_OF_MINUTE = 60 * 1000;

bool feed_zone_is_fixed(const char *name, FeedZone *ret_zone) {
  bool is_utc = strcmp(name, "UTC") == 0;
  if (!is_utc && strcmp(name, "KST") != 0) return false;
  *ret_zone = (FeedZone){.first_offset_ms = is_utc ? 0 : 9 * 60 * 60 * 1000};
  return true;
}

static bool is_letter(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

bool feed_zone_is_name(const char *name) {
  static const char others[] = "0123456789_-+/";
  size_t length = strlen(name);
  if (length == 0 || length > 60 || !is_letter(*name) || name[length - 1] == '/') return false;
  for (size_t i = 0; i < length; i++) {
    if (!is_letter(name[i]) && strchr(others, name[i]) == NULL) return false;
    if (name[i] == '/' && !is_letter(name[i + 1])) return false;
  }
  return true;
}

Status zone_add_change(ZoneBuilder *builder, Instant from, int32_t offset_ms, Error *err) {
  FeedZone *zone = &builder->zone;
  FeedZoneChange *last = zone->count == 0 ? NULL : &zone->changes[zone->count - 1];
  if (last != NULL && last->from > from) return error_set(err, STATUS_CONFIG, "its changes are not in order of time");
  if (last != NULL && last->from == from) {
    last->offset_ms = offset_ms;
    return STATUS_OK;
  }
  FeedZoneChange *moved = vector_reserve(zone->changes, &builder->capacity, zone->count + 1, sizeof *zone->changes);
  if (moved == NULL) return error_set(err, STATUS_NO_MEMORY, "no memory for a zone");
  zone->changes = moved;
  zone->changes[zone->count++] = (FeedZoneChange){from, offset_ms};
  return STATUS_OK;
}

void feed_zone_free(FeedZone *zone) {
  free(zone->changes);
  *zone = (FeedZone){0};
}

size_t zone_changes_until(const FeedZone *zone, Instant instant) {
  size_t low = 0, high = zone->count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (zone->changes[middle].from <= instant)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

static int64_t offset_after(const FeedZone *zone, size_t changes) {
  return changes == 0 ? zone->first_offset_ms : zone->changes[changes - 1].offset_ms;
}

int64_t feed_zone_offset_ms(const FeedZone *zone, Instant instant) {
  return offset_after(zone, zone_changes_until(zone, instant));
}

Day feed_zone_day(const FeedZone *zone, Instant instant, int *ret_minute) {
  int64_t local = instant + feed_zone_offset_ms(zone, instant), ms = local % MS_OF_DAY;
  if (ms < 0) ms += MS_OF_DAY;
  *ret_minute = (int)(ms / MS_OF_MINUTE);
  return (Day)((local - ms) / MS_OF_DAY);
}

/* Goes over the stretches between changes, from one in which clocks cannot have come so far yet. */
Instant feed_zone_instant(const FeedZone *zone, Day day, int minute) {
  int64_t local = day * MS_OF_DAY + minute * MS_OF_MINUTE;
  for (size_t changes = zone_changes_until(zone, local - 2 * MS_OF_DAY);; changes++) {
    Instant shown = local - offset_after(zone, changes);
    bool jumped_over = changes > 0 && shown < zone->changes[changes - 1].from;
    if (jumped_over) return zone->changes[changes - 1].from;
    if (changes == zone->count || shown < zone->changes[changes].from) return shown;
  }
}
