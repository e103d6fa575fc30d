#include <closebell/job/prune.h>

#include <string.h>

#include <closebell/store/job_locks.h>
#include <closebell/store/job_status.h>

static const int64_t DAY_MS = INT64_C(24) * 3600 * 1000;

void prune_history(Job *job) {
  bool due = strcmp(job->program, JOB_DAILY_UPDATE) == 0 && job->run.record.sessions > 0;
  if (!due || job->dry_run || clock_stopping(job->clock)) return;
  const Config *config = job->config;
  Error err = {{0}};
  Status status = job_runs_prune(job->db, clock_now(job->clock) - config->history.run_days * DAY_MS, &err);
  if (status == STATUS_OK) status = job_locks_prune(job->db, JOB_DAILY_UPDATE, config->history.locks, &err);
  if (status == STATUS_OK) status = job_locks_prune(job->db, JOB_HOURLY_ANALYSIS, config->history.locks, &err);
  if (status != STATUS_OK) log_warn(job->log, "old runs and leases could not be deleted: %s", err.text);
}
