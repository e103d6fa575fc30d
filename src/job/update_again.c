#include "update_internal.h"

#include <stdlib.h>

#include <closebell/dataset/plan.h>
#include <closebell/ingest/project.h>
#include <closebell/ingest/restate.h>

static bool is_missing(const Update *update, Day date) {
  for (size_t i = 0; i < update->missing.count; i++)
    if (update->missing.dates[i] == date) return true;
  return false;
}

static bool was_completed_before(const Update *update, const LedgerDay *day) {
  return day->state == JOB_COMPLETED && day->archived && !is_missing(update, day->date);
}

/* A dry run takes for completed what is expected to be. */
static bool is_completed(const Update *update, const LedgerDay *day) {
  if (day->state == JOB_COMPLETED || job_writes(update->job)) return day->state == JOB_COMPLETED;
  bool expected = day->archived || closures_expects_open(&update->job->rules.closures, day->date);
  return expected && is_missing(update, day->date);
}

/* This run brings it. One that was archived and analysed before has only lost its status. */
static bool is_new(const Update *update, const LedgerDay *day) {
  bool known = day->archived_before && day->date <= update->ingest.newest_analyzed;
  return !known && is_missing(update, day->date);
}

/* The completed sessions that were asked for by name (and closed days, by force), or else the fifth before each session
 * that is new, and those archived before one of the markets was configured. Ascending, each once. */
static size_t choose_by_age(const Update *update, Day *dates) {
  const Ingest *ingest = &update->ingest;
  bool named = update_is_named(update);
  MarketSet markets = update->job->rules.filter.markets;
  size_t count = 0;
  for (size_t i = 0; i < ingest->ledger.count; i++) {
    const LedgerDay *day = &ingest->ledger.days[i];
    bool closed = update->options->force && day->state == JOB_CLOSED && !day->archived; /* a person doubts it */
    if (named && closed && day->date >= update->missing.from && day->date <= update->missing.to)
      dates[count++] = day->date;
    if (!was_completed_before(update, day)) continue;
    if (named && day->date >= update->missing.from && day->date <= update->missing.to) dates[count++] = day->date;
    bool lacks_market = (markets & ~day->markets) != 0 && day->date >= ingest->ledger.first;
    if (!named && lacks_market) dates[count++] = day->date;
    if (named || lacks_market) continue;
    size_t sessions_after = 0;
    for (size_t k = i + 1; k < ingest->ledger.count && sessions_after < RESTATE_SESSIONS_BACK; k++) {
      bool completed = is_completed(update, &ingest->ledger.days[k]);
      sessions_after += completed;
      if (sessions_after == RESTATE_SESSIONS_BACK && completed && is_new(update, &ingest->ledger.days[k]))
        dates[count++] = day->date;
    }
  }
  return count;
}

/* Those that the exchange's totals contradict are asked for again as if a person had doubted them. */
static size_t add_contradicted(const Update *update, Day *dates, size_t count) {
  const Ingest *ingest = &update->ingest;
  Day *contradicted = malloc((ingest->ledger.count + 1) * sizeof *contradicted);
  size_t found = contradicted ? dataset_contradicted(ingest, contradicted) : 0, chosen = count;
  for (size_t i = 0; i < found; i++) {
    bool known = bsearch(&contradicted[i], dates, chosen, sizeof *dates, day_compare) != NULL;
    if (!known && !is_missing(update, contradicted[i])) dates[count++] = contradicted[i];
  }
  free(contradicted);
  qsort(dates, count, sizeof *dates, day_compare);
  return count;
}

size_t update_choose_again(const Update *update, Day *dates) {
  size_t count = choose_by_age(update, dates);
  return update_is_named(update) ? count : add_contradicted(update, dates, count);
}

Status update_ask_again(Update *update, Error *err) {
  Ingest *ingest = &update->ingest;
  Day *dates = malloc((ingest->ledger.count + 1) * sizeof *dates);
  ReplacedDays replaced = {.dates = malloc((ingest->ledger.count + 1) * sizeof *dates)};
  Status status = dates && replaced.dates
                      ? STATUS_OK
                      : error_set(err, STATUS_NO_MEMORY, "no memory for %zu dates", ingest->ledger.count);
  size_t count = status == STATUS_OK ? update_choose_again(update, dates) : 0;
  /* What a person asked for is asked in full, or ends in an error; the rest is for the next run. */
  size_t wanted = count;
  while (!update_is_named(update) && count > 0 && !fetch_has_calls(&ingest->fetch, count)) count--;
  if (count < wanted) update->cut_short = UPDATE_CALLS_USED_UP;
  RestateMode mode = update->options->force ? RESTATE_FORCE : RESTATE_REPORT;
  if (count) status = restate_check(ingest, dates, count, mode, &replaced, err);
  bool cut_short = status == STATUS_UNAVAILABLE || status == STATUS_INCOMPLETE;
  Error later = {{0}};
  Status projected =
      status == STATUS_OK || cut_short ? project_days(ingest, replaced.dates, replaced.count, &later) : STATUS_OK;
  if (projected != STATUS_OK) {
    *err = later;
    status = projected;
  }
  free(dates);
  free(replaced.dates);
  return status;
}

Status update_ask_suspect(Update *update, Error *err) {
  Ingest *ingest = &update->ingest;
  Day date;
  ReplacedDays replaced = {.dates = &date};
  if (ingest->run.suspect == DAY_NONE || update->options->force) return STATUS_OK;
  Status status = restate_check(ingest, &ingest->run.suspect, 1, RESTATE_SUSPECT, &replaced, err);
  if (status == STATUS_OK) status = restate_check_closures(ingest, ingest->run.suspect, err);
  return status == STATUS_OK ? project_days(ingest, replaced.dates, replaced.count, err) : status;
}
