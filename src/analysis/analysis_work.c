#include <closebell/analysis/analysis_work.h>

#include <stdlib.h>
#include <string.h>

#include <closebell/indicator/indicator.h>
#include <closebell/plan/slot.h>

bool analysis_work_reads(const AnalysisWork *work, Day date) {
  return date <= work->gate.session && day_state_find(work->states, work->state_count, date) == JOB_COMPLETED;
}

bool analysis_work_gap(const AnalysisWork *work, Day earlier, Day later) {
  return earlier != DAY_NONE && !work_nothing_between(work->states, work->state_count, earlier, later);
}

bool analysis_work_followed(const Target *target, Day date) {
  return !target->backfill_needed && target->added_date <= date && target_expects(target, date);
}

int64_t analysis_work_sessions(const AnalysisWork *work, Day date, Day goal) {
  int64_t sessions = 0;
  for (size_t i = work->state_count; i > 0 && work->states[i - 1].date > date; i--)
    sessions += work->states[i - 1].date <= goal && analysis_work_reads(work, work->states[i - 1].date);
  return sessions;
}

/* The earliest session that was restated for the ticker since it was stamped, among those it has been analysed for. */
static Day restated_from(const AnalysisWork *work, const Target *target, const TargetStamps *stamps) {
  Day from = DAY_NONE;
  for (size_t i = 0; i < work->restatements_taken; i++) {
    const Restatement *restatement = &work->restatements.items[i];
    if (restatement->number <= stamps->restatement || restatement->from > stamps->last_analyzed_date) continue;
    if (!restatement_applies(restatement, target->ticker)) continue;
    if (from == DAY_NONE || restatement->from < from) from = restatement->from;
  }
  return from;
}

Day analysis_work_goal(const AnalysisWork *work, const Target *target) {
  if (target->is_active) return work->gate.session;
  for (size_t i = work->state_count; i > 0; i--) {
    Day date = work->states[i - 1].date;
    if (date < target->removed_date && analysis_work_reads(work, date)) return date;
  }
  return DAY_NONE;
}

/* It was followed on while nobody knew yet that it had left: a delisting shows only after some sessions. */
static bool is_beyond_its_end(const AnalysisWork *work, const Target *target, const TargetStamps *stamps) {
  return !target->is_active && stamps->last_analyzed_date > analysis_work_goal(work, target);
}

bool analysis_work_is_current(const AnalysisWork *work, size_t index) {
  const Target *target = &work->ingest.targets.universe.items[index];
  const TargetStamps *stamps = &work->ingest.targets.stamps[index];
  Day goal = analysis_work_goal(work, target);
  if (goal == DAY_NONE) return true;
  if (stamps->last_analyzed_date == DAY_NONE || stamps->last_analyzed_date < goal) return false;
  if (is_beyond_its_end(work, target, stamps)) return false;
  if (stamps->analysis_version < indicator_version()) return false;
  return restated_from(work, target, stamps) == DAY_NONE;
}

static bool is_wanted(const AnalysisWork *work, size_t index) {
  const Target *target = &work->ingest.targets.universe.items[index];
  const TargetStamps *stamps = &work->ingest.targets.stamps[index];
  const AnalyzeOptions *options = work->options;
  if (target->backfill_needed || analysis_work_goal(work, target) == DAY_NONE) return false;
  if (options->slot && slot_of_ticker(target->ticker, (int)options->workers) != options->slot) return false;
  if (options->ticker && strcmp(options->ticker, target->ticker) != 0) return false;
  if (analysis_work_is_current(work, index) && !options->force) return false;
  return options->ticker || stamps->failure_count == 0 ||
         order_failure_due(stamps->failure_count, stamps->last_failure_utc, clock_now(work->job->clock));
}

/* DAY_NONE: what is written stands. */
static Day rewritten_from(const AnalysisWork *work, const Target *target, const TargetStamps *stamps) {
  Day restated = restated_from(work, target, stamps), end = analysis_work_goal(work, target);
  if (!is_beyond_its_end(work, target, stamps)) return restated;
  return restated != DAY_NONE && restated <= end ? restated : end + 1;
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
                      .sessions_behind = never ? INT64_MAX
                                               : analysis_work_sessions(work, stamps->last_analyzed_date,
                                                                        analysis_work_goal(work, target))};
    memcpy(item.ticker, target->ticker, sizeof item.ticker);
    work->items[work->item_count++] = item;
    work->needs[i] =
        (AnalysisNeed){.whole = work->options->force || (!never && stamps->analysis_version < indicator_version()),
                       .restated = never ? DAY_NONE : rewritten_from(work, target, stamps)};
  }
  order_sort(work->items, work->item_count);
}

static bool is_running_from(const AnalysisWork *work, Day from) {
  for (size_t i = work->state_count; i > 0 && work->states[i - 1].date >= from; i--)
    if (work->states[i - 1].state == JOB_RUNNING && work->states[i - 1].date <= work->ingest.reach) return true;
  return false;
}

/* A restatement is announced while its session is still `running`. This run passes over that session, so whatever it
 * writes has to be written again: the restatement, and those behind it, are left to the next run. */
static void take_restatements(AnalysisWork *work) {
  const Restatements *all = &work->restatements;
  while (work->restatements_taken < all->count && !is_running_from(work, all->items[work->restatements_taken].from))
    work->highest_restatement = all->items[work->restatements_taken++].number;
}

/* Restatements are read first: a session that is stamped completed afterwards is either among the states that are
 * read next, or running in them, or its restatement has a higher number than those that were read. */
Status analysis_work_load(AnalysisWork *work, Job *job, const AnalyzeOptions *options, Error *err) {
  *work = (AnalysisWork){.job = job, .options = options};
  Status status = restatements_load(job->db, 0, &work->restatements, err);
  if (status == STATUS_OK) status = ingest_load(&work->ingest, job, LEDGER_STATES, err);
  if (status != STATUS_OK) return status;
  size_t targets = work->ingest.targets.universe.count;
  work->items = malloc((targets + 1) * sizeof *work->items);
  work->needs = calloc(targets + 1, sizeof *work->needs);
  status = ledger_states(&work->ingest.ledger, &work->states, &work->state_count);
  if (status != STATUS_OK || !work->items || !work->needs)
    return error_set(err, STATUS_NO_MEMORY, "no memory for %zu targets", targets);
  take_restatements(work);
  work->gate = gate_find(work->states, work->state_count, work->ingest.ledger.first);
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

/* ---- how a session stands ---- */

typedef enum { NOT_COUNTED, UP_TO_DATE, MISSING } Standing;

static Standing standing_at_gate(const AnalysisWork *work, size_t index) {
  const Target *target = &work->ingest.targets.universe.items[index];
  if (target->backfill_needed) return NOT_COUNTED;
  if (!analysis_work_is_current(work, index)) return MISSING;
  return target->is_active ? UP_TO_DATE : NOT_COUNTED;
}

static Standing standing_then(const AnalysisWork *work, size_t index, Day date) {
  if (!analysis_work_followed(&work->ingest.targets.universe.items[index], date)) return NOT_COUNTED;
  /* DAY_NONE is the smallest */
  return work->ingest.targets.stamps[index].last_analyzed_date >= date ? UP_TO_DATE : MISSING;
}

Status analysis_tally(const AnalysisWork *work, Day date, AnalysisTally *ret_tally, Error *err) {
  const TargetTable *targets = &work->ingest.targets;
  AnalysisTally tally = {.failed_tickers = calloc(targets->universe.count + 1, sizeof *tally.failed_tickers)};
  if (!tally.failed_tickers)
    return error_set(err, STATUS_NO_MEMORY, "no memory for %zu targets", targets->universe.count);
  for (size_t i = 0; i < targets->universe.count; i++) {
    Standing standing = date == work->gate.session ? standing_at_gate(work, i) : standing_then(work, i, date);
    if (standing == NOT_COUNTED) continue;
    if (standing == UP_TO_DATE)
      tally.analyzed++;
    else if (targets->stamps[i].failure_count > 0)
      memcpy(tally.failed_tickers[tally.failed++], targets->universe.items[i].ticker, sizeof tally.failed_tickers[0]);
    else
      tally.remaining++;
  }
  *ret_tally = tally;
  return STATUS_OK;
}
