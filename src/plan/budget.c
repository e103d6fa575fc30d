#include <closebell/plan/budget.h>

#include <stdlib.h>
#include <string.h>

Budget budget_start(int64_t now_ms, int64_t length_ms) { return (Budget){.deadline_ms = now_ms + length_ms}; }

void budget_record(Budget *budget, int64_t cost_ms) {
  budget->samples_ms[budget->count % BUDGET_SAMPLES] = cost_ms;
  budget->count++;
}

static int by_value(const void *a, const void *b) {
  int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
  return (left > right) - (left < right);
}

int64_t budget_p95_ms(const Budget *budget) {
  size_t count = budget->count < BUDGET_SAMPLES ? budget->count : BUDGET_SAMPLES;
  if (count == 0) return 0;
  int64_t sorted[BUDGET_SAMPLES];
  memcpy(sorted, budget->samples_ms, count * sizeof sorted[0]);
  qsort(sorted, count, sizeof sorted[0], by_value);
  size_t rank = (count * 95 + 99) / 100; /* nearest rank: of few samples the largest */
  return sorted[rank - 1];
}

bool budget_allows(const Budget *budget, int64_t now_ms) {
  return now_ms + budget_p95_ms(budget) < budget->deadline_ms;
}
