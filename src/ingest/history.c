#include <closebell/ingest/history.h>

#include <stdlib.h>
#include <string.h>

#include <closebell/base/vector.h>
#include <closebell/run/run.h>
#include <closebell/store/market_days.h>

typedef struct {
  Ingest *ingest;
  History *history;
  GatherFrom sessions;
} Gather;

static bool append(TargetHistory *history, Day date, const StockRow *row) {
  StoredRow *rows = vector_reserve(history->rows, &history->capacity, history->count + 1, sizeof *rows);
  if (!rows) return false;
  history->rows = rows;
  rows[history->count++] = (StoredRow){.date = date, .row = *row};
  return true;
}

static Status take_session(void *context, Session *session, Error *err) {
  Gather *gather = context;
  const LedgerDay *day = ledger_find(&gather->ingest->ledger, session->date);
  if (gather->sessions == GATHER_COMPLETED && (!day || day->state != JOB_COMPLETED)) return STATUS_OK;
  for (size_t i = 0, cursor = 0; i < gather->history->count; i++) {
    TargetHistory *history = &gather->history->items[i];
    const StockRow *row = target_owed_row(history->target, session, &cursor);
    if (row && !append(history, session->date, row))
      return error_set(err, STATUS_NO_MEMORY, "no memory for the history of %s", history->target->ticker);
  }
  return run_beat(gather->ingest->job, err);
}

Status history_gather(Ingest *ingest, const Target *const *targets, size_t count, Day from, Day to, GatherFrom sessions,
                      History *ret_history, Error *err) {
  History history = {.items = calloc(count + 1, sizeof *history.items), .count = count};
  if (!history.items) return error_set(err, STATUS_NO_MEMORY, "no memory for the history of %zu targets", count);
  for (size_t i = 0; i < count; i++) history.items[i].target = targets[i];
  Gather gather = {.ingest = ingest, .history = &history, .sessions = sessions};
  Status status = market_days_read(ingest->job->db, from, to, take_session, &gather, err);
  if (status == STATUS_OK)
    *ret_history = history;
  else
    history_free(&history);
  return status;
}

void history_free(History *history) {
  for (size_t i = 0; i < history->count; i++) free(history->items[i].rows);
  free(history->items);
  memset(history, 0, sizeof *history);
}

Status history_store(Ingest *ingest, const TargetHistory *history, size_t *ret_repaired, Error *err) {
  if (history->count == 0) return STATUS_OK;
  DatedRow *rows = malloc(history->count * sizeof *rows);
  if (!rows) return error_set(err, STATUS_NO_MEMORY, "no memory for the history of %s", history->target->ticker);
  for (size_t i = 0; i < history->count; i++)
    rows[i] = (DatedRow){.date = history->rows[i].date, .row = &history->rows[i].row};
  size_t stored = 0;
  Status status = run_beat(ingest->job, err);
  if (status == STATUS_OK)
    status =
        stock_data_store(ingest->job->db, history->target->ticker, rows, history->count, &stored, ret_repaired, err);
  free(rows);
  if (status != STATUS_OK) return error_prefix(err, status, "rows of %s", history->target->ticker);
  ingest->run.rows_stored += (long)stored;
  if (stored == history->count) return STATUS_OK;
  return error_set(err, STATUS_INCOMPLETE, "%s: %zu of %zu rows read back equal", history->target->ticker, stored,
                   history->count);
}
