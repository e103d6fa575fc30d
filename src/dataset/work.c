#include "work.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/base/progress.h>
#include <closebell/base/text.h>
#include <closebell/run/run.h>
#include <closebell/store/ops_alerts.h>

/* ---- what is stored ---- */

typedef struct {
  DatasetWork *work;
  DatasetPlan *plan;
} Reopening;

/* The next session of the plan that is not newer; plan->count when there is none. */
static size_t place_of(const DatasetPlan *plan, Day date) {
  size_t at = 0;
  while (at < plan->count && plan->dates[at] > date) at++;
  return at;
}

/* A completed session whose documents do not hold is asked for again. What belongs to no session is --verify's. */
static Status reopen(void *context, Day date, const char *what, Error *err) {
  Reopening *reopening = context;
  DatasetPlan *plan = reopening->plan;
  size_t at = place_of(plan, date);
  (void)err;
  const LedgerDay *day = date == DAY_NONE ? NULL : ledger_find(&reopening->work->ingest->ledger, date);
  if (!day || !dataset_is_session(reopening->work->ingest, day) || (at < plan->count && plan->dates[at] == date))
    return STATUS_OK;
  memmove(plan->dates + at + 1, plan->dates + at, (plan->count - at) * sizeof *plan->dates);
  plan->dates[at] = date; /* there is room: a plan has a place for each day of the ledger */
  plan->count++;
  reopening->work->reopened++;
  log_with(reopening->work->ingest->job->log, LOG_WARN,
           LOG_FACTS(log_text("dataset", reopening->work->dataset->name), log_day("session", date)),
           "%s of %s: %s; it is asked for again", reopening->work->dataset->name, day_text(date).text, what);
  return STATUS_OK;
}

static Status look_at_stored(DatasetWork *work, DatasetPlan *plan, Error *err) {
  const JobStatusList *statuses = dataset_statuses(work->ingest, work->dataset);
  Day *dates = malloc((statuses->count + 1) * sizeof *dates);
  if (!dates) return error_set(err, STATUS_NO_MEMORY, "no memory for %zu sessions", statuses->count);
  size_t count = 0;
  for (size_t i = 0; i < statuses->count; i++)
    if (statuses->items[i].state == JOB_COMPLETED) dates[count++] = statuses->items[i].date;
  Reopening reopening = {work, plan};
  const DatasetStored stored = {.dates = dates, .count = count, .look = LOOK_STORED};
  Status status = count ? work->dataset->look(work->ingest, &stored, reopen, &reopening, err) : STATUS_OK;
  free(dates);
  return error_prefix(err, status, "looking at what is stored of %s", work->dataset->name);
}

/* ---- what was stamped anew, and is as it was ---- */

typedef struct {
  Day *dates; /* owned; ascending: completed sessions that are in the plan because of a later stamp */
  size_t count;
} Outdated;

/* It does not hold: it stays in the plan. */
static Status stays(void *context, Day date, const char *what, Error *err) {
  Outdated *outdated = context;
  size_t kept = 0;
  (void)what, (void)err;
  for (size_t i = 0; i < outdated->count; i++)
    if (outdated->dates[i] != date) outdated->dates[kept++] = outdated->dates[i];
  outdated->count = kept;
  return STATUS_OK;
}

static void list_outdated(const DatasetWork *work, const DatasetPlan *plan, Outdated *outdated) {
  int64_t expected = work->dataset->expected_rows(work->ingest->job);
  for (size_t i = plan->count; i > 0; i--) {
    const JobStatus *status = job_status_find(dataset_statuses(work->ingest, work->dataset), plan->dates[i - 1]);
    if (status && status->state == JOB_COMPLETED && status->expected_rows == expected)
      outdated->dates[outdated->count++] = plan->dates[i - 1];
  }
}

static Status stamp_as_before(DatasetWork *work, Day date, Error *err) {
  const Job *job = work->ingest->job;
  JobStatus item = *job_status_find(dataset_statuses(work->ingest, work->dataset), date);
  item.end_utc = clock_now(job->clock);
  item.fence = job->run.lease.fence;
  item.pid = job->host.pid;
  text_copy(item.host, sizeof item.host, job->host.name);
  return job_status_write(job->db, &item, 1, err);
}

static void leave_out(DatasetPlan *plan, Day date) {
  size_t at = place_of(plan, date);
  memmove(plan->dates + at, plan->dates + at + 1, (plan->count - at - 1) * sizeof *plan->dates);
  plan->count--;
}

/* A session may be stamped again without being archived again, as another filter does: what still agrees with the
 * archive need not be asked for. */
static Status leave_out_what_holds(DatasetWork *work, DatasetPlan *plan, Error *err) {
  const Dataset *dataset = work->dataset;
  if (work->named || !dataset->rests_on_archive || dataset->links || plan->count == 0) return STATUS_OK;
  Outdated outdated = {.dates = malloc(plan->count * sizeof *outdated.dates)};
  if (!outdated.dates) return error_set(err, STATUS_NO_MEMORY, "no memory for %zu sessions", plan->count);
  list_outdated(work, plan, &outdated);
  Day *asked = outdated.count ? malloc(outdated.count * sizeof *asked) : NULL;
  Status status = outdated.count && !asked ? error_set(err, STATUS_NO_MEMORY, "no memory for sessions") : STATUS_OK;
  if (asked) {
    memcpy(asked, outdated.dates, outdated.count * sizeof *asked);
    const DatasetStored stored = {.dates = asked, .count = outdated.count, .look = LOOK_ARCHIVE};
    status = dataset->look(work->ingest, &stored, stays, &outdated, err);
  }
  for (size_t i = 0; i < outdated.count && status == STATUS_OK; i++) {
    leave_out(plan, outdated.dates[i]);
    status = stamp_as_before(work, outdated.dates[i], err);
  }
  free(asked);
  free(outdated.dates);
  return status;
}

/* ---- asking ---- */

typedef enum { ANSWERED, UNASKED, IN_VAIN } Answered;

/* All markets with rows go to the proof. In vain: the provider was asked, and has not said anything about the day. */
static Answered look_at_answer(const DatasetWork *work, DatasetDay *day) {
  MarketSet markets = work->dataset->markets(work->ingest->job);
  DatasetVerdict *verdict = &day->verdict;
  Answered answered = ANSWERED;
  for (Market market = 0; market < MARKET_COUNT && work->dataset->feed; market++) {
    const Answer *answer = &day->answer.markets[market];
    if (!market_set_has(markets, market) || answer->kind == ANSWER_ROWS) continue;
    if (answer->kind == ANSWER_NONE) return UNASKED;
    if (answer->kind != ANSWER_EMPTY && answer->kind != ANSWER_BROKEN) {
      answered = IN_VAIN;
    } else if (verdict->state != JOB_FAILED) {
      verdict->state = answer->kind == ANSWER_EMPTY ? JOB_WAITING : JOB_FAILED;
      snprintf(verdict->reason, sizeof verdict->reason, "%s: %s", market_name(market),
               answer->kind == ANSWER_EMPTY ? "the exchange gives none of it" : answer->detail);
    }
  }
  return answered;
}

static Status ask(DatasetWork *work, const Day *dates, DatasetDay *days, size_t count, Error *err) {
  Ingest *ingest = work->ingest;
  DayAnswer answers[DATASET_DAYS_MAX] = {{0}};
  const FeedDays asked = {
      .feed = work->dataset->feed, .markets = work->dataset->markets(ingest->job), .dates = dates, .count = count};
  Status status = asked.feed ? fetch_beside(&ingest->fetch, &asked, answers, err) : STATUS_OK;
  for (size_t i = 0; i < count; i++) {
    days[i] = (DatasetDay){.date = dates[i], .answer = answers[i]};
    days[i].answer.date = dates[i];
    days[i].verdict = (DatasetVerdict){.expected_rows = work->dataset->expected_rows(ingest->job)};
    dataset_neighbours(ingest, &days[i]);
  }
  return status;
}

/* ---- stamps ---- */

/* Attempts are counted since it was proven last: by them it rests (dataset_rest_ms). */
static JobStatus status_of(const DatasetWork *work, const DatasetDay *day, Instant started) {
  const Job *job = work->ingest->job;
  const DatasetVerdict *verdict = &day->verdict;
  const JobStatus *before = job_status_find(dataset_statuses(work->ingest, work->dataset), day->date);
  bool proven = verdict->state == JOB_COMPLETED;
  JobStatus status = {.date = day->date,
                      .state = verdict->state,
                      .start_utc = started,
                      .end_utc = clock_now(job->clock),
                      .fence = job->run.lease.fence,
                      .pid = job->host.pid,
                      .attempt = before && before->state != JOB_COMPLETED ? before->attempt + 1 : 1,
                      .expected_rows = verdict->expected_rows,
                      .stored_rows = verdict->stored_rows,
                      .analyzed = -1,
                      .remaining = -1};
  text_copy(status.job, sizeof status.job, work->dataset->name);
  text_copy(status.host, sizeof status.host, job->host.name);
  text_copy(status.reason, sizeof status.reason,
            proven && !verdict->reason[0] ? work->dataset->proof : verdict->reason);
  return status;
}

/* "market-totals". */
static const char *alert_kind(const Dataset *dataset, char kind[ALERT_KIND_SIZE]) {
  snprintf(kind, ALERT_KIND_SIZE, "%s", dataset->name);
  for (char *c = kind; *c != '\0'; c++)
    if (*c == '_') *c = '-';
  return kind;
}

/* Of a session that cannot be proven an operator is told; and again when it is. What has failed ends its alert before
 * its status says otherwise, and begins it after: a run that dies in between leaves a failed session, to which the next
 * one comes. */
static Status end_alert(const DatasetWork *work, const JobStatus *item, Error *err) {
  const Job *job = work->ingest->job;
  const JobStatus *before = job_status_find(dataset_statuses(work->ingest, work->dataset), item->date);
  char kind[ALERT_KIND_SIZE];
  if (item->state == JOB_FAILED || !before || before->state != JOB_FAILED) return STATUS_OK;
  return ops_alerts_resolve(job->db, alert_kind(work->dataset, kind), day_text(item->date).text, clock_now(job->clock),
                            err);
}

static Status begin_alert(const DatasetWork *work, const JobStatus *item, Error *err) {
  const Job *job = work->ingest->job;
  char kind[ALERT_KIND_SIZE];
  DayText date = day_text(item->date);
  if (item->state != JOB_FAILED) return STATUS_OK;
  log_with(job->log, LOG_WARN, LOG_FACTS(log_text("dataset", item->job), log_day("session", item->date)),
           "%s of %s: %s", item->job, date.text, item->reason);
  return ops_alerts_raise(job->db, ALERT_WARN, alert_kind(work->dataset, kind), date.text, item->reason,
                          clock_now(job->clock), err);
}

static Status stamp(DatasetWork *work, const DatasetDay *days, size_t count, Instant started, Error *err) {
  JobStatus items[DATASET_DAYS_MAX];
  Status status = STATUS_OK;
  for (size_t i = 0; i < count; i++) items[i] = status_of(work, &days[i], started);
  for (size_t i = 0; i < count && status == STATUS_OK; i++) status = end_alert(work, &items[i], err);
  if (status == STATUS_OK) status = job_status_write(work->ingest->job->db, items, count, err);
  for (size_t i = 0; i < count && status == STATUS_OK; i++) {
    work->proven += items[i].state == JOB_COMPLETED;
    work->failed += items[i].state == JOB_FAILED;
    work->waiting += items[i].state == JOB_WAITING;
    status = begin_alert(work, &items[i], err);
  }
  return status;
}

/* ---- one chunk ---- */

static int compare_dates(const void *a, const void *b) {
  Day left = ((const DatasetDay *)a)->date, right = ((const DatasetDay *)b)->date;
  return (left > right) - (left < right);
}

/* Proves and stores the days that were answered with rows; the others have their verdict. */
static Status prove_and_store(DatasetWork *work, DatasetDay *days, size_t count, Error *err) {
  DatasetDay open[DATASET_DAYS_MAX];
  size_t at[DATASET_DAYS_MAX], open_count = 0;
  for (size_t i = 0; i < count; i++) {
    if (days[i].verdict.state != JOB_ABSENT) continue;
    at[open_count] = i;
    open[open_count++] = days[i];
  }
  if (open_count == 0) return STATUS_OK;
  Status status = work->dataset->prove(work->ingest, open, open_count, err);
  if (status == STATUS_OK) status = run_beat(work->ingest->job, err);
  if (status == STATUS_OK) status = work->dataset->store(work->ingest, open, open_count, err);
  for (size_t i = 0; i < open_count; i++) days[at[i]].verdict = open[i].verdict;
  return status;
}

/* *ret_done: so many of the dates were asked about; fewer than count: the feed may be asked no more. */
static Status work_on(DatasetWork *work, const Day *dates, size_t count, size_t *ret_done, Error *err) {
  DatasetDay days[DATASET_DAYS_MAX];
  size_t answered = 0;
  Instant started = clock_now(work->ingest->job->clock);
  Status status = ask(work, dates, days, count, err);
  *ret_done = 0;
  for (size_t i = 0; i < count && status == STATUS_OK; i++) {
    Answered how = look_at_answer(work, &days[i]);
    *ret_done += how == ANSWERED;
    if (how != ANSWERED) {
      day_answer_free(&days[i].answer);
      continue;
    }
    if (answered != i) {
      days[answered] = days[i];
      days[i].answer = (DayAnswer){0};
    }
    answered++;
  }
  size_t held = status == STATUS_OK ? answered : count;
  qsort(days, answered, sizeof *days, compare_dates);
  if (status == STATUS_OK && answered) status = prove_and_store(work, days, answered, err);
  if (status == STATUS_OK && answered) status = stamp(work, days, answered, started, err);
  for (size_t i = 0; i < held; i++) day_answer_free(&days[i].answer);
  return status;
}

static bool has_time(const DatasetWork *work) {
  return work->deadline_ms == 0 || clock_uptime_ms(work->ingest->job->clock) < work->deadline_ms;
}

Status dataset_work(DatasetWork *work, DatasetPlan *plan, Error *err) {
  Job *job = work->ingest->job;
  Status status = work->dataset->create ? work->dataset->create(job, err) : STATUS_OK;
  if (status == STATUS_OK) status = look_at_stored(work, plan, err);
  if (status == STATUS_OK) status = leave_out_what_holds(work, plan, err);
  Progress progress = progress_start(job->log, work->dataset->name, "sessions", plan->count);
  size_t at = 0;
  while (at < plan->count && status == STATUS_OK && has_time(work)) {
    size_t chunk = fetch_chunk(&work->ingest->fetch), left = plan->count - at, count = left < chunk ? left : chunk,
           done;
    status = run_beat(job, err);
    if (status == STATUS_OK) status = work_on(work, plan->dates + at, count, &done, err);
    if (status != STATUS_OK) break;
    at += done;
    progress_update(&progress, at);
    if (done < count) break;
  }
  progress_finish(&progress);
  work->left = plan->count - at;
  return status;
}
