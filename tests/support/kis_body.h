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
#include "text_with.h"

static inline json_t *kis_body(const char *text) {
  json_error_t error;
  json_t *body = json_loads(text, JSON_REJECT_DUPLICATES, &error);
  if (body == NULL) fail_msg("%s: %s", error.text, text);
  return body;
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
