#include <closebell/base/status.h>

#include <closebell/base/text.h>

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* Error texts end up in BSON strings and in log lines: one line of valid UTF-8, no half character where it was cut. */
static void tidy(Error *err) {
  size_t length = strlen(err->text);
  if (length == sizeof(err->text) - 1) {
    size_t start = length;
    while (start > 0 && length - start < 3 && ((unsigned char)err->text[start - 1] & 0xC0) == 0x80) start--;
    if (start > 0 && !text_is_utf8(err->text + start - 1, length - start + 1)) err->text[start - 1] = '\0';
  }
  bool utf8 = text_is_utf8(err->text, strlen(err->text));
  for (char *c = err->text; *c != '\0'; c++) {
    if ((unsigned char)*c >= 0x80 && !utf8) *c = '?';
    if ((unsigned char)*c < 0x20 || *c == 0x7F) *c = ' ';
  }
}

Status error_set(Error *err, Status status, const char *format, ...) {
  if (err == NULL) return status;
  Error next; /* the arguments may point into err->text */
  va_list arguments;
  va_start(arguments, format);
  int written = vsnprintf(next.text, sizeof(next.text), format, arguments);
  va_end(arguments);
  if (written < 0) next.text[0] = '\0';
  tidy(&next);
  *err = next;
  return status;
}

Status error_prefix(Error *err, Status status, const char *format, ...) {
  if (err == NULL || status == STATUS_OK) return status;
  Error context;
  va_list arguments;
  va_start(arguments, format);
  int written = vsnprintf(context.text, sizeof(context.text), format, arguments);
  va_end(arguments);
  if (written < 0) context.text[0] = '\0';
  return error_set(err, status, "%s: %s", context.text, err->text[0] != '\0' ? err->text : status_name(status));
}

const char *status_name(Status status) {
  switch (status) {
  case STATUS_OK:
    return "ok";
  case STATUS_USAGE:
    return "usage";
  case STATUS_CONFIG:
    return "configuration";
  case STATUS_UNAVAILABLE:
    return "unavailable";
  case STATUS_BAD_DATA:
    return "bad data";
  case STATUS_NOT_FOUND:
    return "not found";
  case STATUS_DUPLICATE:
    return "duplicate";
  case STATUS_LOST:
    return "lease lost";
  case STATUS_INTERRUPTED:
    return "interrupted";
  case STATUS_INCOMPLETE:
    return "incomplete";
  case STATUS_NO_MEMORY:
    return "out of memory";
  case STATUS_INTERNAL:
    return "internal error";
  }
  return "unknown";
}

int status_exit_code(Status status) {
  switch (status) {
  case STATUS_OK:
    return EXIT_DONE;
  case STATUS_USAGE:
    return EXIT_USAGE;
  case STATUS_CONFIG:
    return EXIT_CONFIG;
  case STATUS_UNAVAILABLE:
    return EXIT_UNAVAILABLE;
  /* All of these leave work that the next run takes up by itself. */
  case STATUS_BAD_DATA:
  case STATUS_LOST:
  case STATUS_INTERRUPTED:
  case STATUS_INCOMPLETE:
  case STATUS_NO_MEMORY:
    return EXIT_TRY_AGAIN;
  /* A job answers these itself; one that reaches main() is a bug. */
  case STATUS_NOT_FOUND:
  case STATUS_DUPLICATE:
  case STATUS_INTERNAL:
    return EXIT_INTERNAL;
  }
  return EXIT_INTERNAL;
}
