#include <closebell/job/analyze.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/base/progress.h>
#include <closebell/base/text.h>
#include <closebell/indicator/indicator.h>
#include <closebell/job/analysis_verify.h>
#include <closebell/job/dry_run.h>
#include <closebell/job/guard.h>
#include <closebell/job/leaders.h>
#include <closebell/job/run.h>
#include <closebell/plan/budget.h>
#include <closebell/store/ops_alerts.h>

enum { FLUSH_TICKERS = 20 };

typedef enum { STOP_NOT, STOP_QUOTA, STOP_TIME } StopReason;

/* Tickers whose documents are written and whose stamps are not: what a crash would repeat. */
typedef struct {
  size_t targets[FLUSH_TICKERS];
  Analysis analyses[FLUSH_TICKERS];
  bool failed[FLUSH_TICKERS];
  size_t count;
} Hand;

typedef struct {
  Job *job;
  const AnalyzeOptions *options;
  AnalysisWork work;
  AnalysisFields fields;
  Budget budget;
  AnalysisHeal heal;
  Hand hand;
  Progress progress;
  size_t done, failed, documents;
  StopReason stop;
} Analyzer;

/* ---- one ticker after the other ---- */

static TargetStamps fresh_stamps(const AnalysisWork *work, const Target *target, const TargetStamps *before) {
  Day goal = analysis_work_goal(work, target);
  bool further = target->is_active && before->last_analyzed_date > goal;
  return (TargetStamps){.last_analyzed_date = further ? before->last_analyzed_date : goal,
                        .analysis_version = indicator_version(),
                        .restatement = work->highest_restatement,
                        .last_failure_utc = INSTANT_NONE};
}

/* The lease must be ours. */
static Status write_hand(Analyzer *analyzer, Error *err) {
  Hand *hand = &analyzer->hand;
  AnalysisWork *work = &analyzer->work;
  TargetTable *targets = &work->ingest.targets;
  const AnalyzedSeries *series[FLUSH_TICKERS];
  const Target *masters[FLUSH_TICKERS];
  const char *tickers[FLUSH_TICKERS];
  TargetStamps stamps[FLUSH_TICKERS];
  size_t shown = 0;
  for (size_t i = 0; i < hand->count; i++) {
    const Target *target = &targets->universe.items[hand->targets[i]];
    tickers[i] = target->ticker;
    stamps[i] = targets->stamps[hand->targets[i]];
    if (hand->failed[i]) continue;
    stamps[i] = fresh_stamps(work, target, &stamps[i]);
    series[shown] = &hand->analyses[i].series;
    masters[shown] = target;
    shown += target->is_active;
  }
  Status status = STATUS_OK;
  if (shown) status = latest_analysis_replace(analyzer->job->db, series, masters, shown, work->gate.session, err);
  if (status == STATUS_OK && hand->count) status = targets_stamp(analyzer->job->db, tickers, stamps, hand->count, err);
  for (size_t i = 0; i < hand->count; i++) {
    if (status == STATUS_OK) targets->stamps[hand->targets[i]] = stamps[i];
    analysis_free(&hand->analyses[i]);
  }
  hand->count = 0;
  return status;
}

static Status flush(Analyzer *analyzer, Error *err) {
  Status status = analyzer->hand.count ? run_beat(analyzer->job, err) : STATUS_OK;
  return status == STATUS_OK ? write_hand(analyzer, err) : status;
}

/* The ticker's own trouble is noted on it and holds nobody else. */
static void note_failure(Analyzer *analyzer, size_t target, const Error *trouble) {
  TargetStamps *stamps = &analyzer->work.ingest.targets.stamps[target];
  stamps->failure_count++;
  stamps->last_failure_utc = clock_now(analyzer->job->clock);
  snprintf(stamps->last_error, sizeof stamps->last_error, "%.200s", trouble->text);
  if (!text_is_utf8(stamps->last_error, strlen(stamps->last_error))) stamps->last_error[0] = 0;
  log_warn(analyzer->job->log, "%s could not be analysed, %" PRId64 " times in a row now: %s",
           analyzer->work.ingest.targets.universe.items[target].ticker, stamps->failure_count, trouble->text);
  analyzer->failed++;
}

/* What failed is the ticker's own affair when the data were at fault, or when the server answers others. */
static bool is_its_own(const Analyzer *analyzer, Status status) {
  const Db *db = analyzer->job->db;
  Error silence;
  switch (status) {
  case STATUS_BAD_DATA:
  case STATUS_INTERNAL:
  case STATUS_NOT_FOUND:
  case STATUS_DUPLICATE:
    return true;
  case STATUS_UNAVAILABLE:
    return db->ping(db->self, &silence) == STATUS_OK;
  default:
    return false;
  }
}

/* A ticker that is current, and is redone all the same, stops being current before its documents go: were the run
 * killed between the two, nobody would miss them. */
static Status unstamp_current(Analyzer *analyzer, size_t target, Error *err) {
  AnalysisWork *work = &analyzer->work;
  if (!analysis_work_is_current(work, target)) return STATUS_OK;
  TargetStamps *stamps = &work->ingest.targets.stamps[target];
  const char *ticker = work->ingest.targets.universe.items[target].ticker;
  stamps->analysis_version = 0;
  return targets_stamp(analyzer->job->db, &ticker, stamps, 1, err);
}

static Status compute_and_write(Analyzer *analyzer, const AnalysisPanel *panel, size_t target, Analysis *analysis,
                                Error *err) {
  AnalysisWork *work = &analyzer->work;
  size_t written = 0;
  bool damaged = false;
  Status status =
      analysis_compute(panel, &analyzer->fields, &work->ingest.targets.universe.items[target], analysis, err);
  if (status == STATUS_OK) status = analysis_heal_look(work, analysis, target, &analyzer->heal, &damaged, err);
  work->needs[target].whole |= damaged;
  if (status == STATUS_OK) status = unstamp_current(analyzer, target, err);
  if (status == STATUS_OK)
    status = analysis_write(analyzer->job->db, analysis, &work->ingest.targets.stamps[target], &work->needs[target],
                            &written, err);
  analyzer->documents += written;
  return status;
}

static Status analyze_ticker(Analyzer *analyzer, const AnalysisPanel *panel, size_t target, Error *err) {
  Hand *hand = &analyzer->hand;
  size_t slot = hand->count;
  Error trouble = {{0}};
  Status status = run_beat(analyzer->job, err);
  if (status != STATUS_OK) return status;
  hand->analyses[slot] = (Analysis){0};
  status = compute_and_write(analyzer, panel, target, &hand->analyses[slot], &trouble);
  if (status != STATUS_OK && !is_its_own(analyzer, status)) {
    analysis_free(&hand->analyses[slot]);
    *err = trouble;
    return error_prefix(err, status, "analysis of %s", analyzer->work.ingest.targets.universe.items[target].ticker);
  }
  hand->targets[slot] = target;
  hand->failed[slot] = status != STATUS_OK;
  if (status != STATUS_OK) note_failure(analyzer, target, &trouble);
  hand->count++;
  analyzer->done += status == STATUS_OK;
  return hand->count == FLUSH_TICKERS ? flush(analyzer, err) : STATUS_OK;
}

static bool may_go_on(Analyzer *analyzer, size_t begun) {
  if (analyzer->options->quota > 0 && begun >= (size_t)analyzer->options->quota)
    analyzer->stop = STOP_QUOTA;
  else if (!budget_allows(&analyzer->budget, clock_uptime_ms(analyzer->job->clock)))
    analyzer->stop = STOP_TIME;
  return analyzer->stop == STOP_NOT;
}

static Status analyze_batch(Analyzer *analyzer, const OrderItem *items, size_t count, size_t *begun, Error *err) {
  AnalysisPanel panel = {0};
  Status status = analysis_panel_load(&panel, &analyzer->work, items, count, err);
  for (size_t i = 0; i < count && status == STATUS_OK && may_go_on(analyzer, *begun); i++) {
    int64_t started = clock_uptime_ms(analyzer->job->clock);
    status = analyze_ticker(analyzer, &panel, items[i].target, err);
    budget_record(&analyzer->budget, clock_uptime_ms(analyzer->job->clock) - started);
    progress_update(&analyzer->progress, ++*begun);
  }
  analysis_panel_free(&panel);
  return status;
}

/* A lease that ran out while documents were being written: whoever works now may have been overwritten. */
static void announce_loss(Analyzer *analyzer) {
  const AnalysisWork *work = &analyzer->work;
  Error ignored;
  int64_t number;
  for (size_t i = 0; i < analyzer->hand.count; i++)
    restatements_insert(
        analyzer->job->db, work->ingest.first, work->ingest.targets.universe.items[analyzer->hand.targets[i]].ticker,
        "a lease was lost while its analysis was being written", clock_now(analyzer->job->clock), &number, &ignored);
}

static Status analyze_all(Analyzer *analyzer, Error *err) {
  const AnalysisWork *work = &analyzer->work;
  size_t batch = analysis_panel_tickers(work), wanted = work->item_count, begun = 0;
  if (analyzer->options->quota > 0 && (size_t)analyzer->options->quota < wanted)
    wanted = (size_t)analyzer->options->quota;
  analyzer->progress = progress_start(analyzer->job->log, "analysing", "tickers", wanted);
  Status status = STATUS_OK;
  for (size_t i = 0; i < wanted && status == STATUS_OK && may_go_on(analyzer, begun); i += batch)
    status = analyze_batch(analyzer, work->items + i, wanted - i < batch ? wanted - i : batch, &begun, err);
  if (status == STATUS_OK && wanted < work->item_count && analyzer->stop == STOP_NOT) analyzer->stop = STOP_QUOTA;
  progress_finish(&analyzer->progress);
  if (status == STATUS_LOST) announce_loss(analyzer);
  if (status == STATUS_INTERRUPTED) {
    /* What is written is whole; only its stamps are missing. */
    Error ignored;
    bool writable = clock_uptime_ms(analyzer->job->clock) < analyzer->job->run.safe_until_ms;
    if (writable) write_hand(analyzer, &ignored); /* a beat would say that we are asked to stop */
  }
  return status == STATUS_OK ? flush(analyzer, err) : status;
}

/* ---- the session's status ---- */

static JobStatus session_status(const Analyzer *analyzer, const AnalysisTally *tally, JobState state,
                                const char *reason) {
  const AnalysisWork *work = &analyzer->work;
  const Job *job = analyzer->job;
  const JobStatus *before = job_status_find(&work->ingest.statuses.analyses, work->gate.session);
  Instant now = clock_now(job->clock);
  JobStatus status = {.date = work->gate.session,
                      .state = state,
                      .fence = job->run.lease.fence,
                      .pid = job->host.pid,
                      .expected_rows = -1,
                      .stored_rows = -1,
                      .start_utc = before ? before->start_utc : job->run.record.start_utc,
                      .end_utc = state == JOB_RUNNING ? INSTANT_NONE : now,
                      .attempt = before ? before->attempt + 1 : 1,
                      .analyzed = (int64_t)tally->analyzed,
                      .remaining = (int64_t)tally->remaining,
                      .failed = tally->failed_tickers,
                      .failed_count = tally->failed};
  text_copy(status.job, sizeof status.job, JOB_HOURLY_ANALYSIS);
  text_copy(status.host, sizeof status.host, job->host.name);
  text_copy(status.reason, sizeof status.reason, reason);
  size_t length = 0;
  for (size_t i = 0; i < work->gate.passed_over_count; i++)
    length += (size_t)snprintf(status.passed_over + length, sizeof status.passed_over - length, "%s%s", i ? "," : "",
                               day_text(work->gate.passed_over[i]).text);
  return status;
}

static Status write_status(Analyzer *analyzer, JobState state, const char *reason, AnalysisTally *ret_tally,
                           Error *err) {
  AnalysisTally tally;
  Status status = analysis_tally(&analyzer->work, &tally, err);
  if (status != STATUS_OK) return status;
  bool done = state != JOB_RUNNING && tally.remaining == 0;
  Error later = {{0}};
  Status chosen = done ? leaders_write(&analyzer->work, analyzer->work.gate.session, &later) : STATUS_OK;
  if (done && chosen == STATUS_OK) {
    state = JOB_COMPLETED;
    reason = "";
  }
  JobStatus item = session_status(analyzer, &tally, state, reason);
  if (chosen != STATUS_LOST) status = job_status_write(analyzer->job->db, &item, 1, err);
  free(tally.failed_tickers);
  tally.failed_tickers = NULL;
  if (ret_tally) *ret_tally = tally;
  if (status != STATUS_OK || chosen == STATUS_OK) return status;
  *err = later;
  return chosen;
}

/* Older sessions that were left waiting are done once every target has passed them. */
static Status complete_older(Analyzer *analyzer, Error *err) {
  const AnalysisWork *work = &analyzer->work;
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
    older->fence = analyzer->job->run.lease.fence;
    older->end_utc = clock_now(analyzer->job->clock);
    older->analyzed += older->remaining > 0 ? older->remaining : 0;
    older->remaining = 0;
    older->reason[0] = 0;
    status = job_status_write(analyzer->job->db, older, 1, err);
    if (status != STATUS_OK) return status;
  }
  return STATUS_OK;
}

static Status drop_inactive(Analyzer *analyzer, Error *err) {
  char(*tickers)[TICKER_SIZE] = NULL;
  size_t count = 0;
  Status status = latest_analysis_tickers(analyzer->job->db, &tickers, &count, err);
  for (size_t i = 0; i < count && status == STATUS_OK; i++) {
    const Target *target = universe_find(&analyzer->work.ingest.targets.universe, tickers[i]);
    if (!target || !target->is_active) status = latest_analysis_delete(analyzer->job->db, tickers[i], err);
  }
  free(tickers);
  return status;
}

static Status report_passed_over(const Analyzer *analyzer, Error *err) {
  const Gate *gate = &analyzer->work.gate;
  Status status = STATUS_OK;
  for (size_t i = 0; i < gate->passed_over_count && status == STATUS_OK; i++) {
    char message[160];
    DayText date = day_text(gate->passed_over[i]);
    snprintf(message, sizeof message,
             "%s is still not in the database; the analysis goes on without it and will be redone when it is",
             date.text);
    log_error(analyzer->job->log, "%s", message);
    status = ops_alerts_raise(analyzer->job->db, ALERT_CRITICAL, "session-passed-over", date.text, message,
                              clock_now(analyzer->job->clock), err);
  }
  return status;
}

/* ---- the whole ---- */

static bool is_stamped(const Analyzer *analyzer) {
  const AnalysisWork *work = &analyzer->work;
  const JobStatus *status = job_status_find(&work->ingest.statuses.analyses, work->gate.session);
  return status && status->state == JOB_COMPLETED;
}

static Status load(Analyzer *analyzer, Error *err) {
  analysis_work_free(&analyzer->work);
  return analysis_work_load(&analyzer->work, analyzer->job, analyzer->options, err);
}

static void summarize(const Analyzer *analyzer, const AnalysisTally *tally, Outcome *outcome) {
  static const char *const WHY[] = {"", ", quota used up", ", time used up"};
  bool failed = analyzer->failed > 0;
  outcome->exit_code = failed ? EXIT_TRY_AGAIN : EXIT_DONE;
  char documents[TEXT_GROUPED_SIZE];
  text_group_int64((int64_t)analyzer->documents, documents);
  snprintf(outcome->message, sizeof outcome->message,
           "%s: %zu tickers analysed by this run (%s documents)%s; %zu of %zu are up to date, %zu remain, %zu failed",
           day_text(analyzer->work.gate.session).text, analyzer->done, documents, WHY[analyzer->stop], tally->analyzed,
           tally->analyzed + tally->remaining + tally->failed, tally->remaining, tally->failed);
}

static Status work(Analyzer *analyzer, Outcome *outcome, Error *err) {
  AnalysisTally tally = {0};
  analyzer->budget = budget_start(clock_uptime_ms(analyzer->job->clock), analyzer->options->budget_ms);
  Status status = analysis_fields_make(&analyzer->fields, err);
  if (status == STATUS_OK) status = write_status(analyzer, JOB_RUNNING, "", NULL, err);
  if (status == STATUS_OK) status = report_passed_over(analyzer, err);
  if (status == STATUS_OK) status = analyze_all(analyzer, err);
  if (status == STATUS_LOST) return status;
  static const char *const REASONS[] = {"next run", "quota", "time"};
  Error later = {{0}};
  Status stamped = write_status(analyzer, JOB_WAITING, REASONS[analyzer->stop], &tally, &later);
  if (stamped == STATUS_OK && status == STATUS_OK) stamped = complete_older(analyzer, &later);
  if (stamped == STATUS_OK && status == STATUS_OK) stamped = drop_inactive(analyzer, &later);
  if (stamped == STATUS_OK && status == STATUS_OK)
    stamped = analysis_heal_conclude(analyzer->job, &analyzer->heal, &later);
  if (status == STATUS_OK && stamped != STATUS_OK) *err = later;
  if (status == STATUS_OK) summarize(analyzer, &tally, outcome);
  return status != STATUS_OK ? status : stamped;
}

static Status check_ticker(const Analyzer *analyzer, Error *err) {
  const char *ticker = analyzer->options->ticker;
  if (!ticker) return STATUS_OK;
  if (universe_find(&analyzer->work.ingest.targets.universe, ticker)) return STATUS_OK;
  return error_set(err, STATUS_USAGE, "%s is not in target_tickers: nothing to analyse", ticker);
}

static void explain(const Analyzer *analyzer, Outcome *outcome) {
  const AnalysisWork *work = &analyzer->work;
  outcome->exit_code = EXIT_DONE;
  if (work->gate.session == DAY_NONE) {
    snprintf(outcome->message, sizeof outcome->message,
             "the gate is shut: %s, the first session kept, is not completed yet", day_text(work->ingest.first).text);
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

static Status run(Analyzer *analyzer, Outcome *outcome, Error *err) {
  Job *job = analyzer->job;
  Meta meta;
  Status status = guard_clock(job, err);
  if (status == STATUS_OK) status = guard_setup_finished(job, &meta, err);
  if (status == STATUS_OK) status = load(analyzer, err);
  if (status == STATUS_OK) status = guard_business_time(job, &analyzer->work.ingest, err);
  if (status == STATUS_OK) status = check_ticker(analyzer, err);
  if (status != STATUS_OK) return status;
  bool idle = analyzer->work.gate.session == DAY_NONE ||
              (analyzer->work.item_count == 0 && (is_stamped(analyzer) || analyzer->options->ticker));
  if (idle || job->dry_run) {
    explain(analyzer, outcome);
    job_hand_over_statuses(job, &analyzer->work.ingest.statuses);
    return STATUS_OK;
  }
  Lease holder;
  status = run_acquire(job, &holder, err);
  if (status != STATUS_OK) return status;
  if (!job->run.held) {
    guard_held_elsewhere(&holder, outcome);
    return STATUS_OK;
  }
  status = load(analyzer, err); /* what is to be done may have changed before the lease was ours */
  return status == STATUS_OK ? work(analyzer, outcome, err) : status;
}

void analyze_run(Job *job, const AnalyzeOptions *options, Outcome *ret_outcome) {
  Analyzer analyzer = {.job = job, .options = options};
  Error err = {{0}};
  Status status = run(&analyzer, ret_outcome, &err);
  job->run.record.analyzed = (int64_t)analyzer.done;
  for (size_t i = 0; i < analyzer.hand.count; i++) analysis_free(&analyzer.hand.analyses[i]);
  analysis_fields_free(&analyzer.fields);
  analysis_work_free(&analyzer.work);
  run_conclude(job, status, &err, ret_outcome);
}
