/* A body as chk-holiday might send it. Accepted: days, or none. */
#include "fuzz_kis.h"

static void parse(const json_t *body, Answer *answer) { kis_parse_calendar(body, answer); }

static void check(const Answer *answer) {
  const OpenDay *days = answer_items(answer, &PAYLOAD_OPEN_DAYS);
  FUZZ_CHECK(days != NULL);
  for (size_t i = 0; i < answer->count; i++) {
    FUZZ_CHECK(i == 0 || days[i - 1].date < days[i].date);
    FUZZ_CHECK(open_day_state(days, answer->count, days[i].date) == (days[i].is_open ? OPEN_YES : OPEN_NO));
  }
}

bool fuzz_target(const uint8_t *data, size_t size) { return fuzz_kis(data, size, parse, check); }
