#include <closebell/ingest/forget.h>

#include <stdlib.h>

#include <closebell/base/text.h>
#include <closebell/run/run.h>
#include <closebell/store/collections.h>
#include <closebell/store/stock_analyzed.h>
#include <closebell/store/stock_data.h>

/* What is marked; tickers and stamps stand beside the targets. */
typedef struct {
  Target *targets;
  const Target **lent; /* to them */
  const char **tickers;
  TargetStamps *stamps;
  size_t count;
} Marked;

static void marked_free(Marked *marked) {
  free(marked->targets);
  free(marked->lent);
  free(marked->tickers);
  free(marked->stamps);
}

static bool mark_all(Marked *marked, const Target *const *targets, size_t count) {
  *marked = (Marked){.targets = malloc((count + 1) * sizeof *marked->targets),
                     .lent = malloc((count + 1) * sizeof *marked->lent),
                     .tickers = malloc((count + 1) * sizeof *marked->tickers),
                     .stamps = malloc((count + 1) * sizeof *marked->stamps),
                     .count = count};
  if (!marked->targets || !marked->lent || !marked->tickers || !marked->stamps) return false;
  for (size_t i = 0; i < count; i++) {
    Target *target = &marked->targets[i];
    *target = *targets[i];
    target->is_active = false;
    target->backfill_needed = true;
    target->removed_date = target->history_from;
    text_copy(target->removed_reason, sizeof target->removed_reason, "never entered");
    marked->lent[i] = target;
    marked->tickers[i] = target->ticker;
    marked->stamps[i] = (TargetStamps){.last_analyzed_date = DAY_NONE, .last_failure_utc = INSTANT_NONE};
  }
  return true;
}

static Status write_marks(Job *job, const Marked *marked, Error *err) {
  Status status = run_beat(job, err);
  if (status == STATUS_OK) status = targets_update(job->db, marked->lent, marked->count, err);
  if (status == STATUS_OK) status = run_beat(job, err);
  return status == STATUS_OK ? targets_stamp(job->db, marked->tickers, marked->stamps, marked->count, err) : status;
}

/* The target last: as long as it is there, the next run that reckons the universe comes back to it. */
static Status remove_one(Job *job, const char *ticker, Error *err) {
  Status status = run_beat(job, err);
  if (status == STATUS_OK) status = collections_clear(job->db, ticker, err);
  if (status == STATUS_OK) status = run_beat(job, err);
  if (status == STATUS_OK) status = latest_analysis_delete(job->db, ticker, err);
  if (status == STATUS_OK) status = run_beat(job, err);
  return status == STATUS_OK ? targets_delete(job->db, ticker, err) : status;
}

static void leave_out(TargetTable *table, const Marked *marked) {
  const Universe gone = {.items = marked->targets, .count = marked->count, .capacity = marked->count};
  size_t kept = 0;
  for (size_t i = 0; i < table->universe.count; i++) {
    if (universe_find(&gone, table->universe.items[i].ticker)) continue;
    table->universe.items[kept] = table->universe.items[i];
    table->stamps[kept++] = table->stamps[i];
  }
  table->universe.count = kept;
}

Status forget_targets(Ingest *ingest, const Target *const *targets, size_t count, Error *err) {
  Job *job = ingest->job;
  Marked marked;
  Status status = mark_all(&marked, targets, count)
                      ? write_marks(job, &marked, err)
                      : error_set(err, STATUS_NO_MEMORY, "no memory for %zu targets", count);
  for (size_t i = 0; i < count && status == STATUS_OK; i++) status = remove_one(job, marked.tickers[i], err);
  if (status == STATUS_OK) {
    leave_out(&ingest->targets, &marked);
    log_info(job->log, "%zu targets never entered by the filter that counts, and are forgotten with their rows", count);
  }
  marked_free(&marked);
  return error_prefix(err, status, "forgetting targets that never entered");
}
