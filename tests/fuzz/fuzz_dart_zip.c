/* Bytes as corpCode.xml might send them: a zip file with the list, an error, a page. Accepted: corp codes, or none. */
#include "fuzz_dart.h"

static void check(const Answer *answer) {
  const CorpCode *codes = answer->payload;
  for (size_t i = 0; i < answer->count; i++) {
    FUZZ_CHECK(corp_code_is_valid(codes[i].corp_code) && ticker_is_valid(codes[i].ticker));
    fuzz_dart_check_text(codes[i].name, sizeof codes[i].name);
    if (i > 0) FUZZ_CHECK(strcmp(codes[i - 1].ticker, codes[i].ticker) <= 0);
  }
}

bool fuzz_target(const uint8_t *data, size_t size) { return fuzz_dart(&DART_CORP_CODES, NULL, data, size, check); }
