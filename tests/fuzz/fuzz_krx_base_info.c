/* A body as stk_isu_base_info might send it. Accepted: papers, or well-formed without any. */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include <closebell/market/kind.h>
#include <closebell/source/krx.h>

/* Only a whole answer has rows; each is a stock that stands once, in order, of a kind that an archive can hold. */
static void check_rows(const MarketAnswer *answer) {
  FUZZ_CHECK((answer->kind == ANSWER_ROWS) == (answer->rows != NULL) && (answer->count > 0) == (answer->rows != NULL));
  for (size_t i = 0; i < answer->count; i++) {
    FUZZ_CHECK(ticker_is_valid(answer->rows[i].ticker) && answer->rows[i].base_kind <= KIND_COUNT);
    FUZZ_CHECK(i == 0 || strcmp(answer->rows[i - 1].ticker, answer->rows[i].ticker) < 0);
  }
  if (answer->kind != ANSWER_ROWS && answer->kind != ANSWER_EMPTY) fuzz_check_message(answer->detail);
}

bool fuzz_target(const uint8_t *data, size_t size) {
  MarketAnswer answer;
  krx_parse_base_info((const char *)data, size, 200, MARKET_KOSPI, &answer);
  check_rows(&answer);
  free(answer.rows);
  return answer.kind == ANSWER_ROWS || answer.kind == ANSWER_EMPTY;
}
