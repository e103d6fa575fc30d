#include <closebell/run/prune.h>

#include <string.h>

#include <closebell/source/model.h>
#include <closebell/store/ask_claims.h>
#include <closebell/store/job_locks.h>
#include <closebell/store/job_status.h>
#include <closebell/store/model_calls.h>

enum { MODEL_CALL_DAYS = 2, ASK_DAYS = 2 };

/* Of the bare job and of all its slots. */
static Status prune_locks(const Job *job, const char *job_name, Error *err) {
  Leases leases = {0};
  Status status = job_locks_newest_of_slots(job->db, job_name, &leases, err);
  for (size_t i = 0; i < leases.count && status == STATUS_OK; i++)
    status = job_locks_prune(job->db, leases.items[i].job, job->config->history.locks, err);
  leases_free(&leases);
  return status;
}

/* Only today's are counted, and questions are under way for minutes; some days of both are kept to be looked at. */
static Status prune_model_calls(const Job *job, Error *err) {
  const Instant now = clock_now(job->clock);
  if (!model_is_configured(job->config)) return STATUS_OK;
  Status status = model_calls_forget(job->db, instant_utc_day(now) - MODEL_CALL_DAYS, err);
  return status == STATUS_OK ? ask_claims_prune(job->db, now - ASK_DAYS * MS_OF_DAY, err) : status;
}

void prune_runs(Job *job) {
  bool due = strcmp(job->process.program, JOB_DAILY_UPDATE) == 0 && job->run.record.sessions > 0;
  if (!due || !job_writes(job) || clock_stopping(job->clock)) return;
  const Config *config = job->config;
  Error err = {{0}};
  Status status = job_runs_prune(job->db, clock_now(job->clock) - config->history.run_days * MS_OF_DAY, &err);
  for (size_t i = 0; i < job->tables.jobs->count && status == STATUS_OK; i++)
    if (!job_row_shares_lease(&job->tables.jobs->rows[i]))
      status = prune_locks(job, job->tables.jobs->rows[i].lease, &err);
  if (status == STATUS_OK) status = prune_model_calls(job, &err);
  if (status != STATUS_OK) log_warn(job->log, "old runs and leases could not be deleted: %s", err.text);
}
