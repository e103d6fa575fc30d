#include <closebell/ingest/owed_rows.h>

#include <stdlib.h>
#include <string.h>

#include <closebell/base/vector.h>
#include <closebell/run/run.h>
#include <closebell/store/market_days.h>

typedef struct {
  Ingest *ingest;
  OwedRows *owed;
  GatherFrom sessions;
} Gather;

static bool append(TargetRows *owed, Day date, const StockRow *row) {
  StoredRow *rows = vector_reserve(owed->rows, &owed->capacity, owed->count + 1, sizeof *rows);
  if (!rows) return false;
  owed->rows = rows;
  rows[owed->count++] = (StoredRow){.date = date, .row = *row};
  return true;
}

static Status take_session(void *context, Session *session, Error *err) {
  Gather *gather = context;
  const LedgerDay *day = ledger_find(&gather->ingest->ledger, session->date);
  if (gather->sessions == GATHER_COMPLETED && (!day || day->state != JOB_COMPLETED)) return STATUS_OK;
  for (size_t i = 0, cursor = 0; i < gather->owed->count; i++) {
    TargetRows *owed = &gather->owed->items[i];
    const StockRow *row = target_owed_row(owed->target, session, &cursor);
    if (row && !append(owed, session->date, row))
      return error_set(err, STATUS_NO_MEMORY, "no memory for the rows of %s", owed->target->ticker);
  }
  return run_beat(gather->ingest->job, err);
}

Status owed_rows_gather(Ingest *ingest, const TargetDates *of, GatherFrom sessions, OwedRows *ret_owed, Error *err) {
  OwedRows owed = {.items = calloc(of->count + 1, sizeof *owed.items), .count = of->count};
  if (!owed.items) return error_set(err, STATUS_NO_MEMORY, "no memory for the rows of %zu targets", of->count);
  for (size_t i = 0; i < of->count; i++) owed.items[i].target = of->targets[i];
  Gather gather = {.ingest = ingest, .owed = &owed, .sessions = sessions};
  Status status = market_days_read(ingest->job->db, of->dates.from, of->dates.to, take_session, &gather, err);
  if (status == STATUS_OK)
    *ret_owed = owed;
  else
    owed_rows_free(&owed);
  return status;
}

void owed_rows_free(OwedRows *owed) {
  for (size_t i = 0; i < owed->count; i++) free(owed->items[i].rows);
  free(owed->items);
  memset(owed, 0, sizeof *owed);
}

Status owed_rows_store(Ingest *ingest, const TargetRows *owed, Error *err) {
  if (owed->count == 0) return STATUS_OK;
  DatedRow *rows = malloc(owed->count * sizeof *rows);
  if (!rows) return error_set(err, STATUS_NO_MEMORY, "no memory for the rows of %s", owed->target->ticker);
  for (size_t i = 0; i < owed->count; i++) rows[i] = (DatedRow){.date = owed->rows[i].date, .row = &owed->rows[i].row};
  StoredCounts counts = {0};
  Status status = run_beat(ingest->job, err);
  if (status == STATUS_OK)
    status = stock_data_store(ingest->job->db, owed->target->ticker, rows, owed->count, &counts, err);
  free(rows);
  if (status != STATUS_OK) return error_prefix(err, status, "rows of %s", owed->target->ticker);
  ingest->run.rows_stored += (long)counts.stored;
  if (counts.stored == owed->count) return STATUS_OK;
  return error_set(err, STATUS_INCOMPLETE, "%s: %zu of %zu rows read back equal", owed->target->ticker, counts.stored,
                   owed->count);
}
