/* kis_body.h: for tests of the KIS parsers: a body's text as the JSON that they are given. */
#ifndef CLOSEBELL_TESTS_KIS_BODY_H
#define CLOSEBELL_TESTS_KIS_BODY_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include <closebell/source/kis_parse.h>

#include "named.h"

static inline json_t *kis_body(const char *text) {
  json_error_t error;
  json_t *body = json_loads(text, JSON_REJECT_DUPLICATES, &error);
  if (body == NULL) fail_msg("%s: %s", error.text, text);
  return body;
}

/* The text with the n-th `from` (from 1) replaced by `to`; static, until the next call. */
static inline const char *kis_with(const char *text, int n, const char *from, const char *to) {
  static char changed[16384];
  const char *place = text - 1;
  while (n-- > 0) {
    place = strstr(place + 1, from);
    if (place == NULL) fail_msg("no %s in %s", from, text);
  }
  int length = snprintf(changed, sizeof changed, "%.*s%s%s", (int)(place - text), text, to, place + strlen(from));
  assert_in_range(length, 1, sizeof changed - 1);
  return changed;
}

static inline void kis_assert_broken(const Answer *answer, const char *parts) {
  assert_named(answer->detail, parts);
  assert_int_equal(answer->kind, ANSWER_BROKEN);
  assert_null(answer->payload);
}

static inline Day kis_day(const char *text) {
  Day day;
  assert_true(day_parse(text, &day));
  return day;
}

#endif
