/* strategy.h: a strategy file as bytes: a line a key, "key = value"; blank lines, and comments from # or ; at a line's
 * beginning. */
#ifndef CLOSEBELL_SCREEN_STRATEGY_H
#define CLOSEBELL_SCREEN_STRATEGY_H

#include <closebell/screen/list.h>

enum { STRATEGY_TITLE_SIZE = 128, STRATEGY_ORIGIN_SIZE = 512, STRATEGY_MAX_BYTES = 8192, STRATEGY_MAX_HOLD = 1000 };

typedef struct {
  char title[STRATEGY_TITLE_SIZE], title_ko[STRATEGY_TITLE_SIZE], origin[STRATEGY_ORIGIN_SIZE];
  ScreenPlan where;          /* where.text is the condition as it is written */
  ScreenNames sort, columns; /* none: the default order, no columns of its own */
  int hold;                  /* sessions; 0: not said */
} Strategy;

/* title and where must be there. STATUS_CONFIG with the file's line and column; ret_strategy is then of no use. */
Status strategy_parse(const char *text, size_t length, Strategy *ret_strategy, ScreenError *error);

#endif
