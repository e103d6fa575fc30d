#include "archive.h"

#include <closebell/plan/work.h>

bool archive_has(const Snapshot *snapshot, Day date) {
  return day_state_find(snapshot->days, snapshot->day_count, date) == JOB_COMPLETED;
}

typedef struct {
  const Snapshot *snapshot;
  Adjustment *adjustment;
  Day previous;
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
  return status == STATUS_OK ? STATUS_OK : error_set(err, status, "no memory for the factors");
}

Status archive_factors(const Call *call, Day from, Adjustment *adjustment, Error *err) {
  Gathering gathering = {call->snapshot, adjustment, DAY_NONE};
  Status status = market_days_read(call->db, from, DAY_NONE, gather, &gathering, err);
  if (status == STATUS_OK) adjustment_finish(adjustment);
  return status;
}
