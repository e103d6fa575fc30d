/* budget.h: is there time for one more? */
#ifndef CLOSEBELL_PLAN_BUDGET_H
#define CLOSEBELL_PLAN_BUDGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { BUDGET_SAMPLES = 128 };

/* Times are uptimes in ms. */
typedef struct {
  int64_t deadline_ms;
  int64_t samples_ms[BUDGET_SAMPLES]; /* the latest, a ring */
  size_t count;
} Budget;

Budget budget_start(int64_t now_ms, int64_t length_ms);
void budget_record(Budget *budget, int64_t cost_ms);
/* The 95th percentile (nearest rank) of the latest costs, 0 before the first. */
int64_t budget_p95_ms(const Budget *budget);
/* False when one more at p95 cost would not end before the deadline: a budget of 0 allows nothing. */
bool budget_allows(const Budget *budget, int64_t now_ms);

#endif
