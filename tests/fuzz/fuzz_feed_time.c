/* "FORMAT\nTEXT": times of declared feeds, held against strptime of the C library, which takes more: what ours takes it
 * takes too, as the same time. Accepted: the text is an instant. */
#include "fuzz.h"

#include <closebell/feed/time_format.h>

#include <stdlib.h>
#include <string.h>
#include <time.h>

/* By the C library, in UTC; false: it does not take the text. */
static bool their_instant(const char *text, const char *format, Instant *ret_instant) {
  struct tm parts = {.tm_mday = 1};
  const char *end = strptime(text, format, &parts);
  if (end == NULL || *end != '\0') return false;
  long offset = parts.tm_gmtoff;
  *ret_instant = ((int64_t)timegm(&parts) - offset) * 1000;
  return true;
}

static void check_with_format(const char *text, const char *format, Instant ours) {
  Instant theirs;
  /* %s is read there by the zone of the host; %j is of no account there beside another part of the date. */
  if (strstr(format, "%s") != NULL || strstr(format, "%j") != NULL) return;
  FUZZ_CHECK(feed_time_format_fault(format) == NULL);
  FUZZ_CHECK(their_instant(text, format, &theirs) && theirs == ours);
}

static void check_bounds(Instant instant) {
  Instant low, high;
  FUZZ_CHECK(instant_parse("1900-01-01T00:00:00Z", &low) && instant_parse("2999-12-31T23:59:59.999Z", &high));
  FUZZ_CHECK(instant >= low && instant <= high);
}

bool fuzz_target(const uint8_t *data, size_t size) {
  const char *line_end = size > 0 ? memchr(data, '\n', size) : NULL;
  if (line_end == NULL) return false;
  size_t format_length = (size_t)(line_end - (const char *)data);
  char *format = fuzz_text(data, format_length), *text = fuzz_text(data + format_length + 1, size - format_length - 1);
  Instant instant;
  Day day;
  bool accepted = feed_time_instant(text, format, &instant);
  if (accepted) check_bounds(instant);
  if (accepted && *format != '\0') check_with_format(text, format, instant);
  if (feed_time_day(text, format, &day)) check_bounds(day * (INT64_C(24) * 3600 * 1000));
  free(format);
  free(text);
  return accepted;
}
