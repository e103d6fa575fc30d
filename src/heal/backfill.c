#include <closebell/heal/backfill.h>

#include <stdlib.h>

#include <closebell/heal/heal.h>
#include <closebell/ingest/owed_rows.h>
#include <closebell/plan/trouble.h>
#include <closebell/run/run.h>

bool backfill_is_needed(const Ingest *ingest) {
  const Universe *universe = &ingest->targets.universe;
  for (size_t i = 0; i < universe->count; i++)
    if (universe->items[i].backfill_needed) return true;
  return false;
}

static Status store_histories(Ingest *ingest, const OwedRows *owed, const Target **done, size_t *ret_done, Error *err) {
  *ret_done = 0;
  for (size_t i = 0; i < owed->count; i++) {
    Status status = owed_rows_store(ingest, &owed->items[i], err);
    if (status != STATUS_OK && !trouble_is_own(status)) return status;
    if (status == STATUS_OK)
      done[(*ret_done)++] = owed->items[i].target;
    else
      log_with(ingest->job->log, LOG_WARN, LOG_FACTS(log_text("ticker", owed->items[i].target->ticker)),
               "back-fill of %s: %s; the next run tries again", owed->items[i].target->ticker, err->text);
  }
  return STATUS_OK;
}

/* A target whose end has moved to an earlier session, because one before it was healed, has rows behind its end. */
static Status remove_rows_behind_the_end(Ingest *ingest, const Target *const *done, size_t count, Error *err) {
  const Target **ended = malloc((count + 1) * sizeof *ended);
  if (!ended) return error_set(err, STATUS_NO_MEMORY, "no memory for %zu targets", count);
  size_t ended_count = 0;
  for (size_t i = 0; i < count; i++)
    if (!done[i]->is_active) ended[ended_count++] = done[i];
  HealReport report = {.first = DAY_NONE, .last = DAY_NONE};
  const TargetDates of = {.targets = ended, .count = ended_count, .dates = {ingest->ledger.first, DAY_NONE}};
  Status status = heal_rows(ingest, &of, HEAL_REPAIR, &report, err);
  free(ended);
  return status;
}

static Status clear_flags(Ingest *ingest, const Target *const *done, size_t count, Error *err) {
  for (size_t i = 0; i < count; i++) universe_find(&ingest->targets.universe, done[i]->ticker)->backfill_needed = false;
  Status status = count ? run_beat(ingest->job, err) : STATUS_OK;
  if (status == STATUS_OK && count) status = targets_update(ingest->job->db, done, count, err);
  if (status == STATUS_OK && count)
    log_with(ingest->job->log, LOG_INFO, LOG_FACTS(log_size("tickers", count)),
             "history of %zu new targets filled from the archive", count);
  return status;
}

Status backfill_run(Ingest *ingest, Error *err) {
  const Universe *universe = &ingest->targets.universe;
  const Target **needing = malloc((universe->count + 1) * sizeof *needing),
               **done = malloc((universe->count + 1) * sizeof *done);
  OwedRows owed = {0};
  size_t count = 0, done_count = 0;
  Status status = needing && done ? STATUS_OK : error_set(err, STATUS_NO_MEMORY, "no memory for the back-fill");
  for (size_t i = 0; status == STATUS_OK && i < universe->count; i++)
    if (universe->items[i].backfill_needed) needing[count++] = &universe->items[i];
  if (status == STATUS_OK && count > 0) {
    const TargetDates of = {.targets = needing, .count = count, .dates = {ingest->ledger.first, DAY_NONE}};
    status = owed_rows_gather(ingest, &of, GATHER_ALL, &owed, err);
    if (status == STATUS_OK) status = store_histories(ingest, &owed, done, &done_count, err);
    if (status == STATUS_OK) status = remove_rows_behind_the_end(ingest, done, done_count, err);
    if (status == STATUS_OK) status = clear_flags(ingest, done, done_count, err);
    if (status == STATUS_OK && done_count < count)
      status = error_set(err, STATUS_INCOMPLETE, "the history of %zu targets could not be filled", count - done_count);
  }
  owed_rows_free(&owed);
  free(needing);
  free(done);
  return error_prefix(err, status, "back-fill");
}
