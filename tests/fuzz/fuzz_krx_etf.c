/* A body as etp/etf_bydd_trd might send it for 2025-07-21. Accepted: funds, or well-formed without any. */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include <closebell/plan/etf_proof.h>
#include <closebell/source/krx.h>

static void check_rows(const Answer *answer) {
  const EtfRow *rows = answer_items(answer, &PAYLOAD_ETF_ROWS);
  FUZZ_CHECK(rows != NULL && answer->count > 0);
  for (size_t i = 0; i < answer->count; i++) {
    FUZZ_CHECK(ticker_is_valid(rows[i].ticker) && etf_row_fault(&rows[i]) == NULL && rows[i].name[0] != '\0');
    FUZZ_CHECK(i == 0 || strcmp(rows[i - 1].ticker, rows[i].ticker) < 0);
    FUZZ_CHECK(!etf_has(&rows[i], ETF_NET_ASSETS) || rows[i].whole[ETF_NET_ASSETS] > 0);
  }
  /* A session continues itself where no fund moved, and is counted whole. */
  EtfTally tally = etf_tally(rows, answer->count, rows, answer->count);
  FUZZ_CHECK(tally.both == answer->count && tally.linked <= tally.both && tally.near <= tally.priced);
}

static AnswerKind parse(const uint8_t *data, size_t size, int http_status) {
  Answer answer;
  Day date;
  FUZZ_CHECK(day_parse("2025-07-21", &date));
  krx_parse_etf((const char *)data, size, http_status, date, &answer);
  FUZZ_CHECK(answer.http_status == http_status && answer.kind != ANSWER_NONE && answer.kind != ANSWER_UNREACHABLE);
  FUZZ_CHECK((answer.kind == ANSWER_ROWS) == (answer.payload != NULL));
  if (answer.kind == ANSWER_ROWS)
    check_rows(&answer);
  else if (answer.kind != ANSWER_EMPTY)
    fuzz_check_message(answer.detail);
  free(answer.payload);
  return answer.kind;
}

bool fuzz_target(const uint8_t *data, size_t size) {
  static const int ERRORS[] = {301, 400, 401, 403, 404, 429, 500, 503};
  for (size_t i = 0; i < sizeof ERRORS / sizeof ERRORS[0]; i++) {
    AnswerKind kind = parse(data, size, ERRORS[i]);
    FUZZ_CHECK(kind != ANSWER_ROWS && kind != ANSWER_EMPTY && kind != ANSWER_BROKEN);
  }
  AnswerKind kind = parse(data, size, 200);
  FUZZ_CHECK(kind != ANSWER_BLOCKED);
  return kind == ANSWER_ROWS || kind == ANSWER_EMPTY;
}
