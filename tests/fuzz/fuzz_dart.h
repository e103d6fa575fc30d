/* fuzz_dart.h: what the fuzz targets of OpenDART's feeds share: bytes as an answer, and what every answer promises. */
#ifndef CLOSEBELL_TESTS_FUZZ_DART_H
#define CLOSEBELL_TESTS_FUZZ_DART_H

#include <stdlib.h>
#include <string.h>

#include <closebell/base/text.h>
#include <closebell/source/dart.h>

#include "fuzz.h"

typedef void DartFuzzCheck(const Answer *answer);

/* check sees answers with rows alone. */
static inline AnswerKind fuzz_dart_read(const Feed *feed, const char *key, const FeedReply *reply,
                                        DartFuzzCheck *check) {
  Answer answer;
  const Question question = {.feed = feed, .date = DAY_NONE, .key = key, .answer = &answer};
  feed->parse(reply, &question, &answer);
  FUZZ_CHECK(answer.http_status == reply->http_status);
  FUZZ_CHECK((answer.kind == ANSWER_ROWS) == (answer.payload != NULL));
  FUZZ_CHECK((answer.kind == ANSWER_ROWS) == (answer.count > 0));
  FUZZ_CHECK(answer.kind != ANSWER_NONE && answer.kind != ANSWER_UNREACHABLE);
  if (answer.kind != ANSWER_ROWS && answer.kind != ANSWER_EMPTY) fuzz_check_message(answer.detail);
  if (answer.kind == ANSWER_ROWS) {
    FUZZ_CHECK(answer.type == feed->payload);
    check(&answer);
  }
  free(answer.payload);
  return answer.kind;
}

/* Under several statuses: rows come with 200 alone. Accepted: rows, or nothing. */
static inline bool fuzz_dart(const Feed *feed, const char *key, const uint8_t *data, size_t size,
                             DartFuzzCheck *check) {
  static const int STATUSES[] = {302, 403, 500};
  for (size_t i = 0; i < sizeof STATUSES / sizeof STATUSES[0]; i++) {
    const FeedReply reply = {(const char *)data, size, STATUSES[i], ""};
    FUZZ_CHECK(fuzz_dart_read(feed, key, &reply, check) != ANSWER_ROWS);
  }
  const FeedReply reply = {(const char *)data, size, 200, ""};
  AnswerKind kind = fuzz_dart_read(feed, key, &reply, check);
  return kind == ANSWER_ROWS || kind == ANSWER_EMPTY;
}

static inline void fuzz_dart_check_ticker(const char *ticker) {
  FUZZ_CHECK(ticker[0] == '\0' || ticker_is_valid(ticker));
}

static inline void fuzz_dart_check_text(const char *text, size_t size) {
  FUZZ_CHECK(strnlen(text, size) < size && text_is_utf8(text, strlen(text)));
}

#endif
