/* made_zone.h: instants, days, zones and files of data for tests. What fails ends the test. */
#ifndef CLOSEBELL_TESTS_MADE_ZONE_H
#define CLOSEBELL_TESTS_MADE_ZONE_H

#include <closebell/feed/zone.h>

Instant made_instant(const char *text);
Day made_day(const char *text);

/* A file of tests/data, whole; its length. */
size_t made_file(const char *name, char *bytes, size_t size);
/* tests/data/zone/NAME. */
FeedZone made_zone(const char *name);

#endif
