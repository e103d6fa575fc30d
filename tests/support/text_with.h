/* text_with.h: for tests of parsers: a text with one place changed. */
#ifndef CLOSEBELL_TESTS_TEXT_WITH_H
#define CLOSEBELL_TESTS_TEXT_WITH_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* The text with the n-th `from` (from 1) replaced by `to`; static, until the next call. */
static inline const char *text_with(const char *text, int n, const char *from, const char *to) {
  static char changed[65536];
  const char *place = text - 1;
  while (n-- > 0) {
    place = strstr(place + 1, from);
    if (place == NULL) fail_msg("no %s in %s", from, text);
  }
  int length = snprintf(changed, sizeof changed, "%.*s%s%s", (int)(place - text), text, to, place + strlen(from));
  assert_in_range(length, 1, sizeof changed - 1);
  return changed;
}

#endif
