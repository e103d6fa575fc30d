#include <closebell/job/analysis_work.h>

#include <stdlib.h>
#include <string.h>

#include <closebell/indicator/indicator.h>

bool analysis_work_reads(const AnalysisWork *work, Day date) {
  return date <= work->gate.session && day_state_find(work->states, work->state_count, date) == JOB_COMPLETED;
}

static int64_t sessions_after(const AnalysisWork *work, Day date) {
  int64_t sessions = 0;
  for (size_t i = work->state_count; i > 0 && work->states[i - 1].date > date; i--)
    sessions += analysis_work_reads(work, work->states[i - 1].date);
  return sessions;
}

/* The earliest session that was restated for the ticker since it was stamped, among those it has been analysed for. */
static Day restated_from(const AnalysisWork *work, const Target *target, const TargetStamps *stamps) {
  Day from = DAY_NONE;
  for (size_t i = 0; i < work->restatements.count; i++) {
    const Restatement *restatement = &work->restatements.items[i];
    if (restatement->number <= stamps->restatement || restatement->from > stamps->last_analyzed_date) continue;
    if (!restatement_applies(restatement, target->ticker)) continue;
    if (from == DAY_NONE || restatement->from < from) from = restatement->from;
  }
  return from;
}

static bool is_managed(const Target *target) { return target->is_active && !target->backfill_needed; }

static bool is_current(const AnalysisWork *work, size_t index) {
  const TargetStamps *stamps = &work->ingest.targets.stamps[index];
  if (stamps->last_analyzed_date == DAY_NONE || stamps->last_analyzed_date < work->gate.session) return false;
  if (stamps->analysis_version < indicator_version()) return false;
  return restated_from(work, &work->ingest.targets.universe.items[index], stamps) == DAY_NONE;
}

static bool is_wanted(const AnalysisWork *work, size_t index) {
  const Target *target = &work->ingest.targets.universe.items[index];
  const TargetStamps *stamps = &work->ingest.targets.stamps[index];
  const AnalyzeOptions *options = work->options;
  if (!is_managed(target)) return false;
  if (options->ticker && strcmp(options->ticker, target->ticker) != 0) return false;
  if (is_current(work, index) && !options->force) return false;
  return options->ticker || stamps->failure_count == 0 ||
         order_failure_due(stamps->failure_count, stamps->last_failure_utc, clock_now(work->job->clock));
}

static void list_items(AnalysisWork *work) {
  const TargetTable *targets = &work->ingest.targets;
  for (size_t i = 0; i < targets->universe.count; i++) {
    if (!is_wanted(work, i)) continue;
    const Target *target = &targets->universe.items[i];
    const TargetStamps *stamps = &targets->stamps[i];
    bool never = stamps->last_analyzed_date == DAY_NONE;
    OrderItem item = {.target = i,
                      .market_cap = target->market_cap,
                      .sessions_behind = never ? INT64_MAX : sessions_after(work, stamps->last_analyzed_date)};
    memcpy(item.ticker, target->ticker, sizeof item.ticker);
    work->items[work->item_count++] = item;
    work->needs[i] =
        (AnalysisNeed){.whole = work->options->force || (!never && stamps->analysis_version < indicator_version()),
                       .restated = never ? DAY_NONE : restated_from(work, target, stamps)};
  }
  order_sort(work->items, work->item_count);
}

static int64_t lowest_stamp(const TargetTable *targets) {
  int64_t lowest = INT64_MAX;
  for (size_t i = 0; i < targets->universe.count; i++)
    if (is_managed(&targets->universe.items[i]) && targets->stamps[i].restatement < lowest)
      lowest = targets->stamps[i].restatement;
  return lowest == INT64_MAX ? 0 : lowest;
}

Status analysis_work_load(AnalysisWork *work, Job *job, const AnalyzeOptions *options, Error *err) {
  *work = (AnalysisWork){.job = job, .options = options};
  Status status = ingest_load(&work->ingest, job, false, err);
  if (status != STATUS_OK) return status;
  int64_t lowest = lowest_stamp(&work->ingest.targets);
  status = restatements_load(job->db, lowest, &work->restatements, err);
  if (status != STATUS_OK) return status;
  work->highest_restatement =
      work->restatements.count ? work->restatements.items[work->restatements.count - 1].number : lowest;
  size_t targets = work->ingest.targets.universe.count;
  work->items = malloc((targets + 1) * sizeof *work->items);
  work->needs = calloc(targets + 1, sizeof *work->needs);
  status = ingest_states(&work->ingest, &work->states, &work->state_count);
  if (status != STATUS_OK || !work->items || !work->needs)
    return error_set(err, STATUS_NO_MEMORY, "no memory for %zu targets", targets);
  work->gate = gate_find(work->states, work->state_count, work->ingest.first);
  if (work->gate.session != DAY_NONE) list_items(work);
  return STATUS_OK;
}

void analysis_work_free(AnalysisWork *work) {
  ingest_free(&work->ingest);
  restatements_free(&work->restatements);
  free(work->states);
  free(work->items);
  free(work->needs);
  memset(work, 0, sizeof *work);
}

Status analysis_tally(const AnalysisWork *work, AnalysisTally *ret_tally, Error *err) {
  const TargetTable *targets = &work->ingest.targets;
  AnalysisTally tally = {.failed_tickers = calloc(targets->universe.count + 1, sizeof *tally.failed_tickers)};
  if (!tally.failed_tickers)
    return error_set(err, STATUS_NO_MEMORY, "no memory for %zu targets", targets->universe.count);
  for (size_t i = 0; i < targets->universe.count; i++) {
    if (!is_managed(&targets->universe.items[i])) continue;
    if (is_current(work, i))
      tally.analyzed++;
    else if (targets->stamps[i].failure_count > 0)
      memcpy(tally.failed_tickers[tally.failed++], targets->universe.items[i].ticker, sizeof tally.failed_tickers[0]);
    else
      tally.remaining++;
  }
  *ret_tally = tally;
  return STATUS_OK;
}
