#include <closebell/report/strategies_print.h>

#include <string.h>

#include <closebell/base/escape.h>
#include <closebell/base/text.h>
#include <closebell/base/width.h>
#include <closebell/report/screen_json.h>

enum { COLUMNS = 3, CELL_SIZE = 256, GAP = 2, ORIGIN_LEAST = 30, ORIGIN_INDENT = 4 };

/* ---- the table ---- */

static const char *const HEADS[COLUMNS] = {"name", "title", "Korean title"};

/* As it is shown, so that its columns can be counted. */
static const char *show_cell(const NamedStrategy *strategy, size_t column, char cell[CELL_SIZE]) {
  const char *const texts[COLUMNS] = {strategy->name, strategy->strategy.title, strategy->strategy.title_ko};
  return escape_text(cell, CELL_SIZE, texts[column]);
}

typedef struct {
  const Output *out;
  size_t widths[COLUMNS], origin_at;
  bool below; /* the origin has a line of its own */
} Table;

static Table lay_out(const Output *out, const Strategies *strategies) {
  Table table = {.out = out};
  char cell[CELL_SIZE];
  for (size_t column = 0; column < COLUMNS; column++) {
    table.widths[column] = strlen(HEADS[column]);
    for (size_t i = 0; i < strategies->count; i++) {
      size_t width = width_of(show_cell(&strategies->items[i], column, cell));
      if (width > table.widths[column]) table.widths[column] = width;
    }
    table.origin_at += table.widths[column] + GAP;
  }
  table.below = out->columns > 0 && table.origin_at + ORIGIN_LEAST > out->columns;
  return table;
}

/* cells[COLUMNS] is the origin. */
static void print_line(const Table *table, const char *const cells[COLUMNS + 1]) {
  TextBuffer line = {0};
  for (size_t column = 0; column < COLUMNS; column++) {
    size_t blanks = table->widths[column] - width_of(cells[column]) + GAP;
    bool last = table->below && column + 1 == COLUMNS;
    text_buffer_printf(&line, "%s%*s", cells[column], last ? 0 : (int)blanks, "");
  }
  if (!table->below) text_buffer_append(&line, cells[COLUMNS], strlen(cells[COLUMNS]));
  output_line(table->out, table->below ? ORIGIN_INDENT : table->origin_at, "%s",
              line.failed ? "no memory for this line" : line.data);
  if (table->below) output_line(table->out, ORIGIN_INDENT, "%*s%s", ORIGIN_INDENT, "", cells[COLUMNS]);
  text_buffer_free(&line);
}

static void print_strategy(const Table *table, const NamedStrategy *strategy) {
  char shown[COLUMNS][CELL_SIZE];
  const char *cells[COLUMNS + 1];
  for (size_t column = 0; column < COLUMNS; column++) cells[column] = show_cell(strategy, column, shown[column]);
  cells[COLUMNS] = strategy->strategy.origin;
  print_line(table, cells);
}

void strategies_print_table(const Output *out, const Strategies *strategies) {
  const Table table = lay_out(out, strategies);
  const char *const heads[COLUMNS + 1] = {HEADS[0], HEADS[1], HEADS[2], "origin"};
  print_line(&table, heads);
  for (size_t i = 0; i < strategies->count; i++) print_strategy(&table, &strategies->items[i]);
}

/* ---- JSON ---- */

static void put_strategy(JsonWriter *to, const NamedStrategy *named) {
  const Strategy *strategy = &named->strategy;
  json_begin_object(to, NULL);
  json_put_text(to, "name", named->name);
  json_put_text(to, "title", strategy->title);
  json_put_text(to, "title_ko", strategy->title_ko);
  json_put_text(to, "origin", strategy->origin);
  json_put_text(to, "path", named->path);
  json_put_text_of(to, "where", strategy->where.text, strategy->where.length);
  screen_json_names(to, "sort", &strategy->sort);
  screen_json_names(to, "columns", &strategy->columns);
  if (strategy->hold > 0) json_put_whole(to, "hold", strategy->hold);
  json_end_object(to);
}

static void put_bad(JsonWriter *to, const BadFile *bad) {
  json_begin_object(to, NULL);
  json_put_text(to, "path", bad->path);
  if (bad->line > 0) json_put_whole(to, "line", bad->line);
  if (bad->line > 0) json_put_whole(to, "column", bad->column);
  json_put_text(to, "what", bad->what);
  if (*bad->nearest != '\0') json_put_text(to, "nearest", bad->nearest);
  json_end_object(to);
}

Status strategies_print_json(FILE *out, const Strategies *strategies, Error *err) {
  TextBuffer text = {0};
  JsonWriter to = json_writer(&text);
  json_begin_object(&to, NULL);
  json_begin_list(&to, "strategies");
  for (size_t i = 0; i < strategies->count; i++) put_strategy(&to, &strategies->items[i]);
  json_end_list(&to);
  json_begin_list(&to, "bad");
  for (size_t i = 0; i < strategies->bad.count; i++) put_bad(&to, &strategies->bad.items[i]);
  json_end_list(&to);
  json_end_object(&to);
  bool failed = text.failed;
  if (!failed) escape_print_json(out, text.data);
  text_buffer_free(&text);
  return failed ? error_set(err, STATUS_NO_MEMORY, "no memory for the strategies") : STATUS_OK;
}
