#include <closebell/ingest/ingest_run.h>

#include <stdlib.h>

void ingest_run_record(const IngestRun *run, JobRun *record) {
  record->sessions = run->sessions_archived;
  record->rows = run->rows_stored;
  if (run->counts.seen) universe_counts_format(&run->counts, record->universe);
}

void ingest_run_free(IngestRun *run) {
  refused_free(&run->refused);
  free(run->reports);
}
