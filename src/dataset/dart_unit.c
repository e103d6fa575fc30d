#include "dart_unit.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <closebell/base/text.h>

void unit_lacks(UnitResult *result, const char *ticker, const char *why) {
  JobMissing *missing = &result->missing;
  for (size_t i = 0; i < missing->count; i++)
    if (strcmp(missing->items[i], ticker) == 0) return;
  if (missing->count < JOB_MISSING_MAX) text_copy(missing->items[missing->count++], sizeof missing->items[0], ticker);
  if (result->missing_count++ == 0) snprintf(result->why, sizeof result->why, "%s: %.200s", ticker, why);
}

void unit_stays_open(UnitResult *result, bool is_broken, const char *format, ...) {
  va_list arguments;
  result->is_broken |= is_broken;
  if (result->is_open) return;
  result->is_open = true;
  va_start(arguments, format);
  vsnprintf(result->why, sizeof result->why, format, arguments);
  va_end(arguments);
}
