#include "screen_date.h"

#include <stdlib.h>

#include <closebell/base/text.h>

enum { NAMED_MOST = 12 };

static const char NEXT_STEP[] = "the next daily_update asks for it again";

/* ---- neighbours ---- */

typedef struct {
  char text[80];
} Nearest;

/* "the nearest sessions are 2025-04-09 and 2025-04-11" */
static Nearest nearest_to(const AnalysisWork *work, Day date) {
  Day before = DAY_NONE, after = DAY_NONE;
  for (size_t i = 0; i < work->state_count; i++) {
    Day known = work->states[i].date;
    if (known < work->ingest.ledger.first || !analysis_work_reads(work, known)) continue;
    if (known < date) before = known;
    if (known > date && after == DAY_NONE) after = known;
  }
  Nearest nearest;
  if (before != DAY_NONE && after != DAY_NONE)
    snprintf(nearest.text, sizeof nearest.text, "the nearest sessions are %s and %s", day_text(before).text,
             day_text(after).text);
  else if (before == DAY_NONE && after == DAY_NONE)
    snprintf(nearest.text, sizeof nearest.text, "no session can be screened yet");
  else
    snprintf(nearest.text, sizeof nearest.text, "the %s session is %s", before == DAY_NONE ? "first" : "newest",
             day_text(before == DAY_NONE ? after : before).text);
  return nearest;
}

/* ---- the date ---- */

static const char *reason_of(const AnalysisWork *work, Day date) {
  const JobStatus *status = job_status_find(job_statuses_of(&work->ingest.ledger.statuses, JOB_DAILY_UPDATE), date);
  return status != NULL ? status->reason : "";
}

static Status refuse_unproven(const AnalysisWork *work, Day date, JobState state, Error *err) {
  const char *reason = reason_of(work, date);
  return error_set(err, STATUS_INCOMPLETE, "%s is not proven: it is %s%s%s%s; %s; %s", day_text(date).text,
                   job_state_name(state), *reason ? " (" : "", reason, *reason ? ")" : "", NEXT_STEP,
                   nearest_to(work, date).text);
}

static Status refuse_beyond_gate(const AnalysisWork *work, Day date, Error *err) {
  Day open = work->gate.blocked_by;
  return error_set(
      err, STATUS_INCOMPLETE,
      "%s is completed, but not proven to follow the session before it: %s is %s; %s, and after three later "
      "sessions it is passed over; %s",
      day_text(date).text, day_text(open).text, job_state_name(day_state_find(work->states, work->state_count, open)),
      NEXT_STEP, nearest_to(work, date).text);
}

static Status refuse(const AnalysisWork *work, Day date, Error *err) {
  const JobState state = day_state_find(work->states, work->state_count, date);
  switch (state) {
  case JOB_COMPLETED:
    return refuse_beyond_gate(work, date, err);
  case JOB_RUNNING:
  case JOB_FAILED:
  case JOB_WAITING:
    return refuse_unproven(work, date, state, err);
  default:
    return error_set(err, STATUS_USAGE, "--date: %s is no session of the archive%s: %s", day_text(date).text,
                     state == JOB_CLOSED || day_is_weekend(date) ? ", the market was closed" : "",
                     nearest_to(work, date).text);
  }
}

/* The newest whose analysis is completed. While the first one is being done, or the only one is redone, none is: then
 * the newest that any stock is analysed up to. */
static Day newest_analysed(const AnalysisWork *work) {
  const JobStatusList *analyses = job_statuses_of(&work->ingest.ledger.statuses, JOB_HOURLY_ANALYSIS);
  for (size_t i = analyses->count; i > 0; i--)
    if (analyses->items[i - 1].state == JOB_COMPLETED && analysis_work_reads(work, analyses->items[i - 1].date))
      return analyses->items[i - 1].date;
  Day as_of = work->ingest.newest_analyzed;
  return as_of != DAY_NONE && analysis_work_reads(work, as_of) ? as_of : DAY_NONE;
}

static Status choose_newest(const AnalysisWork *work, Day *ret_date, Error *err) {
  Day newest = newest_analysed(work);
  if (newest == DAY_NONE)
    return error_set(err, STATUS_INCOMPLETE,
                     "no session is analysed yet: hourly_analysis does that; --date %s screens an archived one now",
                     day_text(work->gate.session).text);
  *ret_date = newest;
  return STATUS_OK;
}

Status screen_date_choose(const AnalysisWork *work, Day wanted, Day *ret_date, Error *err) {
  if (work->gate.session == DAY_NONE)
    return error_set(err, STATUS_INCOMPLETE, "no session can be screened yet: none is completed; daily_update first");
  if (wanted == DAY_NONE) return choose_newest(work, ret_date, err);
  if (wanted < work->ingest.ledger.first || !analysis_work_reads(work, wanted)) return refuse(work, wanted, err);
  *ret_date = wanted;
  return STATUS_OK;
}

/* ---- gaps ---- */

static Status name_gaps(const AnalysisWork *work, const Day *days, size_t count, Error *err) {
  TextBuffer names = {0};
  for (size_t i = 0; i < count && i < NAMED_MOST; i++)
    text_buffer_printf(&names, "%s%s (%s)", i > 0 ? ", " : "", day_text(days[i]).text,
                       job_state_name(day_state_find(work->states, work->state_count, days[i])));
  if (count > NAMED_MOST) text_buffer_printf(&names, " and %zu more", count - NAMED_MOST);
  Status status = error_set(err, STATUS_INCOMPLETE,
                            "no outcome: %zu of the sessions are not proven: %s; the next daily_update asks for them "
                            "again, and the outcome is there once they are completed",
                            count, names.failed ? "no memory for their names" : names.data);
  text_buffer_free(&names);
  return status;
}

Status screen_date_check_gaps(const AnalysisWork *work, Error *err) {
  Day *days = NULL;
  size_t count = 0;
  Status status =
      work_missing(work->states, work->state_count, work->ingest.ledger.first, work->gate.session, &days, &count);
  if (status != STATUS_OK) return error_set(err, status, "no memory for the days that are missing");
  if (count > 0) status = name_gaps(work, days, count, err);
  free(days);
  return status;
}
