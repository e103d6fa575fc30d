#include "krx_replay_fault.h"

#include <stdlib.h>
#include <string.h>

bool replay_fault_kind_parse(const char *text, ReplayFaultKind *ret_kind) {
  static const struct {
    ReplayFaultKind kind;
    const char *text;
  } names[] = {
#define X(name, written) {REPLAY_FAULT_##name, written},
      REPLAY_FAULTS(X)
#undef X
  };
  for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
    if (strcmp(text, names[i].text) != 0) continue;
    *ret_kind = names[i].kind;
    return true;
  }
  return false;
}

bool replay_faults_add(ReplayFaults *faults, const ReplayFault *fault) {
  ReplayFault *moved = realloc(faults->items, (faults->count + 1) * sizeof(*moved));
  if (moved == NULL) return false;
  faults->items = moved;
  faults->items[faults->count++] = *fault;
  return true;
}

ReplayFault replay_faults_take(ReplayFaults *faults, long date, const char *market) {
  for (size_t i = 0; i < faults->count; i++) {
    ReplayFault *fault = &faults->items[i];
    if (fault->times == 0 || (fault->date != REPLAY_ANY_DAY && fault->date != date)) continue;
    if (strcmp(fault->market, "*") != 0 && strcmp(fault->market, market) != 0) continue;
    if (fault->times != REPLAY_FOREVER) fault->times--;
    return *fault;
  }
  return (ReplayFault){.kind = REPLAY_FAULT_NONE};
}

void replay_faults_clear(ReplayFaults *faults) {
  free(faults->items);
  *faults = (ReplayFaults){0};
}
