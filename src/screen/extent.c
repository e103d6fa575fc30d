/* From the root down: what is asked of a part is asked of its operands, so many sessions further back. */
#include "extent.h"

bool extent_is_window(ScreenOp op) { return op >= SCREEN_HIGHEST && op <= SCREEN_COUNT; }

int extent_look_back(const ScreenPart *part) {
  if (part->op == SCREEN_INDEX) return part->n;
  if (extent_is_window(part->op)) return part->n - 1;
  return part->op == SCREEN_CROSSES_ABOVE || part->op == SCREEN_CROSSES_BELOW ? 1 : 0;
}

static void ask(Extent *extent, int part, int low, int high) {
  if (extent->high[part] < 0 || low < extent->low[part]) extent->low[part] = low;
  if (high > extent->high[part]) extent->high[part] = high;
}

int extent_operands(const ScreenPart *part, int *low, int *high) {
  if (part->op == SCREEN_RANK) return 0;
  if (part->op == SCREEN_INDEX) *low += part->n;
  *high += extent_look_back(part);
  return part->op == SCREEN_IN ? 1 : part->operands;
}

void extent_find(const ScreenPlan *plan, int root, Extent *ret_extent) {
  *ret_extent = (Extent){0};
  for (int i = 0; i < SCREEN_MAX_PARTS; i++) ret_extent->high[i] = -1;
  ask(ret_extent, root, 0, 0);
  for (int i = root; i >= 0; i--) {
    const ScreenPart *part = &plan->parts[i];
    if (ret_extent->high[i] < 0) continue;
    int low = ret_extent->low[i], high = ret_extent->high[i], operands = extent_operands(part, &low, &high);
    for (int k = 0; k < operands; k++) ask(ret_extent, part->operand[k], low, high);
    ret_extent->has_texts |= part->kind == SCREEN_TEXT;
  }
}

void extent_backs(const ScreenPlan *plan, int ret_backs[SCREEN_MAX_PARTS]) {
  for (int i = 0; i < plan->count; i++) ret_backs[i] = 0;
  for (int i = plan->count - 1; i >= 0; i--) {
    const ScreenPart *part = &plan->parts[i];
    int operands = part->op == SCREEN_IN ? 1 : part->operands; /* items are constants */
    for (int k = 0; k < operands; k++) {
      int back = ret_backs[i] + extent_look_back(part);
      if (back > ret_backs[part->operand[k]]) ret_backs[part->operand[k]] = back;
    }
  }
}
