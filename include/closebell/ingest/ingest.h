/* ingest.h: the state of the database as this run knows it: what the one engine that manual_setup and daily_update
 * share works on. */
#ifndef CLOSEBELL_INGEST_INGEST_H
#define CLOSEBELL_INGEST_INGEST_H

#include <closebell/ingest/archive_cache.h>
#include <closebell/ingest/fetch.h>
#include <closebell/ingest/ingest_run.h>
#include <closebell/ingest/ledger.h>
#include <closebell/store/meta.h>
#include <closebell/store/targets.h>

typedef struct {
  Job *job;
  Fetch fetch;
  Ledger ledger;
  ArchiveCache archive;
  TargetTable targets;
  Day universe_from;    /* the session the universe began with: the smallest added_date; DAY_NONE without targets */
  bool has_began_by;    /* it is known by which filter set-up chose them ... */
  EntryFilter began_by; /* ... and that session's filter may be another now */
  Day newest_analyzed;  /* over all targets; DAY_NONE */
  Day reach; /* no analysis has read beyond it when the run began, nor will one before this run completes more;
                DAY_NONE */
  IngestRun run;
} Ingest;

/* Loads the ledger as far as the scope says, and the targets, which know the first session kept as well. */
Status ingest_load(Ingest *ingest, Job *job, LedgerScope scope, Error *err);
/* What the contract says of the universe's beginning. To be called after each load by whoever folds. */
void ingest_know_beginning(Ingest *ingest, const Meta *meta);
void ingest_free(Ingest *ingest);

/* The entry filter for the universe of that session: the one on record; else, where the record was lost, that of the
 * next session that has one; else today's. So a fold repeated later gives the same universe, whatever was configured
 * meanwhile. */
const EntryFilter *ingest_filter(const Ingest *ingest, Day date);

/* A session from the archive; held for the caller, who releases it (archive_cache.h). */
Status ingest_session(Ingest *ingest, Day date, SharedSession **ret_session, Error *err);

/* A restatement of all stocks from that session on, and a line of the log about it. Whether one is owed the caller
 * knows. db: where it is written, the job's own or the server beneath it. reason: for people and for the document. */
Status ingest_restatement(const Ingest *ingest, const Db *db, Day from, const char *reason, Error *err);

#endif
