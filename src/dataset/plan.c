#include <closebell/dataset/plan.h>

#include <stdlib.h>

#include <closebell/store/source_state.h>

#include "datasets.h"

enum { REST_FROM_ATTEMPTS = 2, REST_DOUBLES = 8 };
static const int64_t HOUR_MS = INT64_C(60) * 60 * 1000, WEEK_MS = INT64_C(7) * 24 * 60 * 60 * 1000;

static int64_t rest_ms(int64_t attempts) {
  int64_t doubles = attempts - REST_FROM_ATTEMPTS;
  if (doubles < 0) return 0;
  int64_t rest = HOUR_MS << (doubles < REST_DOUBLES ? doubles : REST_DOUBLES);
  return rest < WEEK_MS ? rest : WEEK_MS;
}

const JobStatusList *dataset_statuses(const Ingest *ingest, const Dataset *dataset) {
  return job_statuses_of(&ingest->ledger.statuses, dataset->name);
}

bool dataset_wish_names_days(const DatasetWish *wish) { return wish->from != DAY_NONE || wish->to != DAY_NONE; }

bool dataset_wish_includes(const DatasetWish *wish, Day date) {
  return (wish->from == DAY_NONE || date >= wish->from) && (wish->to == DAY_NONE || date <= wish->to);
}

bool dataset_is_session(const Ingest *ingest, const LedgerDay *day) {
  return day->state == JOB_COMPLETED && day->date >= ingest->ledger.first;
}

bool dataset_awaits_proof(const JobStatus *status) {
  return status && status->state == JOB_WAITING && status->stored_rows > 0 && !status->unit;
}

Instant dataset_rest_ends(const JobStatus *status) {
  if (!status || status->end_utc == INSTANT_NONE || status->state == JOB_COMPLETED) return INSTANT_NONE;
  int64_t rest = rest_ms(status->attempt);
  return rest > 0 ? status->end_utc + rest : INSTANT_NONE;
}

/* It was asked for in vain not long ago, and not for the first time. */
static bool rests(const Job *job, const JobStatus *status) {
  return clock_now(job->clock) < dataset_rest_ends(status); /* INSTANT_NONE is before any */
}

typedef struct {
  const Ingest *ingest;
  const Dataset *dataset;
  const DatasetWish *wish;
  int64_t expected_rows; /* of a session, by the settings */
} Planning;

/* Of a session that this run has archived anew nothing is proven yet. Whoever replaces a session removes what rests on
 * it first: a later run finds that gone. */
static bool is_done(const Planning *planning, const LedgerDay *day, const JobStatus *status) {
  bool complete = status && status->state == JOB_COMPLETED && status->expected_rows == planning->expected_rows;
  return complete && !day->run.archived_anew;
}

static bool is_stored(const Planning *planning, Day date) {
  const JobStatusList *statuses = dataset_statuses(planning->ingest, planning->dataset);
  const JobStatus *status = date == DAY_NONE ? NULL : job_status_find(statuses, date);
  return status && (status->state == JOB_COMPLETED || dataset_awaits_proof(status));
}

/* What it waited for is there. */
static bool can_be_proven(const Planning *planning, Day date, const JobStatus *status) {
  DatasetDay day = {.date = date};
  if (!planning->dataset->links || !dataset_awaits_proof(status)) return false;
  dataset_neighbours(planning->ingest, &day);
  return is_stored(planning, day.before) || is_stored(planning, day.after);
}

static void note_resting(DatasetPlan *plan, Instant ends) {
  if (plan->resting++ == 0 || ends < plan->rest_ends) plan->rest_ends = ends;
}

bool dataset_plan_rests(const Job *job, DatasetPlan *plan, const JobStatus *status) {
  if (!rests(job, status)) return false;
  note_resting(plan, dataset_rest_ends(status));
  return true;
}

Status dataset_source_is_shut(const Ingest *ingest, const char *source, bool *ret_shut, Error *err) {
  SourceState state;
  Status status = source_state_read(ingest->job->db, source, &state, err);
  if (status == STATUS_OK) *ret_shut = source_state_blocks(&state, clock_now(ingest->job->clock));
  return status;
}

const char *dataset_unit(const Dataset *dataset) { return dataset->units ? dataset->units->unit : "sessions"; }

static void plan_session(const Planning *planning, const LedgerDay *day, DatasetPlan *plan) {
  const JobStatus *status = job_status_find(dataset_statuses(planning->ingest, planning->dataset), day->date);
  bool done = is_done(planning, day, status), named = dataset_wish_names_days(planning->wish);
  bool missing = named ? dataset_wish_includes(planning->wish, day->date) : !done;
  bool resting = missing && !named && !day->run.archived_anew && rests(planning->ingest->job, status) &&
                 !can_be_proven(planning, day->date, status);
  plan->completed += done;
  plan->reopened += done && day->run.proven;
  if (resting) note_resting(plan, dataset_rest_ends(status));
  if (missing && !resting) plan->dates[plan->count++] = day->date;
}

static Status plan_sessions(const Ingest *ingest, const Dataset *dataset, const DatasetWish *wish,
                            DatasetPlan *ret_plan, Error *err) {
  const Ledger *ledger = &ingest->ledger;
  const Planning planning = {ingest, dataset, wish, dataset->expected_rows(ingest->job)};
  DatasetPlan plan = {.dates = malloc((ledger->count + 1) * sizeof *plan.dates)};
  if (!plan.dates) return error_set(err, STATUS_NO_MEMORY, "no memory for %zu days", ledger->count);
  for (size_t i = ledger->count; i > 0; i--) {
    if (!dataset_is_session(ingest, &ledger->days[i - 1])) continue;
    plan.sessions++;
    plan_session(&planning, &ledger->days[i - 1], &plan);
  }
  if (dataset->feed) plan.questions = plan.count * market_set_count(dataset->markets(ingest->job));
  *ret_plan = plan;
  return STATUS_OK;
}

Status dataset_plan(Ingest *ingest, const Dataset *dataset, const DatasetWish *wish, DatasetPlan *ret_plan,
                    Error *err) {
  *ret_plan = (DatasetPlan){0};
  return dataset->units ? dataset->units->plan(ingest, dataset, wish, ret_plan, err)
                        : plan_sessions(ingest, dataset, wish, ret_plan, err);
}

void dataset_plan_free(DatasetPlan *plan) {
  free(plan->dates);
  free(plan->due);
  *plan = (DatasetPlan){0};
}

static bool is_there(const Ingest *ingest, const LedgerDay *day) {
  return day->archived || dataset_is_session(ingest, day);
}

static const LedgerDay *session_beside(const Ingest *ingest, Day date, bool before) {
  const Ledger *ledger = &ingest->ledger;
  size_t at = ledger_position(ledger, before ? date : date + 1);
  if (!before) {
    while (at < ledger->count && !is_there(ingest, &ledger->days[at])) at++;
    return at < ledger->count ? &ledger->days[at] : NULL;
  }
  while (at > 0 && !is_there(ingest, &ledger->days[at - 1])) at--;
  return at > 0 ? &ledger->days[at - 1] : NULL;
}

void dataset_neighbours(const Ingest *ingest, DatasetDay *day) {
  const LedgerDay *before = session_beside(ingest, day->date, true), *after = session_beside(ingest, day->date, false);
  day->before = before && ledger_nothing_missing(&ingest->ledger, before->date, day->date) ? before->date : DAY_NONE;
  day->after = after && ledger_nothing_missing(&ingest->ledger, day->date, after->date) ? after->date : DAY_NONE;
}

/* Where both sides are stored they differ: an answer that was broken stores none. */
size_t dataset_contradicted(const Ingest *ingest, Day *dates) {
  const JobStatusList *statuses = dataset_statuses(ingest, &MARKET_TOTALS);
  size_t count = 0;
  if (!dataset_is_wanted(ingest->job, &MARKET_TOTALS)) return 0;
  for (size_t i = 0; i < statuses->count; i++) {
    const JobStatus *status = &statuses->items[i];
    const LedgerDay *day = ledger_find(&ingest->ledger, status->date);
    bool contradicted = status->state == JOB_FAILED && status->stored_rows > 0;
    if (!contradicted || !day || !dataset_is_session(ingest, day) || rests(ingest->job, status)) continue;
    if (dates) dates[count] = status->date;
    count++;
  }
  return count;
}
