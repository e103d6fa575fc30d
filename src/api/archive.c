#include "archive.h"

#include <closebell/plan/work.h>
#include <closebell/store/restatements.h>

bool archive_has(const Snapshot *snapshot, Day date) {
  return day_state_find(snapshot->days, snapshot->day_count, date) == JOB_COMPLETED;
}

typedef struct {
  const Snapshot *snapshot;
  Adjustment *adjustment;
  Day previous;
  ArchiveVisit *visit;
  void *context;
} Gathering;

/* Completed sessions, and no factor across a place where one may be missing. */
static Status gather(void *context, Session *session, Error *err) {
  Gathering *gathering = context;
  const Snapshot *snapshot = gathering->snapshot;
  if (!archive_has(snapshot, session->date)) return STATUS_OK;
  bool broken = gathering->previous != DAY_NONE &&
                !work_nothing_between(snapshot->days, snapshot->day_count, gathering->previous, session->date);
  gathering->previous = session->date;
  Status status = adjustment_add(gathering->adjustment, session, broken);
  if (status != STATUS_OK) return error_set(err, status, "no memory for the factors");
  return gathering->visit ? gathering->visit(gathering->context, session, err) : STATUS_OK;
}

Status archive_read(const Call *call, Day from, Adjustment *adjustment, ArchiveVisit *visit, void *context,
                    Error *err) {
  Gathering gathering = {call->snapshot, adjustment, DAY_NONE, visit, context};
  Status status = market_days_read(call->db, from, DAY_NONE, gather, &gathering, err);
  if (status == STATUS_OK) adjustment_finish(adjustment);
  return status;
}

bool archive_is_untouched(const Call *call, const char *ticker) {
  Restatements since = {0};
  Error err = {{0}};
  bool touched = false;
  Status status = restatements_load(call->db, call->snapshot->state.restatement, &since, &err);
  if (status != STATUS_OK) return call_store_failed(call, status, &err);
  for (size_t i = 0; i < since.count; i++) touched |= !ticker || restatement_applies(&since.items[i], ticker);
  restatements_free(&since);
  if (!touched) return true;
  problem_set(call->problem, 503, "a restatement has come, and is being taken in");
  call->problem->retry_after = 5;
  return false;
}
