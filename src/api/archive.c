#include "archive.h"

#include <closebell/plan/work.h>
#include <closebell/store/restatements.h>

bool archive_has(const Snapshot *snapshot, Day date) {
  return day_state_find(snapshot->days, snapshot->day_count, date) == JOB_COMPLETED;
}

typedef struct {
  const Snapshot *snapshot;
  Adjustment *adjustment;
  Day previous, end;
  ArchiveVisit *visit;
  void *context;
} Gathering;

/* Completed sessions, and no factor across a place where one may be missing. */
static Status gather(void *context, Session *session, Error *err) {
  Gathering *gathering = context;
  const Snapshot *snapshot = gathering->snapshot;
  if (session->date > gathering->end || !archive_has(snapshot, session->date)) return STATUS_OK;
  bool broken = gathering->previous != DAY_NONE &&
                !work_nothing_between(snapshot->days, snapshot->day_count, gathering->previous, session->date);
  gathering->previous = session->date;
  Status status = adjustment_add(gathering->adjustment, session, broken);
  if (status != STATUS_OK) return error_set(err, status, "no memory for the factors");
  bool shown = gathering->visit && session->date <= snapshot_end(snapshot);
  return shown ? gathering->visit(gathering->context, session, err) : STATUS_OK;
}

Status archive_gather(const Call *call, Day from, Adjustment *adjustment, ArchiveVisit *visit, void *context,
                      Error *err) {
  const Day last = snapshot_end(call->snapshot);
  Gathering gathering = {.snapshot = call->snapshot,
                         .adjustment = adjustment,
                         .previous = DAY_NONE,
                         .end = last > from ? last : from,
                         .visit = visit,
                         .context = context};
  Status status = market_days_read(call->db, from, DAY_NONE, gather, &gathering, err);
  if (status == STATUS_OK) adjustment_finish(adjustment);
  return status;
}

static bool is_restated(const Restatements *since, const char *ticker) {
  for (size_t i = 0; i < since->count; i++)
    if (!ticker || restatement_applies(&since->items[i], ticker)) return true;
  return false;
}

static bool is_archived_anew(const Snapshot *snapshot, const JobStatusList *now, Day from) {
  const JobStatusList *then = job_statuses_of(&snapshot->statuses, JOB_DAILY_UPDATE);
  for (size_t i = then->count; i > 0 && then->items[i - 1].date >= from; i--) {
    if (then->items[i - 1].state != JOB_COMPLETED) continue;
    const JobStatus *update = job_status_find(now, then->items[i - 1].date);
    if (!update || update->state != JOB_COMPLETED || update->end_utc != then->items[i - 1].end_utc) return true;
  }
  return false;
}

bool archive_is_untouched(const Call *call, const char *ticker, Day from) {
  Restatements since = {0};
  JobStatusList now = {0};
  Error err = {{0}};
  Status status = restatements_load(call->db, call->snapshot->state.restatement, &since, &err);
  if (status == STATUS_OK) status = job_status_load(call->db, JOB_DAILY_UPDATE, from, DAY_NONE, &now, &err);
  bool touched = status == STATUS_OK && (is_restated(&since, ticker) || is_archived_anew(call->snapshot, &now, from));
  restatements_free(&since);
  job_status_list_free(&now);
  if (status != STATUS_OK) return call_store_failed(call, status, &err);
  if (!touched) return true;
  problem_set(call->problem, 503, "a restatement has come, and is being taken in");
  call->problem->retry_after = 5;
  return false;
}
