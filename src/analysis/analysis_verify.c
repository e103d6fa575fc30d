#include <closebell/analysis/analysis_verify.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/base/progress.h>
#include <closebell/plan/turn.h>
#include <closebell/run/run.h>
#include <closebell/store/ops_alerts.h>

typedef struct {
  AnalysisWork work;
  AnalysisFields fields;
  AnalysisSources sources;
  OrderItem *items; /* what is analysed */
  size_t count;
  LatestDocuments latest;
  bool masters_known; /* the targets are those of the session analysed, not of a newer one */
  AnalysisFound *found;
  void *context;
  AnalysisVerified verified;
  Progress progress;
} Verify;

static Status list_analyzed(Verify *verify, Error *err) {
  const TargetTable *targets = &verify->work.ingest.targets;
  verify->items = calloc(targets->universe.count + 1, sizeof *verify->items);
  if (!verify->items) return error_set(err, STATUS_NO_MEMORY, "no memory for %zu targets", targets->universe.count);
  for (size_t i = 0; i < targets->universe.count; i++) {
    const Target *target = &targets->universe.items[i];
    Day last = targets->stamps[i].last_analyzed_date;
    bool analyzed = last != DAY_NONE && last == analysis_work_goal(&verify->work, target);
    if (!analyzed || target->backfill_needed || !analysis_work_is_current(&verify->work, i)) {
      verify->verified.waiting += target->is_active;
      continue;
    }
    OrderItem *item = &verify->items[verify->count++];
    item->target = i;
    memcpy(item->ticker, target->ticker, sizeof item->ticker);
  }
  return STATUS_OK;
}

static Status verify_ticker(Verify *verify, const AnalysisPanel *panel, size_t index, Error *err) {
  const AnalysisWork *work = &verify->work;
  const Target *target = &work->ingest.targets.universe.items[index];
  Analysis analysis = {0};
  AnalysisFinding finding = {.ticker = target->ticker, .followed = target->is_active};
  Day goal = analysis_work_goal(work, target);
  Status status = run_beat(work->job, err);
  if (status == STATUS_OK) status = analysis_compute(panel, &verify->fields, target, DAY_NONE, &analysis, err);
  if (status == STATUS_OK)
    status = stock_analyzed_verify(work->job->db, &analysis.series, goal, DAYS_ALL, &finding.series, err);
  if (status == STATUS_OK && target->is_active)
    status = latest_documents_compare(&verify->latest, &analysis.series, verify->masters_known ? target : NULL, goal,
                                      &finding.latest, err);
  analysis_free(&analysis);
  if (status != STATUS_OK) return error_prefix(err, status, "comparing the analysis of %s", target->ticker);
  verify->verified.tickers++;
  verify->verified.documents += finding.series.stored;
  if (analyzed_is_damaged(&finding.series) || finding.latest != LATEST_RIGHT) verify->found(verify->context, &finding);
  progress_update(&verify->progress, verify->verified.tickers);
  return STATUS_OK;
}

static Status verify_batch(Verify *verify, const OrderItem *items, size_t count, Error *err) {
  AnalysisPanel panel = {0};
  const AnalysisBatch batch = {items, count, DAY_NONE};
  Status status = analysis_panel_load(&panel, &verify->work, &verify->sources, &batch, err);
  for (size_t i = 0; i < count && status == STATUS_OK; i++)
    status = verify_ticker(verify, &panel, items[i].target, err);
  analysis_panel_free(&panel);
  return status;
}

/* Of tickers that have left, or never were targets. */
static void verify_unfollowed(const Verify *verify) {
  for (size_t i = 0; i < verify->latest.count; i++) {
    const char *ticker = latest_documents_ticker(&verify->latest, i);
    const Target *target = universe_find(&verify->work.ingest.targets.universe, ticker);
    if (target && target->is_active) continue;
    const AnalysisFinding finding = {.ticker = ticker, .latest = LATEST_FOREIGN};
    verify->found(verify->context, &finding);
  }
}

Status analysis_verify(Job *job, AnalysisFound *found, void *context, AnalysisVerified *ret_verified, Error *err) {
  const AnalyzeOptions options = {.quota = 0};
  Verify verify = {.found = found, .context = context};
  Status status = analysis_work_load(&verify.work, job, &options, err);
  const LedgerDay *newest = status == STATUS_OK ? ledger_newest_completed(&verify.work.ingest.ledger) : NULL;
  verify.masters_known = newest && newest->date == verify.work.gate.session;
  if (status == STATUS_OK) status = list_analyzed(&verify, err);
  if (status == STATUS_OK) status = latest_analysis_load(job->db, &verify.latest, err);
  if (status == STATUS_OK) status = analysis_fields_make(&verify.fields, err);
  if (status == STATUS_OK && verify.count > 0) status = analysis_sources_load(&verify.work, &verify.sources, err);
  verify.progress = progress_start(job->log, "comparing the analysis", "tickers", verify.count);
  size_t batch = analysis_panel_tickers(&verify.work, &verify.sources);
  for (size_t i = 0; i < verify.count && status == STATUS_OK; i += batch)
    status = verify_batch(&verify, verify.items + i, verify.count - i < batch ? verify.count - i : batch, err);
  progress_finish(&verify.progress);
  if (status == STATUS_OK) verify_unfollowed(&verify);
  verify.verified.strangers = verify.latest.strangers;
  latest_documents_free(&verify.latest);
  free(verify.items);
  analysis_fields_free(&verify.fields);
  analysis_sources_free(&verify.sources);
  analysis_work_free(&verify.work);
  if (status == STATUS_OK) *ret_verified = verify.verified;
  return status;
}

/* ---- by hourly_analysis itself ---- */

static const char ALERT[] = "healed";

bool analysis_heal_has_turn(const AnalysisWork *work, size_t index) {
  const Target *target = &work->ingest.targets.universe.items[index];
  const AnalysisNeed *need = &work->needs[index];
  Day last = work->ingest.targets.stamps[index].last_analyzed_date, goal = analysis_work_goal(work, target);
  if (last == DAY_NONE || need->whole || need->restated != DAY_NONE) return false;
  return turn_has_come(target->ticker, (size_t)analysis_work_sessions(work, DAY_NONE, goal),
                       (size_t)analysis_work_sessions(work, last, goal));
}

static Status raise_damage(const AnalysisWork *work, const char *ticker, const AnalyzedDamage *damage, Error *err) {
  Job *job = work->job;
  char text[ANALYZED_DAMAGE_SIZE], message[ANALYZED_DAMAGE_SIZE + 64];
  snprintf(message, sizeof message, "stock_analyzed.%s: %s; all of it is written again", ticker,
           analyzed_damage_format(damage, text));
  log_with(
      job->log, LOG_WARN,
      LOG_FACTS(log_text("alert", ALERT), log_text("ticker", ticker), log_number("missing", (int64_t)damage->missing),
                log_number("different", (int64_t)damage->different), log_number("foreign", (int64_t)damage->foreign)),
      "%s", message);
  job->run.record.healed += (int64_t)(damage->missing + damage->different + damage->foreign);
  return ops_alerts_raise(job->db, &(NewAlert){ALERT_WARN, ALERT, job->lease.name, message}, clock_now(job->clock),
                          err);
}

/* The ticker's bars of the window whose turn it is, from its first to the day before the next window's. */
static Status verify_window(const AnalysisWork *work, const Analysis *analysis, size_t target,
                            AnalyzedDamage *ret_damage, Error *err) {
  const AdjustedSeries *bars = analysis->series.bars;
  Day last = work->ingest.targets.stamps[target].last_analyzed_date;
  DayRange dates = DAYS_ALL;
  size_t sessions = (size_t)analysis_work_sessions(
      work, DAY_NONE, analysis_work_goal(work, &work->ingest.targets.universe.items[target]));
  size_t windows = turn_window_count(bars->count);
  size_t window = turn_window(analysis->series.ticker, sessions, windows);
  if (window > 0) dates.from = bars->dates[window * TURN_WINDOW];
  if (window + 1 < windows) dates.to = bars->dates[(window + 1) * TURN_WINDOW] - 1;
  return stock_analyzed_verify(work->job->db, &analysis->series, last, dates, ret_damage, err);
}

Status analysis_heal_look(const AnalysisWork *work, const Analysis *analysis, size_t target, AnalysisHeal *heal,
                          bool *ret_damaged, Error *err) {
  AnalyzedDamage damage;
  bool moved = analysis->bars.newest_action > work->ingest.targets.stamps[target].last_analyzed_date;
  *ret_damaged = false;
  if (moved || !analysis_heal_has_turn(work, target)) return STATUS_OK;
  Status status = verify_window(work, analysis, target, &damage, err);
  if (status != STATUS_OK) return status;
  heal->looked++;
  *ret_damaged = analyzed_is_damaged(&damage);
  heal->damaged += *ret_damaged;
  return *ret_damaged ? raise_damage(work, analysis->series.ticker, &damage, err) : STATUS_OK;
}

Status analysis_heal_conclude(Job *job, const AnalysisHeal *heal, Error *err) {
  if (heal->looked == 0 || heal->damaged > 0) return STATUS_OK;
  return ops_alerts_resolve(job->db, ALERT, job->lease.name, clock_now(job->clock), err);
}

char *analyzed_damage_format(const AnalyzedDamage *damage, char text[ANALYZED_DAMAGE_SIZE]) {
  int length = snprintf(text, ANALYZED_DAMAGE_SIZE, "%zu documents missing, %zu different, %zu that do not belong",
                        damage->missing, damage->different, damage->foreign);
  if (damage->first != DAY_NONE)
    snprintf(text + length, ANALYZED_DAMAGE_SIZE - (size_t)length, ", from %s on", day_text(damage->first).text);
  return text;
}
