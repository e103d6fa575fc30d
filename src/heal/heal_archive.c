#include <closebell/heal/heal_archive.h>

#include <stdio.h>

#include <closebell/base/text.h>
#include <closebell/ingest/stamp.h>
#include <closebell/run/run.h>
#include <closebell/store/market_days.h>
#include <closebell/store/ops_alerts.h>

static Status raise_damage(const Job *job, Day date, const char *why, Error *err) {
  char message[352];
  DayText day = day_text(date);
  snprintf(message, sizeof message,
           "%s: its archive document cannot be read and is removed; the source is asked again by this and every later "
           "run, or with daily_update --date %s: %.140s",
           day.text, day.text, why);
  log_with(job->log, LOG_ERROR, LOG_FACTS(log_text("alert", "archive-damaged"), log_day("session", date)), "%s",
           message);
  return ops_alerts_raise(job->db, &(NewAlert){ALERT_CRITICAL, "archive-damaged", day.text, message},
                          clock_now(job->clock), err);
}

/* No longer completed before the document goes: whoever dies between the two, or before what is fetched again has been
 * projected, leaves a day that the next run works on. */
static Status uncomplete(Ingest *ingest, LedgerDay *day, const char *why, Error *err) {
  Status status = raise_damage(ingest->job, day->date, why, err);
  if (status != STATUS_OK) return status;
  text_copy(day->run.reason, sizeof day->run.reason, "its archive document could not be read; it is asked for again");
  JobStatus failed = stamp_status(ingest, day, JOB_FAILED);
  return stamp_write(ingest, &failed, 1, err);
}

/* No session was ever completed with it: somebody else's, or left by a run that was cut short. */
static void tell_unneeded(const Ingest *ingest, const LedgerDay *day, const char *why) {
  log_warn(ingest->job->log,
           "%s: a document of market_days that cannot be read, and that no completed session needs "
           "(%s), is removed: %.180s",
           day_text(day->date).text, job_state_name(day->state), why);
}

static Status check(Ingest *ingest, LedgerDay *day, bool *ret_removed, Error *err) {
  Session session = {0};
  *ret_removed = false;
  Status status = run_beat(ingest->job, err);
  if (status == STATUS_OK) status = market_days_find(ingest->job->db, day->date, &session, err);
  session_free(&session);
  if (status != STATUS_BAD_DATA) return status;
  Error why = *err;
  status = STATUS_OK;
  if (day->state == JOB_COMPLETED)
    status = uncomplete(ingest, day, why.text, err);
  else
    tell_unneeded(ingest, day, why.text);
  if (status == STATUS_OK) status = market_days_delete(ingest->job->db, day->date, err);
  *ret_removed = status == STATUS_OK;
  return error_prefix(err, status, "removing what stands for %s", day_text(day->date).text);
}

Status heal_archive(Ingest *ingest, size_t *ret_removed, Error *err) {
  size_t removed = 0;
  for (size_t i = 0; i < ingest->ledger.count; i++) {
    bool gone = false;
    Status status = ingest->ledger.days[i].archived ? check(ingest, &ingest->ledger.days[i], &gone, err) : STATUS_OK;
    if (status != STATUS_OK) return status;
    removed += gone;
  }
  *ret_removed = removed;
  return STATUS_OK;
}
