#include "analyzer.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <closebell/base/text.h>
#include <closebell/indicator/indicator.h>
#include <closebell/plan/trouble.h>
#include <closebell/run/run.h>
#include <closebell/store/targets.h>

static TargetStamps fresh_stamps(const AnalysisWork *work, const Target *target, const TargetStamps *before) {
  Day goal = analysis_work_goal(work, target);
  bool further = target->is_active && before->last_analyzed_date > goal;
  int64_t taken = work->highest_restatement;
  return (TargetStamps){.last_analyzed_date = further ? before->last_analyzed_date : goal,
                        .analysis_version = indicator_version(),
                        .restatement = taken > before->restatement ? taken : before->restatement,
                        .last_failure_utc = INSTANT_NONE};
}

/* Also when we are asked to stop: what is written is whole, only its stamps are missing. The hand is kept when the
 * lease is lost. */
static Status write_hand(Analyzer *analyzer, Error *err) {
  Hand *hand = &analyzer->hand;
  AnalysisWork *work = &analyzer->work;
  TargetTable *targets = &work->ingest.targets;
  const AnalyzedSeries *series[FLUSH_TICKERS];
  const Target *masters[FLUSH_TICKERS];
  const char *tickers[FLUSH_TICKERS];
  TargetStamps stamps[FLUSH_TICKERS];
  size_t shown = 0;
  Status status = STATUS_OK;
  for (size_t i = 0; i < hand->count; i++) {
    const Target *target = &targets->universe.items[hand->targets[i]];
    tickers[i] = target->ticker;
    stamps[i] = targets->stamps[hand->targets[i]];
    if (hand->failed[i]) continue;
    stamps[i] = fresh_stamps(work, target, &stamps[i]);
    series[shown] = &hand->analyses[i].series;
    masters[shown] = target;
    work->needs[hand->targets[i]].empty = series[shown]->bars->count == 0;
    shown += target->is_active;
  }
  if (shown) status = latest_analysis_replace(analyzer->job->db, series, masters, shown, work->gate.session, err);
  if (status == STATUS_OK && hand->count) status = targets_stamp(analyzer->job->db, tickers, stamps, hand->count, err);
  if (status == STATUS_LOST) return status;
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
  const char *ticker = analyzer->work.ingest.targets.universe.items[target].ticker;
  log_with(analyzer->job->log, LOG_WARN,
           LOG_FACTS(log_text("ticker", ticker), log_text("status", "failed"),
                     log_number("failures", stamps->failure_count), log_text("reason", trouble->text)),
           "%s could not be analysed, %" PRId64 " times in a row now: %s", ticker, stamps->failure_count,
           trouble->text);
  analyzer->failed++;
}

/* A server that is silent about this ticker and answers others is the ticker's own trouble too. */
static bool is_its_own(const Analyzer *analyzer, Status status) {
  return trouble_is_own(status) || (status == STATUS_UNAVAILABLE && db_answers(analyzer->job->db));
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

/* Of this target alone, with all that is known of its company. */
static Status compute_whole(Analyzer *analyzer, const AnalysisWork *work, const AnalysisSources *sources, size_t target,
                            Analysis *ret_analysis, Error *err) {
  AnalysisPanel panel = {0};
  const Target *its = &work->ingest.targets.universe.items[target];
  OrderItem item = {.target = target};
  memcpy(item.ticker, its->ticker, sizeof item.ticker);
  const AnalysisBatch batch = {&item, 1, DAY_NONE};
  Status status = analysis_panel_load(&panel, work, sources, &batch, err);
  if (status == STATUS_OK) {
    analysis_free(ret_analysis);
    status = analysis_compute(&panel, &analyzer->fields, its, DAY_NONE, ret_analysis, err);
  }
  analysis_panel_free(&panel);
  return status;
}

/* Behind that day values are to be written; DAY_NONE: all are, or are compared with what is stored. */
static Day wanted_after(const AnalysisWork *work, size_t target) {
  const AnalysisNeed *need = &work->needs[target];
  bool all = need->whole || need->restated != DAY_NONE || analysis_heal_has_turn(work, target);
  return all ? DAY_NONE : work->ingest.targets.stamps[target].last_analyzed_date;
}

Status analyzer_compute(Analyzer *analyzer, const AnalysisPanel *panel, const AnalysisWork *work, size_t target,
                        Analysis *ret_analysis, Error *err) {
  bool known = true;
  const Target *its = &work->ingest.targets.universe.items[target];
  Status status = analysis_compute(panel, &analyzer->fields, its, wanted_after(work, target), ret_analysis, err);
  if (status == STATUS_OK && ret_analysis->bars.count > 0)
    status = analysis_recall(analyzer->job->db, ret_analysis, ret_analysis->bars.count - 1, &known, err);
  if (status != STATUS_OK || known) return status;
  return compute_whole(analyzer, work, panel->sources, target, ret_analysis, err);
}

static Status write_one(Analyzer *analyzer, size_t target, Analysis *analysis, size_t *ret_written, Error *err) {
  AnalysisWork *work = &analyzer->work;
  const TargetStamps *stamps = &work->ingest.targets.stamps[target];
  Error missing = {{0}};
  Status status = analysis_write(analyzer->job->db, analysis, stamps, &work->needs[target], ret_written, &missing);
  if (status != STATUS_INCOMPLETE) {
    if (status != STATUS_OK) *err = missing;
    return status;
  }
  status = compute_whole(analyzer, work, &analyzer->sources, target, analysis, err);
  if (status == STATUS_OK)
    status = analysis_write(analyzer->job->db, analysis, stamps, &work->needs[target], ret_written, err);
  return status;
}

static Status compute_and_write(Analyzer *analyzer, const AnalysisPanel *panel, size_t target, Analysis *analysis,
                                Error *err) {
  AnalysisWork *work = &analyzer->work;
  size_t written = 0;
  bool damaged = false;
  Status status = analyzer_compute(analyzer, panel, work, target, analysis, err);
  if (status == STATUS_OK) status = analysis_heal_look(work, analysis, target, &analyzer->heal, &damaged, err);
  work->needs[target].whole |= damaged;
  if (status == STATUS_OK) status = run_beat(analyzer->job, err);
  if (status == STATUS_OK) status = unstamp_current(analyzer, target, err);
  if (status == STATUS_OK) status = write_one(analyzer, target, analysis, &written, err);
  analyzer->documents += written;
  const char *ticker = work->ingest.targets.universe.items[target].ticker;
  if (status == STATUS_OK)
    log_with(
        analyzer->job->log, LOG_DEBUG,
        LOG_FACTS(log_text("ticker", ticker), log_day("session", work->gate.session), log_size("documents", written)),
        "%s analysed: %zu documents", ticker, written);
  analysis_keep_newest(analysis);
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
    if (status == STATUS_LOST) hand->targets[hand->count++] = target; /* half written, perhaps */
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

bool analyzer_may_go_on(Analyzer *analyzer) {
  if (analyzer->options.quota > 0 && analyzer->begun >= (size_t)analyzer->options.quota)
    analyzer->stop = STOP_QUOTA;
  else if (!budget_allows(&analyzer->budget, clock_uptime_ms(analyzer->job->clock)))
    analyzer->stop = STOP_TIME;
  return analyzer->stop == STOP_NOT;
}

static Status analyze_batch(Analyzer *analyzer, const OrderItem *items, size_t count, size_t before, Error *err) {
  AnalysisPanel panel = {0};
  const AnalysisBatch batch = {items, count, analysis_batch_from(&analyzer->work, items, count)};
  Status status = analysis_panel_load(&panel, &analyzer->work, &analyzer->sources, &batch, err);
  for (size_t i = 0; i < count && status == STATUS_OK && analyzer_may_go_on(analyzer); i++) {
    int64_t started = clock_uptime_ms(analyzer->job->clock);
    status = analyze_ticker(analyzer, &panel, items[i].target, err);
    budget_record(&analyzer->budget, clock_uptime_ms(analyzer->job->clock) - started);
    progress_update(&analyzer->progress, ++analyzer->begun - before);
  }
  analysis_panel_free(&panel);
  return status;
}

/* A lease that ran out while documents were being written: whoever works now may have been overwritten. */
static void announce_loss(Analyzer *analyzer) {
  const AnalysisWork *work = &analyzer->work;
  Error ignored;
  int64_t number;
  for (size_t i = 0; i < analyzer->hand.count; i++) {
    const NewRestatement lost = {.from = work->ingest.ledger.first,
                                 .ticker = work->ingest.targets.universe.items[analyzer->hand.targets[i]].ticker,
                                 .reason = "a lease was lost while its analysis was being written",
                                 .at_utc = clock_now(analyzer->job->clock)};
    restatements_insert(analyzer->job->server, &lost, &number, &ignored);
  }
}

Status analyzer_work(Analyzer *analyzer, Error *err) {
  const AnalysisWork *work = &analyzer->work;
  size_t wanted = work->item_count, before = analyzer->begun, quota = (size_t)analyzer->options.quota;
  if (quota > 0 && quota - before < wanted) wanted = quota - before;
  analyzer->progress = progress_start(analyzer->job->log, "analysing", "tickers", wanted);
  Status status = wanted > 0 ? analysis_sources_load(work, &analyzer->sources, err) : STATUS_OK;
  size_t batch = analysis_panel_tickers(work, &analyzer->sources);
  for (size_t i = 0; i < wanted && status == STATUS_OK && analyzer_may_go_on(analyzer); i += batch)
    status = analyze_batch(analyzer, work->items + i, wanted - i < batch ? wanted - i : batch, before, err);
  if (status == STATUS_OK && wanted < work->item_count && analyzer->stop == STOP_NOT) analyzer->stop = STOP_QUOTA;
  progress_finish(&analyzer->progress);
  analysis_sources_free(&analyzer->sources);
  if (status == STATUS_OK) status = flush(analyzer, err);
  Error ignored;
  bool lost = status == STATUS_LOST;
  if (status == STATUS_INTERRUPTED) lost = write_hand(analyzer, &ignored) == STATUS_LOST;
  if (lost) announce_loss(analyzer);
  return status;
}

/* ---- what its callers ask for ---- */

Status analyzer_load(Analyzer *analyzer, Error *err) {
  analysis_work_free(&analyzer->work);
  return analysis_work_load(&analyzer->work, analyzer->job, &analyzer->options, err);
}

void analyzer_summarize(const Analyzer *analyzer, const AnalysisTally *tally, Outcome *outcome) {
  static const char *const WHY[] = {"", ", quota used up", ", time used up"};
  bool failed = analyzer->failed > 0;
  outcome->exit_code = failed ? EXIT_TRY_AGAIN : EXIT_DONE;
  char documents[TEXT_GROUPED_SIZE];
  text_group_int64((int64_t)analyzer->documents, documents);
  snprintf(outcome->message, sizeof outcome->message,
           "%s: %zu tickers analysed by this run (%s documents)%s%s; %zu of %zu are up to date, %zu remain, %zu failed",
           day_text(analyzer->work.gate.session).text, analyzer->done, documents, analyzer->slots, WHY[analyzer->stop],
           tally->analyzed, tally->analyzed + tally->remaining + tally->failed, tally->remaining, tally->failed);
}

const char *analyzer_reason(const Analyzer *analyzer) {
  static const char *const REASONS[] = {"next run", "quota", "time"};
  return REASONS[analyzer->stop];
}
