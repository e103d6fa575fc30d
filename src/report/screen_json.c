#include <closebell/report/screen_json.h>
#include <closebell/report/screen_print.h>

#include <math.h>

#include <closebell/base/escape.h>

#include "json_write.h"
#include "screen_cell.h"

enum { UNPROVEN_MOST = 20 };

static void append_proof(TextBuffer *to, const ScreenProof *proof) {
  json_write_day_of(to, "as_of", proof->as_of);
  json_write_number_of(to, "restatement", (double)proof->restatement);
  json_write_name(to, "proof");
  text_buffer_printf(to, "{\"proven\":%s,\"unproven\":[", proof->unproven_count == 0 ? "true" : "false");
  for (size_t i = 0; i < proof->unproven_count && i < UNPROVEN_MOST; i++)
    text_buffer_printf(to, "%s\"%s\"", i > 0 ? "," : "", day_text(proof->unproven[i]).text);
  text_buffer_printf(to, "]}");
}

static void append_cell(TextBuffer *to, const char *name, const ScreenCell *cell) {
  if (cell->kind != SCREEN_TEXT && isnan(cell->number)) return;
  json_write_name(to, name);
  if (cell->kind == SCREEN_TEXT)
    json_write_text(to, cell->text.data, cell->text.length);
  else if (cell->kind == SCREEN_TRUTH)
    text_buffer_printf(to, "%s", cell->number != 0 ? "true" : "false");
  else
    json_write_number(to, cell->number);
}

static void append_match(TextBuffer *to, const ScreenResult *result, const ScreenShown *shown, size_t row) {
  text_buffer_printf(to, "%s{", to->data[to->length - 1] == '[' ? "" : ",");
  for (size_t i = 0; i < shown->count; i++) {
    ScreenCell cell = screen_cell(result, shown->names[i], row);
    append_cell(to, screen_name_at((size_t)shown->names[i]).name, &cell);
  }
  text_buffer_printf(to, "}");
}

void screen_json_what(TextBuffer *to, const ScreenRequest *request) {
  if (*request->strategy != '\0') json_write_text_of(to, "strategy", request->strategy);
  json_write_name(to, "where");
  json_write_text(to, request->where.text, request->where.length);
}

void screen_json_list(TextBuffer *to, const ScreenResult *result, const ScreenShown *shown, size_t from) {
  screen_json_what(to, result->request);
  json_write_day_of(to, "date", result->market->dates[result->session]);
  json_write_number_of(to, "considered", (double)result->counts.considered);
  json_write_number_of(to, "unknown", (double)result->counts.unknown);
  json_write_number_of(to, "count", (double)result->counts.count);
  json_write_name(to, "matches");
  text_buffer_printf(to, "[");
  for (size_t row = from; row < result->counts.listed; row++) append_match(to, result, shown, row);
  text_buffer_printf(to, "]");
}

static void append_result(TextBuffer *to, const ScreenResult *result) {
  const ScreenShown shown = screen_result_shown(result->request);
  text_buffer_printf(to, "{");
  append_proof(to, &result->proof);
  screen_json_list(to, result, &shown, 0);
  if (result->request->outcome) {
    json_write_name(to, "outcome");
    text_buffer_printf(to, "{");
    screen_json_outcome(to, result, HORIZONS);
    text_buffer_printf(to, "}");
  }
  text_buffer_printf(to, "}");
}

Status screen_print_json(FILE *to, const ScreenResult *result, Error *err) {
  TextBuffer text = {0};
  append_result(&text, result);
  bool failed = text.failed;
  if (!failed) escape_print_json(to, text.data);
  text_buffer_free(&text);
  return failed ? error_set(err, STATUS_NO_MEMORY, "no memory for the matches") : STATUS_OK;
}
