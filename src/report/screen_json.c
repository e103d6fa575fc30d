#include <closebell/report/screen_json.h>
#include <closebell/report/screen_print.h>

#include <math.h>
#include <stdio.h>

#include <closebell/base/escape.h>

#include "screen_cell.h"

enum { UNPROVEN_MOST = 20 };

void screen_json_proof(JsonWriter *to, const ScreenProof *proof) {
  json_put_day(to, "as_of", proof->as_of);
  json_put_whole(to, "restatement", proof->restatement);
  json_begin_object(to, "proof");
  json_put_truth(to, "proven", proof->unproven_count == 0);
  json_begin_list(to, "unproven");
  for (size_t i = 0; i < proof->unproven_count && i < UNPROVEN_MOST; i++) json_put_day(to, NULL, proof->unproven[i]);
  json_end_list(to);
  json_end_object(to);
}

void screen_json_names(JsonWriter *to, const char *name, const ScreenNames *names) {
  char text[80];
  json_begin_list(to, name);
  for (size_t i = 0; i < names->count; i++) {
    snprintf(text, sizeof text, "%s%s", names->descending[i] ? "-" : "", screen_name_at((size_t)names->names[i]).name);
    json_put_text(to, NULL, text);
  }
  json_end_list(to);
}

static void put_cell(JsonWriter *to, const char *name, const ScreenCell *cell) {
  if (cell->kind == SCREEN_TEXT)
    json_put_text_of(to, name, cell->text.data, cell->text.length);
  else if (cell->kind == SCREEN_NUMBER)
    json_put_number(to, name, cell->number);
  else if (!isnan(cell->number))
    json_put_truth(to, name, cell->number != 0);
}

static void put_match(JsonWriter *to, const ScreenResult *result, const ScreenShown *shown, size_t row) {
  json_begin_object(to, NULL);
  for (size_t i = 0; i < shown->count; i++) {
    ScreenCell cell = screen_cell(result, shown->names[i], row);
    put_cell(to, screen_name_at((size_t)shown->names[i]).name, &cell);
  }
  json_end_object(to);
}

void screen_json_what(JsonWriter *to, const ScreenRequest *request) {
  if (*request->strategy != '\0') json_put_text(to, "strategy", request->strategy);
  json_put_text_of(to, "where", request->where.text, request->where.length);
}

void screen_json_list(JsonWriter *to, const ScreenResult *result, const ScreenShown *shown, size_t from) {
  screen_json_what(to, result->request);
  json_put_day(to, "date", result->market->dates[result->session]);
  json_put_whole(to, "considered", (int64_t)result->counts.considered);
  json_put_whole(to, "unknown", (int64_t)result->counts.unknown);
  json_put_whole(to, "count", (int64_t)result->counts.count);
  json_begin_list(to, "matches");
  for (size_t row = from; row < result->counts.listed; row++) put_match(to, result, shown, row);
  json_end_list(to);
}

static void put_result(JsonWriter *to, const ScreenResult *result) {
  const ScreenShown shown = screen_result_shown(result->request);
  json_begin_object(to, NULL);
  screen_json_proof(to, &result->proof);
  screen_json_list(to, result, &shown, 0);
  if (result->request->outcome) {
    json_begin_object(to, "outcome");
    screen_json_outcome(to, result, HORIZONS);
    json_end_object(to);
  }
  json_end_object(to);
}

Status screen_print_json(FILE *to, const ScreenResult *result, Error *err) {
  TextBuffer text = {0};
  JsonWriter json = json_writer(&text);
  put_result(&json, result);
  bool failed = text.failed;
  if (!failed) escape_print_json(to, text.data);
  text_buffer_free(&text);
  return failed ? error_set(err, STATUS_NO_MEMORY, "no memory for the matches") : STATUS_OK;
}
