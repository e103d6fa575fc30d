#include <closebell/screen/need.h>

#include <closebell/indicator/indicator.h>
#include <closebell/screen/flows.h>
#include <closebell/screen/names.h>

#include "extent.h"

/* The first bar, from 0, that has the name. */
static int warm_up(int name) {
  const int output = screen_name_at((size_t)name).output;
  size_t of_row;
  if (screen_name_is_of_flows(name)) return SCREEN_FLOW_SESSIONS - 1;
  if (output < 0) return 0;
  const Indicator *row = indicator_of_output((size_t)output, &of_row);
  return (int)indicator_start(row, of_row);
}

static void take_field(const ScreenPart *part, int back, ScreenNeed *need) {
  int sessions = back + 1 + warm_up(part->n);
  if (sessions <= need->sessions && need->name >= 0) return;
  need->name = part->n;
  need->back = back;
  need->sessions = sessions;
}

ScreenNeed screen_need(const ScreenPlan *plan) {
  ScreenNeed need = {.sessions = 1, .name = -1};
  int backs[SCREEN_MAX_PARTS];
  extent_backs(plan, backs);
  for (int i = plan->count - 1; i >= 0; i--)
    if (plan->parts[i].op == SCREEN_FIELD) take_field(&plan->parts[i], backs[i], &need);
  return need;
}
