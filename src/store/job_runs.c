#include <closebell/store/job_runs.h>

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

Status job_runs_prune(const Db *db, Instant before_utc, Error *err) {
  return db->delete_range(db->self, DB_SYSTEM, COLLECTION, NULL, instant_text(before_utc).text, err);
}
