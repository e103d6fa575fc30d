#include <closebell/dataset/engine.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/base/output.h>
#include <closebell/run/run.h>
#include <closebell/store/ops_alerts.h>

#include "work.h"

static const char ALERT[] = "dataset-failed";

static bool is_wished(const DatasetWish *wish, const Dataset *dataset) {
  return wish->name == NULL || strcmp(wish->name, dataset->name) == 0;
}

static bool is_of_interest(const Ingest *ingest, const DatasetWish *wish, const Dataset *dataset) {
  return is_wished(wish, dataset) && dataset_is_wanted(ingest->job, dataset);
}

/* Something is missing, or may have gone with a session that was replaced. */
static bool has_work(const DatasetPlan *plan) { return plan->count > 0 || plan->reopened > 0; }

/* What is missing and may be asked for. */
static Status plan_what_may_be_asked(Ingest *ingest, const Dataset *dataset, const DatasetWish *wish,
                                     DatasetPlan *ret_plan, bool *ret_shut, Error *err) {
  *ret_shut = false;
  Status status = dataset_plan(ingest, dataset, wish, ret_plan, err);
  if (status != STATUS_OK || !has_work(ret_plan)) return status;
  if (dataset->units && dataset->units->is_shut)
    status = dataset->units->is_shut(ingest, dataset, ret_shut, err);
  else if (dataset->feed)
    status = fetch_door_is_shut(&ingest->fetch, dataset->feed, ret_shut, err);
  if (status != STATUS_OK) dataset_plan_free(ret_plan);
  return status;
}

Status datasets_due(Ingest *ingest, const DatasetWish *wish, const Dataset **ret_due, Error *err) {
  const DatasetTable *table = dataset_table(ingest->job);
  Status status = STATUS_OK;
  *ret_due = NULL;
  for (size_t i = 0; i < table->count && status == STATUS_OK && !*ret_due; i++) {
    DatasetPlan plan;
    bool shut;
    if (!is_of_interest(ingest, wish, table->items[i])) continue;
    status = plan_what_may_be_asked(ingest, table->items[i], wish, &plan, &shut, err);
    if (status != STATUS_OK) break;
    if (has_work(&plan) && !shut) *ret_due = table->items[i];
    dataset_plan_free(&plan);
  }
  return status;
}

/* ---- one of them ---- */

/* Each process that takes the lease has the next number, and stamps with it. */
static bool others_may_have_worked(const DatasetWork *work) {
  const JobStatusList *planned_by = dataset_statuses(work->ingest, work->dataset);
  int64_t newest = 0;
  for (size_t i = 0; i < planned_by->count; i++)
    if (planned_by->items[i].fence > newest) newest = planned_by->items[i].fence;
  return work->ingest->job->run.lease.fence != newest + 1;
}

/* Its rows stand in the place of others, by which somebody may have judged it meanwhile. */
static bool was_replaced(const Ingest *ingest, Day date) {
  const JobStatus *before = job_status_find(job_statuses_of(&ingest->ledger.statuses, JOB_DAILY_UPDATE), date);
  const LedgerDay *day = ledger_find(&ingest->ledger, date);
  return day && day->run.archived_anew && before && before->state == JOB_COMPLETED;
}

/* What was planned before the lease was ours, and somebody else has stamped since, was theirs to do. */
static Status leave_to_others(DatasetWork *work, DatasetPlan *plan, Error *err) {
  Ingest *ingest = work->ingest;
  const char *name = work->dataset->name;
  JobStatusList now = {0};
  size_t kept = 0;
  if (plan->count == 0 || !others_may_have_worked(work)) return STATUS_OK;
  Status status = job_status_load(ingest->job->db, name, plan->dates[plan->count - 1], plan->dates[0], &now, err);
  if (status != STATUS_OK) return status;
  for (size_t i = 0; i < plan->count; i++) {
    Day date = plan->dates[i];
    const JobStatus *then = job_status_find(dataset_statuses(ingest, work->dataset), date);
    const JobStatus *stamped = job_status_find(&now, date);
    bool theirs = stamped && (!then || then->fence != stamped->fence) && !was_replaced(ingest, date);
    if (theirs) continue;
    if (plan->due) plan->due[kept] = plan->due[i];
    plan->dates[kept++] = date;
  }
  plan->count = kept;
  job_status_list_free(&now);
  return STATUS_OK;
}

static Status work_under_lease(DatasetWork *work, DatasetPlan *plan, Error *err) {
  Job *job = work->ingest->job;
  const char *lease = job_table_find(job->tables.jobs, work->dataset->name)->lease;
  Status status = run_acquire(job, lease, &work->holder, err);
  work->held = status == STATUS_OK && !job->run.held;
  if (status == STATUS_OK && !work->held) status = leave_to_others(work, plan, err);
  if (status == STATUS_OK && !work->held)
    status = work->dataset->units ? work->dataset->units->work(work, plan, err) : dataset_work(work, plan, err);
  run_release(job);
  return status;
}

static Status bring(DatasetWork *work, const DatasetOptions *options, Error *err) {
  DatasetPlan plan;
  Status status = options->due == work->dataset
                      ? dataset_plan(work->ingest, work->dataset, &options->wish, &plan, err)
                      : plan_what_may_be_asked(work->ingest, work->dataset, &options->wish, &plan, &work->shut, err);
  if (status != STATUS_OK) return status;
  if (work->shut) work->left = plan.count;
  if (has_work(&plan) && !work->shut) status = work_under_lease(work, &plan, err);
  dataset_plan_free(&plan);
  return status;
}

/* ---- what is said of it ---- */

__attribute__((format(printf, 2, 3))) static void add(Outcome *outcome, const char *format, ...) {
  size_t length = strlen(outcome->message);
  va_list args;
  va_start(args, format);
  vsnprintf(outcome->message + length, sizeof outcome->message - length, format, args);
  va_end(args);
}

static void tell(const DatasetWork *work, const DatasetWish *wish, Outcome *outcome) {
  const char *name = work->dataset->name, *before = outcome->message[0] ? "; " : "";
  const char *unit = dataset_unit(work->dataset);
  if (work->held) {
    char who[LEASE_HOLDER_SIZE];
    add(outcome, "%s%s is at work on %s: leaving it to that one", before, name, lease_holder_text(&work->holder, who));
    return;
  }
  size_t asked = work->proven + work->failed + work->waiting;
  if (asked == 0 && work->left == 0 && !work->note[0]) return;
  if (work->shut) {
    if (!wish->name) return;
    add(outcome, "%s%s: %zu %s are left for later: %s is shut", before, name, work->left, unit, work->dataset->feed);
    if (outcome->exit_code == EXIT_DONE) outcome->exit_code = EXIT_TRY_AGAIN;
    return;
  }
  add(outcome, "%s%s: %zu %s proven", before, name, work->proven, unit);
  if (work->failed) add(outcome, ", %zu failed", work->failed);
  if (work->waiting) add(outcome, ", %zu waiting", work->waiting);
  if (work->left) add(outcome, ", %zu left for later", work->left);
  if (work->note[0]) add(outcome, "%s", work->note);
  if (work->failed && outcome->exit_code == EXIT_DONE) outcome->exit_code = EXIT_TRY_AGAIN;
}

/* One's trouble holds no other. why: of a trouble; null without one. */
static Status note_trouble(const DatasetWork *work, Status trouble, const Error *why, Error *err) {
  const Job *job = work->ingest->job;
  const char *name = work->dataset->name;
  Instant now = clock_now(job->clock);
  Error unsaid;
  if (trouble == STATUS_INTERRUPTED) {
    *err = *why;
    return trouble;
  }
  bool worked = work->proven + work->failed + work->waiting > 0;
  if (trouble == STATUS_OK) {
    const JobRun *record = &job->run.record;
    return worked && record->id[0] ? ops_alerts_resolve(job->db, ALERT, name, now, err) : STATUS_OK;
  }
  log_with(job->log, LOG_WARN, LOG_FACTS(log_text("dataset", name), log_text("status", status_name(trouble))),
           "%s could not be brought up to date: %s; the next run goes on", name, why->text);
  if (trouble != STATUS_UNAVAILABLE)
    ops_alerts_raise(job->db, &(NewAlert){ALERT_WARN, ALERT, name, why->text}, now, &unsaid);
  return STATUS_OK;
}

/* Of the time that is left each gets the same share of the others'. */
static int64_t deadline_of(const Job *job, int64_t end_ms, size_t left) {
  int64_t now = clock_uptime_ms(job->clock);
  return end_ms == 0 ? 0 : end_ms > now ? now + (end_ms - now) / (int64_t)left : now;
}

Status datasets_run(Ingest *ingest, const DatasetOptions *options, Outcome *outcome, Error *err) {
  Job *job = ingest->job;
  const DatasetTable *table = dataset_table(job);
  int64_t end_ms = options->budget_ms ? clock_uptime_ms(job->clock) + options->budget_ms : 0;
  Status status = STATUS_OK;
  for (size_t i = 0; i < table->count && status == STATUS_OK; i++) {
    DatasetWork work = {.ingest = ingest, .dataset = table->items[i]};
    Error trouble = {{0}};
    if (!is_of_interest(ingest, &options->wish, work.dataset)) continue;
    work.deadline_ms = ingest->fetch.deadline_ms = deadline_of(job, end_ms, options->wish.name ? 1 : table->count - i);
    Status brought = bring(&work, options, &trouble);
    if (brought != STATUS_OK && options->wish.name && outcome->exit_code == EXIT_DONE)
      outcome->exit_code = status_exit_code(brought);
    tell(&work, &options->wish, outcome);
    if (brought != STATUS_OK && options->wish.name) add(outcome, "%s%s", outcome->message[0] ? "; " : "", trouble.text);
    status = note_trouble(&work, brought, &trouble, err);
  }
  return status;
}

/* ---- asked for anew ---- */

static bool was_asked_since(const JobStatus *status, const DatasetWish *wish, const DatasetPlan *plan, size_t at) {
  if (!status || status->start_utc == INSTANT_NONE || status->start_utc < wish->since) return false;
  return !plan->due || !status->unit || plan->due[at] <= status->unit->due_utc; /* two hours have one status */
}

/* Takes out what an earlier run has done of it; the others move up. */
static void leave_out_asked(const JobStatusList *statuses, const DatasetWish *wish, DatasetPlan *plan,
                            DatasetAgain *again) {
  size_t kept = 0;
  for (size_t i = 0; i < plan->count; i++) {
    const JobStatus *status = job_status_find(statuses, plan->dates[i]);
    if (was_asked_since(status, wish, plan, i)) {
      again->proven += status->state == JOB_COMPLETED;
      again->failed += status->state == JOB_FAILED;
      again->waiting += status->state != JOB_COMPLETED && status->state != JOB_FAILED;
      continue;
    }
    if (plan->due) plan->due[kept] = plan->due[i];
    plan->dates[kept++] = plan->dates[i];
  }
  plan->count = kept;
}

static void count_again(const JobStatusList *statuses, const Day *wished, DatasetAgain *again) {
  again->proven = again->failed = again->waiting = 0;
  for (size_t i = 0; i < again->units; i++) {
    const JobStatus *status = job_status_find(statuses, wished[i]);
    again->proven += status && status->state == JOB_COMPLETED;
    again->failed += status && status->state == JOB_FAILED;
    again->waiting += !status || (status->state != JOB_COMPLETED && status->state != JOB_FAILED);
  }
}

/* The work asks for more sessions than were wished: those beside one that is doubted, and those whose documents do not
 * hold. What became of the wished ones their statuses say. */
static Status count_wished(const Ingest *ingest, const Dataset *dataset, const Day *wished, DatasetAgain *again,
                           Error *err) {
  JobStatusList now = {0};
  if (again->units == 0 || again->left > 0) return STATUS_OK;
  Status status = job_status_load(ingest->job->db, dataset->name, wished[again->units - 1], wished[0], &now, err);
  if (status != STATUS_OK) return status;
  count_again(&now, wished, again);
  job_status_list_free(&now);
  return STATUS_OK;
}

/* Units of its own a dataset counts as they are. */
static Day *copy_wished(const Dataset *dataset, const DatasetPlan *plan) {
  Day *wished = dataset->units ? NULL : malloc((plan->count + 1) * sizeof *wished);
  if (wished) memcpy(wished, plan->dates, plan->count * sizeof *wished);
  return wished;
}

Status dataset_ask_again(Ingest *ingest, const Dataset *dataset, const DatasetWish *wish, DatasetAgain *ret_again,
                         Error *err) {
  DatasetAgain again = {.unit = dataset_unit(dataset), .changed = -1};
  DatasetWork work = {.ingest = ingest, .dataset = dataset};
  DatasetPlan plan;
  Status status = plan_what_may_be_asked(ingest, dataset, wish, &plan, &again.shut, err);
  if (status != STATUS_OK) return status;
  Day *wished = copy_wished(dataset, &plan);
  if (!wished && !dataset->units) {
    dataset_plan_free(&plan);
    return error_set(err, STATUS_NO_MEMORY, "no memory for a request");
  }
  again.units = plan.count;
  plan.anew = true;
  leave_out_asked(dataset_statuses(ingest, dataset), wish, &plan, &again);
  work.deadline_ms = ingest->fetch.deadline_ms = clock_uptime_ms(ingest->job->clock) + DATASET_BUDGET_MS;
  if (plan.count > 0 && again.shut)
    again.left = plan.count;
  else if (plan.count > 0)
    status = dataset->units ? dataset->units->work(&work, &plan, err) : dataset_work(&work, &plan, err);
  dataset_plan_free(&plan);
  again.shut &= again.left > 0;
  again.left += work.left;
  again.proven += work.proven;
  again.failed += work.failed;
  again.waiting += work.waiting;
  if (work.tells_changed) again.changed = work.changed;
  if (status == STATUS_OK && wished) status = count_wished(ingest, dataset, wished, &again, err);
  free(wished);
  Error unsaid;
  if (status != STATUS_OK)
    note_trouble(&work, status, err, &unsaid);
  else
    status = note_trouble(&work, STATUS_OK, NULL, err);
  if (status == STATUS_OK) *ret_again = again;
  return status;
}

/* ---- what would be done, and what is there ---- */

/* "market_totals: 44 of 45 sessions proven; 1 rests until 2024-07-05 10:00 KST" */
static void print_plan(const Output *out, const Dataset *dataset, const DatasetPlan *plan, const char *what) {
  char rest[96] = "";
  if (plan->resting)
    snprintf(rest, sizeof rest, "; %zu, asked for and not proven, %s until %s", plan->resting,
             plan->resting == 1 ? "rests" : "rest", instant_kst_text(plan->rest_ends).text);
  output_line(out, OUTPUT_HANGING, "%s: %zu of %zu %s proven%s%s%s", dataset->name, plan->completed, plan->sessions,
              dataset_unit(dataset), what, rest, plan->note);
}

static void say_order(const Dataset *dataset, const DatasetPlan *plan, size_t size, char *what) {
  bool oldest = dataset->units && dataset->units->oldest_first;
  snprintf(what, size, "; %zu would be asked for, %s first from %s: %zu source calls", plan->count,
           oldest ? "oldest" : "newest", day_text(plan->dates[oldest ? plan->count - 1 : 0]).text, plan->questions);
}

static Status explain(Ingest *ingest, const Dataset *dataset, const DatasetWish *wish, Error *err) {
  DatasetPlan plan;
  bool shut;
  Status status = plan_what_may_be_asked(ingest, dataset, wish, &plan, &shut, err);
  if (status != STATUS_OK) return status;
  char what[192] = "";
  if (plan.count > 0 && shut)
    snprintf(what, sizeof what, "; the others are not asked for: %s is shut", dataset->feed);
  else if (plan.count > 0)
    say_order(dataset, &plan, sizeof what, what);
  else if (plan.resting == 0)
    snprintf(what, sizeof what, "; nothing to ask for");
  if (plan.count > 0 || plan.resting > 0 || plan.note[0] || wish->name)
    print_plan(&ingest->job->out, dataset, &plan, what);
  dataset_plan_free(&plan);
  return STATUS_OK;
}

Status datasets_explain(Ingest *ingest, const DatasetWish *wish, Error *err) {
  const DatasetTable *table = dataset_table(ingest->job);
  Status status = STATUS_OK;
  for (size_t i = 0; i < table->count && status == STATUS_OK; i++)
    if (is_of_interest(ingest, wish, table->items[i])) status = explain(ingest, table->items[i], wish, err);
  return status;
}
