#include <closebell/job/follow.h>

#include <closebell/run/run.h>

Status follow_datasets(Ingest *ingest, const DatasetOptions *options, Outcome *outcome, Error *err) {
  Job *job = ingest->job;
  DatasetOptions found = *options;
  if (!job_writes(job)) return datasets_explain(ingest, &options->wish, err);
  Status status = datasets_due(ingest, &options->wish, &found.due, err);
  if (status != STATUS_OK || (!found.due && !options->wish.name)) return status; /* whoever names one is told why not */
  status = run_beat(job, err);
  if (status != STATUS_OK) return status;
  run_release(job);
  return datasets_run(ingest, &found, outcome, err);
}

Status follow_conclude(Status own, Status followed, const Error *trouble, Error *err) {
  if (own != STATUS_OK || followed == STATUS_OK) return own;
  *err = *trouble;
  return followed;
}
