/* zone_internal.h: what the files of a zone share. */
#ifndef CLOSEBELL_FEED_ZONE_INTERNAL_H
#define CLOSEBELL_FEED_ZONE_INTERNAL_H

#include <closebell/feed/zone.h>

enum { ZONE_OFFSET_MAX_S = 26 * 3600, ZONE_RULE_SIZE = 128 };

/* A zone while it is read. */
typedef struct {
  FeedZone zone;
  size_t capacity;
} ZoneBuilder;

/* In order of time; one at the same time as the last stands instead of it. STATUS_CONFIG: it is earlier. */
Status zone_add_change(ZoneBuilder *builder, Instant from, int32_t offset_ms, Error *err);

/* How many changes are not after it. */
size_t zone_changes_until(const FeedZone *zone, Instant instant);

/* Adds what the rule at the end of the file says ("EST5EDT,M3.2.0,M11.1.0") behind the last change, to
 * FEED_ZONE_LAST_YEAR. STATUS_CONFIG: it is no such rule. */
Status zone_follow_rule(ZoneBuilder *builder, const char *rule, Error *err);

#endif
