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

static Status list_alone(DatasetWork *work, Error *err) {
  const JobStatusList *statuses = dataset_statuses(work->ingest, work->dataset);
  Status status = STATUS_OK;
  for (size_t i = 0; i < statuses->count && status == STATUS_OK; i++)
    if (dataset_awaits_proof(&statuses->items[i])) status = day_list_add(&work->alone, statuses->items[i].date, err);
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
      snprintf(verdict->reason, sizeof verdict->reason, "%s: %.200s", market_name(market),
               answer->kind == ANSWER_EMPTY ? "the exchange gives none of it" : answer->detail);
    }
  }
  return answered;
}

static DatasetDay begin_day(const DatasetWork *work, Day date) {
  DatasetDay day = {.date = date, .verdict = {.expected_rows = work->dataset->expected_rows(work->ingest->job)}};
  dataset_neighbours(work->ingest, &day);
  return day;
}

static Status ask(DatasetWork *work, const Day *dates, DatasetDay *days, size_t count, Error *err) {
  Ingest *ingest = work->ingest;
  DayAnswer answers[DATASET_DAYS_MAX] = {{0}};
  const FeedDays asked = {
      .feed = work->dataset->feed, .markets = work->dataset->markets(ingest->job), .dates = dates, .count = count};
  Status status = asked.feed ? fetch_beside(&ingest->fetch, &asked, answers, err) : STATUS_OK;
  for (size_t i = 0; i < count; i++) {
    days[i] = begin_day(work, dates[i]);
    days[i].answer = answers[i];
    days[i].answer.date = dates[i];
  }
  return status;
}

/* ---- stamps ---- */

/* Attempts are counted since it was proven last: by them it rests (dataset_rest_ends). */
static JobStatus status_of(const DatasetWork *work, const DatasetStamp *of, Instant started) {
  const Job *job = work->ingest->job;
  const DatasetVerdict *verdict = of->verdict;
  const JobStatus *before = job_status_find(dataset_statuses(work->ingest, work->dataset), of->date);
  bool proven = verdict->state == JOB_COMPLETED;
  const char *finality = of->finality ? of->finality : proven ? "final" : "";
  JobStatus status = {.date = of->date,
                      .state = verdict->state,
                      .start_utc = started,
                      .end_utc = clock_now(job->clock),
                      .fence = job->run.lease.fence,
                      .pid = job->process.host.pid,
                      .attempt = before && before->state != JOB_COMPLETED ? before->attempt + 1 : 1,
                      .expected_rows = verdict->expected_rows,
                      .stored_rows = verdict->stored_rows,
                      .analyzed = -1,
                      .remaining = -1};
  if (of->missing) status.missing = *of->missing;
  status.unit = of->unit;
  text_copy(status.job, sizeof status.job, work->dataset->name);
  text_copy(status.finality, sizeof status.finality, finality);
  text_copy(status.host, sizeof status.host, job->process.host.name);
  text_copy(status.reason, sizeof status.reason,
            proven && !verdict->reason[0] ? work->dataset->proof : verdict->reason);
  return status;
}

/* "market-totals". */
static const char *alert_kind(const Dataset *dataset, char kind[ALERT_KIND_SIZE]) {
  snprintf(kind, ALERT_KIND_SIZE, "%s", dataset->name);
  return text_dash(kind);
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
  return ops_alerts_raise(job->db, &(NewAlert){ALERT_WARN, alert_kind(work->dataset, kind), date.text, item->reason},
                          clock_now(job->clock), err);
}

static void count_one(DatasetWork *work, const JobStatus *item) {
  work->proven += item->state == JOB_COMPLETED;
  work->failed += item->state == JOB_FAILED;
  work->waiting += item->state == JOB_WAITING && !dataset_awaits_proof(item);
}

Status dataset_stamp(DatasetWork *work, const DatasetStamp *stamp, Instant started, Error *err) {
  const JobStatus item = status_of(work, stamp, started);
  Status status = end_alert(work, &item, err);
  if (status == STATUS_OK) status = job_status_write(work->ingest->job->db, &item, 1, err);
  if (status != STATUS_OK) return status;
  count_one(work, &item);
  return begin_alert(work, &item, err);
}

static Status note_alone(DatasetWork *work, const JobStatus *item, Error *err) {
  if (dataset_awaits_proof(item)) return day_list_add(&work->alone, item->date, err);
  day_list_remove(&work->alone, item->date);
  day_list_remove(&work->joined, item->date);
  return STATUS_OK;
}

/* A session that was just proven is what those beside it have waited for. */
static Status note_joined(DatasetWork *work, const DatasetDay *day, Error *err) {
  const Day beside[] = {day->before, day->after};
  Status status = STATUS_OK;
  if (!work->dataset->links || day->verdict.state != JOB_COMPLETED) return STATUS_OK;
  for (size_t i = 0; i < 2 && status == STATUS_OK; i++)
    if (day_list_has(&work->alone, beside[i])) status = day_list_add(&work->joined, beside[i], err);
  return status;
}

static Status stamp(DatasetWork *work, const DatasetDay *days, size_t count, Instant started, Error *err) {
  JobStatus items[DATASET_DAYS_MAX] = {{0}};
  Status status = STATUS_OK;
  for (size_t i = 0; i < count; i++) {
    const DatasetStamp of = {.date = days[i].date, .verdict = &days[i].verdict};
    items[i] = status_of(work, &of, started);
  }
  for (size_t i = 0; i < count && status == STATUS_OK; i++) status = end_alert(work, &items[i], err);
  if (status == STATUS_OK) status = job_status_write(work->ingest->job->db, items, count, err);
  for (size_t i = 0; i < count && status == STATUS_OK; i++) {
    count_one(work, &items[i]);
    status = begin_alert(work, &items[i], err);
    if (status == STATUS_OK) status = note_alone(work, &items[i], err);
  }
  for (size_t i = 0; i < count && status == STATUS_OK; i++) status = note_joined(work, &days[i], err);
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

/* Puts those whose neighbour may be the wrong one aside; returns how many of the days, which move up, are left. */
static Status put_doubted_aside(DatasetWork *work, DatasetDay *days, size_t *count, Error *err) {
  size_t kept = 0;
  for (size_t i = 0; i < *count; i++) {
    if (days[i].verdict.state != JOB_FAILED) {
      DatasetDay day = days[i];
      days[i] = days[kept];
      days[kept++] = day;
      continue;
    }
    Status status = day_list_add(&work->doubted, days[i].date, err);
    if (status != STATUS_OK) return status;
  }
  *count = kept;
  return STATUS_OK;
}

/* The days that were answered come first, ascending. */
static size_t keep_answered(const DatasetWork *work, DatasetDay *days, size_t count) {
  size_t answered = 0;
  for (size_t i = 0; i < count; i++) {
    if (look_at_answer(work, &days[i]) != ANSWERED) continue;
    DatasetDay day = days[i];
    days[i] = days[answered];
    days[answered++] = day;
  }
  qsort(days, answered, sizeof *days, compare_dates);
  return answered;
}

/* Whether a failure is final, or the sessions beside it are asked first. */
typedef enum { FIRST_PASS, LAST_PASS } Pass;

/* *ret_done: so many of the dates were answered; fewer than count: the feed may be asked no more. */
static Status work_on(DatasetWork *work, const Day *dates, size_t count, Pass pass, size_t *ret_done, Error *err) {
  DatasetDay days[DATASET_DAYS_MAX];
  Instant started = clock_now(work->ingest->job->clock);
  Status status = ask(work, dates, days, count, err);
  size_t answered = status == STATUS_OK ? keep_answered(work, days, count) : 0, stamped = answered;
  *ret_done = answered;
  if (status == STATUS_OK && answered) status = prove_and_store(work, days, answered, err);
  if (status == STATUS_OK && pass == FIRST_PASS && work->dataset->links)
    status = put_doubted_aside(work, days, &stamped, err);
  if (status == STATUS_OK && stamped) status = stamp(work, days, stamped, started, err);
  for (size_t i = 0; i < count; i++) day_answer_free(&days[i].answer);
  return status;
}

/* ---- doubts ---- */

static int compare_newest_first(const void *a, const void *b) {
  Day left = *(const Day *)a, right = *(const Day *)b;
  return (left < right) - (left > right);
}

static Status list_doubts(const DatasetWork *work, DayList *dates, Error *err) {
  Status status = STATUS_OK;
  for (size_t i = 0; i < work->doubted.count && status == STATUS_OK; i++) {
    DatasetDay day = {.date = work->doubted.items[i]};
    dataset_neighbours(work->ingest, &day);
    status = day_list_add(dates, day.date, err);
    if (status == STATUS_OK && day.before != DAY_NONE) status = day_list_add(dates, day.before, err);
    if (status == STATUS_OK && day.after != DAY_NONE) status = day_list_add(dates, day.after, err);
  }
  if (dates->count) qsort(dates->items, dates->count, sizeof *dates->items, compare_newest_first);
  return status;
}

/* Of two sessions that do not link, either may be the wrong one: both are judged by what is answered now. */
static Status settle_doubts(DatasetWork *work, Error *err) {
  DayList dates = {0};
  Status status = list_doubts(work, &dates, err);
  for (size_t at = 0, some; at < dates.count && status == STATUS_OK; at += some) {
    size_t done, chunk = fetch_chunk(&work->ingest->fetch);
    some = dates.count - at < chunk ? dates.count - at : chunk;
    status = run_beat(work->ingest->job, err);
    if (status == STATUS_OK) status = work_on(work, dates.items + at, some, LAST_PASS, &done, err);
  }
  day_list_free(&dates);
  return status;
}

/* ---- those that are no longer alone ---- */

static Status prove_stored(DatasetWork *work, const Day *dates, size_t count, Error *err) {
  DatasetDay days[DATASET_DAYS_MAX];
  Instant started = clock_now(work->ingest->job->clock);
  for (size_t i = 0; i < count; i++) {
    days[i] = begin_day(work, dates[i]);
    days[i].is_stored = true;
  }
  qsort(days, count, sizeof *days, compare_dates);
  Status status = run_beat(work->ingest->job, err);
  if (status == STATUS_OK) status = work->dataset->prove(work->ingest, days, count, err);
  if (status == STATUS_OK) status = put_doubted_aside(work, days, &count, err);
  return status == STATUS_OK && count > 0 ? stamp(work, days, count, started, err) : status;
}

/* Nothing is asked: their values are stored. One that is proven may be what the next has waited for. */
static Status prove_joined(DatasetWork *work, Error *err) {
  DayList *joined = &work->joined;
  Status status = STATUS_OK;
  while (joined->count > 0 && status == STATUS_OK) {
    Day dates[DATASET_DAYS_MAX];
    size_t count = joined->count < DATASET_DAYS_MAX ? joined->count : DATASET_DAYS_MAX;
    joined->count -= count;
    memcpy(dates, joined->items + joined->count, count * sizeof *dates);
    status = prove_stored(work, dates, count, err);
  }
  return status;
}

bool dataset_has_time(const DatasetWork *work) {
  return work->deadline_ms == 0 || clock_uptime_ms(work->ingest->job->clock) < work->deadline_ms;
}

Status dataset_work(DatasetWork *work, DatasetPlan *plan, Error *err) {
  Job *job = work->ingest->job;
  Status status = work->dataset->create ? work->dataset->create(job, err) : STATUS_OK;
  if (status == STATUS_OK) status = look_at_stored(work, plan, err);
  if (status == STATUS_OK) status = list_alone(work, err);
  Progress progress = progress_start(job->log, work->dataset->name, "sessions", plan->count);
  size_t at = 0;
  while (at < plan->count && status == STATUS_OK && dataset_has_time(work)) {
    size_t chunk = fetch_chunk(&work->ingest->fetch), left = plan->count - at, count = left < chunk ? left : chunk,
           done;
    status = run_beat(job, err);
    if (status == STATUS_OK) status = work_on(work, plan->dates + at, count, FIRST_PASS, &done, err);
    if (status != STATUS_OK) break;
    at += done;
    progress_update(&progress, at);
    if (done < count) break;
  }
  progress_finish(&progress);
  work->left = plan->count - at;
  if (status == STATUS_OK) status = prove_joined(work, err);
  if (status == STATUS_OK) status = settle_doubts(work, err);
  work->waiting += work->alone.count;
  day_list_free(&work->doubted);
  day_list_free(&work->joined);
  day_list_free(&work->alone);
  return status;
}
