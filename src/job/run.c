#include <closebell/job/run.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <closebell/base/text.h>
#include <closebell/job/full_disk.h>
#include <closebell/plan/slot.h>
#include <closebell/store/job_locks.h>

enum { ACQUIRE_TRIES = 5 };

static int64_t length_ms(const Job *job) { return job->config->lease.seconds * 1000; }
static int64_t skew_ms(const Job *job) { return job->config->lease.skew_seconds * 1000; }

static void draw_lease(const Job *job, int64_t fence, Lease *lease) {
  Instant now = clock_now(job->clock);
  *lease = (Lease){.fence = fence,
                   .pid = job->host.pid,
                   .pid_started = job->host.pid_started,
                   .workers = job->workers > 1 ? job->workers : 0,
                   .acquired_utc = now,
                   .expires_utc = now + length_ms(job),
                   .released_utc = INSTANT_NONE};
  text_copy(lease->job, sizeof lease->job, job->lease_job);
  text_copy(lease->host, sizeof lease->host, job->host.name);
  text_copy(lease->boot_id, sizeof lease->boot_id, job->host.boot_id);
  snprintf(lease->token, sizeof lease->token, "%016" PRIx64 "%016" PRIx64, random_next(job->random),
           random_next(job->random));
}

/* Inserts the lease; a duplicate may be our own insert whose reply was lost. */
static Status insert_lease(Job *job, const Lease *lease, bool *ret_won, Error *err) {
  Status status = job_locks_insert(job->db, lease, err);
  *ret_won = status == STATUS_OK;
  if (status != STATUS_DUPLICATE) return status;
  Lease stored;
  status = job_locks_find(job->db, lease->job, lease->fence, &stored, err);
  if (status == STATUS_OK) *ret_won = strcmp(stored.token, lease->token) == 0;
  return status;
}

bool run_is_live(const Job *job, const Lease *lease) {
  return lease_decide(lease, host_look(&job->host, lease), clock_now(job->clock), skew_ms(job)) == LEASE_HELD;
}

/* The leases of the job's slots: *ret_holder is one that excludes ours, if any, and *ret_newest the newest of ours. */
static Status look_at_slots(const Job *job, Lease *ret_newest, Lease *ret_holder, bool *ret_excluded, Error *err) {
  Leases leases = {0};
  Status status = job_locks_newest_of_slots(job->db, job->slots_of, &leases, err);
  if (status != STATUS_OK) return status;
  status = STATUS_NOT_FOUND;
  *ret_excluded = false;
  for (size_t i = 0; i < leases.count; i++) {
    const Lease *lease = &leases.items[i];
    if (strcmp(lease->job, job->lease_job) == 0) {
      *ret_newest = *lease;
      status = STATUS_OK;
    } else if (slot_excludes(lease, job->workers > 1 ? job->workers : 1) && run_is_live(job, lease)) {
      *ret_holder = *lease;
      *ret_excluded = true;
    }
  }
  leases_free(&leases);
  return status;
}

/* Somebody may have looked, as we did, before either of us had taken a lease: who finds another one now gives up. */
static Status look_again(Job *job, Lease *ret_holder, Error *err) {
  Lease own;
  bool excluded = false;
  Status status = job->slots_of ? look_at_slots(job, &own, ret_holder, &excluded, err) : STATUS_OK;
  if (status == STATUS_OK && !excluded) return STATUS_OK;
  run_release(job);
  return status;
}

static Status try_acquire(Job *job, Lease *ret_holder, bool *ret_decided, Error *err) {
  Lease newest;
  bool excluded = false;
  Status status = job->slots_of ? look_at_slots(job, &newest, ret_holder, &excluded, err)
                                : job_locks_newest(job->db, job->lease_job, &newest, err);
  if (status != STATUS_OK && status != STATUS_NOT_FOUND) return status;
  *ret_decided = excluded;
  if (excluded) return STATUS_OK;
  bool none = status == STATUS_NOT_FOUND;
  if (!none && run_is_live(job, &newest)) {
    *ret_holder = newest;
    *ret_decided = true;
    return STATUS_OK;
  }
  if (!none && newest.released_utc == INSTANT_NONE)
    log_warn(job->log, "taking the %s lease over from %s pid %" PRId64 ": %s", newest.job, newest.host, newest.pid,
             host_look(&job->host, &newest) == HOLDER_GONE ? "that process is gone" : "it expired");
  int64_t acquired_ms = clock_uptime_ms(job->clock);
  Lease lease;
  draw_lease(job, none ? 1 : newest.fence + 1, &lease);
  bool won = false;
  status = insert_lease(job, &lease, &won, err);
  if (status != STATUS_OK || !won) return status;
  job->run.lease = lease;
  job->run.held = true;
  job->run.renewed_ms = acquired_ms;
  job->run.safe_until_ms = lease_safe_until_ms(acquired_ms, length_ms(job), skew_ms(job));
  *ret_decided = true;
  return look_again(job, ret_holder, err);
}

static void fill_record(Job *job) {
  JobRun *record = &job->run.record;
  record->start_utc = clock_now(job->clock);
  record->end_utc = INSTANT_NONE;
  record->exit_code = -1;
  record->pid = job->host.pid;
  text_copy(record->job, sizeof record->job, job->program);
  text_copy(record->host, sizeof record->host, job->host.name);
  text_copy(record->version, sizeof record->version, CLOSEBELL_VERSION);
  snprintf(record->id, sizeof record->id, "%s_%.20s_%.32s_%" PRId64, instant_text(record->start_utc).text, record->job,
           record->host, record->pid);
}

Status run_acquire(Job *job, Lease *ret_holder, Error *err) {
  if (job->run.record.id[0] == 0) fill_record(job);
  bool decided = false;
  for (int tries = 0; tries < ACQUIRE_TRIES && !decided; tries++) {
    Status status = try_acquire(job, ret_holder, &decided, err);
    if (status != STATUS_OK) return error_prefix(err, status, "%s lease", job->lease_job);
  }
  if (!decided)
    return error_set(err, STATUS_UNAVAILABLE, "%s lease: others took it %d times in a row", job->lease_job,
                     ACQUIRE_TRIES);
  if (!job->run.held || job->run.recorded) return STATUS_OK;
  Status status = job_runs_insert(job->db, &job->run.record, err);
  if (status == STATUS_DUPLICATE) status = STATUS_OK;
  if (status == STATUS_OK) job->run.recorded = true;
  return status;
}

static Status renew(Job *job, int64_t now_ms, Error *err) {
  Lease renewed = job->run.lease;
  renewed.expires_utc = clock_now(job->clock) + length_ms(job);
  Status status = job_locks_replace(job->db, &renewed, err);
  if (status != STATUS_OK) return error_prefix(err, status, "renewing the %s lease", renewed.job);
  job->run.lease = renewed;
  job->run.renewed_ms = now_ms;
  job->run.safe_until_ms = lease_safe_until_ms(now_ms, length_ms(job), skew_ms(job));
  return STATUS_OK;
}

Status run_look(const Job *job, Error *err) {
  if (!job->run.held || clock_uptime_ms(job->clock) < job->run.safe_until_ms) return STATUS_OK;
  return error_set(err, STATUS_LOST, "the %s lease ran out before it could be renewed; another process may work now",
                   job->lease_job);
}

Status run_beat(Job *job, Error *err) {
  if (clock_stopping(job->clock)) return error_set(err, STATUS_INTERRUPTED, "asked to stop");
  int64_t now_ms = clock_uptime_ms(job->clock);
  Status status = run_look(job, err);
  if (status != STATUS_OK || !job->run.held) return status;
  if (!lease_renewal_due(job->run.renewed_ms, now_ms, length_ms(job))) return STATUS_OK;
  return renew(job, now_ms, err);
}

Status run_wait(Job *job, int64_t ms, Error *err) {
  int64_t slice = length_ms(job) / 6;
  for (int64_t waited = 0; waited < ms; waited += slice) {
    if (!clock_sleep_ms(job->clock, ms - waited < slice ? ms - waited : slice))
      return error_set(err, STATUS_INTERRUPTED, "asked to stop");
    Status status = run_beat(job, err);
    if (status != STATUS_OK) return status;
  }
  return STATUS_OK;
}

void run_release(Job *job) {
  Run *run = &job->run;
  Error err = {{0}};
  if (!run->held) return;
  Lease released = run->lease;
  released.released_utc = clock_now(job->clock);
  bool ours = run_look(job, &err) == STATUS_OK;
  bool said = full_disk_met(job); /* that is told once */
  Status status = ours ? job_locks_replace(job->db, &released, &err) : STATUS_OK;
  if (status != STATUS_OK && !said)
    log_warn(job->log, "the %s lease could not be released and will expire by itself: %s", released.job, err.text);
  run->held = false;
}

void run_finish(Job *job, const Outcome *outcome) {
  Run *run = &job->run;
  Error err = {{0}};
  if (run->record.id[0] == 0) fill_record(job);
  run->record.end_utc = clock_now(job->clock);
  run->record.exit_code = outcome->exit_code;
  run->record.round_trips = job->db->counters(job->db->self).round_trips;
  if (job->source) run->record.source_calls = job->source->calls(job->source->self);
  text_copy(run->record.message, sizeof run->record.message, outcome->message);
  run_release(job);
  bool said = full_disk_met(job);
  Status status =
      run->recorded ? job_runs_replace(job->db, &run->record, &err) : job_runs_insert(job->db, &run->record, &err);
  if (status != STATUS_OK && !said) log_warn(job->log, "this run could not be recorded in job_runs: %s", err.text);
}

void run_conclude(Job *job, Status status, const Error *err, Outcome *outcome) {
  if (status != STATUS_OK) {
    outcome->exit_code = status_exit_code(status);
    snprintf(outcome->message, sizeof outcome->message, "%s%s", err->text[0] ? err->text : status_name(status),
             status == STATUS_INTERRUPTED ? "; the next run goes on from here" : "");
  }
  LogLevel level = outcome->exit_code == EXIT_DONE        ? LOG_INFO
                   : outcome->exit_code == EXIT_TRY_AGAIN ? LOG_WARN
                                                          : LOG_ERROR;
  log_line(job->log, level, "%s", outcome->message);
  if (!job->dry_run) run_finish(job, outcome);
}
