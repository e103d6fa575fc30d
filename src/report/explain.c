#include <closebell/report/explain.h>

#include <stdio.h>

#include <closebell/ingest/guard.h>
#include <closebell/run/run.h>

#include "explain_date.h"
#include "explain_ticker.h"

bool explain_understands(const char *what) {
  Day date;
  return day_parse(what, &date) || ticker_is_valid(what);
}

static Status run(Job *job, const char *what, AnalysisWork *work, Error *err) {
  static const AnalyzeOptions everything = {0};
  Meta meta;
  Status status = guard_setup_finished(job, &meta, err);
  if (status == STATUS_OK) status = analysis_work_load(work, job, &everything, err);
  if (status != STATUS_OK) return status;
  Day date;
  return day_parse(what, &date) ? explain_date(work, date, err) : explain_ticker(work, what, err);
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
