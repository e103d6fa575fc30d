#include "explain_evening.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/store/evening.h>

#include "explain_print.h"

static const JobStatusList *evenings(const AnalysisWork *work) {
  return job_statuses_of(&work->ingest.ledger.statuses, "evening");
}

/* Its final session is not there yet. */
static bool stands(const AnalysisWork *work, const JobStatus *evening) {
  return evening->state == JOB_COMPLETED && !evening->has_differences && evening->date > work->gate.session;
}

static void tell_progress(const Job *job, size_t analysed, bool has_lists) {
  if (analysed == 0)
    explain_line(job, "provisional", "not analysed yet: hourly_analysis does it once all that is final is analysed");
  else if (has_lists)
    explain_line(job, "provisional", "%zu tickers analysed, and their lists; all goes with the final session",
                 analysed);
  else
    explain_line(job, "provisional", "%zu tickers analysed so far; the next hourly_analysis goes on", analysed);
}

static Status tell_standing(const AnalysisWork *work, Day date, Error *err) {
  char(*tickers)[TICKER_SIZE] = NULL;
  size_t count = 0;
  bool has_lists = false;
  Status status = evening_analysis_tickers(work->job->db, date, &tickers, &count, err);
  if (status == STATUS_OK) status = evening_leaders_are_there(work->job->db, date, &has_lists, err);
  if (status == STATUS_OK) tell_progress(work->job, count, has_lists);
  free(tickers);
  return status;
}

Status explain_evening(const AnalysisWork *work, Day date, Error *err) {
  const JobStatus *evening = job_status_find(evenings(work), date);
  if (!evening || evening->state != JOB_COMPLETED) return STATUS_OK;
  if (stands(work, evening)) return tell_standing(work, date, err);
  if (evening->has_differences)
    explain_line(work->job, "provisional", "gone; %" PRId64 " stocks differed from the final session",
                 evening->evening_differences);
  else
    explain_line(work->job, "provisional",
                 "the next hourly_analysis compares it with the final session, and removes it");
  return STATUS_OK;
}

Status explain_evening_of(const AnalysisWork *work, const char *ticker, Error *err) {
  const JobStatusList *list = evenings(work);
  const JobStatus *newest = list->count ? &list->items[list->count - 1] : NULL;
  if (!newest || !stands(work, newest)) return STATUS_OK;
  char(*tickers)[TICKER_SIZE] = NULL;
  size_t count = 0, i = 0;
  Status status = evening_analysis_tickers(work->job->db, newest->date, &tickers, &count, err);
  if (status != STATUS_OK) return status;
  while (i < count && strcmp(tickers[i], ticker) != 0) i++;
  explain_line(work->job, "provisional", "the evening of %s: %s", day_text(newest->date).text,
               i < count ? "analysed" : "not analysed yet");
  free(tickers);
  return STATUS_OK;
}
