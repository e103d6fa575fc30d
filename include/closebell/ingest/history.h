/* history.h: what the archive says about chosen targets: the rows that stock_data should hold. */
#ifndef CLOSEBELL_INGEST_HISTORY_H
#define CLOSEBELL_INGEST_HISTORY_H

#include <closebell/ingest/ingest.h>
#include <closebell/store/stock_data.h>

typedef struct {
  const Target *target; /* lent */
  StoredRow *rows;      /* ascending; copies */
  size_t count, capacity;
} TargetHistory;

/* Zero-initialise; history_free at the end. */
typedef struct {
  TargetHistory *items; /* in the order of the targets given: sorted by ticker */
  size_t count;
} History;

/* From which archived sessions. */
typedef enum { GATHER_ALL, GATHER_COMPLETED } GatherFrom;

/* The rows that target_expects for each target, from the archived sessions from..to. */
Status history_gather(Ingest *ingest, const Target *const *targets, size_t count, Day from, Day to, GatherFrom sessions,
                      History *ret_history, Error *err);
void history_free(History *history);

/* Stores a target's whole history; STATUS_INCOMPLETE when not all of it could be proven. */
Status history_store(Ingest *ingest, const TargetHistory *history, size_t *ret_repaired, Error *err);

#endif
