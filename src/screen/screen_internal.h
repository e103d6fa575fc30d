/* screen_internal.h: the steps from a text to a plan. Each fills *error and returns false when it cannot go on. */
#ifndef CLOSEBELL_SCREEN_INTERNAL_H
#define CLOSEBELL_SCREEN_INTERNAL_H

#include <closebell/screen/error.h>
#include <closebell/screen/screen.h>

bool screen_parse(ScreenPlan *plan, ScreenError *error); /* plan->text and length are set */
bool screen_check(ScreenPlan *plan, ScreenError *error);

#endif
