#include "dart_unit.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <closebell/base/text.h>
#include <closebell/company/report_dates.h>

void unit_lacks(UnitResult *result, const char *ticker, const char *why) {
  JobMissing *missing = &result->missing;
  for (size_t i = 0; i < missing->count; i++)
    if (strcmp(missing->items[i], ticker) == 0) return;
  if (missing->count < JOB_MISSING_MAX) text_copy(missing->items[missing->count++], sizeof missing->items[0], ticker);
  if (result->missing_count++ == 0) snprintf(result->why, sizeof result->why, "%s: %.200s", ticker, why);
}

void unit_stays_open(UnitResult *result, bool is_broken, const char *format, ...) {
  va_list arguments;
  result->is_broken |= is_broken;
  if (result->is_open) return;
  result->is_open = true;
  va_start(arguments, format);
  vsnprintf(result->why, sizeof result->why, format, arguments);
  va_end(arguments);
}

bool unit_is_proven(const UnitResult *result) { return !result->is_open && result->missing_count == 0; }

bool unit_is_refusal(Status status) {
  return status == STATUS_UNAVAILABLE || status == STATUS_INCOMPLETE || status == STATUS_CONFIG;
}

static JobState state_of(const UnitResult *result) {
  if (unit_is_proven(result)) return JOB_COMPLETED;
  return result->is_broken ? JOB_FAILED : JOB_WAITING;
}

static DatasetVerdict verdict_of(const DatasetWork *work, Day date, const UnitResult *result, const char *lacking) {
  const JobStatus *before = job_status_find(dataset_statuses(work->ingest, work->dataset), date);
  int64_t stored = before && before->stored_rows > 0 ? before->stored_rows : 0;
  DatasetVerdict verdict = {.state = state_of(result),
                            .expected_rows = stored + (int64_t)result->expected,
                            .stored_rows = stored + (int64_t)result->stored};
  if (verdict.state == JOB_COMPLETED)
    snprintf(verdict.reason, sizeof verdict.reason, "%s%.150s", work->dataset->proof, result->note);
  else if (result->missing_count)
    snprintf(verdict.reason, sizeof verdict.reason, "%zu companies lack %s; %.200s", result->missing_count, lacking,
             result->why);
  else
    snprintf(verdict.reason, sizeof verdict.reason, "%.250s", result->why);
  return verdict;
}

Status unit_stamp(DatasetWork *work, Day date, const UnitResult *result, const char *lacking, Instant started,
                  Error *err) {
  const DatasetVerdict verdict = verdict_of(work, date, result, lacking);
  const DatasetStamp of = {.date = date, .verdict = &verdict, .missing = &result->missing};
  work->waiting += verdict.state == JOB_WAITING && verdict.stored_rows > 0; /* dataset_stamp leaves it out */
  return dataset_stamp(work, &of, started, err);
}

Status unit_stamp_covered(DatasetWork *work, const CoveredDays *covered, Error *err) {
  const JobStatusList *statuses = dataset_statuses(work->ingest, work->dataset);
  Status status = STATUS_OK;
  for (size_t i = statuses->count; i > 0 && status == STATUS_OK; i--) {
    const JobStatus *older = &statuses->items[i - 1];
    if (older->date >= covered->date || older->state == JOB_COMPLETED) continue;
    if (covered->but_months && older->date == month_begin(older->date)) continue;
    int64_t stored = older->stored_rows > 0 ? older->stored_rows : 0;
    DatasetVerdict verdict = {.state = JOB_COMPLETED, .expected_rows = stored, .stored_rows = stored};
    snprintf(verdict.reason, sizeof verdict.reason, "what was open %s %s", covered->how, day_text(covered->date).text);
    const DatasetStamp of = {.date = older->date, .verdict = &verdict};
    status = dataset_stamp(work, &of, clock_now(work->ingest->job->clock), err);
  }
  return status;
}
