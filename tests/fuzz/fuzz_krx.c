/* A body as the KRX Open API might send it for KOSPI on 2024-01-05. Accepted: rows, or well-formed without any. */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include <closebell/source/krx.h>

/* Only a whole answer has rows; each of them can be believed and stands once, in order. */
static void check_answer(const MarketAnswer *answer, Market market) {
  if (answer->kind != ANSWER_ROWS) {
    FUZZ_CHECK(answer->rows == NULL && answer->count == 0);
    FUZZ_CHECK(answer->kind != ANSWER_NONE && answer->kind != ANSWER_UNREACHABLE);
    if (answer->kind != ANSWER_EMPTY) fuzz_check_message(answer->detail);
    return;
  }
  FUZZ_CHECK(answer->rows != NULL && answer->count > 0);
  for (size_t i = 0; i < answer->count; i++) {
    FUZZ_CHECK(row_fault(&answer->rows[i]) == NULL);
    FUZZ_CHECK(answer->rows[i].market == market);
    FUZZ_CHECK(i == 0 || strcmp(answer->rows[i - 1].ticker, answer->rows[i].ticker) < 0);
  }
}

static AnswerKind parse(const uint8_t *data, size_t size, int http_status, Market market) {
  MarketAnswer answer;
  Day date;
  FUZZ_CHECK(day_parse("2024-01-05", &date));
  krx_parse_daily((const char *)data, size, http_status, date, market, &answer);
  FUZZ_CHECK(answer.http_status == http_status);
  check_answer(&answer, market);
  free(answer.rows);
  return answer.kind;
}

bool fuzz_target(const uint8_t *data, size_t size) {
  static const int ERRORS[] = {301, 400, 401, 403, 404, 429, 500, 503};
  for (size_t i = 0; i < sizeof ERRORS / sizeof ERRORS[0]; i++) {
    AnswerKind kind = parse(data, size, ERRORS[i], MARKET_KOSPI);
    FUZZ_CHECK(kind != ANSWER_ROWS && kind != ANSWER_EMPTY && kind != ANSWER_BROKEN);
  }
  AnswerKind kind = parse(data, size, 200, MARKET_KOSPI), other = parse(data, size, 200, MARKET_KONEX);
  FUZZ_CHECK(kind != ANSWER_ROWS || other == ANSWER_BROKEN);
  return kind == ANSWER_ROWS || kind == ANSWER_EMPTY;
}
