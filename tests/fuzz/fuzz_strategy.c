/* A strategy file. Accepted: its texts are text, its condition is a plan, its names are known. Refused: the place lies
 * in the file or right behind it. */
#include "fuzz.h"

#include <closebell/base/text.h>
#include <closebell/screen/strategy.h>

#include <stdlib.h>
#include <string.h>

static void check_text(const char *text, size_t size) {
  size_t length = strnlen(text, size);
  FUZZ_CHECK(length < size);
  FUZZ_CHECK(text_is_utf8(text, length));
  FUZZ_CHECK(memchr(text, '\n', length) == NULL);
}

static void check_names(const ScreenNames *names) {
  FUZZ_CHECK(names->count <= SCREEN_MAX_NAMES);
  for (size_t i = 0; i < names->count; i++)
    FUZZ_CHECK(names->names[i] >= 0 && (size_t)names->names[i] < screen_name_count());
}

static void check_accepted(const Strategy *strategy) {
  check_text(strategy->title, sizeof strategy->title);
  check_text(strategy->title_ko, sizeof strategy->title_ko);
  check_text(strategy->origin, sizeof strategy->origin);
  FUZZ_CHECK(strategy->title[0] != '\0');
  FUZZ_CHECK(strategy->where.count > 0 && strategy->where.count <= SCREEN_MAX_PARTS);
  FUZZ_CHECK(strategy->hold >= 0 && strategy->hold <= STRATEGY_MAX_HOLD);
  check_names(&strategy->sort);
  check_names(&strategy->columns);
  /* The condition alone is the same plan. */
  ScreenPlan *again = malloc(sizeof *again);
  ScreenError error;
  FUZZ_CHECK(again != NULL);
  FUZZ_CHECK(screen_plan(strategy->where.text, strategy->where.length, again, &error) == STATUS_OK);
  FUZZ_CHECK(again->count == strategy->where.count);
  free(again);
}

bool fuzz_target(const uint8_t *data, size_t size) {
  Strategy *strategy = malloc(sizeof *strategy);
  char *text = malloc(size == 0 ? 1 : size); /* of exactly its length, so that a read behind it is seen */
  ScreenError error;
  FUZZ_CHECK(strategy != NULL && text != NULL);
  if (size > 0) memcpy(text, data, size);
  bool accepted = strategy_parse(text, size, strategy, &error) == STATUS_OK;
  if (accepted) {
    check_accepted(strategy);
  } else {
    FUZZ_CHECK(error.line >= 1 && error.column >= 1);
    FUZZ_CHECK((size_t)error.line + (size_t)error.column <= size + 2);
    fuzz_check_message(error.what);
  }
  free(text);
  free(strategy);
  return accepted;
}
