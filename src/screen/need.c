/* From the root down, as in extent.c; what stands inside a rank counts too. */
#include <closebell/screen/need.h>

#include "extent.h"
#include <closebell/screen/names.h>

#include <closebell/indicator/indicator.h>

/* The first bar, from 0, that has the output. */
static int warm_up(int output) {
  size_t rows = 0, before = 0;
  const Indicator *table = indicator_table(&rows);
  for (size_t i = 0; i < rows; i++) {
    size_t outputs = indicator_output_count(&table[i]);
    if ((size_t)output < before + outputs) return (int)indicator_start(&table[i], (size_t)output - before);
    before += outputs;
  }
  return 0;
}

static int look_back_of(const ScreenPart *part) {
  if (part->op == SCREEN_INDEX) return part->n;
  if (extent_is_window(part->op)) return part->n - 1;
  return part->op == SCREEN_CROSSES_ABOVE || part->op == SCREEN_CROSSES_BELOW ? 1 : 0;
}

static void take_field(const ScreenPart *part, int back, ScreenNeed *need) {
  const ScreenName name = screen_name_at((size_t)part->n);
  int sessions = back + 1 + (name.output >= 0 ? warm_up(name.output) : 0);
  if (screen_name_is_unfilled(part->n)) need->never_kept = part->n;
  if (sessions <= need->sessions && need->name >= 0) return;
  need->name = part->n;
  need->back = back;
  need->sessions = sessions;
}

ScreenNeed screen_need(const ScreenPlan *plan) {
  ScreenNeed need = {.sessions = 1, .name = -1, .never_kept = -1};
  int back[SCREEN_MAX_PARTS] = {0};
  for (int i = plan->count - 1; i >= 0; i--) {
    const ScreenPart *part = &plan->parts[i];
    if (part->op == SCREEN_FIELD) take_field(part, back[i], &need);
    int operands = part->op == SCREEN_IN ? 1 : part->operands; /* items are constants */
    for (int k = 0; k < operands; k++) {
      int asked = back[i] + look_back_of(part);
      if (asked > back[part->operand[k]]) back[part->operand[k]] = asked;
    }
  }
  return need;
}
