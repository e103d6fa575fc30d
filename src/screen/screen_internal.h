/* screen_internal.h: the steps from a text to a plan. Each fills *error and returns false when it cannot go on. */
#ifndef CLOSEBELL_SCREEN_INTERNAL_H
#define CLOSEBELL_SCREEN_INTERNAL_H

#include <closebell/screen/screen.h>

/* Fills line and column of byte `at`. Returns false. */
bool screen_fail(ScreenError *error, const char *text, size_t at, const char *nearest, const char *what, ...)
    __attribute__((format(printf, 5, 6)));

/* The byte at which the text stops being UTF-8, or its length. */
size_t screen_utf8_end(const char *text, size_t length);

bool screen_parse(ScreenPlan *plan, ScreenError *error); /* plan->text and length are set */
bool screen_check(ScreenPlan *plan, ScreenError *error);
void screen_share(ScreenPlan *plan); /* parts that are written twice become one */

#endif
