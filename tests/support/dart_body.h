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
