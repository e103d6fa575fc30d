#include <closebell/analysis/analysis_stamp.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/analysis/hindsight_write.h>
#include <closebell/analysis/leaders.h>
#include <closebell/analysis/strategies_write.h>
#include <closebell/base/text.h>
#include <closebell/plan/trouble.h>
#include <closebell/run/run.h>
#include <closebell/store/ops_alerts.h>
#include <closebell/store/stock_analyzed.h>

#define FAILURES_ALERT "analysis-failures"

static const JobStatus *stored_status(const AnalysisWork *work) {
  return job_status_find(job_statuses_of(&work->ingest.ledger.statuses, JOB_HOURLY_ANALYSIS), work->gate.session);
}

bool analysis_is_stamped(const AnalysisWork *work) {
  const JobStatus *status = stored_status(work);
  return status && status->state == JOB_COMPLETED;
}

static void list_passed_over(const Gate *gate, Day before, JobStatus *status) {
  size_t length = 0;
  for (size_t i = 0; i < gate->passed_over_count && gate->passed_over[i] < before; i++)
    length += (size_t)snprintf(status->passed_over + length, sizeof status->passed_over - length, "%s%s", i ? "," : "",
                               day_text(gate->passed_over[i]).text);
}

/* All that does not depend on who works. before: as it is stored; null: there is none. */
static JobStatus session_status(const AnalysisWork *work, Day date, const JobStatus *before, JobState state,
                                const AnalysisTally *tally) {
  const Job *job = work->job;
  JobStatus status = {.date = date,
                      .state = state,
                      .fence = job->run.lease.fence,
                      .pid = job->process.host.pid,
                      .expected_rows = -1,
                      .stored_rows = -1,
                      .start_utc = before ? before->start_utc : job->run.record.start_utc,
                      .end_utc = state == JOB_RUNNING ? INSTANT_NONE : clock_now(job->clock),
                      .attempt = before ? before->attempt : 1,
                      .analyzed = (int64_t)tally->analyzed,
                      .remaining = (int64_t)tally->remaining,
                      .restatement = before ? before->restatement : 0,
                      .failed = tally->failed_tickers,
                      .failed_count = tally->failed};
  text_copy(status.job, sizeof status.job, JOB_HOURLY_ANALYSIS);
  text_copy(status.host, sizeof status.host, job->process.host.name);
  list_passed_over(&work->gate, date, &status);
  return status;
}

Status analysis_stamp_running(const AnalysisWork *work, Error *err) {
  const JobStatus *before = stored_status(work);
  AnalysisTally tally;
  Status status = analysis_tally(work, work->gate.session, &tally, err);
  if (status != STATUS_OK) return status;
  JobStatus item = session_status(work, work->gate.session, before, JOB_RUNNING, &tally);
  item.attempt += before != NULL;
  status = job_status_write(work->job->db, &item, 1, err);
  free(tally.failed_tickers);
  return status;
}

/* ---- older sessions ---- */

/* Whoever is told that a session is analysed finds its leaders and the lists of its strategies. */
static Status write_lists(const AnalysisWork *work, StrategiesRun *strategies, Day date, Error *err) {
  Status status = leaders_write(work, date, err);
  if (status == STATUS_OK) status = strategies_write(strategies, date, err);
  return status == STATUS_OK ? hindsight_write_radar(strategies, date, err) : status;
}

/* Writes the session's lists and adds its status to the list when it is done. */
static Status finish_older(const AnalysisWork *work, StrategiesRun *strategies, Day date, JobStatusList *list,
                           Error *err) {
  AnalysisTally tally = {0};
  Status status = analysis_tally(work, date, &tally, err);
  if (status != STATUS_OK) return status;
  bool done = tally.remaining == 0;
  if (done && analysis_work_reads(work, date)) status = write_lists(work, strategies, date, err);
  if (done && status == STATUS_OK) {
    const JobStatus *before =
        job_status_find(job_statuses_of(&work->ingest.ledger.statuses, JOB_HOURLY_ANALYSIS), date);
    list->items[list->count++] = session_status(work, date, before, JOB_COMPLETED, &tally);
  } else {
    free(tally.failed_tickers);
  }
  return status;
}

static bool is_open(const AnalysisWork *work, Day date) {
  const JobStatusList *analyses = job_statuses_of(&work->ingest.ledger.statuses, JOB_HOURLY_ANALYSIS);
  if (analyses->count == 0 || date < analyses->items[0].date || date >= work->gate.session) return false;
  const JobStatus *stored = job_status_find(analyses, date);
  return stored ? stored->state != JOB_COMPLETED : analysis_work_reads(work, date);
}

/* Those that were left waiting, and those that were passed on the way to a newer one; stamped all at once. */
static Status stamp_older(const AnalysisWork *work, StrategiesRun *strategies, Error *err) {
  JobStatusList list = {.items = malloc((work->state_count + 1) * sizeof *list.items)};
  if (!list.items) return error_set(err, STATUS_NO_MEMORY, "no memory for %zu statuses", work->state_count);
  Status status = STATUS_OK;
  for (size_t i = 0; i < work->state_count && status == STATUS_OK; i++)
    if (is_open(work, work->states[i].date)) status = finish_older(work, strategies, work->states[i].date, &list, err);
  if (status == STATUS_OK && list.count > 0) status = run_beat(work->job, err);
  if (status == STATUS_OK) status = job_status_write(work->job->db, list.items, list.count, err);
  job_status_list_free(&list);
  return status;
}

/* ---- the gate's session ---- */

/* Who is at work now, when it is not us any more. */
static void name_fellow(JobStatus *item, const Lease *fellow) {
  item->pid = fellow->pid;
  text_copy(item->host, sizeof item->host, fellow->host);
}

/* Whether the alert may be open: it is raised before its session is stamped, so that session, or the one before this
 * one, has failures on record, or a run died in it. */
static bool may_have_told(const AnalysisWork *work) {
  const JobStatusList *list = job_statuses_of(&work->ingest.ledger.statuses, JOB_HOURLY_ANALYSIS);
  for (size_t i = list->count, looked = 0; i > 0 && looked < 2; i--) {
    const JobStatus *status = &list->items[i - 1];
    if (status->date > work->gate.session) continue;
    looked++;
    if (status->failed_count > 0 || status->state == JOB_RUNNING) return true;
  }
  return false;
}

/* Stocks that wait for their turn count among all. */
static Status tell_failures(const AnalysisWork *work, const AnalysisTally *tally, Error *err) {
  const Job *job = work->job;
  char message[200];
  size_t all = tally->analyzed + tally->failed + tally->remaining;
  Instant now = clock_now(job->clock);
  if (!trouble_is_common(tally->failed, all))
    return may_have_told(work) ? ops_alerts_resolve(job->db, FAILURES_ALERT, JOB_HOURLY_ANALYSIS, now, err) : STATUS_OK;
  bool every = tally->failed == all;
  snprintf(message, sizeof message, "%s: the analysis of %zu of %zu stocks failed, of %s among them; it is tried again",
           day_text(work->gate.session).text, tally->failed, all, tally->failed_tickers[0]);
  log_with(job->log, every ? LOG_ERROR : LOG_WARN,
           LOG_FACTS(log_text("alert", FAILURES_ALERT), log_day("session", work->gate.session),
                     log_number("failed", (int64_t)tally->failed), log_number("stocks", (int64_t)all)),
           "%s", message);
  return ops_alerts_raise(
      job->db, &(NewAlert){every ? ALERT_CRITICAL : ALERT_WARN, FAILURES_ALERT, JOB_HOURLY_ANALYSIS, message}, now,
      err);
}

/* Of older sessions first, with their stamps; what restatements mean for lists that stand comes before the gate's. */
static Status write_all_lists(const AnalysisWork *work, bool done, Error *err) {
  StrategiesRun strategies = strategies_run(work);
  Status status = stamp_older(work, &strategies, err);
  if (status == STATUS_OK && done) status = strategies_look_again(&strategies, err);
  if (status == STATUS_OK && done) status = hindsight_look_again(&strategies, err);
  if (status == STATUS_OK && done) status = write_lists(work, &strategies, work->gate.session, err);
  strategies_run_free(&strategies);
  return status;
}

Status analysis_stamp_result(const AnalysisWork *work, const StampEnd *end, AnalysisTally *ret_tally, Error *err) {
  AnalysisTally tally;
  Status status = analysis_tally(work, work->gate.session, &tally, err);
  if (status != STATUS_OK) return status;
  bool done = tally.remaining == 0;
  Error later = {{0}};
  Status chosen = write_all_lists(work, done, &later);
  const JobStatus *before = stored_status(work);
  bool completed = done && chosen == STATUS_OK, others = !completed && end->fellow;
  JobState state = completed ? JOB_COMPLETED : others ? JOB_RUNNING : JOB_WAITING;
  JobStatus item = session_status(work, work->gate.session, before, state, &tally);
  item.attempt += before != NULL && !end->attempt_counted;
  if (completed) item.restatement = work->highest_restatement;
  if (others)
    name_fellow(&item, end->fellow);
  else if (!completed)
    text_copy(item.reason, sizeof item.reason, end->reason);
  if (chosen != STATUS_LOST) status = tell_failures(work, &tally, err);
  if (chosen != STATUS_LOST && status == STATUS_OK) status = job_status_write(work->job->db, &item, 1, err);
  free(tally.failed_tickers);
  tally.failed_tickers = NULL;
  *ret_tally = tally;
  if (status != STATUS_OK || chosen == STATUS_OK) return status;
  *err = later;
  return chosen;
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
    status = ops_alerts_raise(job->db, &(NewAlert){ALERT_CRITICAL, "session-passed-over", date.text, message},
                              clock_now(job->clock), err);
  }
  return status;
}
