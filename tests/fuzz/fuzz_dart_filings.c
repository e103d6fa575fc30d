/* A body as list.json might send it, its first page. Accepted: filings, or none. */
#include "fuzz_dart.h"

static void check(const Answer *answer) {
  const FilingPage *page = answer->payload;
  FUZZ_CHECK(answer->count == 1 && page->page == 1 && page->count <= FILINGS_PER_PAGE);
  for (size_t i = 0; i < page->count; i++) {
    const Filing *filing = &page->items[i];
    FUZZ_CHECK(corp_code_is_valid(filing->corp_code) && filing->filed == rcept_no_filed(filing->rcept_no));
    FUZZ_CHECK(filing->filed != DAY_NONE && strchr("YKNE", filing->corp_cls) != NULL);
    FUZZ_CHECK(filing->period_month >= 0 && filing->period_month <= 12);
    fuzz_dart_check_ticker(filing->ticker);
    fuzz_dart_check_text(filing->report_name, sizeof filing->report_name);
  }
}

bool fuzz_target(const uint8_t *data, size_t size) {
  return fuzz_dart(&DART_FILINGS, "A:Y:20240101:20240331:1", data, size, check);
}
