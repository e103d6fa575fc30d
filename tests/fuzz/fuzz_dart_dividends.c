/* A body as alotMatter might send it for one company's year. Accepted: dividends, or none. */
#include <math.h>

#include "fuzz_dart.h"

static void check(const Answer *answer) {
  const FiledDividends *filed = answer->payload;
  FUZZ_CHECK(answer->count == 1 && corp_code_is_valid(filed->corp_code));
  FUZZ_CHECK(filed->count >= 1 && filed->count <= DIVIDEND_STOCK_COUNT);
  fuzz_dart_check_text(filed->trouble, sizeof filed->trouble);
  for (size_t i = 0; i < filed->count && filed->trouble[0] == '\0'; i++) {
    const Dividend *dividend = &filed->items[i];
    Dividend again = {.version = 1};
    char id[DIVIDEND_ID_SIZE];
    FUZZ_CHECK(dividend->kind == REPORT_ANNUAL && dividend->stock == (DividendStock)i && dividend->version == 1);
    FUZZ_CHECK(dividend_fault(dividend) == NULL);
    FUZZ_CHECK(!isinf(dividend->dps) && !isinf(dividend->payout_percent) && !isinf(dividend->yield_percent));
    FUZZ_CHECK(dividend->has_total || dividend->total == 0);
    FUZZ_CHECK(dividend_id_parse(dividend_id(dividend, id), &again) && dividend_compare(dividend, &again) == 0);
  }
}

bool fuzz_target(const uint8_t *data, size_t size) {
  return fuzz_dart(&DART_DIVIDENDS, "2024:11011:00126380", data, size, check);
}
