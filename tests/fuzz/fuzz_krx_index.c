/* A body as idx/kospi_dd_trd might send it for 2024-01-04. Accepted: totals and indices, or well-formed without any. */
#include "fuzz.h"

#include <string.h>

#include <closebell/source/krx_index_parse.h>

/* Only a whole answer has totals, and every index that was asked for; each can be believed. */
static void check_answer(const KrxIndexAnswer *answer, IndexSet wanted) {
  const MarketAnswer *said = &answer->said;
  FUZZ_CHECK(said->rows == NULL && said->count == 0);
  FUZZ_CHECK(said->kind != ANSWER_NONE && said->kind != ANSWER_UNREACHABLE);
  FUZZ_CHECK(!answer->not_approved || said->kind == ANSWER_UNAUTHORIZED);
  if (said->kind != ANSWER_ROWS) {
    FUZZ_CHECK(answer->day.has == 0 && answer->totals.volume == 0 && answer->totals.market_cap == 0);
    if (said->kind != ANSWER_EMPTY) fuzz_check_message(said->detail);
    return;
  }
  FUZZ_CHECK(answer->day.has == wanted);
  FUZZ_CHECK(answer->totals.volume >= 0 && answer->totals.value >= 0 && answer->totals.market_cap >= 0);
  for (MarketIndex which = 0; which < INDEX_COUNT; which++)
    FUZZ_CHECK(!index_set_has(wanted, which) || index_row_fault(&answer->day.rows[which]) == NULL);
}

static AnswerKind parse(const uint8_t *data, size_t size, int http_status, Market market) {
  KrxIndexAnswer answer;
  KrxIndexQuestion asked = {.market = market, .wanted = INDEX_SET_ALL};
  FUZZ_CHECK(day_parse("2024-01-04", &asked.date));
  krx_parse_index((const char *)data, size, http_status, &asked, &answer);
  FUZZ_CHECK(answer.said.http_status == http_status && answer.day.date == asked.date);
  bool kospi = market == MARKET_KOSPI;
  check_answer(&answer, kospi ? index_bit(INDEX_KOSPI) | index_bit(INDEX_KOSPI200) : index_bit(INDEX_KOSDAQ));
  return answer.said.kind;
}

bool fuzz_target(const uint8_t *data, size_t size) {
  static const int ERRORS[] = {301, 400, 401, 403, 404, 429, 500, 503};
  for (size_t i = 0; i < sizeof ERRORS / sizeof ERRORS[0]; i++) {
    AnswerKind kind = parse(data, size, ERRORS[i], MARKET_KOSPI);
    FUZZ_CHECK(kind != ANSWER_ROWS && kind != ANSWER_EMPTY && kind != ANSWER_BROKEN);
  }
  AnswerKind kind = parse(data, size, 200, MARKET_KOSPI), other = parse(data, size, 200, MARKET_KOSDAQ);
  FUZZ_CHECK(kind != ANSWER_ROWS || other == ANSWER_BROKEN);
  return kind == ANSWER_ROWS || kind == ANSWER_EMPTY;
}
