/* A body as tokenP might send it. Accepted: a token that a header can carry. */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include <closebell/source/kis.h>

static AnswerKind parse(const uint8_t *data, size_t size, int http_status) {
  Answer answer;
  kis_parse_token(&(FeedReply){(const char *)data, size, http_status, ""}, &answer);
  FUZZ_CHECK(answer.http_status == http_status);
  FUZZ_CHECK((answer.kind == ANSWER_ROWS) == (answer.payload != NULL));
  FUZZ_CHECK(answer.kind != ANSWER_NONE && answer.kind != ANSWER_UNREACHABLE);
  if (answer.kind != ANSWER_ROWS) fuzz_check_message(answer.detail);
  if (answer.kind == ANSWER_ROWS) {
    const Token *token = answer_items(&answer, &PAYLOAD_TOKEN);
    FUZZ_CHECK(token != NULL && token->text[0] != '\0' && token->lives_ms > 0);
    for (const char *c = token->text; *c != '\0'; c++) FUZZ_CHECK(*c > ' ' && *c <= '~');
  }
  free(answer.payload);
  return answer.kind;
}

bool fuzz_target(const uint8_t *data, size_t size) {
  static const int ERRORS[] = {301, 400, 401, 403, 404, 429, 500, 503};
  for (size_t i = 0; i < sizeof ERRORS / sizeof ERRORS[0]; i++) FUZZ_CHECK(parse(data, size, ERRORS[i]) != ANSWER_ROWS);
  return parse(data, size, 200) == ANSWER_ROWS;
}
