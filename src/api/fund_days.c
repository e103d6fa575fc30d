#include "fund_days.h"

#include <stdlib.h>

Status fund_days_load(const Call *call, FundDays *ret_days, Error *err) {
  JobStatusList statuses = {0};
  const Day end = snapshot_end(call->snapshot);
  FundDays days = {0};
  Status status = job_status_load(call->db, "etf_days", DAY_NONE, DAY_NONE, &statuses, err);
  if (status == STATUS_OK) days.dates = malloc((statuses.count + 1) * sizeof *days.dates);
  if (status == STATUS_OK && !days.dates) status = error_set(err, STATUS_NO_MEMORY, "no memory for the sessions");
  for (size_t i = 0; i < statuses.count && status == STATUS_OK; i++)
    if (statuses.items[i].state == JOB_COMPLETED && statuses.items[i].date <= end)
      days.dates[days.count++] = statuses.items[i].date;
  job_status_list_free(&statuses);
  if (status == STATUS_OK) *ret_days = days;
  return status;
}

static int compare(const void *key, const void *item) {
  Day left = *(const Day *)key, right = *(const Day *)item;
  return (left > right) - (left < right);
}

bool fund_days_has(const FundDays *days, Day date) {
  return days->count > 0 && bsearch(&date, days->dates, days->count, sizeof date, compare) != NULL;
}

void fund_days_free(FundDays *days) {
  free(days->dates);
  *days = (FundDays){0};
}

bool fund_days_show(const FundDays *days, Etf *fund) {
  if (days->count == 0) return false;
  const Day newest = days->dates[days->count - 1];
  if (fund->last > newest) fund->last = newest;
  return fund->first <= fund->last;
}
