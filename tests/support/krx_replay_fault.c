#include "krx_replay_fault.h"

#include "krx_replay_time.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
  ReplayFaultKind kind;
  const char *text;
} NAMES[] = {
#define X(name, written) {REPLAY_FAULT_##name, written},
    REPLAY_FAULTS(X)
#undef X
};
enum { NAME_COUNT = sizeof(NAMES) / sizeof(NAMES[0]) };

bool replay_fault_kind_parse(const char *text, ReplayFaultKind *ret_kind) {
  for (size_t i = 0; i < NAME_COUNT; i++) {
    if (strcmp(text, NAMES[i].text) != 0) continue;
    *ret_kind = NAMES[i].kind;
    return true;
  }
  return false;
}

const char *replay_fault_kind_text(ReplayFaultKind kind) {
  for (size_t i = 0; i < NAME_COUNT; i++)
    if (NAMES[i].kind == kind) return NAMES[i].text;
  return "";
}

bool replay_count_parse(const char *text, long fallback, long *ret_value) {
  char *end;
  *ret_value = text == NULL ? fallback : strtol(text, &end, 10);
  return text == NULL || (end != text && *end == '\0' && *ret_value >= 0);
}

static void put(char *to, size_t size, const char *text) { snprintf(to, size, "%s", text == NULL ? "" : text); }

bool replay_fault_read(const ReplayFaultWords *words, ReplayFault *ret_fault) {
  ReplayFault fault = {.date = REPLAY_ANY_DAY, .market = "*"};
  bool good = words->kind != NULL && replay_fault_kind_parse(words->kind, &fault.kind);
  if (words->date != NULL && strcmp(words->date, "*") != 0) good = good && replay_day_parse(words->date, &fault.date);
  if (words->market != NULL)
    good = good && snprintf(fault.market, sizeof(fault.market), "%s", words->market) < (int)sizeof(fault.market);
  good = good && replay_count_parse(words->times, REPLAY_FOREVER, &fault.times);
  good = good && replay_count_parse(words->value, 0, &fault.value);
  if (fault.kind == REPLAY_FAULT_STATUS) good = good && fault.value >= 200 && fault.value <= 599;
  put(fault.retry_after, sizeof(fault.retry_after), words->retry_after);
  put(fault.code, sizeof(fault.code), words->code);
  put(fault.message, sizeof(fault.message), words->message);
  if (good) *ret_fault = fault;
  return good;
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
