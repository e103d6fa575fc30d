/* A body as the services of minutes might send it for 2022-09-02, asked on the day itself and later. Accepted: a page,
 * or none. */
#include "fuzz_kis.h"

static KisMinutesQuestion asked;

static void parse(const json_t *body, Answer *answer) { kis_parse_minutes(body, &asked, answer); }

static void check(const Answer *answer) {
  const MinutePage *page = answer_items(answer, &PAYLOAD_MINUTE_PAGE);
  int32_t next = 0;
  FUZZ_CHECK(page != NULL && answer->count == 1 && page->count <= MINUTE_PAGE_MAX && page->date == asked.date);
  FUZZ_CHECK(page->earliest >= 0 || (page->reaches_back && page->count == 0));
  FUZZ_CHECK(!minute_page_next(page, &next) || next < page->earliest);
  for (size_t i = 0; i < page->count; i++) {
    FUZZ_CHECK(minute_bar_fault(&page->bars[i]) == NULL && page->bars[i].time >= page->earliest);
    FUZZ_CHECK(i == 0 || page->bars[i - 1].time < page->bars[i].time);
    FUZZ_CHECK(minute_label_start(page->date, page->bars[i].time) < asked.asked_at);
  }
}

bool fuzz_target(const uint8_t *data, size_t size) {
  FUZZ_CHECK(day_parse("2022-09-02", &asked.date));
  asked.asked_at = instant_from_kst(asked.date, 10 * 60 + 2);
  fuzz_kis(data, size, parse, check);
  asked.asked_at = instant_from_kst(asked.date, 24 * 60);
  return fuzz_kis(data, size, parse, check);
}
