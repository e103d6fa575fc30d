#include "reason.h"

#include <stdarg.h>
#include <stdio.h>

Status feed_refuse(char reason[FEED_REASON_SIZE], const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(reason, FEED_REASON_SIZE, format, arguments);
  va_end(arguments);
  return STATUS_BAD_DATA;
}

Status feed_refuse_memory(char reason[FEED_REASON_SIZE]) {
  snprintf(reason, FEED_REASON_SIZE, "out of memory");
  return STATUS_NO_MEMORY;
}
