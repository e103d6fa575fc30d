#include <closebell/ingest/guard.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <closebell/market/due.h>
#include <closebell/run/run.h>

Status guard_business_time(const Job *job, const Ingest *ingest, Error *err) {
  if (!job_writes(job)) return STATUS_OK;
  /* Another host, whose clock is ahead within what is tolerated, may have completed a session that is not due here yet.
   */
  int64_t tolerance_ms = job->now.given ? 0 : job->config->lease.skew_seconds * 1000;
  /* Not the instant this process began with: it may have been stopped for hours. */
  Instant now = job_business_now(job);
  for (size_t i = ingest->ledger.count; i > 0; i--) {
    const LedgerDay *day = &ingest->ledger.days[i - 1];
    if (day->state != JOB_COMPLETED) continue;
    Instant due = due_instant(job->rules.terms.publication, &job->rules.closures, day->date);
    if (now + tolerance_ms >= due) return STATUS_OK;
    return error_set(
        err, STATUS_CONFIG,
        "it is said to be %s, but %s, which is published at %s, is completed already: %s is wrong; nothing done",
        instant_kst_text(now).text, day_text(day->date).text, instant_kst_text(due).text,
        job->now.given ? "--now" : "this host's clock");
  }
  return STATUS_OK;
}

Status guard_clock(const Job *job, Error *err) {
  Instant server;
  Status status = db_server_time(job->db, &server, err);
  if (status != STATUS_OK) return error_prefix(err, status, "comparing the clocks");
  Instant host = clock_now(job->clock);
  int64_t apart_ms = host > server ? host - server : server - host;
  if (apart_ms <= GUARD_CLOCK_SKEW_MS) return STATUS_OK;
  return error_set(err, STATUS_CONFIG,
                   "this host's clock says %s, the database server's %s: %" PRId64
                   " s apart, and it is not known which is right; nothing done: set the clock that is wrong (NTP)",
                   instant_kst_text(host).text, instant_kst_text(server).text, apart_ms / 1000);
}

static Status check_setup(Status status, const Meta *meta, Error *err) {
  if (status == STATUS_OK && meta->setup_completed) return STATUS_OK;
  if (status != STATUS_OK && status != STATUS_NOT_FOUND) return status;
  return error_set(err, STATUS_INCOMPLETE,
                   status == STATUS_OK ? "set-up has not finished: run manual_setup, which goes on where it was"
                                       : "this database is not set up: run manual_setup first");
}

Status guard_setup_finished(const Job *job, Meta *ret_meta, Error *err) {
  Status status = meta_read(job->db, ret_meta, err);
  return check_setup(status, ret_meta, err);
}

Status guard_setup_finished_marked(const Job *job, Meta *ret_meta, RequestMarks *ret_marks, Error *err) {
  Status status = meta_read_marked(job->db, ret_meta, ret_marks, err);
  return check_setup(status, ret_meta, err);
}

void guard_held_elsewhere(const Lease *holder, Outcome *outcome) {
  outcome->exit_code = EXIT_DONE;
  char who[LEASE_HOLDER_SIZE];
  snprintf(outcome->message, sizeof outcome->message, "%s is at work on %s, until %s: leaving it to that one",
           holder->job, lease_holder_text(holder, who), instant_kst_text(holder->expires_utc).text);
  size_t length = strlen(outcome->message);
  if (holder->workers > 1)
    snprintf(outcome->message + length, sizeof outcome->message - length, "; it is one of %" PRId64 " workers",
             holder->workers);
}

Status guard_acquire(Job *job, Outcome *outcome, Error *err) {
  Lease holder;
  Status status = run_acquire(job, job->lease.name, &holder, err);
  if (status == STATUS_OK && !job->run.held) guard_held_elsewhere(&holder, outcome);
  return status;
}
