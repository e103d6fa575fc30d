/* The text of a closures file. */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include <closebell/base/text.h>
#include <closebell/market/closures.h>

static void check_closures(const Closures *closures) {
  for (size_t i = 0; i < closures->count; i++) {
    const Closure *closure = &closures->items[i];
    FUZZ_CHECK(memchr(closure->reason, '\0', CLOSURE_REASON_SIZE) != NULL);
    FUZZ_CHECK(text_is_utf8(closure->reason, strlen(closure->reason)));
    FUZZ_CHECK(!day_is_weekend(closure->date) && !closures_expects_open(closures, closure->date));
    FUZZ_CHECK(closures_reason(closures, closure->date) == closure->reason);
    FUZZ_CHECK(i == 0 || closures->items[i - 1].date < closure->date);
    FUZZ_CHECK(closures_expects_open(closures, closures_next_open(closures, closure->date)));
  }
}

bool fuzz_target(const uint8_t *data, size_t size) {
  static const char NAME[] = "fuzz.csv:";
  Closures closures = {0};
  Error err = {{0}};
  char *text = fuzz_text(data, size);
  Status status = closures_parse(&closures, "fuzz.csv", text, &err);
  if (status == STATUS_OK) {
    check_closures(&closures);
  } else {
    FUZZ_CHECK(status == STATUS_CONFIG && closures.items == NULL);
    FUZZ_CHECK(strncmp(err.text, NAME, sizeof NAME - 1) == 0);
    fuzz_check_message(err.text);
  }
  closures_free(&closures);
  free(text);
  return status == STATUS_OK;
}
