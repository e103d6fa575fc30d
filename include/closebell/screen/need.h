/* need.h: how long a stock's history has to be for a condition to be known. Pure. */
#ifndef CLOSEBELL_SCREEN_NEED_H
#define CLOSEBELL_SCREEN_NEED_H

#include <closebell/screen/screen.h>

typedef struct {
  int sessions; /* traded ones, that of the screen included, with which every field has its value wherever the
                     condition looks; an absent value can have other reasons. 1: its own */
  int name;     /* the known name that needs so many; -1: the condition names no field */
  int back;     /* how many sessions before its own the condition looks at that name */
} ScreenNeed;

ScreenNeed screen_need(const ScreenPlan *plan);

#endif
