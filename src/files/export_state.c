/* export_state.c: files that belong to a state of the database, and the manifest that says to which. */
#include <stdio.h>
#include <stdlib.h>

#include <closebell/run/run.h>

#include "export_internal.h"

/* ---- which sessions ---- */

static bool in_range(const ExportOptions *options, Day date) {
  return (options->from == DAY_NONE || date >= options->from) && (options->to == DAY_NONE || date <= options->to);
}

static bool is_chosen(const Export *export, Day date) {
  bool stateful = export->options->content != CONTENT_PUBLISHED;
  return in_range(export->options, date) || (stateful && export_folder_has(&export->folder, date));
}

Status export_choose(Export *export, const DayState *states, size_t count, Error *err) {
  const ExportOptions *options = export->options;
  bool any = false;
  export->dates = malloc((count + 1) * sizeof *export->dates);
  if (!export->dates) return error_set(err, STATUS_NO_MEMORY, "no memory for %zu sessions", count);
  for (size_t i = 0; i < count; i++) {
    if (states[i].state != JOB_COMPLETED || !is_chosen(export, states[i].date)) continue;
    export->dates[export->date_count++] = states[i].date;
    any |= in_range(options, states[i].date);
  }
  if (any) return STATUS_OK;
  return error_set(err, STATUS_USAGE, "there is no session from %s to %s to be written as %s; nothing written",
                   options->from == DAY_NONE ? "the first" : day_text(options->from).text,
                   options->to == DAY_NONE ? "the newest" : day_text(options->to).text, content_name(options->content));
}

bool export_wants(const Export *export, Day date) {
  return bsearch(&date, export->dates, export->date_count, sizeof date, day_compare) != NULL;
}

/* ---- one file ---- */

static Status refuse(const Export *export, const char *name, const char *what, Error *err) {
  const ExportFolder *folder = &export->folder;
  char there[MANIFEST_STATE_TEXT_SIZE], now[MANIFEST_STATE_TEXT_SIZE];
  ManifestState state = export->manifest.state;
  if (export->options->content == CONTENT_PUBLISHED)
    return error_set(err, STATUS_CONFIG, "%s/%s %s: it stays; move it away, or name another folder%s", folder->path,
                     name, what, export->options->overwrite ? "; --overwrite replaces no published file" : "");
  state.complete = true;
  return error_set(err, STATUS_CONFIG,
                   "%s/%s %s: it stays, and nothing is written; --overwrite replaces what differs. " MANIFEST_FILE
                   ": %s; the database: %s",
                   folder->path, name, what,
                   folder->has_manifest ? manifest_state_text(&folder->manifest, there) : "there is none",
                   manifest_state_text(&state, now));
}

static Status write_manifest(const Export *export, Error *err) {
  TextBuffer text = {0};
  FileState state;
  manifest_format(&export->manifest, &text);
  Status status = export_file_look(&export->folder, MANIFEST_FILE, &text, &state, err);
  if (status == STATUS_OK && state != FILE_SAME) status = export_file_put(&export->folder, MANIFEST_FILE, &text, err);
  text_buffer_free(&text);
  return status;
}

/* Before the first file changes, so that whoever reads meanwhile, or after a kill, is told. */
static Status mark(Export *export, Error *err) {
  if (export->marked || export->options->content == CONTENT_PUBLISHED) return STATUS_OK;
  export->manifest.state.complete = false;
  Status status = write_manifest(export, err);
  export->marked = status == STATUS_OK;
  return status;
}

static Status put(Export *export, const char *name, const TextBuffer *text, Error *err) {
  FileState state;
  bool strict = export->options->content == CONTENT_PUBLISHED || !export->options->overwrite;
  Status status = export_file_look(&export->folder, name, text, &state, err);
  if (status != STATUS_OK) return status;
  if (state == FILE_DIFFERENT && strict)
    return refuse(export, name, "says something else than what is to be written", err);
  if (state == FILE_SAME || export->looking) return STATUS_OK;
  status = mark(export, err);
  if (status == STATUS_OK) status = export_file_put(&export->folder, name, text, err);
  export->written += status == STATUS_OK;
  return status;
}

Status export_session(Export *export, Day date, size_t rows, const TextBuffer *text, Error *err) {
  Status status = export->write ? put(export, export_name(date).text, text, err) : STATUS_OK;
  if (status == STATUS_OK && export->options->content != CONTENT_PUBLISHED)
    status = manifest_add(&export->manifest, date, rows, text, err);
  if (status != STATUS_OK) return status;
  progress_update(&export->progress, ++export->done);
  return run_beat(export->job, err);
}

/* ---- all of them ---- */

/* Files of sessions that the database has no more. */
static Status remove_others(Export *export, Error *err) {
  const ExportFolder *folder = &export->folder;
  for (size_t i = 0; i < folder->count; i++) {
    ExportName name = export_name(folder->files[i]);
    if (export_wants(export, folder->files[i])) continue;
    if (!export->options->overwrite)
      return refuse(export, name.text, "is of a day that is no completed session any more", err);
    Status status = export->looking ? STATUS_OK : mark(export, err);
    if (status == STATUS_OK && !export->looking) status = export_file_remove(folder, name.text, err);
    if (status != STATUS_OK) return status;
    export->removed += !export->looking;
  }
  return STATUS_OK;
}

static Status go_over(Export *export, ExportProduce *produce, void *context, Error *err) {
  export->manifest.count = 0;
  export->done = 0;
  Status status = remove_others(export, err);
  export->progress =
      progress_start(export->job->log, export->looking ? "comparing" : "exporting", "sessions", export->date_count);
  if (status == STATUS_OK) status = produce(context, err);
  progress_finish(&export->progress);
  return status;
}

/* What is of this state already can only lack files. */
static bool must_look(const Export *export) {
  ManifestState state = export->manifest.state;
  state.complete = true;
  bool same = export->folder.has_manifest && manifest_state_is(&export->folder.manifest, &state);
  return export->write && !export->options->overwrite && export->folder.count > 0 && !same;
}

Status export_state(Export *export, ExportProduce *produce, ExportSettled *settled, void *context, Error *err) {
  Status status = STATUS_OK;
  export->looking = must_look(export);
  if (export->looking) status = go_over(export, produce, context, err);
  export->looking = false;
  if (status == STATUS_OK) status = go_over(export, produce, context, err);
  if (status == STATUS_OK) status = settled(context, err);
  if (status != STATUS_OK || !export->write) return status;
  export->manifest.state.complete = true;
  return write_manifest(export, err);
}
