#include <closebell/run/run.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <closebell/base/text.h>
#include <closebell/plan/slot.h>
#include <closebell/store/job_locks.h>

enum { ACQUIRE_TRIES = 5 };

static int64_t length_ms(const Job *job) { return job->config->lease.seconds * 1000; }
static int64_t skew_ms(const Job *job) { return job->config->lease.skew_seconds * 1000; }

/* Whether the lease is still ours, also when we are asked to stop. */
static Status run_look(const Job *job, Error *err) {
  const Run *run = &job->run;
  if (!run->held) return STATUS_OK;
  if (run->successor.fence > 0)
    return error_set(err, STATUS_LOST, "the %s lease was taken over by another process", run->lease.job);
  if (clock_uptime_ms(job->clock) < run->safe_until_ms) return STATUS_OK;
  return error_set(err, STATUS_LOST, "the %s lease ran out before it could be renewed", run->lease.job);
}

/* By which leases are judged and dated: the same on all hosts, whatever their own clocks say, and --now. */
static Status server_now(const Job *job, Instant *ret_now, Error *err) {
  return error_prefix(err, db_server_time(job->db, ret_now, err), "the time of the leases");
}

static void draw_lease(const Job *job, const char *name, int64_t fence, Instant now, Lease *lease) {
  *lease = (Lease){.fence = fence,
                   .pid = job->process.host.pid,
                   .pid_started = job->process.host.pid_started,
                   .workers = job->lease.workers > 1 ? job->lease.workers : 0,
                   .acquired_utc = now,
                   .expires_utc = now + length_ms(job),
                   .released_utc = INSTANT_NONE};
  text_copy(lease->job, sizeof lease->job, name);
  text_copy(lease->host, sizeof lease->host, job->process.host.name);
  text_copy(lease->boot_id, sizeof lease->boot_id, job->process.host.boot_id);
  snprintf(lease->token, sizeof lease->token, "%016" PRIx64 "%016" PRIx64, random_next(job->random),
           random_next(job->random));
}

/* Inserts the lease; a duplicate may be our own insert whose reply was lost. */
static Status insert_lease(Job *job, const Lease *lease, bool *ret_won, Error *err) {
  Status status = job_locks_insert(job->server, lease, err);
  *ret_won = status == STATUS_OK;
  if (status != STATUS_DUPLICATE) return status;
  Lease stored;
  status = job_locks_find(job->server, lease->job, lease->fence, &stored, err);
  if (status == STATUS_OK) *ret_won = strcmp(stored.token, lease->token) == 0;
  return status;
}

bool run_is_live(const Job *job, const Lease *lease) {
  Instant now;
  Error unknown;
  if (server_now(job, &now, &unknown) != STATUS_OK) now = lease->acquired_utc; /* it may live, for all we know */
  return lease_decide(lease, host_look(&job->process.host, lease), now, skew_ms(job)) == LEASE_HELD;
}

/* The leases of the job's slots: *ret_holder is one that excludes the named, if any, and *ret_newest the newest of that
 * name. */
static Status look_at_slots(const Job *job, const char *name, Lease *ret_newest, Lease *ret_holder, bool *ret_excluded,
                            Error *err) {
  Leases leases = {0};
  Status status = job_locks_newest_of_slots(job->server, job->lease.slots_of, &leases, err);
  if (status != STATUS_OK) return status;
  status = STATUS_NOT_FOUND;
  *ret_excluded = false;
  for (size_t i = 0; i < leases.count; i++) {
    const Lease *lease = &leases.items[i];
    if (strcmp(lease->job, name) == 0) {
      *ret_newest = *lease;
      status = STATUS_OK;
    } else if (slot_excludes(lease, job->lease.workers > 1 ? job->lease.workers : 1) && run_is_live(job, lease)) {
      *ret_holder = *lease;
      *ret_excluded = true;
    }
  }
  leases_free(&leases);
  return status;
}

/* Somebody may have looked, as we did, before either of us had taken a lease: who finds another one now gives up. */
static Status look_again(Job *job, const char *name, Lease *ret_holder, Error *err) {
  Lease own;
  bool excluded = false;
  Status status = job->lease.slots_of ? look_at_slots(job, name, &own, ret_holder, &excluded, err) : STATUS_OK;
  if (status == STATUS_OK && !excluded) return STATUS_OK;
  run_release(job);
  return status;
}

static void tell_takeover(const Job *job, const Lease *from) {
  log_with(job->log, LOG_WARN,
           LOG_FACTS(log_text("lease_of", from->job), log_number("lease", from->fence),
                     log_text("holder_host", from->host), log_number("holder_pid", from->pid)),
           "taking the %s lease over from %s pid %" PRId64 ": %s", from->job, from->host, from->pid,
           host_look(&job->process.host, from) == HOLDER_GONE ? "that process is gone" : "it expired");
}

static Status try_acquire(Job *job, const char *name, Lease *ret_holder, bool *ret_decided, Error *err) {
  Lease newest;
  bool excluded = false;
  Status status = job->lease.slots_of ? look_at_slots(job, name, &newest, ret_holder, &excluded, err)
                                      : job_locks_newest(job->server, name, &newest, err);
  if (status != STATUS_OK && status != STATUS_NOT_FOUND) return status;
  *ret_decided = excluded;
  if (excluded) return STATUS_OK;
  bool none = status == STATUS_NOT_FOUND;
  if (!none && run_is_live(job, &newest)) {
    *ret_holder = newest;
    *ret_decided = true;
    return STATUS_OK;
  }
  if (!none && newest.released_utc == INSTANT_NONE) tell_takeover(job, &newest);
  int64_t acquired_ms = clock_uptime_ms(job->clock);
  Lease lease;
  Instant now;
  bool won = false;
  status = server_now(job, &now, err);
  if (status != STATUS_OK) return status;
  draw_lease(job, name, none ? 1 : newest.fence + 1, now, &lease);
  status = insert_lease(job, &lease, &won, err);
  if (status != STATUS_OK || !won) return status;
  job->run.lease = lease;
  job->run.held = true;
  job->run.successor = (Lease){0};
  job->run.renewed_ms = acquired_ms;
  job->run.safe_until_ms = lease_safe_until_ms(acquired_ms, length_ms(job), skew_ms(job));
  *ret_decided = true;
  return look_again(job, name, ret_holder, err);
}

static void fill_record(Job *job) {
  JobRun *record = &job->run.record;
  record->start_utc = clock_now(job->clock);
  record->end_utc = INSTANT_NONE;
  record->exit_code = -1;
  record->pid = job->process.host.pid;
  text_copy(record->job, sizeof record->job, job->process.program);
  text_copy(record->host, sizeof record->host, job->process.host.name);
  text_copy(record->version, sizeof record->version, CLOSEBELL_VERSION);
  snprintf(record->id, sizeof record->id, "%s_%.20s_%.32s_%" PRId64, instant_text(record->start_utc).text, record->job,
           record->host, record->pid);
}

static void tell_begin(const Job *job) {
  const Lease *lease = &job->run.lease;
  log_with(job->log, log_level_of_record(job->log),
           LOG_FACTS(log_text("run", job->run.record.id), log_number("pid", job->process.host.pid),
                     log_text("host", job->process.host.name), log_text("lease_of", lease->job),
                     log_number("lease", lease->fence), log_text("version", CLOSEBELL_VERSION)),
           "at work, under lease %" PRId64 " of %s", lease->fence, lease->job);
}

Status run_acquire(Job *job, const char *name, Lease *ret_holder, Error *err) {
  if (job->run.record.id[0] == 0) fill_record(job);
  bool decided = false;
  for (int tries = 0; tries < ACQUIRE_TRIES && !decided; tries++) {
    Status status = try_acquire(job, name, ret_holder, &decided, err);
    if (status != STATUS_OK) return error_prefix(err, status, "%s lease", name);
  }
  if (!decided)
    return error_set(err, STATUS_UNAVAILABLE, "%s lease: others took it %d times in a row", name, ACQUIRE_TRIES);
  if (job->run.held) tell_begin(job);
  if (!job->run.held || job->run.recorded) return STATUS_OK;
  Status status = job_runs_insert(job->server, &job->run.record, err);
  if (status == STATUS_DUPLICATE) status = STATUS_OK;
  if (status == STATUS_OK) job->run.recorded = true;
  return status;
}

/* Whether another process has taken the lease over from us: then job->run.successor says who. */
static Status find_successor(Job *job, Error *err) {
  Run *run = &job->run;
  Lease newest;
  Status status = job_locks_newest(job->server, run->lease.job, &newest, err);
  if (status == STATUS_OK && newest.fence > run->lease.fence) run->successor = newest;
  return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

/* Each renewal looks whether the lease is still ours. */
static Status renew(Job *job, int64_t now_ms, Error *err) {
  Lease renewed = job->run.lease;
  Instant now;
  Status status = find_successor(job, err);
  if (status == STATUS_OK) status = run_look(job, err);
  if (status == STATUS_OK) status = server_now(job, &now, err);
  if (status == STATUS_OK) renewed.expires_utc = now + length_ms(job);
  if (status == STATUS_OK) status = job_locks_replace(job->server, &renewed, err);
  if (status != STATUS_OK) return error_prefix(err, status, "renewing the %s lease", renewed.job);
  job->run.lease = renewed;
  job->run.renewed_ms = now_ms;
  job->run.safe_until_ms = lease_safe_until_ms(now_ms, length_ms(job), skew_ms(job));
  return STATUS_OK;
}

/* Looks, and renews when that is due. */
static Status keep_lease(Job *job, Error *err) {
  int64_t now_ms = clock_uptime_ms(job->clock);
  Status status = run_look(job, err);
  if (status != STATUS_OK || !job->run.held) return status;
  if (!lease_renewal_due(job->run.renewed_ms, now_ms, length_ms(job))) return STATUS_OK;
  return renew(job, now_ms, err);
}

Status run_beat(Job *job, Error *err) {
  if (clock_stopping(job->clock)) return error_set(err, STATUS_INTERRUPTED, "asked to stop");
  return keep_lease(job, err);
}

Status run_may_write(void *job, const char *what, const char *database, const char *collection, Error *err) {
  (void)what, (void)database, (void)collection;
  return keep_lease(job, err);
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
  bool ours = run_look(job, &err) == STATUS_OK;
  bool said = job_met_full_disk(job); /* that is told once */
  Status status = ours ? server_now(job, &released.released_utc, &err) : STATUS_OK;
  if (ours && status == STATUS_OK) status = job_locks_replace(job->server, &released, &err);
  if (status != STATUS_OK && !said)
    log_with(job->log, LOG_WARN, LOG_FACTS(log_text("lease_of", released.job), log_number("lease", released.fence)),
             "the %s lease could not be released and will expire by itself: %s", released.job, err.text);
  run->held = false;
}

static int64_t source_calls(const Job *job) {
  return (job->source ? job->source->calls(job->source->self) : 0) + provider_set_calls(job->beside);
}

static void finish(Job *job, const Outcome *outcome) {
  Run *run = &job->run;
  Error err = {{0}};
  if (run->record.id[0] == 0) fill_record(job);
  run->record.end_utc = clock_now(job->clock);
  run->record.exit_code = outcome->exit_code;
  run->record.round_trips = job->db->counters(job->db->self).round_trips;
  run->record.source_calls = source_calls(job);
  text_copy(run->record.message, sizeof run->record.message, outcome->message);
  run_release(job);
  bool said = job_met_full_disk(job);
  Status status = run->recorded ? job_runs_replace(job->server, &run->record, &err)
                                : job_runs_insert(job->server, &run->record, &err);
  if (status != STATUS_OK && !said) log_warn(job->log, "this run could not be recorded in job_runs: %s", err.text);
}

/* A run that only looks is not on record. */
static void tell_end(const Job *job, LogLevel level, Status status, const Outcome *outcome) {
  const JobRun *record = &job->run.record;
  int64_t calls = source_calls(job);
  log_with(job->log, level,
           LOG_FACTS(log_text("run", !job_writes(job) ? "" : record->id), log_number("pid", job->process.host.pid),
                     log_number("exit", outcome->exit_code), log_text("status", status_name(status)),
                     log_number("duration_ms", clock_uptime_ms(job->clock) - job->run.started_ms),
                     log_number("sessions", record->sessions), log_number("rows", record->rows),
                     log_number("tickers", record->analyzed), log_number("documents", job->run.documents),
                     log_number("source_calls", calls), log_number("healed", record->healed),
                     log_number("round_trips", job->db->counters(job->db->self).round_trips)),
           "%s", outcome->message);
}

/* ---- the lease, lost ---- */

/* Whether it was lost unnoticed: behind the last write, or by somebody else's wrong clock. A run shorter than a renewal
 * does not ask. */
static bool was_lost(Job *job, Error *why) {
  Run *run = &job->run;
  if (!run->held) return false;
  Error unknown;
  bool may_ask = run_look(job, why) == STATUS_OK && !clock_stopping(job->clock) &&
                 lease_renewal_due(run->renewed_ms, clock_uptime_ms(job->clock), length_ms(job));
  if (may_ask && find_successor(job, &unknown) != STATUS_OK) return false;
  return run_look(job, why) == STATUS_LOST;
}

/* Who has it now. */
static void name_successor(Job *job, Outcome *outcome) {
  Run *run = &job->run;
  Error unknown;
  char who[LEASE_HOLDER_SIZE];
  Status status = run->successor.fence > 0 ? STATUS_OK : find_successor(job, &unknown);
  const Lease *successor = &run->successor;
  size_t length = strlen(outcome->message);
  char *end = outcome->message + length;
  size_t room = sizeof outcome->message - length;
  if (status != STATUS_OK)
    snprintf(end, room, "; another process may work now");
  else if (successor->fence == 0)
    snprintf(end, room, "; nobody has taken it since");
  else
    snprintf(end, room, "; %s %s", successor->released_utc == INSTANT_NONE ? "it is held now by" : "it was taken by",
             lease_holder_text(successor, who));
}

/* What is written stands: whoever works now finds it. */
static void note_loss(Job *job, Status status, Outcome *outcome) {
  Error why = {{0}};
  bool unnoticed = status != STATUS_LOST && was_lost(job, &why);
  if (status != STATUS_LOST && !unnoticed) return;
  size_t length = strlen(outcome->message);
  if (unnoticed) snprintf(outcome->message + length, sizeof outcome->message - length, "; %s", why.text);
  if (outcome->exit_code == EXIT_DONE) outcome->exit_code = EXIT_TRY_AGAIN;
  name_successor(job, outcome);
}

void run_conclude(Job *job, Status status, const Error *err, Outcome *outcome) {
  if (status != STATUS_OK) {
    outcome->exit_code = status_exit_code(status);
    snprintf(outcome->message, sizeof outcome->message, "%s%s", err->text[0] ? err->text : status_name(status),
             status == STATUS_INTERRUPTED ? "; the next run goes on from here" : "");
  }
  if (job_writes(job)) note_loss(job, status, outcome);
  LogLevel level = outcome->exit_code == EXIT_DONE        ? LOG_INFO
                   : outcome->exit_code == EXIT_TRY_AGAIN ? LOG_WARN
                                                          : LOG_ERROR;
  if (job->run.record.id[0] == 0) fill_record(job);
  tell_end(job, level, status, outcome);
  if (job_writes(job)) finish(job, outcome);
}
