/* engine.h: brings datasets up to date: what is missing is asked, proven, stored and stamped, newest first. */
#ifndef CLOSEBELL_DATASET_ENGINE_H
#define CLOSEBELL_DATASET_ENGINE_H

#include <closebell/dataset/plan.h>

enum { DATASET_BUDGET_MS = 10 * 60 * 1000 };

typedef struct {
  DatasetWish wish;
  int64_t budget_ms;  /* for all of them together; 0: none */
  const Dataset *due; /* as datasets_due has just found: the door of its feed is open; null: not looked up */
} DatasetOptions;

/* The first of them that has something to do; null: none has. The door of a feed is looked up only where something is
 * missing. */
Status datasets_due(Ingest *ingest, const DatasetWish *wish, const Dataset **ret_due, Error *err);

/* Each under its own lease, which is taken here: the job holds none. What keeps one from its work is told, is an alert
 * (dataset-failed) and holds no other. What was done is added to the outcome's message; a session that cannot be proven
 * makes EXIT_TRY_AGAIN of EXIT_DONE. Fails only when the run as a whole has to end: STATUS_INTERRUPTED. */
Status datasets_run(Ingest *ingest, const DatasetOptions *options, Outcome *outcome, Error *err);

/* What became of a request of one dataset. */
typedef struct {
  const char *unit;                      /* "sessions" */
  size_t units, proven, failed, waiting; /* of the range, those that an earlier run has stamped since among them */
  size_t left;                           /* not asked for yet */
  bool shut;                             /* its source is not asked now */
  int64_t changed;                       /* documents that are others now; -1: its dataset does not say */
} DatasetAgain;

/* Asks for the wished units anew. The job holds the dataset's lease, and has read what is there since it does. What
 * keeps it from its work is told and is an alert, as above, and is returned. */
Status dataset_ask_again(Ingest *ingest, const Dataset *dataset, const DatasetWish *wish, DatasetAgain *ret_again,
                         Error *err);

/* What datasets_run would ask for, a line a dataset on job->out. */
Status datasets_explain(Ingest *ingest, const DatasetWish *wish, Error *err);

enum { DATASETS_PROVEN_SIZE = 1024 };

typedef struct {
  size_t findings;
  char proven[DATASETS_PROVEN_SIZE]; /* "; market_totals: 12 of 12 sessions proven by the exchange's totals", and so on
                                      */
} DatasetsVerified;

/* Compares what is stored of each with its statuses and the archive; job->out gets a line a finding. */
Status datasets_verify(Ingest *ingest, DatasetsVerified *ret_verified, Error *err);

#endif
