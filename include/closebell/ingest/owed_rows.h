/* owed_rows.h: what the archive says about chosen targets: the rows that stock_data should hold. */
#ifndef CLOSEBELL_INGEST_OWED_ROWS_H
#define CLOSEBELL_INGEST_OWED_ROWS_H

#include <closebell/ingest/ingest.h>
#include <closebell/store/stock_data.h>

/* Some targets, sorted by ticker, and the dates of the rows that are asked about. */
typedef struct {
  const Target *const *targets;
  size_t count;
  DayRange dates;
} TargetDates;

typedef struct {
  const Target *target; /* lent */
  StoredRow *rows;      /* ascending; copies */
  size_t count, capacity;
} TargetRows;

/* Zero-initialise; owed_rows_free at the end. */
typedef struct {
  TargetRows *items; /* in the order of the targets given: sorted by ticker */
  size_t count;
} OwedRows;

/* From which archived sessions. */
typedef enum { GATHER_ALL, GATHER_COMPLETED } GatherFrom;

/* The rows that target_expects for each target, from the archived sessions of the dates. */
Status owed_rows_gather(Ingest *ingest, const TargetDates *of, GatherFrom sessions, OwedRows *ret_owed, Error *err);
void owed_rows_free(OwedRows *owed);

/* Stores a target's whole history; STATUS_INCOMPLETE when not all of it could be proven. */
Status owed_rows_store(Ingest *ingest, const TargetRows *owed, Error *err);

#endif
