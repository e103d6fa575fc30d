/* A body as the services of decisions might send it, read as a reduction and as a bonus issue. Accepted: decisions, or
 * none. */
#include "fuzz_dart.h"

static void check(const Answer *answer) {
  const FiledEvent *events = answer->payload;
  for (size_t i = 0; i < answer->count; i++) {
    const FiledEvent *event = &events[i];
    FUZZ_CHECK(rcept_no_filed(event->rcept_no) != DAY_NONE);
    FUZZ_CHECK(event->ratio >= 0 && event->ratio < 1e19);
    fuzz_dart_check_text(event->trouble, sizeof event->trouble);
  }
}

bool fuzz_target(const uint8_t *data, size_t size) {
  fuzz_dart(&DART_EVENTS, "crDecsn:00117230:20230101:20230517", data, size, check);
  return fuzz_dart(&DART_EVENTS, "fricDecsn:00117230:20230101:20230517", data, size, check);
}
