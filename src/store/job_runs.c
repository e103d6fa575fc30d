#include <closebell/store/job_runs.h>

#include <stdio.h>

#include "document.h"

#define COLLECTION "job_runs"

static void put_counters(DocumentWriter *to, const JobRun *run) {
  document_put_int64(to, "sessions", run->sessions);
  document_put_int64(to, "rows", run->rows);
  document_put_int64(to, "analyzed", run->analyzed);
  document_put_int64(to, "source_calls", run->source_calls);
  document_put_int64(to, "round_trips", run->round_trips);
  document_put_int64(to, "healed", run->healed);
}

static Status make_document(const JobRun *run, Documents *documents, Error *err) {
  DocumentWriter to = document_writer(documents_add(documents), err);
  document_put_text(&to, "_id", run->id);
  document_put_text(&to, "job", run->job);
  document_put_text(&to, "host", run->host);
  document_put_int64(&to, "pid", run->pid);
  document_put_text(&to, "version", run->version);
  document_put_instant(&to, "start_utc", run->start_utc);
  document_put_instant(&to, "end_utc", run->end_utc);
  if (run->exit_code >= 0) document_put_int64(&to, "exit_code", run->exit_code);
  put_counters(&to, run);
  document_put_prose(&to, "universe", run->universe);
  document_put_prose(&to, "message", run->message);
  return to.status;
}

Status job_runs_insert(const Db *db, const JobRun *run, Error *err) {
  Documents documents = {0};
  Status status = make_document(run, &documents, err);
  if (status == STATUS_OK) status = db->insert(db->self, DB_SYSTEM, COLLECTION, documents.items[0], err);
  documents_free(&documents);
  return status;
}

Status job_runs_replace(const Db *db, const JobRun *run, Error *err) {
  Documents documents = {0};
  Status status = make_document(run, &documents, err);
  if (status == STATUS_OK)
    status = db->replace_many(db->self, DB_SYSTEM, COLLECTION, documents_view(&documents), 1, err);
  documents_free(&documents);
  return status;
}

typedef struct {
  JobRunVisit *visit;
  void *context;
} Reading;

/* Who looks at old runs should see those too that another version, or somebody's hand, has written otherwise: from
   the field on that cannot be read a run has nothing, and its message says so. */
static Status read_run(void *context, const bson_t *document, Error *err) {
  const Reading *reading = context;
  JobRun run = {.start_utc = INSTANT_NONE, .end_utc = INSTANT_NONE, .exit_code = -1};
  Error fault = {{0}};
  DocumentReader from = document_reader(DB_SYSTEM, COLLECTION, document, &fault);
  document_get_prose(&from, "_id", run.id, sizeof run.id);
  document_get_prose(&from, "job", run.job, sizeof run.job);
  document_get_prose(&from, "host", run.host, sizeof run.host);
  document_get_instant_or_none(&from, "start_utc", &run.start_utc);
  document_get_instant_or_none(&from, "end_utc", &run.end_utc);
  document_get_int64_or(&from, "pid", 0, &run.pid);
  document_get_int64_or(&from, "exit_code", -1, &run.exit_code);
  document_get_int64_or(&from, "sessions", 0, &run.sessions);
  document_get_int64_or(&from, "rows", 0, &run.rows);
  document_get_int64_or(&from, "analyzed", 0, &run.analyzed);
  document_get_int64_or(&from, "source_calls", 0, &run.source_calls);
  document_get_int64_or(&from, "round_trips", 0, &run.round_trips);
  document_get_int64_or(&from, "healed", 0, &run.healed);
  document_get_prose(&from, "message", run.message, sizeof run.message);
  if (from.status != STATUS_OK) snprintf(run.message, sizeof run.message, "cannot be read: %s", fault.text);
  return reading->visit(reading->context, &run, err);
}

Status job_runs_read(const Db *db, Instant from_utc, JobRunVisit *visit, void *context, Error *err) {
  Reading reading = {.visit = visit, .context = context};
  InstantText from = instant_text(from_utc == INSTANT_NONE ? 0 : from_utc);
  return db->find_range(db->self, DB_SYSTEM, COLLECTION, from_utc == INSTANT_NONE ? NULL : from.text, NULL, NULL,
                        read_run, &reading, err);
}

Status job_runs_prune(const Db *db, Instant before_utc, Error *err) {
  return db->delete_range(db->self, DB_SYSTEM, COLLECTION, NULL, instant_text(before_utc).text, err);
}
