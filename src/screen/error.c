/* Errors: a byte becomes a line and a column in characters. */
#include "screen_internal.h"

#include <stdarg.h>
#include <stdio.h>

bool screen_fail(ScreenError *error, const char *text, size_t at, const char *nearest, const char *what, ...) {
  error->line = error->column = 1;
  for (size_t i = 0; i < at; i++) {
    if (text[i] == '\n') {
      error->line++;
      error->column = 1;
    } else if (((unsigned char)text[i] & 0xC0) != 0x80) {
      error->column++;
    }
  }
  va_list args;
  va_start(args, what);
  vsnprintf(error->what, sizeof(error->what), what, args);
  va_end(args);
  snprintf(error->nearest, sizeof(error->nearest), "%s", nearest == NULL ? "" : nearest);
  return false;
}
