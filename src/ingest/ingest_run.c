#include <closebell/ingest/ingest_run.h>

#include <stdlib.h>

#include <closebell/base/vector.h>

void ingest_run_record(const IngestRun *run, JobRun *record) {
  record->sessions = run->sessions_archived;
  record->rows = run->rows_stored;
  if (run->counts.seen) universe_counts_format(&run->counts, record->universe);
}

/* A session that is archived twice, as one that replaces another is, counts as it was last. */
Status ingest_run_note_sums(IngestRun *run, const Session *session) {
  SessionTotals *sums = vector_reserve(run->sums, &run->sum_capacity, run->sum_count + 1, sizeof *sums);
  if (!sums) return STATUS_NO_MEMORY;
  run->sums = sums;
  session_totals_sum(session, &sums[run->sum_count++]);
  return STATUS_OK;
}

const SessionTotals *ingest_run_sums(const IngestRun *run, Day date) {
  for (size_t i = run->sum_count; i > 0; i--)
    if (run->sums[i - 1].date == date) return &run->sums[i - 1];
  return NULL;
}

void ingest_run_free(IngestRun *run) {
  refused_free(&run->refused);
  free(run->sums);
}
