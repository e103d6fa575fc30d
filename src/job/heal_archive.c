/* heal_archive.c: archive documents that cannot be read are fetched again. */
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

/* What cannot be read is no neighbour to judge by either. */
static Status find_damaged(Ingest *ingest, Day *dates, size_t *ret_count, Error *err) {
  *ret_count = 0;
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
    dates[(*ret_count)++] = day->date;
    status = raise_damage(ingest, day->date, why.text, err);
    if (status != STATUS_OK) return status;
  }
  return STATUS_OK;
}

Status heal_archive(Ingest *ingest, size_t *ret_replaced, Error *err) {
  Day *dates = malloc((ingest->day_count + 1) * sizeof *dates),
      *replaced = malloc((ingest->day_count + 1) * sizeof *replaced);
  size_t count = 0, replaced_count = 0;
  Status status = dates && replaced ? find_damaged(ingest, dates, &count, err)
                                    : error_set(err, STATUS_NO_MEMORY, "no memory for %zu dates", ingest->day_count);
  if (status == STATUS_OK && count)
    status = restate_check(ingest, dates, count, RESTATE_REPORT, replaced, &replaced_count, err);
  for (size_t i = 0; i < replaced_count && status == STATUS_OK; i++)
    status = ops_alerts_resolve(ingest->job->db, "archive-damaged", day_text(replaced[i]).text,
                                clock_now(ingest->job->clock), err);
  free(dates);
  free(replaced);
  if (status == STATUS_OK) *ret_replaced = replaced_count;
  return status;
}
