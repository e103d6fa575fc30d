/* A body as intstock-multprice might send it for 005930 and 000660. Accepted: quotes, or none. */
#include "fuzz_kis.h"

#include <string.h>

static void parse(const json_t *body, Answer *answer) { kis_parse_quotes(body, "005930,000660", answer); }

static void check(const Answer *answer) {
  const Quote *quotes = answer_items(answer, &PAYLOAD_QUOTES);
  FUZZ_CHECK(quotes != NULL && answer->count <= 2);
  for (size_t i = 0; i < answer->count; i++) {
    FUZZ_CHECK(quote_fault(&quotes[i]) == NULL);
    FUZZ_CHECK(quote_find(quotes, answer->count, quotes[i].ticker) == &quotes[i]);
  }
}

bool fuzz_target(const uint8_t *data, size_t size) { return fuzz_kis(data, size, parse, check); }
