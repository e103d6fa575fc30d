/* From the root down: what is asked of a part is asked of its operands, so many sessions further back. */
#include "demand.h"

#include <stdlib.h>

static void ask(Demand *demand, int part, int low, int high) {
  if (demand->high[part] < 0 || low < demand->low[part]) demand->low[part] = low;
  if (high > demand->high[part]) demand->high[part] = high;
  for (int ago = low; ago <= high; ago++) demand->asked[part][ago] = true;
}

static void ask_operands(Demand *demand, const ScreenPart *part, int low, int high) {
  int operands = extent_operands(part, &low, &high);
  for (int k = 0; k < operands; k++) ask(demand, part->operand[k], low, high);
}

bool demand_next(const Demand *demand, int part, DemandRun *run) {
  const bool *asked = demand->asked[part];
  int ago = run->next > demand->low[part] ? run->next : demand->low[part];
  while (ago <= demand->high[part] && !asked[ago]) ago++;
  if (ago > demand->high[part]) return false;
  run->low = run->high = ago;
  while (run->high < demand->high[part] && asked[run->high + 1]) run->high++;
  run->next = run->high + 1;
  return true;
}

Demand *demand_make(const ScreenPlan *plan, int root) {
  Demand *demand = calloc(1, sizeof(*demand));
  if (demand == NULL) return NULL;
  for (int i = 0; i < SCREEN_MAX_PARTS; i++) demand->high[i] = -1;
  ask(demand, root, 0, 0);
  for (int i = root; i >= 0; i--) {
    DemandRun run = {0};
    while (demand_next(demand, i, &run)) ask_operands(demand, &plan->parts[i], run.low, run.high);
    demand->first[i] = demand->columns;
    if (demand->high[i] >= 0) demand->columns += (size_t)(demand->high[i] - demand->low[i] + 1);
  }
  return demand;
}
