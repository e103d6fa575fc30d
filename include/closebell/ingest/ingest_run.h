/* ingest_run.h: what this run has done and met so far. */
#ifndef CLOSEBELL_INGEST_INGEST_RUN_H
#define CLOSEBELL_INGEST_INGEST_RUN_H

#include <closebell/market/market_totals.h>
#include <closebell/market/universe.h>
#include <closebell/plan/refused.h>
#include <closebell/store/job_runs.h>

/* Archived sessions that the source was asked about once more. */
typedef struct {
  size_t same, different, replaced, unusable; /* by what it answered */
  size_t unanswered;
  size_t rows; /* that differ */
  Day first_different;
} AskedAgain;

typedef struct {
  UniverseCounts counts; /* of the newest session that this run folded; seen 0: none */
  long sessions_archived, rows_stored, rows_repaired;
  Refused refused;
  SessionTotals *sums; /* owned: of sessions that this run has archived or read */
  size_t sum_count, sum_capacity;
  AskedAgain again;
  bool reports_follow; /* a set-up: they are asked for behind the prices, but for the anchor's */
  Day suspect; /* an archived session that a broken answer does not continue though nothing is missing between: perhaps
                  it is that one which is wrong; DAY_NONE */
} IngestRun;

/* What the run did to sessions and rows, and whom it saw, into its record. */
void ingest_run_record(const IngestRun *run, JobRun *record);
/* Keeps what the session sums to, so that it need not be read from the archive again. STATUS_NO_MEMORY. */
Status ingest_run_note_sums(IngestRun *run, const Session *session);
const SessionTotals *ingest_run_sums(const IngestRun *run, Day date); /* null: it is not known */
void ingest_run_free(IngestRun *run);

#endif
