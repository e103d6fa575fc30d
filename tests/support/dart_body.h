/* dart_body.h: for tests of what OpenDART answers: bodies, and how a feed reads them. */
#ifndef CLOSEBELL_TESTS_DART_BODY_H
#define CLOSEBELL_TESTS_DART_BODY_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <closebell/source/dart.h>

#include "named.h"
#include "text_with.h"

/* One that is put together. */
typedef struct {
  char text[65536];
  size_t length;
} DartBody;

static inline void body_put(DartBody *body, const char *format, ...) __attribute__((format(printf, 2, 3)));
static inline void body_put(DartBody *body, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  int length = vsnprintf(body->text + body->length, sizeof body->text - body->length, format, arguments);
  va_end(arguments);
  body->length += (size_t)length;
  assert_true(body->length < sizeof body->text);
}

/* Nothing of null. */
static inline void body_put_member(DartBody *body, const char *name, const char *value) {
  if (value != NULL) body_put(body, ",\"%s\":\"%s\"", name, value);
}

/* What the feed makes of so many bytes; the caller frees the payload. */
static inline Answer dart_read_bytes(const Feed *feed, const char *key, const char *body, size_t length, int status) {
  Answer answer;
  const Question question = {.feed = feed, .date = DAY_NONE, .key = key, .answer = &answer};
  feed->parse(&(FeedReply){body, length, status, ""}, &question, &answer);
  return answer;
}

static inline Answer dart_read(const Feed *feed, const char *key, const char *body) {
  return dart_read_bytes(feed, key, body, strlen(body), 200);
}

/* A recorded answer; static, until the next call. */
static inline const char *dart_recorded(const char *name) {
  static char text[16384];
  char path[512];
  snprintf(path, sizeof path, "%s/dart/recorded/%s.json", TEST_DATA, name);
  FILE *file = fopen(path, "r");
  if (file == NULL) fail_msg("%s cannot be read", path);
  size_t length = fread(text, 1, sizeof text - 1, file);
  fclose(file);
  text[length] = '\0';
  return text;
}

static inline void dart_assert(const Answer *answer, AnswerKind kind, const char *parts) {
  if (answer->kind != kind) fail_msg("%s: %s", answer_kind_name(answer->kind), answer->detail);
  assert_named(answer->detail, parts);
  assert_true((kind == ANSWER_ROWS) == (answer->payload != NULL));
}

#endif
