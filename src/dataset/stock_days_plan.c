#include "stock_days_plan.h"

#include <stdlib.h>
#include <string.h>

#include <closebell/ingest/ledger.h>
#include <closebell/plan/flow_proof.h>
#include <closebell/source/kis.h>

/* So many days that are not archived yet are looked at: the exchange may be away for weeks, and so may this host. */
enum { AHEAD_DAYS = 92 };

Day stock_days_today(const Job *job) { return instant_kst_day(job_business_now(job)); }

bool stock_days_day_is_over(const Job *job, Day date) {
  return flow_finality(date, job_business_now(job)) == FLOW_FINAL;
}

ChosenSet stock_days_chosen(const StockKind *kind, const Job *job) {
  ChosenSet set = 0;
  return chosen_set_parse(kind->stocks(job->config), &set) ? set : 0;
}

int64_t stock_days_wanted(const StockKind *kind, const Job *job) {
  return stock_days_chosen(kind, job) != 0 && KIS_PROVIDER.has_key(job->config);
}

Status stock_days_is_shut(Ingest *ingest, const Dataset *dataset, bool *ret_shut, Error *err) {
  (void)dataset;
  return dataset_source_is_shut(ingest, KIS_PROVIDER.name, ret_shut, err);
}

/* ---- sessions ---- */

bool stock_days_is_completed(const Ingest *ingest, Day date) {
  const LedgerDay *day = ledger_find(&ingest->ledger, date);
  return day && dataset_is_session(ingest, day);
}

bool stock_days_has_older(const Ingest *ingest, Day date) {
  for (size_t i = 0; i < ingest->ledger.count && ingest->ledger.days[i].date < date; i++)
    if (dataset_is_session(ingest, &ingest->ledger.days[i])) return true;
  return false;
}

Day stock_days_newest(const Ingest *ingest) {
  const LedgerDay *newest = ledger_newest_completed(&ingest->ledger);
  return newest ? newest->date : DAY_NONE;
}

static const JobStatus *status_of(const StockKind *kind, const Ingest *ingest, Day date) {
  return job_status_find(dataset_statuses(ingest, kind->dataset), date);
}

int64_t stock_days_newest_expected(const StockKind *kind, const Ingest *ingest) {
  const JobStatusList *statuses = dataset_statuses(ingest, kind->dataset);
  for (size_t i = statuses->count; i > 0; i--)
    if (statuses->items[i - 1].expected_rows > 0) return statuses->items[i - 1].expected_rows;
  return 0;
}

/* ---- what is missing ---- */

/* The session was archived, or its rows were written again, since: what is stored is held against it. */
static bool is_stale(const Ingest *ingest, const JobStatus *status) {
  const LedgerDay *day = ledger_find(&ingest->ledger, status->date);
  if (!day || !dataset_is_session(ingest, day)) return false;
  if (day->run.archived_anew || day->run.proven) return true;
  const JobStatus *prices = job_status_find(job_statuses_of(&ingest->ledger.statuses, JOB_DAILY_UPDATE), status->date);
  return prices && prices->end_utc != INSTANT_NONE && status->end_utc < prices->end_utc;
}

/* All that was there to be had is stored, and the session is not archived yet. */
static bool is_all_for_now(const StockKind *kind, const Ingest *ingest, const JobStatus *status) {
  bool later = kind->closes_evening && stock_days_day_is_over(ingest->job, status->date) &&
               strcmp(status->finality, "final") != 0;
  return status->expected_rows > 0 && status->stored_rows == status->expected_rows && !later;
}

bool stock_days_is_settled(const StockKind *kind, const Ingest *ingest, Day date) {
  const JobStatus *status = status_of(kind, ingest, date);
  if (!status || is_stale(ingest, status)) return false;
  return status->state == JOB_COMPLETED || is_all_for_now(kind, ingest, status);
}

typedef struct {
  const StockKind *kind;
  Ingest *ingest;
  const DatasetWish *wish;
  DatasetPlan *plan;
} Planning;

/* What was provisional is asked for at once when it is final; all else that was asked for in vain rests. */
static bool rests(const Planning *planning, const JobStatus *status) {
  const Job *job = planning->ingest->job;
  bool ripe = planning->kind->closes_evening && strcmp(status->finality, "provisional") == 0 &&
              stock_days_day_is_over(job, status->date);
  return !ripe && !is_stale(planning->ingest, status) && dataset_plan_rests(job, planning->plan, status);
}

static void plan_one(const Planning *planning, Day date) {
  DatasetPlan *plan = planning->plan;
  const DatasetWish *wish = planning->wish;
  const Job *job = planning->ingest->job;
  const JobStatus *status = status_of(planning->kind, planning->ingest, date);
  bool settled = stock_days_is_settled(planning->kind, planning->ingest, date);
  if (job_business_now(job) < instant_from_kst(date, planning->kind->due_minute)) return;
  plan->sessions++;
  plan->completed += settled && status->state == JOB_COMPLETED;
  if (dataset_wish_names_days(wish)) {
    if (dataset_wish_includes(wish, date)) plan->dates[plan->count++] = date;
    return;
  }
  if (!settled && !(status && rests(planning, status))) plan->dates[plan->count++] = date;
}

/* Newest first: days that may become sessions, and those that daily prices have. */
static void plan_all(const Planning *planning) {
  const Ingest *ingest = planning->ingest;
  const Job *job = ingest->job;
  Day today = stock_days_today(job), newest = stock_days_newest(ingest), oldest = planning->kind->oldest(job);
  for (Day date = today; newest != DAY_NONE && date > newest && date > today - AHEAD_DAYS; date--) {
    const LedgerDay *day = ledger_find(&ingest->ledger, date);
    bool closed = day && day->state == JOB_CLOSED;
    if (!closed && closures_expects_open(&job->rules.closures, date)) plan_one(planning, date);
  }
  for (size_t i = ingest->ledger.count; i > 0; i--) {
    const LedgerDay *day = &ingest->ledger.days[i - 1];
    if (dataset_is_session(ingest, day) && (oldest == DAY_NONE || day->date >= oldest)) plan_one(planning, day->date);
  }
}

Status stock_days_plan(const StockKind *kind, Ingest *ingest, const DatasetWish *wish, DatasetPlan *ret_plan,
                       Error *err) {
  size_t room = ingest->ledger.count + dataset_statuses(ingest, kind->dataset)->count + AHEAD_DAYS + 1;
  DatasetPlan plan = {.dates = malloc(room * sizeof *plan.dates), .whole = wish->name != NULL};
  if (!plan.dates) return error_set(err, STATUS_NO_MEMORY, "no memory for %zu days", room);
  const Planning planning = {kind, ingest, wish, &plan};
  plan_all(&planning);
  plan.questions = plan.count * (size_t)(kind->calls_per_stock * stock_days_newest_expected(kind, ingest));
  *ret_plan = plan;
  return STATUS_OK;
}
