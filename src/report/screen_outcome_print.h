/* screen_outcome_print.h: what became of the signals of a screen, for people and for programs. */
#ifndef CLOSEBELL_REPORT_SCREEN_OUTCOME_PRINT_H
#define CLOSEBELL_REPORT_SCREEN_OUTCOME_PRINT_H

#include <closebell/analysis/screen_result.h>
#include <closebell/base/output.h>
#include <closebell/base/text.h>

void screen_outcome_print(const Output *out, const ScreenResult *result);

/* Why there is no figure, or no standard error, for so many sessions; null when they are all there. Returns text. */
enum { SCREEN_WHY_SIZE = 200 };
const char *screen_outcome_why(const ScreenResult *result, size_t horizon, char text[SCREEN_WHY_SIZE]);
/* The same of the mean path. */
const char *screen_outcome_why_no_path(const ScreenResult *result, char text[SCREEN_WHY_SIZE]);

#endif
