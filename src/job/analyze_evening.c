#include "analyze_evening.h"

#include <stdio.h>
#include <string.h>

#include <closebell/analysis/evening_work.h>
#include <closebell/ingest/guard.h>
#include <closebell/plan/trouble.h>
#include <closebell/run/run.h>
#include <closebell/store/evening.h>

typedef struct {
  Analyzer *analyzer;
  EveningWork work;
  AnalysisSources sources;
  Analysis hand[FLUSH_TICKERS]; /* computed, and not written */
  const Target *targets[FLUSH_TICKERS];
  size_t count, done, failed;
} Evening;

static Status flush(Evening *evening, Error *err) {
  const AnalyzedSeries *series[FLUSH_TICKERS];
  Job *job = evening->analyzer->job;
  for (size_t i = 0; i < evening->count; i++) series[i] = &evening->hand[i].series;
  Status status = evening->count ? run_beat(job, err) : STATUS_OK;
  if (status == STATUS_OK && evening->count)
    status = evening_analysis_replace(job->db, series, evening->targets, evening->count, evening->work.date, err);
  for (size_t i = 0; i < evening->count; i++) analysis_free(&evening->hand[i]);
  if (status == STATUS_OK) evening->done += evening->count;
  evening->count = 0;
  return status;
}

/* A stock's own trouble holds no other: the next run tries it again. */
static Status analyze(Evening *evening, const AnalysisPanel *panel, size_t index, Error *err) {
  Error trouble = {{0}};
  Analysis *analysis = &evening->hand[evening->count];
  const Target *target = &evening->work.work.ingest.targets.universe.items[index];
  Status status = analyzer_compute(evening->analyzer, panel, &evening->work.work, index, analysis, &trouble);
  if (status != STATUS_OK) analysis_free(analysis);
  if (status != STATUS_OK && !trouble_is_own(status)) {
    *err = trouble;
    return status;
  }
  if (status != STATUS_OK) {
    evening->failed++;
    log_warn(evening->analyzer->job->log, "the evening's analysis of %s: %s", target->ticker, trouble.text);
    return STATUS_OK;
  }
  analysis_keep_newest(analysis);
  evening->targets[evening->count++] = target;
  return evening->count == FLUSH_TICKERS ? flush(evening, err) : run_beat(evening->analyzer->job, err);
}

static Status analyze_batch(Evening *evening, const OrderItem *items, size_t count, Error *err) {
  const AnalysisWork *work = &evening->work.work;
  Analyzer *analyzer = evening->analyzer;
  AnalysisPanel panel = {0};
  const AnalysisBatch batch = {items, count, evening->work.date};
  Status status = analysis_panel_load(&panel, work, &evening->sources, &batch, err);
  for (size_t i = 0; i < count && status == STATUS_OK && analyzer_may_go_on(analyzer); i++) {
    int64_t started = clock_uptime_ms(analyzer->job->clock);
    status = analyze(evening, &panel, items[i].target, err);
    budget_record(&analyzer->budget, clock_uptime_ms(analyzer->job->clock) - started);
    analyzer->begun++;
  }
  if (status == STATUS_OK) status = flush(evening, err);
  for (size_t i = 0; i < evening->count; i++) analysis_free(&evening->hand[i]);
  evening->count = 0;
  analysis_panel_free(&panel);
  return status;
}

/* What was analysed of a reading that another has taken the place of meanwhile is no use. */
static Status finish(Evening *evening, Error *err) {
  bool stands = false;
  Status status = evening_work_stands(&evening->work, &stands, err);
  if (status == STATUS_OK && !stands) return evening_clear(evening->analyzer->job->db, err);
  bool whole = evening->done + evening->failed == evening->work.work.item_count;
  return status == STATUS_OK && whole ? evening_work_write_lists(&evening->work, err) : status;
}

static Status work_all(Evening *evening, Error *err) {
  const AnalysisWork *work = &evening->work.work;
  Analyzer *analyzer = evening->analyzer;
  size_t wanted = work->item_count, quota = (size_t)analyzer->options.quota;
  if (quota > 0 && quota - analyzer->begun < wanted) wanted = quota - analyzer->begun;
  Status status = evening->work.is_first ? evening_clear(analyzer->job->db, err) : STATUS_OK;
  if (status == STATUS_OK && wanted > 0) status = analysis_sources_load(work, &evening->sources, err);
  size_t batch = analysis_panel_tickers(work, &evening->sources);
  for (size_t i = 0; i < wanted && status == STATUS_OK && analyzer_may_go_on(analyzer); i += batch)
    status = analyze_batch(evening, work->items + i, wanted - i < batch ? wanted - i : batch, err);
  analysis_sources_free(&evening->sources);
  return status == STATUS_OK ? finish(evening, err) : status;
}

static void tell(const Evening *evening, Outcome *outcome) {
  size_t length = strlen(outcome->message), left = evening->work.work.item_count - evening->done;
  snprintf(outcome->message + length, sizeof outcome->message - length,
           "%sevening of %s: %zu tickers analysed by this run, %zu of %zu are there, provisional", length ? "; " : "",
           day_text(evening->work.date).text, evening->done, evening->work.targets - left, evening->work.targets);
}

static Status work_evening(Analyzer *analyzer, Outcome *outcome, Error *err) {
  Evening evening = {.analyzer = analyzer};
  Status status = evening_work_load(&evening.work, analyzer->job, &analyzer->options, err);
  if (status == STATUS_OK && evening.work.date != DAY_NONE && analyzer->fields.count == 0)
    status = analysis_fields_make(&analyzer->fields, err);
  if (status == STATUS_OK && evening.work.date != DAY_NONE) status = work_all(&evening, err);
  if (status == STATUS_OK && evening.work.date != DAY_NONE) tell(&evening, outcome);
  analyzer->done += evening.done;
  evening_work_free(&evening.work);
  return status;
}

static void explain(const Analyzer *analyzer, const EveningWork *work) {
  if (work->date == DAY_NONE) return;
  output_line(&analyzer->job->out, OUTPUT_HANGING,
              "%s  the evening's session, provisional: %zu of %zu tickers would be analysed", day_text(work->date).text,
              work->work.item_count, work->targets);
}

/* Somebody else at work: the next run comes to it. */
static Status take_lease(Job *job, Error *err) {
  Outcome elsewhere;
  if (job->run.held) return STATUS_OK;
  job->lease.workers = 1;
  return guard_acquire(job, &elsewhere, err);
}

/* Whether there is anything to do, before the lease is taken; the work in hand may be of before this run's own. */
static Status is_owed(Analyzer *analyzer, bool *ret_owed, Error *err) {
  EveningWork work;
  Status status = evening_work_load(&work, analyzer->job, &analyzer->options, err);
  *ret_owed = status == STATUS_OK && (work.date != DAY_NONE || evening_work_open(&work.work) != DAY_NONE);
  if (status == STATUS_OK && !job_writes(analyzer->job)) explain(analyzer, &work);
  evening_work_free(&work);
  return status;
}

Status analyze_evening(Analyzer *analyzer, Outcome *outcome, Error *err) {
  Job *job = analyzer->job;
  bool owed = false;
  if (*job->config->kis.app_key == '\0' || analyzer->options.ticker || analyzer->stop != STOP_NOT) return STATUS_OK;
  Status status = is_owed(analyzer, &owed, err);
  if (status != STATUS_OK || !owed || !job_writes(job)) return status;
  status = take_lease(job, err);
  if (status != STATUS_OK || !job->run.held) return status;
  status = analyzer_load(analyzer, err);
  if (status == STATUS_OK) status = evening_work_conclude(&analyzer->work, err);
  return status == STATUS_OK ? work_evening(analyzer, outcome, err) : status;
}
