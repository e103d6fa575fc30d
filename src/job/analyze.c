#include <closebell/job/analyze.h>

#include <stdio.h>

#include <closebell/analysis/target_find.h>
#include <closebell/base/text.h>
#include <closebell/ingest/guard.h>
#include <closebell/job/after_analysis.h>
#include <closebell/market/ticker.h>
#include <closebell/report/dry_run.h>
#include <closebell/run/run.h>
#include <closebell/store/targets.h>

#include "analyze_evening.h"
#include "analyze_share.h"

static Status work_alone(Analyzer *analyzer, Outcome *outcome, Error *err) {
  AnalysisTally tally = {0};
  const AnalysisWork *work = &analyzer->work;
  Status status = analysis_stamp_running(work, err);
  if (status == STATUS_OK) status = analysis_report_passed_over(work, err);
  if (status == STATUS_OK) status = analyzer_work(analyzer, err);
  if (status == STATUS_LOST) return status;
  const StampEnd end = {.reason = analyzer_reason(analyzer)};
  Error later = {{0}};
  Status stamped = analysis_stamp_result(work, &end, &tally, &later);
  if (stamped == STATUS_OK && status == STATUS_OK) stamped = analysis_drop_inactive(work, &later);
  if (stamped == STATUS_OK && status == STATUS_OK)
    stamped = analysis_heal_conclude(analyzer->job, &analyzer->heal, &later);
  if (status == STATUS_OK && stamped != STATUS_OK) *err = later;
  if (status == STATUS_OK) analyzer_summarize(analyzer, &tally, outcome);
  return status != STATUS_OK ? status : stamped;
}

/* A name becomes its code, before the work is listed. Codes are looked up in what the work reads anyway. */
static Status take_name(Analyzer *analyzer, Error *err) {
  const char *wanted = analyzer->options.ticker;
  const Target *target = NULL;
  TargetTable targets = {0};
  if (!wanted || ticker_is_valid(wanted)) return STATUS_OK;
  Status status = targets_load(analyzer->job->db, &targets, err);
  if (status == STATUS_OK) status = target_find(&targets.universe, wanted, &target, err);
  if (status == STATUS_OK) {
    text_copy(analyzer->ticker, sizeof analyzer->ticker, target->ticker);
    analyzer->options.ticker = analyzer->ticker;
    log_info(analyzer->job->log, "%s is %s", wanted, target->ticker);
  }
  target_table_free(&targets);
  return status;
}

static Status check_ticker(const Analyzer *analyzer, Error *err) {
  const Target *target;
  const char *ticker = analyzer->options.ticker;
  return ticker ? target_find(&analyzer->work.ingest.targets.universe, ticker, &target, err) : STATUS_OK;
}

static void explain(const Analyzer *analyzer, Outcome *outcome) {
  const AnalysisWork *work = &analyzer->work;
  outcome->exit_code = EXIT_DONE;
  if (work->gate.session == DAY_NONE) {
    snprintf(outcome->message, sizeof outcome->message,
             "the gate is shut: %s, the first session kept, is not completed yet",
             day_text(work->ingest.ledger.first).text);
    return;
  }
  if (work->item_count == 0)
    snprintf(outcome->message, sizeof outcome->message, "nothing to do: every target is analysed up to %s%s%s",
             day_text(work->gate.session).text,
             work->gate.blocked_by != DAY_NONE ? ", and newer sessions wait for " : "",
             work->gate.blocked_by != DAY_NONE ? day_text(work->gate.blocked_by).text : "");
  else
    dry_run_analysis(work, outcome);
}

/* What is to be done may have changed before the lease was ours, and the gate been shut by a longer set-up. */
static Status acquire_and_work(Analyzer *analyzer, Outcome *outcome, Error *err) {
  Status status = guard_acquire(analyzer->job, outcome, err);
  if (status != STATUS_OK || !analyzer->job->run.held) return status;
  status = analyzer_load(analyzer, err);
  if (status != STATUS_OK) return status;
  if (analyzer->work.gate.session != DAY_NONE) return work_alone(analyzer, outcome, err);
  explain(analyzer, outcome);
  return STATUS_OK;
}

static Status run(Analyzer *analyzer, Outcome *outcome, Error *err) {
  Job *job = analyzer->job;
  Meta meta;
  Status status = guard_clock(job, err);
  if (status == STATUS_OK) status = guard_setup_finished(job, &meta, err);
  if (status == STATUS_OK) status = take_name(analyzer, err);
  if (status == STATUS_OK) status = analyzer_load(analyzer, err);
  if (status == STATUS_OK) status = guard_business_time(job, &analyzer->work.ingest, err);
  if (status == STATUS_OK) status = check_ticker(analyzer, err);
  if (status != STATUS_OK) return status;
  bool idle = analyzer->work.gate.session == DAY_NONE ||
              (analyzer->work.item_count == 0 && (analysis_is_stamped(&analyzer->work) || analyzer->options.ticker));
  if (idle || !job_writes(job)) {
    explain(analyzer, outcome);
    job_hand_over_statuses(job, &analyzer->work.ingest.ledger.statuses);
    return STATUS_OK;
  }
  status = analysis_fields_make(&analyzer->fields, err);
  if (status != STATUS_OK) return status;
  return job->lease.workers > 1 ? analyze_share(analyzer, outcome, err) : acquire_and_work(analyzer, outcome, err);
}

/* Without the lease: a model takes its time. */
static void ask_afterwards(Analyzer *analyzer) {
  Job *job = analyzer->job;
  if (*job->config->ai.after_analysis == '\0') return;
  run_release(job);
  after_analysis_run(&analyzer->work, &analyzer->budget, analyzer->options.state_folder);
}

void analyze_run(Job *job, const AnalyzeOptions *options, Outcome *ret_outcome) {
  Analyzer analyzer = {.job = job, .options = *options};
  Error err = {{0}};
  analyzer.budget = budget_start(clock_uptime_ms(job->clock), options->budget_ms);
  job->lease.slots_of = JOB_HOURLY_ANALYSIS;
  job->lease.workers = options->workers > 1 ? (int)options->workers : 1;
  Status status = run(&analyzer, ret_outcome, &err);
  if (status == STATUS_OK) status = analyze_evening(&analyzer, ret_outcome, &err);
  if (status == STATUS_OK) ask_afterwards(&analyzer);
  job->run.record.analyzed = (int64_t)analyzer.done;
  job->run.documents = (int64_t)analyzer.documents;
  for (size_t i = 0; i < analyzer.hand.count; i++) analysis_free(&analyzer.hand.analyses[i]);
  analysis_fields_free(&analyzer.fields);
  analysis_work_free(&analyzer.work);
  run_conclude(job, status, &err, ret_outcome);
}
