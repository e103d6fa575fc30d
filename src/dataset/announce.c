#include "announce.h"

#include <inttypes.h>

#include <closebell/store/job_status.h>
#include <closebell/store/restatements.h>

static Status has_begun(const Job *job, Day from, bool *ret_begun, Error *err) {
  JobStatusList list = {0};
  Status status = job_status_load(job->db, JOB_HOURLY_ANALYSIS, from, DAY_NONE, &list, err);
  if (status == STATUS_OK) *ret_begun = list.count > 0;
  job_status_list_free(&list);
  return status;
}

Status dataset_announce(const Ingest *ingest, Day from, const char *what, Error *err) {
  const Job *job = ingest->job;
  bool begun = false;
  int64_t number;
  Status status = has_begun(job, from, &begun, err);
  if (status != STATUS_OK || !begun) return status;
  status = restatements_insert(job->db, from, NULL, what, clock_now(job->clock), &number, err);
  if (status == STATUS_OK)
    log_with(job->log, LOG_INFO, LOG_FACTS(log_number("restatement", number), log_day("session", from)),
             "restatement %" PRId64 ": %s count from %s on; the analysis will redo it", number, what,
             day_text(from).text);
  return status;
}
