#include "stock_days.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/base/progress.h>
#include <closebell/base/text.h>
#include <closebell/run/run.h>
#include <closebell/source/kis.h>
#include <closebell/store/chosen_stocks.h>
#include <closebell/store/collections.h>
#include <closebell/store/evening.h>

#include "stock_days_plan.h"

/* ---- sessions ---- */

/* An empty place, or that of the newest session: the work goes from the newest day to the oldest. */
static SharedSession **free_place(StockDays *days) {
  SharedSession **newest = &days->shelf[0];
  for (size_t i = 0; i < SHELF_SESSIONS; i++) {
    if (!days->shelf[i]) return &days->shelf[i];
    if (days->shelf[i]->session.date > (*newest)->session.date) newest = &days->shelf[i];
  }
  return newest;
}

/* Lent: the shelf holds it. */
static Status find_shared(StockDays *days, Day date, SharedSession **ret_shared, Error *err) {
  SharedSession *shared;
  Error unread;
  *ret_shared = NULL;
  for (size_t i = 0; i < SHELF_SESSIONS; i++)
    if (days->shelf[i] && days->shelf[i]->session.date == date) {
      *ret_shared = days->shelf[i];
      return STATUS_OK;
    }
  Status status = ingest_session(days->work->ingest, date, &shared, &unread);
  if (status == STATUS_BAD_DATA || status == STATUS_NOT_FOUND) return STATUS_OK; /* healing is daily_update's own */
  if (status != STATUS_OK) {
    *err = unread;
    return status;
  }
  SharedSession **place = free_place(days);
  shared_session_release(*place);
  *ret_shared = *place = shared;
  return STATUS_OK;
}

Status stock_days_session(StockDays *days, Day date, const Session **ret_session, Error *err) {
  SharedSession *shared;
  Status status = find_shared(days, date, &shared, err);
  *ret_session = shared ? &shared->session : NULL;
  return status;
}

const StockRow *stock_day_row(const StockDay *day, const char *ticker) {
  return day->is_archived ? session_find(day->session, ticker) : NULL;
}

Status stock_day_create(const StockDays *days, const StockDay *day, const char *database, Error *err) {
  const TickerList *list = &day->stocks;
  const char **names = malloc((list->count + 1) * sizeof *names);
  if (!names) return error_set(err, STATUS_NO_MEMORY, "no memory for the names of stocks");
  for (size_t i = 0; i < list->count; i++) names[i] = list->items[i];
  Status status = collections_create_chosen(days->work->ingest->job->db, database, names, list->count, err);
  free(names);
  return status;
}

/* ---- asking ---- */

static bool is_passing(const Answer *answer) {
  return answer->kind == ANSWER_FAILING || answer->kind == ANSWER_THROTTLED;
}

Status stock_days_ask(StockDays *days, Question *questions, size_t count, Error *err) {
  if (count == 0) return STATUS_OK;
  Status status = fetch_questions(&days->fetch, questions, count, err);
  bool first_alone = status == STATUS_UNAVAILABLE && !days->fetch.answered && count > 1;
  if (!first_alone || !is_passing(questions[0].answer)) return status;
  Error again;
  Status second = fetch_questions(&days->fetch, questions + 1, count - 1, &again);
  if (second != STATUS_OK) *err = again;
  return second;
}

bool stock_days_is_refusal(Status asked) {
  return asked == STATUS_UNAVAILABLE || asked == STATUS_INCOMPLETE || asked == STATUS_CONFIG;
}

/* ---- one session ---- */

/* What is open while a session is worked on. */
typedef struct {
  StockDay day;
  SharedSession *archived; /* held: the sessions behind it, which its stocks' answers tell of, come and go */
  Session evening;         /* where the day is not archived */
  Instant started;
} Opened;

/* Its own session stays until the day is closed. */
static Status hold_archived(StockDays *days, Opened *opened, Error *err) {
  SharedSession *shared;
  Status status = find_shared(days, opened->day.date, &shared, err);
  if (!shared) return status;
  opened->archived = shared_session_hold(shared);
  opened->day.session = &shared->session;
  return status;
}

static Status open_session(StockDays *days, Opened *opened, Error *err) {
  StockDay *day = &opened->day;
  Error unread;
  day->is_archived = stock_days_is_completed(days->work->ingest, day->date);
  if (day->is_archived) return hold_archived(days, opened, err);
  Status status = evening_days_find(days->work->ingest->job->db, day->date, &opened->evening, &unread);
  if (status == STATUS_OK) day->session = &opened->evening;
  if (status == STATUS_OK || status == STATUS_NOT_FOUND || status == STATUS_BAD_DATA) return STATUS_OK;
  *err = unread;
  return status;
}

static bool is_unknown(const StockDay *day, const char *ticker) {
  size_t at = 0;
  while (at < day->unknown.count && strcmp(day->unknown.items[at], ticker) != 0) at++;
  return at < day->unknown.count;
}

/* Those that the final session shows without trades had none, whatever the evening said. */
static bool is_left_out(const StockDay *day, const char *ticker) {
  if (!day->is_archived) return is_unknown(day, ticker);
  const StockRow *row = session_find(day->session, ticker);
  return !row || !row_has_trades(row);
}

/* A list may name a stock that does not trade, or that has long left the exchange. */
static Status leave_out(const StockDays *days, StockDay *day, Error *err) {
  const Job *job = days->work->ingest->job;
  size_t kept = 0;
  for (size_t i = 0; i < day->stocks.count; i++)
    if (!is_left_out(day, day->stocks.items[i])) memmove(day->stocks.items[kept++], day->stocks.items[i], TICKER_SIZE);
  if (kept == day->stocks.count) return STATUS_OK;
  day->stocks.count = kept;
  return chosen_stocks_replace(job->db, day->date, days->kind->dataset->name, job_business_now(job), &day->stocks, err);
}

static Day analyzed_from(const Ingest *ingest) {
  const JobStatusList *analyses = job_statuses_of(&ingest->ledger.statuses, JOB_HOURLY_ANALYSIS);
  return analyses->count ? analyses->items[0].date : DAY_NONE;
}

/* *ret_waits: the leaders that were chosen before it are not known yet. */
static Status choose(const StockDays *days, StockDay *day, bool *ret_waits, Error *err) {
  Ingest *ingest = days->work->ingest;
  const Job *job = ingest->job;
  DatasetDay beside = {.date = day->date};
  ChosenSet set = stock_days_chosen(days->kind, job);
  dataset_neighbours(ingest, &beside);
  *ret_waits = false;
  const ChoiceQuestion question = {.dataset = days->kind->dataset->name,
                                   .set = set,
                                   .date = day->date,
                                   .before = beside.before,
                                   .analyzed_from = analyzed_from(ingest),
                                   .session = day->session,
                                   .of_evening = day->session && !day->is_archived,
                                   .universe = &ingest->targets.universe,
                                   .now = job_business_now(job)};
  TickerList recorded = {0};
  if (chosen_set_has(set, CHOSEN_LEADERS) && beside.before == DAY_NONE && stock_days_has_older(ingest, day->date)) {
    Status found = chosen_stocks_find(job->db, day->date, question.dataset, &recorded, err);
    ticker_list_free(&recorded);
    *ret_waits = found == STATUS_NOT_FOUND;
    if (found != STATUS_OK) return *ret_waits ? STATUS_OK : found;
  }
  Choice choice = {0};
  Status status = choice_make(job->db, &question, &choice, err);
  if (status != STATUS_OK) return status;
  *ret_waits = choice.waits;
  day->stocks = choice.list;
  if (choice.unreadable)
    log_warn(job->log, "%s: %zu watchlists cannot be read, and are left out", question.dataset, choice.unreadable);
  return choice.waits ? STATUS_OK : leave_out(days, day, err);
}

/* Until the session is known, who traded follows only from answers about all of them. */
static bool is_whole(const StockDays *days, const StockDay *day) {
  if (day->missing_count > 0) return false;
  return day->is_archived || (days->kind->closes_evening && day->is_over);
}

static void say_why(const StockDays *days, const StockDay *day, DatasetVerdict *verdict) {
  if (day->missing_count > 0)
    snprintf(verdict->reason, sizeof verdict->reason, "%zu of %zu stocks are missing; %s", day->missing_count,
             day->expected, day->why);
  else
    snprintf(verdict->reason, sizeof verdict->reason, "provisional until %s",
             days->kind->closes_evening ? "20:05 KST" : "the session is archived, and agrees");
}

/* Another run has archived the session since this one has read what is there: what is stored is not held against it. */
static Status is_archived_meanwhile(const StockDays *days, const StockDay *day, bool *ret_archived, Error *err) {
  JobStatusList now = {0};
  const Db *db = days->work->ingest->job->db;
  *ret_archived = false;
  if (day->is_archived) return STATUS_OK;
  Status status = job_status_load(db, JOB_DAILY_UPDATE, day->date, day->date, &now, err);
  *ret_archived = status == STATUS_OK && now.count > 0 && now.items[0].state == JOB_COMPLETED;
  job_status_list_free(&now);
  return status;
}

static Status stamp(StockDays *days, const Opened *opened, Error *err) {
  const StockDay *day = &opened->day;
  bool outdated;
  Status known = is_archived_meanwhile(days, day, &outdated, err);
  if (known != STATUS_OK || outdated) return known; /* the next run comes to it */
  DatasetVerdict verdict = {.state = is_whole(days, day) ? JOB_COMPLETED
                                     : day->wrong        ? JOB_FAILED
                                                         : JOB_WAITING,
                            .expected_rows = (int64_t)day->expected,
                            .stored_rows = (int64_t)day->stored};
  bool is_final = day->is_archived || (days->kind->closes_evening && day->is_over);
  if (verdict.state != JOB_COMPLETED) say_why(days, day, &verdict);
  const DatasetStamp of = {
      .date = day->date, .verdict = &verdict, .finality = is_final ? "final" : "provisional", .missing = &day->missing};
  days->work->waiting += verdict.state == JOB_WAITING && day->stored > 0; /* dataset_stamp leaves those out */
  return dataset_stamp(days->work, &of, opened->started, err);
}

static Status stamp_waiting(StockDays *days, const Opened *opened, const char *why, Error *err) {
  DatasetVerdict verdict = {.state = JOB_WAITING};
  text_copy(verdict.reason, sizeof verdict.reason, why);
  const DatasetStamp of = {.date = opened->day.date, .verdict = &verdict};
  return dataset_stamp(days->work, &of, opened->started, err);
}

/* What was asked for before the provider refused is kept, and on record. */
static Status bring(StockDays *days, Opened *opened, Error *err) {
  StockDay *day = &opened->day;
  bool waits;
  Status status = open_session(days, opened, err);
  if (status == STATUS_OK && day->is_archived && !day->session)
    return stamp_waiting(days, opened, "the archived session cannot be read", err);
  if (status == STATUS_OK) status = choose(days, day, &waits, err);
  if (status != STATUS_OK) return status;
  if (waits) return stamp_waiting(days, opened, "the leaders of the session before it are not chosen yet", err);
  Error trouble;
  Status brought = day->stocks.count ? days->kind->bring(days, day, &trouble) : STATUS_OK;
  bool known = day->session != NULL || day->told > 0; /* else it is perhaps no session at all */
  if (brought == STATUS_OK) status = leave_out(days, day, err);
  if (status == STATUS_OK && known && (brought == STATUS_OK || (day->is_refused && day->stored > 0)))
    status = stamp(days, opened, err);
  if (status != STATUS_OK || brought == STATUS_OK) return status;
  *err = trouble;
  return brought;
}

static Status bring_one(StockDays *days, Day date, Error *err) {
  const Job *job = days->work->ingest->job;
  Opened opened = {.day = {.date = date, .is_over = stock_days_day_is_over(job, date)},
                   .started = clock_now(job->clock)};
  opened.day.is_forced =
      stock_days_is_settled(days->kind, days->work->ingest, date) && !day_list_has(&days->reopened, date);
  Status status = bring(days, &opened, err);
  session_free(&opened.evening);
  shared_session_release(opened.archived);
  ticker_list_free(&opened.day.stocks);
  return status;
}

/* ---- all of them ---- */

typedef struct {
  StockDays *days;
  DatasetPlan *plan;
} Reopening;

/* A session of which something is gone is worked on again. */
static Status reopen(void *context, Day date, const char *what, Error *err) {
  Reopening *reopening = context;
  DatasetPlan *plan = reopening->plan;
  size_t at = 0;
  while (at < plan->count && plan->dates[at] > date) at++;
  if (date == DAY_NONE || (at < plan->count && plan->dates[at] == date)) return STATUS_OK;
  memmove(plan->dates + at + 1, plan->dates + at, (plan->count - at) * sizeof *plan->dates);
  plan->dates[at] = date; /* stock_days_plan leaves room for each session that has a status */
  plan->count++;
  log_warn(reopening->days->work->ingest->job->log, "%s of %s: %s; it is asked for again",
           reopening->days->kind->dataset->name, day_text(date).text, what);
  return day_list_add(&reopening->days->reopened, date, err);
}

static Status look_at_stored(StockDays *days, DatasetPlan *plan, Error *err) {
  const DatasetWork *work = days->work;
  const JobStatusList *statuses = dataset_statuses(work->ingest, work->dataset);
  Day *dates = malloc((statuses->count + 1) * sizeof *dates);
  if (!dates) return error_set(err, STATUS_NO_MEMORY, "no memory for %zu sessions", statuses->count);
  DatasetStored stored = {.dates = dates, .look = plan->whole ? LOOK_STORED : LOOK_TURNS};
  for (size_t i = 0; i < statuses->count; i++)
    if (statuses->items[i].state == JOB_COMPLETED) dates[stored.count++] = statuses->items[i].date;
  Reopening reopening = {days, plan};
  Status status = stored.count ? work->dataset->look(work->ingest, &stored, reopen, &reopening, err) : STATUS_OK;
  free(dates);
  return error_prefix(err, status, "looking at what is stored of %s", work->dataset->name);
}

/* Filling in what is old leaves the calls that the next day's own work takes, or half of them all. */
static bool has_calls(const StockDays *days, Day date) {
  const Fetch *fetch = &days->fetch;
  int64_t all = fetch_terms(fetch)->calls_per_day,
          kept = 10 * stock_days_newest_expected(days->kind, days->work->ingest);
  if (!fetch->begun || date >= stock_days_newest(days->work->ingest)) return true;
  return fetch->state.calls + (kept < all / 2 ? kept : all / 2) < all;
}

static Status work_on(StockDays *days, const DatasetPlan *plan, Error *err) {
  Job *job = days->work->ingest->job;
  Progress progress = progress_start(job->log, days->kind->dataset->name, "sessions", plan->count);
  Status status = STATUS_OK;
  size_t at = 0;
  while (at < plan->count && status == STATUS_OK && dataset_has_time(days->work) && has_calls(days, plan->dates[at])) {
    status = run_beat(job, err);
    if (status == STATUS_OK) status = bring_one(days, plan->dates[at], err);
    if (status == STATUS_OK) progress_update(&progress, ++at);
  }
  progress_finish(&progress);
  days->work->left = plan->count - at;
  return status;
}

Status stock_days_work(const StockKind *kind, DatasetWork *work, DatasetPlan *plan, Error *err) {
  Job *job = work->ingest->job;
  StockDays days = {.kind = kind, .work = work};
  if (!fetch_of(&days.fetch, job, KIS_PROVIDER.name))
    return error_set(err, STATUS_CONFIG, "%s: the broker is not configured", kind->dataset->name);
  days.fetch.deadline_ms = work->deadline_ms;
  work->tells_changed = true;
  Status status = collections_create_section(job->db, "kis", err);
  if (status == STATUS_OK && kind->tidy) status = kind->tidy(job, err);
  if (status == STATUS_OK) status = look_at_stored(&days, plan, err);
  if (status == STATUS_OK) status = work_on(&days, plan, err);
  for (size_t i = 0; i < SHELF_SESSIONS; i++) shared_session_release(days.shelf[i]);
  day_list_free(&days.reopened);
  fetch_free(&days.fetch);
  return status;
}
