/* schedule.h: when a feed is due. Pure: instants in, instants out.
 *
 * A time that a zone's clocks jump over is due when they jump; one that they show twice is due the first time. `hourly`
 * is due whenever they show a full hour, each time. `monthly 31` is due on the last day of a shorter month. */
#ifndef CLOSEBELL_FEED_SCHEDULE_H
#define CLOSEBELL_FEED_SCHEDULE_H

#include <closebell/feed/definition.h>

/* "daily 07:00", "weekly sat 10:00 UTC", "monthly 1 13:00 America/New_York", "hourly". The zone of a place is left UTC
 * until its file is there; *ret_zone_length is the length of the zone's name at *ret_zone within text (0: none was
 * written, it is KST). STATUS_CONFIG: which word is wrong. */
Status feed_schedule_parse(const char *text, FeedSchedule *ret_schedule, const char **ret_zone, size_t *ret_zone_length,
                           Error *err);

/* The newest due instant that is not after `now`, and the first one that is. INSTANT_NONE: outside of the years 1900 to
 * 2999. */
Instant feed_schedule_newest(const FeedSchedule *schedule, Instant now);
Instant feed_schedule_next(const FeedSchedule *schedule, Instant now);

#endif
