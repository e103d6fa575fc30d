/* The XML that stands in the zip file of corp codes. Accepted: corp codes, or none. */
#include "fuzz_dart.h"

bool fuzz_target(const uint8_t *data, size_t size) {
  Answer answer = {.retry_after_ms = -1};
  dart_parse_corp_codes((const char *)data, size, &answer);
  FUZZ_CHECK(answer.kind == ANSWER_ROWS || answer.kind == ANSWER_EMPTY || answer.kind == ANSWER_BROKEN ||
             answer.kind == ANSWER_FAILING);
  FUZZ_CHECK((answer.kind == ANSWER_ROWS) == (answer.payload != NULL && answer.count > 0));
  if (answer.kind == ANSWER_BROKEN || answer.kind == ANSWER_FAILING) fuzz_check_message(answer.detail);
  const CorpCode *codes = answer.payload;
  for (size_t i = 0; i < answer.count; i++) {
    FUZZ_CHECK(corp_code_is_valid(codes[i].corp_code) && ticker_is_valid(codes[i].ticker));
    FUZZ_CHECK(codes[i].name[0] != '\0' && strlen(codes[i].modify_date) == COMPACT_DAY_SIZE - 1);
    fuzz_dart_check_text(codes[i].name, sizeof codes[i].name);
  }
  free(answer.payload);
  return answer.kind == ANSWER_ROWS || answer.kind == ANSWER_EMPTY;
}
