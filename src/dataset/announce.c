#include "announce.h"

#include <closebell/store/job_status.h>

static Status has_begun(const Job *job, Day from, bool *ret_begun, Error *err) {
  JobStatusList list = {0};
  Status status = job_status_load(job->db, JOB_HOURLY_ANALYSIS, from, DAY_NONE, &list, err);
  if (status == STATUS_OK) *ret_begun = list.count > 0;
  job_status_list_free(&list);
  return status;
}

Status dataset_announce(const Ingest *ingest, Day from, const char *what, Error *err) {
  bool begun = false;
  Status status = has_begun(ingest->job, from, &begun, err);
  return status == STATUS_OK && begun ? ingest_restatement(ingest, ingest->job->db, from, what, err) : status;
}
