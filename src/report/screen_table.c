#include <closebell/report/screen_print.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/base/escape.h>
#include <closebell/base/width.h>
#include <closebell/screen/companies.h>
#include <closebell/screen/flows.h>

#include "screen_cell.h"
#include "screen_outcome_print.h"

enum { CELL_SIZE = 512, GAP = 2, ROW_INDENT = 8, BAR = 40, NAMED_MOST = 10 };

/* ---- cells ---- */

/* As it is shown, so that its columns can be counted. */
static const char *show(const ScreenCell *cell, char shown[CELL_SIZE]) {
  char number[TEXT_REAL_SIZE];
  if (cell->kind == SCREEN_TEXT) return escape_text(shown, CELL_SIZE, cell->text.data);
  if (isnan(cell->number)) return "-";
  if (cell->kind == SCREEN_TRUTH) return cell->number != 0 ? "yes" : "no";
  strcpy(shown, text_group_double(cell->number, number));
  return shown;
}

typedef struct {
  const Output *out;
  const ScreenResult *result;
  ScreenShown shown;
  size_t widths[SCREEN_SHOWN_MAX];
} Table;

static const char *head_of(const Table *table, size_t column) {
  return screen_name_at((size_t)table->shown.names[column]).name;
}

static const char *cell_of(const Table *table, size_t column, size_t row, char shown[CELL_SIZE]) {
  ScreenCell cell = screen_cell(table->result, table->shown.names[column], row);
  return show(&cell, shown);
}

static void measure(Table *table) {
  char shown[CELL_SIZE];
  for (size_t c = 0; c < table->shown.count; c++) {
    table->widths[c] = strlen(head_of(table, c));
    for (size_t row = 0; row < table->result->counts.listed; row++) {
      size_t width = width_of(cell_of(table, c, row, shown));
      if (width > table->widths[c]) table->widths[c] = width;
    }
  }
}

/* ---- lines ---- */

/* Texts begin at their column, everything else ends there. */
static void append_cell(const Table *table, size_t column, const char *text, TextBuffer *line) {
  bool left = screen_name_at((size_t)table->shown.names[column]).kind == SCREEN_TEXT;
  bool last = column + 1 == table->shown.count;
  int blanks = (int)(table->widths[column] - width_of(text));
  text_buffer_printf(line, "%*s%s%*s", left ? 0 : blanks, "", text, last ? 0 : (left ? blanks : 0) + GAP, "");
}

static Status print_line(const Table *table, TextBuffer *line, Error *err) {
  bool failed = line->failed;
  if (!failed) output_line(table->out, ROW_INDENT, "%s", line->data);
  text_buffer_free(line);
  return failed ? error_set(err, STATUS_NO_MEMORY, "no memory for a line") : STATUS_OK;
}

static Status print_head(const Table *table, Error *err) {
  TextBuffer line = {0};
  for (size_t c = 0; c < table->shown.count; c++) append_cell(table, c, head_of(table, c), &line);
  return print_line(table, &line, err);
}

static Status print_row(const Table *table, size_t row, Error *err) {
  TextBuffer line = {0};
  char shown[CELL_SIZE];
  for (size_t c = 0; c < table->shown.count; c++) append_cell(table, c, cell_of(table, c, row, shown), &line);
  return print_line(table, &line, err);
}

static Status print_rows(const Output *out, const ScreenResult *result, Error *err) {
  if (result->counts.listed == 0) return STATUS_OK;
  Table table = {.out = out, .result = result, .shown = screen_result_shown(result->request)};
  measure(&table);
  Status status = print_head(&table, err);
  for (size_t row = 0; row < result->counts.listed && status == STATUS_OK; row++) status = print_row(&table, row, err);
  output_empty_line(out);
  return status;
}

/* ---- what is said before and behind ---- */

static void print_title(const Output *out, const ScreenResult *result) {
  const ScreenRequest *request = result->request;
  bool named = *request->strategy != '\0';
  output_line(out, OUTPUT_HANGING, "%s%s%s%ssession of %s", request->strategy, named ? " (" : "", request->title,
              named ? "): " : "", day_text(result->market->dates[result->session]).text);
  output_line(out, OUTPUT_HANGING, "where %.*s", (int)request->where.length, request->where.text);
  output_empty_line(out);
}

/* How many of BAR places; what there is has one at least. */
static size_t places_of(size_t part, size_t whole) {
  if (part == 0 || whole == 0) return 0;
  size_t places = (part * BAR + whole / 2) / whole;
  return places == 0 ? 1 : places;
}

static void print_bar(const Output *out, const ScreenCounts *counts) {
  char bar[BAR + 1];
  size_t matches = places_of(counts->count, counts->considered);
  size_t unknown = places_of(counts->unknown, counts->considered);
  if (matches + unknown > BAR)
    *(matches > unknown ? &matches : &unknown) = BAR - (matches > unknown ? unknown : matches);
  memset(bar, '.', BAR);
  memset(bar, '#', matches);
  memset(bar + BAR - unknown, '?', unknown);
  bar[BAR] = '\0';
  output_line(out, OUTPUT_HANGING, "[%s] # %zu match, . %zu do not, ? %zu are unknown, of %zu stocks considered", bar,
              counts->count, counts->considered - counts->count - counts->unknown, counts->unknown, counts->considered);
  if (counts->listed < counts->count)
    output_line(out, OUTPUT_HANGING, "the first %zu of the %zu matches are shown", counts->listed, counts->count);
}

static void print_too_short(const Output *out, const ScreenResult *result) {
  const ScreenUnknown *unknown = &result->unknown;
  const ScreenNeed *need = &unknown->need;
  char ago[48] = "";
  if (need->back > 0) snprintf(ago, sizeof ago, " of %d sessions before", need->back);
  output_line(out, OUTPUT_HANGING,
              "unknown because history is too short: %zu stocks, with %zu to %zu of the %d traded sessions that %s%s "
              "needs; the archive has %zu sessions up to this one",
              unknown->too_short, unknown->shortest, unknown->longest, need->sessions,
              need->name >= 0 ? screen_name_at((size_t)need->name).name : "the condition", ago, result->session + 1);
}

static void print_unknown(const Output *out, const ScreenResult *result) {
  const ScreenUnknown *unknown = &result->unknown;
  const int company = screen_plan_company_name(&result->request->where);
  if (unknown->too_short > 0) print_too_short(out, result);
  if (unknown->for_other_reasons == 0) return;
  if (company >= 0)
    output_line(out, OUTPUT_HANGING, "unknown because %s %s: %zu stocks", screen_name_at((size_t)company).name,
                screen_market_knows_companies(result->market)
                    ? "or another value is absent (hourly_analysis --explain TICKER says why it is of one)"
                    : "has no values (no reports of companies are stored: [dart] is not configured, or nothing has "
                      "come yet)",
                unknown->for_other_reasons);
  else if (screen_plan_wants_flows(&result->request->where))
    output_line(
        out, OUTPUT_HANGING,
        "unknown because a value is absent (one of five sessions without a final flow in market_flow, which has "
        "the stocks that [flow] stocks chooses): %zu stocks",
        unknown->for_other_reasons);
  else
    output_line(out, OUTPUT_HANGING,
                "unknown because a value is absent (a division by 0, no place among the others): %zu stocks",
                unknown->for_other_reasons);
}

static void print_proof(const Output *out, const ScreenProof *proof) {
  if (proof->unproven_count == 0) return;
  TextBuffer days = {0};
  for (size_t i = 0; i < proof->unproven_count && i < NAMED_MOST; i++)
    text_buffer_printf(&days, "%s%s", i > 0 ? ", " : "", day_text(proof->unproven[i]).text);
  if (proof->unproven_count > NAMED_MOST)
    text_buffer_printf(&days, " and %zu more", proof->unproven_count - NAMED_MOST);
  output_line(out, OUTPUT_HANGING, "not proven, and left out: %s; see --explain DATE",
              days.failed ? "no memory for their names" : days.data);
  text_buffer_free(&days);
}

/* ---- the whole ---- */

Status screen_print_table(const Output *out, const ScreenResult *result, Error *err) {
  print_title(out, result);
  Status status = print_rows(out, result, err);
  if (status != STATUS_OK) return status;
  print_bar(out, &result->counts);
  print_unknown(out, result);
  print_proof(out, &result->proof);
  if (!result->request->outcome) return STATUS_OK;
  output_empty_line(out);
  screen_outcome_print(out, result);
  return STATUS_OK;
}
