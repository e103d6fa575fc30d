#include "made_zone.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

Instant made_instant(const char *text) {
  Instant instant;
  assert_true(instant_parse(text, &instant));
  return instant;
}

Day made_day(const char *text) {
  Day day;
  assert_true(day_parse(text, &day));
  return day;
}

size_t made_file(const char *name, char *bytes, size_t size) {
  char path[512];
  snprintf(path, sizeof path, "%s/%s", TEST_DATA, name);
  FILE *file = fopen(path, "rb");
  assert_non_null(file);
  size_t length = fread(bytes, 1, size, file);
  assert_true(length < size);
  fclose(file);
  return length;
}

FeedZone made_zone(const char *name) {
  char path[128], bytes[8192];
  FeedZone zone = {0};
  Error err;
  snprintf(path, sizeof path, "zone/%s", name);
  size_t length = made_file(path, bytes, sizeof bytes);
  Status status = feed_zone_parse(bytes, length, &zone, &err);
  if (status != STATUS_OK) fail_msg("%s: %s", name, err.text);
  return zone;
}
