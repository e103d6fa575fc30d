#include <closebell/job/analysis_stamp.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/base/text.h>
#include <closebell/job/leaders.h>
#include <closebell/job/run.h>
#include <closebell/store/ops_alerts.h>
#include <closebell/store/stock_analyzed.h>

static const JobStatus *stored_status(const AnalysisWork *work) {
  return job_status_find(&work->ingest.statuses.analyses, work->gate.session);
}

bool analysis_is_stamped(const AnalysisWork *work) {
  const JobStatus *status = stored_status(work);
  return status && status->state == JOB_COMPLETED;
}

/* The passed-over sessions and all that does not depend on who works. */
static JobStatus session_status(const AnalysisWork *work, const AnalysisTally *tally, JobState state, int64_t attempt) {
  const Job *job = work->job;
  const JobStatus *before = stored_status(work);
  Instant now = clock_now(job->clock);
  JobStatus status = {.date = work->gate.session,
                      .state = state,
                      .fence = job->run.lease.fence,
                      .pid = job->host.pid,
                      .expected_rows = -1,
                      .stored_rows = -1,
                      .start_utc = before ? before->start_utc : job->run.record.start_utc,
                      .end_utc = state == JOB_RUNNING ? INSTANT_NONE : now,
                      .attempt = attempt,
                      .analyzed = (int64_t)tally->analyzed,
                      .remaining = (int64_t)tally->remaining,
                      .failed = tally->failed_tickers,
                      .failed_count = tally->failed};
  text_copy(status.job, sizeof status.job, JOB_HOURLY_ANALYSIS);
  text_copy(status.host, sizeof status.host, job->host.name);
  size_t length = 0;
  for (size_t i = 0; i < work->gate.passed_over_count; i++)
    length += (size_t)snprintf(status.passed_over + length, sizeof status.passed_over - length, "%s%s", i ? "," : "",
                               day_text(work->gate.passed_over[i]).text);
  return status;
}

Status analysis_stamp_running(const AnalysisWork *work, Error *err) {
  const JobStatus *before = stored_status(work);
  AnalysisTally tally;
  Status status = analysis_tally(work, &tally, err);
  if (status != STATUS_OK) return status;
  JobStatus item = session_status(work, &tally, JOB_RUNNING, before ? before->attempt + 1 : 1);
  status = job_status_write(work->job->db, &item, 1, err);
  free(tally.failed_tickers);
  return status;
}

/* Who is at work now, when it is not us any more. */
static void name_fellow(JobStatus *item, const Lease *fellow) {
  item->pid = fellow->pid;
  text_copy(item->host, sizeof item->host, fellow->host);
}

Status analysis_stamp_result(const AnalysisWork *work, const StampEnd *end, AnalysisTally *ret_tally, Error *err) {
  AnalysisTally tally;
  Status status = analysis_tally(work, &tally, err);
  if (status != STATUS_OK) return status;
  bool done = tally.remaining == 0;
  Error later = {{0}};
  Status chosen = done ? leaders_write(work, work->gate.session, &later) : STATUS_OK;
  const JobStatus *before = stored_status(work);
  int64_t attempt = (before ? before->attempt : 0) + (before && end->attempt_counted ? 0 : 1);
  bool completed = done && chosen == STATUS_OK, others = !completed && end->fellow;
  JobStatus item = session_status(work, &tally,
                                  completed ? JOB_COMPLETED
                                  : others  ? JOB_RUNNING
                                            : JOB_WAITING,
                                  attempt);
  if (others)
    name_fellow(&item, end->fellow);
  else if (!completed)
    text_copy(item.reason, sizeof item.reason, end->reason);
  if (chosen != STATUS_LOST) status = job_status_write(work->job->db, &item, 1, err);
  free(tally.failed_tickers);
  tally.failed_tickers = NULL;
  *ret_tally = tally;
  if (status != STATUS_OK || chosen == STATUS_OK) return status;
  *err = later;
  return chosen;
}

/* Older sessions that were left waiting are done once every target has passed them. */
Status analysis_stamp_older(const AnalysisWork *work, Error *err) {
  const Job *job = work->job;
  const TargetTable *targets = &work->ingest.targets;
  const JobStatusList *analyses = &work->ingest.statuses.analyses;
  Day slowest = work->gate.session;
  for (size_t i = 0; i < targets->universe.count; i++) {
    const Target *target = &targets->universe.items[i];
    if (!target->is_active || target->backfill_needed) continue;
    if (targets->stamps[i].last_analyzed_date < slowest)
      slowest = targets->stamps[i].last_analyzed_date; /* DAY_NONE is the smallest */
  }
  for (size_t i = 0; i < analyses->count; i++) {
    JobStatus *older = &analyses->items[i];
    if (older->date >= work->gate.session || older->date > slowest || older->state == JOB_COMPLETED) continue;
    Status status = analysis_work_reads(work, older->date) ? leaders_write(work, older->date, err) : STATUS_OK;
    if (status != STATUS_OK) return status;
    older->state = JOB_COMPLETED;
    older->fence = job->run.lease.fence;
    older->end_utc = clock_now(job->clock);
    older->analyzed += older->remaining > 0 ? older->remaining : 0;
    older->remaining = 0;
    older->reason[0] = 0;
    status = job_status_write(job->db, older, 1, err);
    if (status != STATUS_OK) return status;
  }
  return STATUS_OK;
}

Status analysis_drop_inactive(const AnalysisWork *work, Error *err) {
  const Db *db = work->job->db;
  char(*tickers)[TICKER_SIZE] = NULL;
  size_t count = 0, strangers = 0;
  Status status = latest_analysis_tickers(db, &tickers, &count, &strangers, err);
  if (status == STATUS_OK && strangers)
    log_warn(work->job->log,
             "latest_analysis: %zu documents whose _id is no ticker; left alone, manual_setup --verify "
             "says how to remove them",
             strangers);
  for (size_t i = 0; i < count && status == STATUS_OK; i++) {
    const Target *target = universe_find(&work->ingest.targets.universe, tickers[i]);
    bool shown = target && target->is_active && !work->needs[target - work->ingest.targets.universe.items].empty;
    if (!shown) status = run_beat(work->job, err);
    if (!shown && status == STATUS_OK) status = latest_analysis_delete(db, tickers[i], err);
  }
  free(tickers);
  return status;
}

Status analysis_report_passed_over(const AnalysisWork *work, Error *err) {
  const Job *job = work->job;
  const Gate *gate = &work->gate;
  Status status = STATUS_OK;
  for (size_t i = 0; i < gate->passed_over_count && status == STATUS_OK; i++) {
    char message[160];
    DayText date = day_text(gate->passed_over[i]);
    snprintf(message, sizeof message,
             "%s is still not in the database; the analysis goes on without it and will be redone when it is",
             date.text);
    log_with(job->log, LOG_ERROR,
             LOG_FACTS(log_text("alert", "session-passed-over"), log_day("session", gate->passed_over[i])), "%s",
             message);
    status = ops_alerts_raise(job->db, ALERT_CRITICAL, "session-passed-over", date.text, message, clock_now(job->clock),
                              err);
  }
  return status;
}
