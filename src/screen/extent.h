/* extent.h: how many traded sessions ago the value of each part is asked for, to know the value of one part. */
#ifndef CLOSEBELL_SCREEN_EXTENT_H
#define CLOSEBELL_SCREEN_EXTENT_H

#include <closebell/screen/screen.h>

/* A part is asked for from `low` to `high` sessions ago; high -1: not at all. What stands inside a rank is not part of
 * it. */
typedef struct {
  int low[SCREEN_MAX_PARTS], high[SCREEN_MAX_PARTS];
  bool has_texts; /* some text is compared */
} Extent;

void extent_find(const ScreenPlan *plan, int root, Extent *ret_extent);

bool extent_is_window(ScreenOp op);

/* How many sessions further back than itself a part looks at its operands. */
int extent_look_back(const ScreenPart *part);

/* How many sessions back the whole looks at each part; what stands inside a rank counts too. */
void extent_backs(const ScreenPlan *plan, int ret_backs[SCREEN_MAX_PARTS]);
/* How many operands a part asks for when it is itself asked for low to high sessions ago, which become theirs. Items of
 * in, and what stands inside a rank, are not asked for. */
int extent_operands(const ScreenPart *part, int *low, int *high);

#endif
