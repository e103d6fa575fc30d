#include <closebell/report/explain.h>

#include <stdio.h>

#include <closebell/dataset/feeds.h>
#include <closebell/ingest/guard.h>
#include <closebell/run/run.h>

#include "explain_dataset.h"
#include "explain_date.h"
#include "explain_requests.h"
#include "explain_ticker.h"

static bool is_date_or_ticker(const char *what) {
  Day date;
  return day_parse(what, &date) || ticker_is_valid(what);
}

/* Only the folder of feeds tells which names there are. */
bool explain_understands(const char *what) { return is_date_or_ticker(what) || feed_name_is_valid(what); }

Status explain_check(const Job *job, const char *what, Error *err) {
  const JobRow *row = job_table_find(job->tables.jobs, what);
  if (is_date_or_ticker(what) || (row && row->kind == JOB_DATASET)) return STATUS_OK;
  const BadFeed *bad = job->tables.feeds ? feeds_find_bad(job->tables.feeds, what) : NULL;
  if (bad) return complaints_status(&bad->complaints, err);
  return error_set(err, STATUS_USAGE,
                   "--explain: \"%.60s\" is neither a date like 2025-04-10, nor a ticker like 005930, nor a dataset",
                   what);
}

static Status run(Job *job, const char *what, AnalysisWork *work, Error *err) {
  static const AnalyzeOptions everything = {0};
  Meta meta;
  RequestMarks marks = {0};
  if (!is_date_or_ticker(what)) return explain_dataset(job, what, err);
  Status status = guard_setup_finished_marked(job, &meta, &marks, err);
  if (status == STATUS_OK) status = analysis_work_load(work, job, &everything, err);
  Day date;
  bool is_date = day_parse(what, &date);
  if (status == STATUS_OK) status = is_date ? explain_date(work, date, err) : explain_ticker(work, what, err);
  if (status == STATUS_OK && is_date) status = explain_requests(job, &marks, date, NULL, err);
  request_marks_free(&marks);
  return status;
}

void explain_run(Job *job, const char *what, Outcome *ret_outcome) {
  AnalysisWork work = {0};
  Error err = {{0}};
  Status status = run(job, what, &work, &err);
  ret_outcome->exit_code = EXIT_DONE;
  snprintf(ret_outcome->message, sizeof ret_outcome->message, "explained %s; nothing written", what);
  analysis_work_free(&work);
  run_conclude(job, status, &err, ret_outcome);
}
