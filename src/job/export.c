#include <closebell/job/export.h>

#include <stdio.h>
#include <stdlib.h>

#include <closebell/base/progress.h>
#include <closebell/job/guard.h>
#include <closebell/job/ingest.h>
#include <closebell/job/run.h>
#include <closebell/market/adjustment.h>
#include <closebell/market/filter_history.h>
#include <closebell/market/session_csv.h>

#include "export_file.h"

typedef struct {
  Job *job;
  const ExportOptions *options;
  bool write; /* not a dry run */
  Ingest ingest;
  DayState *states;
  size_t state_count;
  Adjustment adjustment;
  Day previous; /* the session before, of those adjusted */
  TextBuffer text;
  Progress progress;
  size_t sessions, written;
  Day first, last;
} Export;

static bool in_range(const Export *export, Day date) {
  const ExportOptions *options = export->options;
  return (options->from == DAY_NONE || date >= options->from) && (options->to == DAY_NONE || date <= options->to);
}

static size_t count_sessions(const Export *export) {
  size_t count = 0;
  for (size_t i = 0; i < export->ingest.day_count; i++)
    count += export->ingest.days[i].archived && in_range(export, export->ingest.days[i].date);
  return count;
}

/* ---- adjusted prices ---- */

static bool is_completed(const Export *export, Day date) {
  return day_state_find(export->states, export->state_count, date) == JOB_COMPLETED;
}

/* As the analysis gathers them: completed sessions, and no factor across a place where one may be missing. */
static Status gather_factors(void *context, const Session *session, Error *err) {
  Export *export = context;
  if (!is_completed(export, session->date)) return STATUS_OK;
  bool broken = export->previous != DAY_NONE &&
                !work_nothing_between(export->states, export->state_count, export->previous, session->date);
  export->previous = session->date;
  if (adjustment_add(&export->adjustment, session, broken) != STATUS_OK)
    return error_set(err, STATUS_NO_MEMORY, "no memory for the factors");
  return run_beat(export->job, err);
}

static Status prepare_adjustment(Export *export, Error *err) {
  Status status = ingest_states(&export->ingest, &export->states, &export->state_count);
  if (status != STATUS_OK) return error_set(err, status, "no memory for the states");
  export->previous = DAY_NONE;
  status = market_days_read(export->job->db, export->options->from, DAY_NONE, gather_factors, export, err);
  adjustment_finish(&export->adjustment);
  return status;
}

static void format_adjusted(Export *export, const Session *session) {
  text_buffer_printf(&export->text, "%s\n", SESSION_CSV_ADJUSTED_HEADER);
  for (size_t i = 0; i < session->count; i++) {
    const StockRow *row = &session->rows[i];
    if (row_has_trades(row))
      session_csv_format_adjusted(row, adjustment_factor(&export->adjustment, row->ticker, session->date),
                                  &export->text);
  }
}

/* ---- files ---- */

static Status write_file(Export *export, const char *name, ExportMode mode, Error *err) {
  bool written = false;
  Status status =
      export->write ? export_file(export->options->folder, name, &export->text, mode, &written, err) : STATUS_OK;
  export->text.length = 0;
  if (status == STATUS_OK) export->written += written;
  return status;
}

static Status write_session(void *context, const Session *session, Error *err) {
  Export *export = context;
  char name[DAY_TEXT_SIZE + 4];
  if (export->options->adjusted && !is_completed(export, session->date)) return STATUS_OK;
  if (export->options->adjusted)
    format_adjusted(export, session);
  else
    session_csv_format(session, &export->text);
  snprintf(name, sizeof name, "%s.csv", day_text(session->date).text);
  Status status = write_file(export, name, EXPORT_KEEP_OTHERS, err);
  if (status != STATUS_OK) return status;
  if (export->sessions++ == 0) export->first = session->date;
  export->last = session->date;
  progress_update(&export->progress, export->sessions);
  return run_beat(export->job, err);
}

/* What the universe was made of, whatever range of sessions is asked for: it changes with the settings only. */
static Status write_universe(Export *export, Error *err) {
  Ingest *ingest = &export->ingest;
  FilterHistory history = {0};
  Status status = STATUS_OK;
  if (export->options->adjusted || ingest->universe_from == DAY_NONE) return STATUS_OK;
  if (ingest->has_began_by) status = filter_history_add(&history, ingest->universe_from, &ingest->began_by);
  for (size_t i = 0; i < ingest->day_count && status == STATUS_OK; i++) {
    const IngestDay *day = &ingest->days[i];
    if (day->archived && day->date >= ingest->universe_from)
      status = filter_history_add(&history, day->date, ingest_filter(ingest, day->date));
  }
  if (status != STATUS_OK) error_set(err, status, "no memory for the filters");
  if (status == STATUS_OK && history.count > 0) {
    size_t files = export->written;
    filter_history_format(&history, &export->text);
    status = write_file(export, EXPORT_UNIVERSE_FILE, EXPORT_REPLACE, err);
    export->written = files;
  }
  filter_history_free(&history);
  return status;
}

/* ---- the whole ---- */

static void summarize(const Export *export, Outcome *outcome) {
  outcome->exit_code = EXIT_DONE;
  int length =
      snprintf(outcome->message, sizeof outcome->message, "%s %zu sessions from %s to %s%s to %.300s",
               export->write ? "exported" : "would export", export->sessions, day_text(export->first).text,
               day_text(export->last).text, export->options->adjusted ? ", adjusted," : "", export->options->folder);
  if (export->write)
    snprintf(outcome->message + length, sizeof outcome->message - (size_t)length,
             ": %zu files written, %zu were there already and say the same", export->written,
             export->sessions - export->written);
}

static Status run(Export *export, Outcome *outcome, Error *err) {
  const ExportOptions *options = export->options;
  Meta meta = {0};
  Status status = ingest_load(&export->ingest, export->job, true, err);
  if (status == STATUS_OK) status = meta_read(export->job->db, &meta, err);
  if (status == STATUS_NOT_FOUND) status = STATUS_OK; /* nothing was set up */
  if (status == STATUS_OK) ingest_know_beginning(&export->ingest, &meta);
  if (status != STATUS_OK) return status;
  size_t sessions = count_sessions(export);
  if (sessions == 0)
    return error_set(err, STATUS_USAGE, "no session from %s to %s is archived; nothing written",
                     options->from == DAY_NONE ? "the first" : day_text(options->from).text,
                     options->to == DAY_NONE ? "the newest" : day_text(options->to).text);
  if (export->write) status = export_folder(options->folder, err);
  if (status == STATUS_OK && options->adjusted) status = prepare_adjustment(export, err);
  export->progress = progress_start(export->job->log, "exporting", "sessions", sessions);
  if (status == STATUS_OK)
    status = market_days_read(export->job->db, options->from, options->to, write_session, export, err);
  progress_finish(&export->progress);
  if (status == STATUS_OK) status = write_universe(export, err);
  if (status == STATUS_OK) summarize(export, outcome);
  return status;
}

void export_run(Job *job, const ExportOptions *options, Outcome *ret_outcome) {
  Export export = {.job = job, .options = options, .write = !job->dry_run};
  Error err = {{0}};
  job->dry_run = true; /* nothing below may write to the database */
  Status status = run(&export, ret_outcome, &err);
  text_buffer_free(&export.text);
  adjustment_free(&export.adjustment);
  free(export.states);
  ingest_free(&export.ingest);
  run_conclude(job, status, &err, ret_outcome);
}
