/* A condition of a screen. Accepted: it is a plan. Refused: the place lies in the text or right behind it. */
#include "fuzz.h"

#include <closebell/screen/screen.h>

#include <stdlib.h>
#include <string.h>

bool fuzz_target(const uint8_t *data, size_t size) {
  ScreenPlan *plan = malloc(sizeof *plan);
  char *text = malloc(size + 1); /* of exactly its length, so that a read behind it is seen */
  ScreenError error;
  FUZZ_CHECK(plan != NULL && text != NULL);
  memcpy(text, data, size);
  char *exact = realloc(text, size == 0 ? 1 : size);
  FUZZ_CHECK(exact != NULL);
  bool accepted = screen_plan(exact, size, plan, &error) == STATUS_OK;
  if (accepted) {
    FUZZ_CHECK(plan->count > 0 && plan->count <= SCREEN_MAX_PARTS);
    FUZZ_CHECK(screen_plan_back(plan) >= 0 && screen_plan_back(plan) <= SCREEN_MAX_BACK);
    FUZZ_CHECK(plan->parts[plan->count - 1].kind == SCREEN_TRUTH);
    for (int i = 0; i < plan->count; i++) {
      for (int k = 0; k < plan->parts[i].operands; k++) FUZZ_CHECK(plan->parts[i].operand[k] < i);
    }
  } else {
    FUZZ_CHECK(error.line >= 1 && error.column >= 1 && error.what[0] != '\0');
    FUZZ_CHECK((size_t)error.line + (size_t)error.column <= size + 2);
  }
  free(exact);
  free(plan);
  return accepted;
}
