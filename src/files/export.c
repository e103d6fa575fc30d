#include <closebell/files/export.h>

#include <stdio.h>
#include <stdlib.h>

#include <closebell/ingest/guard.h>
#include <closebell/ingest/ingest.h>
#include <closebell/market/filter_history.h>
#include <closebell/market/session_csv.h>
#include <closebell/run/run.h>
#include <closebell/store/market_days.h>
#include <closebell/store/meta.h>

#include "export_adjusted.h"
#include "export_chosen.h"
#include "export_indicators.h"

/* ---- as published ---- */

typedef struct {
  Export *export;
  TextBuffer text;
} Published;

static Status write_session(void *context, Session *session, Error *err) {
  Published *published = context;
  if (!export_wants(published->export, session->date)) return STATUS_OK;
  published->text.length = 0;
  session_csv_format(session, &published->text);
  return export_session(published->export, session->date, session->count, &published->text, err);
}

/* What the universe was made of, whatever range of sessions is asked for: it changes with the settings only. */
static Status write_universe(Export *export, const Ingest *ingest, Error *err) {
  FilterHistory history = {0};
  TextBuffer text = {0};
  FileState state;
  Status status = STATUS_OK;
  if (!export->write || ingest->universe_from == DAY_NONE) return STATUS_OK;
  if (ingest->has_began_by) status = filter_history_add(&history, ingest->universe_from, &ingest->began_by);
  for (size_t i = 0; i < ingest->ledger.count && status == STATUS_OK; i++) {
    const LedgerDay *day = &ingest->ledger.days[i];
    if (day->archived && day->date >= ingest->universe_from)
      status = filter_history_add(&history, day->date, ingest_filter(ingest, day->date));
  }
  if (status != STATUS_OK) error_set(err, status, "no memory for the filters");
  if (status == STATUS_OK && history.count > 0) {
    filter_history_format(&history, &text);
    status = export_file_look(&export->folder, EXPORT_UNIVERSE_FILE, &text, &state, err);
    if (status == STATUS_OK && state != FILE_SAME)
      status = export_file_put(&export->folder, EXPORT_UNIVERSE_FILE, &text, err);
  }
  text_buffer_free(&text);
  filter_history_free(&history);
  return status;
}

/* Whatever is archived, completed or not. */
static Status choose_archived(Export *export, const Ingest *ingest, Error *err) {
  DayState *states = calloc(ingest->ledger.count + 1, sizeof *states);
  size_t count = 0;
  if (!states) return error_set(err, STATUS_NO_MEMORY, "no memory for the states");
  for (size_t i = 0; i < ingest->ledger.count; i++)
    if (ingest->ledger.days[i].archived)
      states[count++] = (DayState){.date = ingest->ledger.days[i].date, .state = JOB_COMPLETED};
  Status status = export_choose(export, states, count, err);
  free(states);
  return status;
}

static Status export_published(Export *export, const Ingest *ingest, Error *err) {
  Published published = {.export = export};
  Status status = choose_archived(export, ingest, err);
  if (status != STATUS_OK) return status;
  export->progress = progress_start(export->job->log, "exporting", "sessions", export->date_count);
  status = market_days_read(export->job->db, export->dates[0], export->dates[export->date_count - 1], write_session,
                            &published, err);
  progress_finish(&export->progress);
  text_buffer_free(&published.text);
  if (status == STATUS_OK) status = write_universe(export, ingest, err);
  return status == STATUS_OK ? export_chosen(export, err) : status;
}

/* ---- the whole ---- */

static void summarize(const Export *export, Outcome *outcome) {
  static const char *const contents[] = {"", ", adjusted,", " with their indicators"};
  const ExportOptions *options = export->options;
  outcome->exit_code = EXIT_DONE;
  int length =
      snprintf(outcome->message, sizeof outcome->message, "%s %zu sessions from %s to %s%s to %.300s",
               export->write ? "exported" : "would export", export->date_count, day_text(export->dates[0]).text,
               day_text(export->dates[export->date_count - 1]).text, contents[options->content], options->folder);
  if (export->write)
    length += snprintf(outcome->message + length, sizeof outcome->message - (size_t)length,
                       ": %zu files written, %zu were there already and say the same", export->written,
                       export->date_count - export->written);
  if (export->removed)
    snprintf(outcome->message + length, sizeof outcome->message - (size_t)length,
             ", %zu of days that are no session any more removed", export->removed);
}

static Status load(Ingest *ingest, const Export *export, Error *err) {
  Meta meta = {0};
  Status status = ingest_load(ingest, export->job, LEDGER_ARCHIVE, err);
  if (status == STATUS_OK) status = meta_read(export->job->db, &meta, err);
  if (status == STATUS_NOT_FOUND) status = STATUS_OK; /* nothing was set up */
  if (status == STATUS_OK) ingest_know_beginning(ingest, &meta);
  return status;
}

static Status write_content(Export *export, Error *err) {
  Ingest ingest = {0};
  if (export->options->content == CONTENT_INDICATORS) return export_indicators(export, err);
  Status status = load(&ingest, export, err);
  if (status == STATUS_OK)
    status = export->options->content == CONTENT_ADJUSTED ? export_adjusted(export, &ingest, err)
                                                          : export_published(export, &ingest, err);
  ingest_free(&ingest);
  return status;
}

void export_run(Job *job, const ExportOptions *options, Outcome *ret_outcome) {
  Export export = {.job = job, .options = options, .write = job->access != ACCESS_PLAN};
  Error err = {{0}};
  Status status =
      export.write ? export_folder_open(&export.folder, options->folder, options->content, &err) : STATUS_OK;
  if (status == STATUS_OK) status = write_content(&export, &err);
  if (status == STATUS_OK) summarize(&export, ret_outcome);
  export_folder_close(&export.folder);
  manifest_free(&export.manifest);
  free(export.dates);
  run_conclude(job, status, &err, ret_outcome);
}
