/* A body as any service of KIS might send it, rows of the calendar in it. Accepted: a success, or nothing yet. */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include <closebell/source/kis.h>

static AnswerKind parse(const uint8_t *data, size_t size, int http_status) {
  Answer answer;
  const Question question = {.feed = &KIS_CALENDAR, .answer = &answer};
  KIS_CALENDAR.parse(&(FeedReply){(const char *)data, size, http_status, ""}, &question, &answer);
  FUZZ_CHECK(answer.http_status == http_status);
  FUZZ_CHECK((answer.kind == ANSWER_ROWS) == (answer.payload != NULL));
  FUZZ_CHECK(answer.kind != ANSWER_NONE && answer.kind != ANSWER_UNREACHABLE);
  FUZZ_CHECK(answer.refused == REFUSED_KEY || answer.kind == ANSWER_UNAUTHORIZED);
  if (answer.kind != ANSWER_ROWS && answer.kind != ANSWER_EMPTY) fuzz_check_message(answer.detail);
  free(answer.payload);
  return answer.kind;
}

/* Rows, codes: the same under every status. */
bool fuzz_target(const uint8_t *data, size_t size) {
  static const int STATUSES[] = {400, 401, 403, 429, 500, 503};
  AnswerKind kind = parse(data, size, 200);
  for (size_t i = 0; i < sizeof STATUSES / sizeof STATUSES[0]; i++) {
    AnswerKind other = parse(data, size, STATUSES[i]);
    FUZZ_CHECK((kind == ANSWER_ROWS) == (other == ANSWER_ROWS));
  }
  return kind == ANSWER_ROWS || kind == ANSWER_EMPTY;
}
