/* heal_archive.c: archive documents that cannot be read are fetched again, or removed where no session needs them. */
#include <closebell/job/heal.h>

#include <stdio.h>
#include <stdlib.h>

#include <closebell/job/restate.h>
#include <closebell/job/run.h>
#include <closebell/store/market_days.h>
#include <closebell/store/ops_alerts.h>

static Status raise_damage(Ingest *ingest, Day date, const char *why, Error *err) {
  char message[320];
  DayText day = day_text(date);
  snprintf(message, sizeof message,
           "%s: its archive document cannot be read; the source is asked again, and by daily_update --date %s: %.180s",
           day.text, day.text, why);
  log_error(ingest->job->log, "%s", message);
  return ops_alerts_raise(ingest->job->db, ALERT_CRITICAL, "archive-damaged", day.text, message,
                          clock_now(ingest->job->clock), err);
}

/* No session was ever completed with it: somebody else's, or left by a set-up that was cut short. Whether the day was a
 * session is for its verdict to say; it is asked for like any other. */
static Status remove_damaged(Ingest *ingest, const IngestDay *day, const char *why, Error *err) {
  DayText date = day_text(day->date);
  log_warn(ingest->job->log,
           "%s: a document of market_days that cannot be read, and that no completed session needs "
           "(%s), is removed: %.180s",
           date.text, job_state_name(day->state), why);
  Status status = market_days_delete(ingest->job->db, day->date, err);
  if (status != STATUS_OK) return error_prefix(err, status, "removing what stands for %s", date.text);
  return ops_alerts_resolve(ingest->job->db, "archive-damaged", date.text, clock_now(ingest->job->clock), err);
}

typedef struct {
  Day *dates; /* to be asked for again */
  size_t count, removed;
} Damage;

/* What cannot be read is no neighbour to judge by either. */
static Status find_damaged(Ingest *ingest, Damage *damage, Error *err) {
  for (size_t i = 0; i < ingest->day_count; i++) {
    IngestDay *day = &ingest->days[i];
    if (!day->archived) continue;
    Session session = {0};
    Status status = run_beat(ingest->job, err);
    if (status == STATUS_OK) status = market_days_find(ingest->job->db, day->date, &session, err);
    session_free(&session);
    if (status == STATUS_OK) continue;
    if (status != STATUS_BAD_DATA) return status;
    Error why = *err;
    day->archived = false;
    if (day->state == JOB_COMPLETED) {
      damage->dates[damage->count++] = day->date;
      status = raise_damage(ingest, day->date, why.text, err);
    } else {
      damage->removed++;
      status = remove_damaged(ingest, day, why.text, err);
    }
    if (status != STATUS_OK) return status;
  }
  return STATUS_OK;
}

Status heal_archive(Ingest *ingest, size_t *ret_healed, Error *err) {
  Damage damage = {.dates = malloc((ingest->day_count + 1) * sizeof *damage.dates)};
  Day *replaced = malloc((ingest->day_count + 1) * sizeof *replaced);
  size_t replaced_count = 0;
  Status status = damage.dates && replaced
                      ? find_damaged(ingest, &damage, err)
                      : error_set(err, STATUS_NO_MEMORY, "no memory for %zu dates", ingest->day_count);
  if (status == STATUS_OK && damage.count)
    status = restate_check(ingest, damage.dates, damage.count, RESTATE_REPORT, replaced, &replaced_count, err);
  for (size_t i = 0; i < replaced_count && status == STATUS_OK; i++)
    status = ops_alerts_resolve(ingest->job->db, "archive-damaged", day_text(replaced[i]).text,
                                clock_now(ingest->job->clock), err);
  free(damage.dates);
  free(replaced);
  if (status == STATUS_OK) *ret_healed = replaced_count + damage.removed;
  return status;
}
