#include <closebell/dataset/plan.h>

#include <stdlib.h>

enum { REST_FROM_ATTEMPTS = 2, REST_DOUBLES = 8 };
static const int64_t HOUR_MS = INT64_C(60) * 60 * 1000, WEEK_MS = INT64_C(7) * 24 * 60 * 60 * 1000;

int64_t dataset_rest_ms(int64_t attempts) {
  int64_t doubles = attempts - REST_FROM_ATTEMPTS;
  if (doubles < 0) return 0;
  int64_t rest = HOUR_MS << (doubles < REST_DOUBLES ? doubles : REST_DOUBLES);
  return rest < WEEK_MS ? rest : WEEK_MS;
}

const JobStatusList *dataset_statuses(const Ingest *ingest, const Dataset *dataset) {
  return job_statuses_of(&ingest->ledger.statuses, dataset->name);
}

static bool is_named(const DatasetWish *wish) { return wish->from != DAY_NONE || wish->to != DAY_NONE; }

static bool is_wished(const DatasetWish *wish, Day date) {
  return (wish->from == DAY_NONE || date >= wish->from) && (wish->to == DAY_NONE || date <= wish->to);
}

static bool is_session(const Ingest *ingest, const LedgerDay *day) {
  return day->state == JOB_COMPLETED && day->date >= ingest->ledger.first;
}

static bool is_done(const JobStatus *status, int64_t expected_rows) {
  return status && status->state == JOB_COMPLETED && status->expected_rows == expected_rows;
}

/* It was asked for in vain not long ago, and not for the first time. */
static bool rests(const Job *job, const JobStatus *status) {
  if (!status || status->end_utc == INSTANT_NONE || status->state == JOB_COMPLETED) return false;
  return clock_now(job->clock) < status->end_utc + dataset_rest_ms(status->attempt);
}

Status dataset_plan(const Ingest *ingest, const Dataset *dataset, const DatasetWish *wish, DatasetPlan *ret_plan,
                    Error *err) {
  const Ledger *ledger = &ingest->ledger;
  const JobStatusList *statuses = dataset_statuses(ingest, dataset);
  int64_t expected = dataset->expected_rows(ingest->job);
  DatasetPlan plan = {.dates = malloc((ledger->count + 1) * sizeof *plan.dates)};
  if (!plan.dates) return error_set(err, STATUS_NO_MEMORY, "no memory for %zu days", ledger->count);
  for (size_t i = ledger->count; i > 0; i--) {
    const LedgerDay *day = &ledger->days[i - 1];
    if (!is_session(ingest, day)) continue;
    const JobStatus *status = job_status_find(statuses, day->date);
    plan.sessions++;
    plan.completed += is_done(status, expected);
    bool named = is_named(wish), missing = named ? is_wished(wish, day->date) : !is_done(status, expected);
    bool resting = missing && !named && rests(ingest->job, status);
    plan.resting += resting;
    if (missing && !resting) plan.dates[plan.count++] = day->date;
  }
  *ret_plan = plan;
  return STATUS_OK;
}

void dataset_plan_free(DatasetPlan *plan) {
  free(plan->dates);
  *plan = (DatasetPlan){0};
}

static const LedgerDay *session_beside(const Ingest *ingest, Day date, bool before) {
  const Ledger *ledger = &ingest->ledger;
  size_t at = ledger_position(ledger, before ? date : date + 1);
  if (!before) {
    while (at < ledger->count && !is_session(ingest, &ledger->days[at])) at++;
    return at < ledger->count ? &ledger->days[at] : NULL;
  }
  while (at > 0 && !is_session(ingest, &ledger->days[at - 1])) at--;
  return at > 0 ? &ledger->days[at - 1] : NULL;
}

void dataset_neighbours(const Ingest *ingest, DatasetDay *day) {
  const LedgerDay *before = session_beside(ingest, day->date, true), *after = session_beside(ingest, day->date, false);
  day->before = before && ledger_nothing_missing(&ingest->ledger, before->date, day->date) ? before->date : DAY_NONE;
  day->after = after && ledger_nothing_missing(&ingest->ledger, day->date, after->date) ? after->date : DAY_NONE;
}
