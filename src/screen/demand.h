/* demand.h: how many sessions ago the value of each part is asked for, one by one, to know the value of one part. */
#ifndef CLOSEBELL_SCREEN_DEMAND_H
#define CLOSEBELL_SCREEN_DEMAND_H

#include "extent.h"

/* What stands inside a rank is not part of it. The columns of a part begin at first[part], `low` sessions ago. */
typedef struct {
  bool asked[SCREEN_MAX_PARTS][SCREEN_MAX_BACK + 1];
  int low[SCREEN_MAX_PARTS], high[SCREEN_MAX_PARTS]; /* high -1: not at all */
  size_t first[SCREEN_MAX_PARTS];
  size_t columns;
} Demand;

/* Null without memory. The caller frees it. */
Demand *demand_make(const ScreenPlan *plan, int root);

/* Sessions that follow one another, low to high. Zero-initialise. */
typedef struct {
  int low, high, next;
} DemandRun;
/* The part's next run; false behind the last. */
bool demand_next(const Demand *demand, int part, DemandRun *run);

#endif
