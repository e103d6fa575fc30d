/* backfill.c: the history of targets that entered later, from the archive alone. */
#include <closebell/job/project.h>

#include <stdlib.h>

#include <closebell/job/batch.h>
#include <closebell/job/run.h>

enum { BACKFILL_SESSIONS = 100 };

typedef struct {
  Ingest *ingest;
  Universe needing; /* a sorted part of the universe */
  Batch batch;
} Backfill;

bool project_backfill_needed(const Ingest *ingest) {
  const Universe *universe = &ingest->targets.universe;
  for (size_t i = 0; i < universe->count; i++)
    if (universe->items[i].backfill_needed) return true;
  return false;
}

static Status flush(Backfill *backfill, Error *err) {
  Status status = batch_store(&backfill->batch, backfill->ingest, err);
  batch_clear(&backfill->batch);
  return status;
}

static Status take_session(void *context, const Session *session, Error *err) {
  Backfill *backfill = context;
  Status status = batch_add(&backfill->batch, &backfill->needing, session, err);
  if (status == STATUS_OK && backfill->batch.session_count == BACKFILL_SESSIONS) status = flush(backfill, err);
  return status == STATUS_OK ? run_beat(backfill->ingest->job, err) : status;
}

static Status clear_flags(Backfill *backfill, Error *err) {
  Ingest *ingest = backfill->ingest;
  const Target **done = malloc((backfill->needing.count + 1) * sizeof *done);
  if (!done) return error_set(err, STATUS_NO_MEMORY, "no memory for %zu targets", backfill->needing.count);
  size_t count = 0;
  for (size_t i = 0; i < backfill->needing.count; i++) {
    if (batch_failed(&backfill->batch, backfill->needing.items[i].ticker)) continue;
    Target *target = universe_find(&ingest->targets.universe, backfill->needing.items[i].ticker);
    target->backfill_needed = false;
    done[count++] = target;
  }
  Status status = count ? targets_update(ingest->job->db, done, count, err) : STATUS_OK;
  log_info(ingest->job->log, "history of %zu new targets filled from the archive", count);
  if (status == STATUS_OK && count < backfill->needing.count)
    status = error_set(err, STATUS_INCOMPLETE, "the history of %zu targets could not be filled",
                       backfill->needing.count - count);
  free(done);
  return status;
}

Status project_backfill(Ingest *ingest, Error *err) {
  const Universe *universe = &ingest->targets.universe;
  Backfill backfill = {.ingest = ingest};
  backfill.needing.items = malloc((universe->count + 1) * sizeof *backfill.needing.items);
  Status status = backfill.needing.items ? STATUS_OK : error_set(err, STATUS_NO_MEMORY, "no memory for the back-fill");
  for (size_t i = 0; status == STATUS_OK && i < universe->count; i++)
    if (universe->items[i].backfill_needed) backfill.needing.items[backfill.needing.count++] = universe->items[i];
  if (status == STATUS_OK && backfill.needing.count > 0) {
    status = market_days_read(ingest->job->db, ingest->first, DAY_NONE, take_session, &backfill, err);
    if (status == STATUS_OK) status = flush(&backfill, err);
    if (status == STATUS_OK) status = clear_flags(&backfill, err);
  }
  batch_free(&backfill.batch);
  free(backfill.needing.items);
  return error_prefix(err, status, "back-fill");
}
