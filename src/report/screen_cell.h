/* screen_cell.h: one value of a match, as each form of the answer writes it. */
#ifndef CLOSEBELL_REPORT_SCREEN_CELL_H
#define CLOSEBELL_REPORT_SCREEN_CELL_H

#include <closebell/analysis/screen_result.h>
#include <closebell/base/text.h>

typedef struct {
  ScreenKind kind;
  ScreenString text; /* SCREEN_TEXT; ends in NUL */
  double number;     /* the others; NaN: absent; a truth is 1 or 0 */
} ScreenCell;

/* row: of result->stocks. name: one of screen_result_shown. */
ScreenCell screen_cell(const ScreenResult *result, int name, size_t row);

#endif
