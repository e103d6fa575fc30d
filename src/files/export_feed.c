#include <closebell/files/export_feed.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <closebell/feed/definition.h>
#include <closebell/run/run.h>
#include <closebell/store/stored_text.h>

enum {
  PIECE_BYTES = 1 << 20,
  BEAT_EVERY = 1000,
  FILE_NAME_SIZE = FEED_NAME_SIZE + 16,
  END_SIZE = FEED_ID_BYTES_MAX + 8
};
/* The last character there is: with it behind a text stands the end of what begins so. */
static const char LAST[] = "\xf4\x8f\xbf\xbf";

typedef struct {
  char name[FILE_NAME_SIZE], temporary[FILE_NAME_SIZE + 8];
  int descriptor;  /* of the temporary file; -1: none */
  TextBuffer text; /* not yet written */
} OneFile;

typedef struct {
  Job *job;
  const FeedExportOptions *options;
  int folder; /* -1: not open */
  StoredColumns columns;
  OneFile csv, lines;
  size_t found, written;
} FeedExport;

/* ---- one file ---- */

static Status trouble(const FeedExport *export, const OneFile *file, Error *err) {
  return error_set(err, STATUS_CONFIG, "%s/%s: %s", export->options->folder, file->name, strerror(errno));
}

static Status begin(const FeedExport *export, OneFile *file, const char *suffix, Error *err) {
  snprintf(file->name, sizeof file->name, "%.40s.%s", export->options->name, suffix);
  snprintf(file->temporary, sizeof file->temporary, ".%s.tmp", file->name);
  file->descriptor =
      openat(export->folder, file->temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0666);
  return file->descriptor >= 0 ? STATUS_OK : trouble(export, file, err);
}

/* Once it is large enough; whole: whatever there is. */
static Status flush(const FeedExport *export, OneFile *file, bool whole, Error *err) {
  if (file->text.failed) return error_set(err, STATUS_NO_MEMORY, "no memory for %s", file->name);
  if (!whole && file->text.length < PIECE_BYTES) return STATUS_OK;
  for (size_t at = 0; at < file->text.length;) {
    ssize_t count = write(file->descriptor, file->text.data + at, file->text.length - at);
    if (count < 0 && errno != EINTR) return trouble(export, file, err);
    if (count > 0) at += (size_t)count;
  }
  file->text.length = 0;
  return STATUS_OK;
}

static Status finish(const FeedExport *export, OneFile *file, Error *err) {
  Status status = flush(export, file, true, err);
  if (status == STATUS_OK && fsync(file->descriptor) != 0) status = trouble(export, file, err);
  if (status == STATUS_OK && renameat(export->folder, file->temporary, export->folder, file->name) != 0)
    status = trouble(export, file, err);
  return status;
}

/* A temporary file that got no name is nobody's. */
static void end(const FeedExport *export, OneFile *file, bool good) {
  if (file->descriptor >= 0) close(file->descriptor);
  if (file->descriptor >= 0 && !good) unlinkat(export->folder, file->temporary, 0);
  text_buffer_free(&file->text);
}

/* ---- documents ---- */

static Status read_all(FeedExport *export, StoredVisit *visit, Error *err) {
  char to[END_SIZE];
  const FeedExportOptions *options = export->options;
  snprintf(to, sizeof to, "%.*s%s", FEED_ID_BYTES_MAX, options->to, LAST);
  StoredRange range = {.database = DB_FEED,
                       .collection = options->name,
                       .from = *options->from ? options->from : NULL,
                       .to = *options->to ? to : NULL};
  return stored_read(export->job->db, &range, visit, export, err);
}

static Status note_columns(void *context, StoredDocument *document, Error *err) {
  FeedExport *export = context;
  if (!stored_columns_add(&export->columns, document))
    return error_set(err, STATUS_NO_MEMORY, "no memory for the columns");
  return ++export->found % BEAT_EVERY == 0 ? run_beat(export->job, err) : STATUS_OK;
}

static Status write_document(void *context, StoredDocument *document, Error *err) {
  FeedExport *export = context;
  if (!stored_columns_have(&export->columns, document))
    return error_set(err, STATUS_INCOMPLETE, "%s has fields that it had not a moment ago: it is being written",
                     export->options->name);
  stored_columns_put_row(&export->columns, &export->csv.text, document);
  stored_put_line(&export->lines.text, document);
  Status status = flush(export, &export->csv, false, err);
  if (status == STATUS_OK) status = flush(export, &export->lines, false, err);
  export->written++;
  return status == STATUS_OK && export->written % BEAT_EVERY == 0 ? run_beat(export->job, err) : status;
}

/* ---- the whole ---- */

static Status open_folder(FeedExport *export, Error *err) {
  const char *folder = export->options->folder;
  if (mkdir(folder, 0777) == 0 || errno == EEXIST) export->folder = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  return export->folder >= 0 ? STATUS_OK : error_set(err, STATUS_CONFIG, "%s: %s", folder, strerror(errno));
}

static Status write_files(FeedExport *export, Error *err) {
  Status status = open_folder(export, err);
  if (status == STATUS_OK) status = begin(export, &export->csv, "csv", err);
  if (status == STATUS_OK) status = begin(export, &export->lines, "ndjson", err);
  if (status == STATUS_OK) stored_columns_put_head(&export->columns, &export->csv.text);
  if (status == STATUS_OK) status = read_all(export, write_document, err);
  if (status == STATUS_OK) status = finish(export, &export->lines, err);
  if (status == STATUS_OK) status = finish(export, &export->csv, err);
  end(export, &export->csv, status == STATUS_OK);
  end(export, &export->lines, status == STATUS_OK);
  if (export->folder >= 0) close(export->folder);
  return status;
}

void export_feed_run(Job *job, const FeedExportOptions *options, Outcome *ret_outcome) {
  FeedExport export = {
      .job = job, .options = options, .folder = -1, .csv = {.descriptor = -1}, .lines = {.descriptor = -1}};
  Error err = {{0}};
  const bool writes = job->access != ACCESS_PLAN;
  Status status = STATUS_OK;
  if (!feed_name_is_valid(options->name))
    status = error_set(&err, STATUS_USAGE, "--feed: \"%.80s\" is no name of a feed", options->name);
  if (status == STATUS_OK) status = read_all(&export, note_columns, &err);
  if (status == STATUS_OK && export.found == 0)
    status = error_set(&err, STATUS_USAGE, "feed_data.%s holds no such rows", options->name);
  if (status == STATUS_OK && writes) status = write_files(&export, &err);
  if (status == STATUS_OK) {
    ret_outcome->exit_code = EXIT_DONE;
    snprintf(ret_outcome->message, sizeof ret_outcome->message, "%s %zu rows of %s to %.300s",
             writes ? "exported" : "would export", writes ? export.written : export.found, options->name,
             options->folder);
  }
  stored_columns_free(&export.columns);
  run_conclude(job, status, &err, ret_outcome);
}
