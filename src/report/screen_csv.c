#include <closebell/report/screen_print.h>

#include <math.h>

#include <closebell/base/escape.h>

#include "screen_cell.h"

static void append_cell(TextBuffer *line, const ScreenCell *cell) {
  if (cell->kind == SCREEN_TEXT)
    text_buffer_append_csv(line, cell->text.data);
  else if (isnan(cell->number))
    return;
  else if (cell->kind == SCREEN_TRUTH)
    text_buffer_printf(line, "%s", cell->number != 0 ? "true" : "false");
  else
    text_buffer_append_number(line, cell->number);
}

/* What could steer a terminal is shown, as everywhere. */
static bool print_line(FILE *to, TextBuffer *line) {
  TextBuffer shown = {0};
  if (!line->failed) escape_append(&shown, line->data, ESCAPE_TO_SHOW);
  bool done = !line->failed && !shown.failed && shown.data != NULL;
  if (done) fprintf(to, "%s\n", shown.data);
  text_buffer_free(&shown);
  text_buffer_free(line);
  return done;
}

static bool print_head(FILE *to, const ScreenShown *shown) {
  TextBuffer line = {0};
  for (size_t i = 0; i < shown->count; i++)
    text_buffer_printf(&line, "%s%s", i > 0 ? "," : "", screen_name_at((size_t)shown->names[i]).name);
  return print_line(to, &line);
}

static bool print_row(FILE *to, const ScreenResult *result, const ScreenShown *shown, size_t row) {
  TextBuffer line = {0};
  for (size_t i = 0; i < shown->count; i++) {
    ScreenCell cell = screen_cell(result, shown->names[i], row);
    if (i > 0) text_buffer_append(&line, ",", 1);
    append_cell(&line, &cell);
  }
  return print_line(to, &line);
}

Status screen_print_csv(FILE *to, const ScreenResult *result, Error *err) {
  const ScreenShown shown = screen_result_shown(result->request);
  bool done = print_head(to, &shown);
  for (size_t row = 0; row < result->counts.listed && done; row++) done = print_row(to, result, &shown, row);
  return done ? STATUS_OK : error_set(err, STATUS_NO_MEMORY, "no memory for a line");
}
