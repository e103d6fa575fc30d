#include <closebell/report/runs.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/base/escape.h>
#include <closebell/base/output.h>
#include <closebell/base/text.h>
#include <closebell/run/run.h>

enum { CELL_SIZE = 48, COLUMNS = 9, NARROW_COLUMNS = 4, GAP = 2, MESSAGE_LEAST = 30, MESSAGE_INDENT = 4 };

/* ---- the latest ---- */

typedef struct {
  JobRun *runs; /* a ring of RUNS_SHOWN */
  size_t seen;
} Latest;

static Status keep(void *context, const JobRun *run, Error *err) {
  Latest *latest = context;
  (void)err;
  latest->runs[latest->seen++ % RUNS_SHOWN] = *run;
  return STATUS_OK;
}

/* A year of runs is read only where the last days have too few. */
static Status find_latest(const Job *job, Latest *latest, Error *err) {
  static const int64_t spans[] = {2, 30, 0};
  Status status = STATUS_OK;
  for (size_t i = 0; i < sizeof spans / sizeof spans[0] && status == STATUS_OK && latest->seen < RUNS_SHOWN; i++) {
    latest->seen = 0;
    Instant from = spans[i] ? clock_now(job->clock) - spans[i] * MS_OF_DAY : INSTANT_NONE;
    status = job_runs_read(job->db, from, keep, latest, err);
  }
  return status;
}

/* ---- the table ---- */

typedef struct {
  char cells[COLUMNS][CELL_SIZE];
  const char *message;
} Line;

static const struct {
  const char *head;
  bool right;
} TABLE[COLUMNS] = {{"started", false}, {"program", false}, {"took", true},  {"exit", true},  {"sessions", true},
                    {"rows", true},     {"analysed", true}, {"calls", true}, {"healed", true}};

static void put_count(char cell[CELL_SIZE], int64_t value) {
  char text[TEXT_GROUPED_SIZE];
  snprintf(cell, CELL_SIZE, "%s", value == 0 ? "-" : text_group_int64(value, text));
}

static void put_duration(char cell[CELL_SIZE], int64_t ms) {
  int64_t seconds = ms / 1000;
  if (ms < 10000)
    snprintf(cell, CELL_SIZE, "%" PRId64 ".%" PRId64 " s", seconds, ms % 1000 / 100);
  else if (seconds < 600)
    snprintf(cell, CELL_SIZE, "%" PRId64 " s", seconds);
  else
    snprintf(cell, CELL_SIZE, "%" PRId64 " min", seconds / 60);
}

/* A run without an end is under way, or its process was killed. */
static Line describe(const JobRun *run) {
  Line line = {.message = run->message};
  bool ended = run->end_utc != INSTANT_NONE && run->start_utc != INSTANT_NONE;
  snprintf(line.cells[0], CELL_SIZE, "%s",
           run->start_utc == INSTANT_NONE ? "?" : instant_kst_text(run->start_utc).text);
  escape_text(line.cells[1], CELL_SIZE, run->job);
  snprintf(line.cells[2], CELL_SIZE, "-");
  snprintf(line.cells[3], CELL_SIZE, "-");
  if (ended) put_duration(line.cells[2], run->end_utc - run->start_utc);
  if (ended && run->exit_code >= 0) snprintf(line.cells[3], CELL_SIZE, "%" PRId64, run->exit_code);
  const int64_t counts[] = {run->sessions, run->rows, run->analyzed, run->source_calls, run->healed};
  for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) put_count(line.cells[4 + i], counts[i]);
  if (!ended && line.message[0] == '\0') line.message = "no end: under way, or killed";
  return line;
}

typedef struct {
  const Output *out;
  size_t shown; /* columns of the table */
  int widths[COLUMNS];
  size_t message_at; /* where the message begins */
} Table;

/* Where the message would have no room beside the table, the counts go below, in front of it. */
static Table lay_out(const Output *out, const Line *lines, size_t count) {
  Table table = {.out = out, .shown = COLUMNS};
  for (size_t i = 0; i < COLUMNS; i++) {
    table.widths[i] = (int)strlen(TABLE[i].head);
    for (size_t k = 0; k < count; k++)
      if ((int)strlen(lines[k].cells[i]) > table.widths[i]) table.widths[i] = (int)strlen(lines[k].cells[i]);
    table.message_at += (size_t)table.widths[i] + GAP;
  }
  if (out->columns > 0 && table.message_at + MESSAGE_LEAST > out->columns) table.shown = NARROW_COLUMNS;
  return table;
}

static void append_cells(const Table *table, TextBuffer *text, const char *const cells[COLUMNS]) {
  for (size_t i = 0; i < table->shown; i++)
    text_buffer_printf(text, TABLE[i].right ? "%*s%s" : "%-*s%s", table->widths[i], cells[i],
                       i + 1 < table->shown || table->shown == COLUMNS ? "  " : "");
}

/* "12 sessions, 516 rows: " */
static void append_counts(TextBuffer *text, const Line *line) {
  size_t length = text->length;
  for (size_t i = NARROW_COLUMNS; i < COLUMNS; i++)
    if (strcmp(line->cells[i], "-") != 0)
      text_buffer_printf(text, "%s%s %s", text->length > length ? ", " : "", line->cells[i], TABLE[i].head);
  if (text->length > length) text_buffer_printf(text, ": ");
}

static void put(const Table *table, TextBuffer *text, size_t indent) {
  output_line(table->out, indent, "%s", text->failed ? "no memory for this line" : text->data);
  text_buffer_free(text);
}

static void print_head(const Table *table) {
  const char *heads[COLUMNS];
  TextBuffer text = {0};
  for (size_t i = 0; i < COLUMNS; i++) heads[i] = TABLE[i].head;
  append_cells(table, &text, heads);
  if (table->shown == COLUMNS) text_buffer_printf(&text, "message");
  put(table, &text, 0);
}

static void print_line(const Table *table, const Line *line) {
  const char *cells[COLUMNS];
  TextBuffer text = {0};
  size_t indent = table->message_at;
  for (size_t i = 0; i < COLUMNS; i++) cells[i] = line->cells[i];
  append_cells(table, &text, cells);
  if (table->shown < COLUMNS) {
    put(table, &text, 0);
    indent = MESSAGE_INDENT;
    text_buffer_printf(&text, "%*s", MESSAGE_INDENT, "");
    append_counts(&text, line);
  }
  text_buffer_append(&text, line->message, strlen(line->message));
  put(table, &text, indent);
}

static void print_table(const Output *out, const Line *lines, size_t count) {
  const Table table = lay_out(out, lines, count);
  print_head(&table);
  for (size_t k = 0; k < count; k++) print_line(&table, &lines[k]);
}

static Status print(const Job *job, size_t *ret_count, Error *err) {
  Latest latest = {.runs = calloc(RUNS_SHOWN, sizeof *latest.runs)};
  Line *lines = calloc(RUNS_SHOWN, sizeof *lines);
  Status status = latest.runs && lines ? find_latest(job, &latest, err)
                                       : error_set(err, STATUS_NO_MEMORY, "no memory for %d runs", RUNS_SHOWN);
  if (status == STATUS_OK) {
    size_t count = latest.seen < RUNS_SHOWN ? latest.seen : RUNS_SHOWN;
    for (size_t i = 0; i < count; i++) lines[i] = describe(&latest.runs[(latest.seen - count + i) % RUNS_SHOWN]);
    if (count > 0) print_table(&job->out, lines, count);
    *ret_count = count;
  }
  free(latest.runs);
  free(lines);
  return status;
}

void runs_print(Job *job, Outcome *ret_outcome) {
  Error err = {{0}};
  size_t count = 0;
  Status status = print(job, &count, &err);
  ret_outcome->exit_code = EXIT_DONE;
  if (count > 0)
    snprintf(ret_outcome->message, sizeof ret_outcome->message, "the latest %zu runs on record; nothing written",
             count);
  else
    snprintf(ret_outcome->message, sizeof ret_outcome->message, "there are no runs on record yet");
  run_conclude(job, status, &err, ret_outcome);
}
