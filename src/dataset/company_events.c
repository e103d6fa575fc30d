/* company_events: what companies decide about their shares, as they file it. A unit is a day: the sweep of what was
 * filed up to it, from ten days before the last one that was proven; the first one begins with the first of January of
 * the oldest year that is kept, goes on where an earlier run has ended, and is as long as the allowance makes it. A day
 * is proven when each decision that was listed is given, taken back, or overtaken by one that is. That the list is
 * whole, and what OpenDART gives is right, nothing proves. Then it is worked out which filing explains which action. */
#include "company_events.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/ingest/explain.h>
#include <closebell/run/run.h>
#include <closebell/source/dart.h>
#include <closebell/store/company_events.h>
#include <closebell/store/job_status.h>

#include "datasets.h"

enum {
  SWEEP_BACK_DAYS = 10,
  WINDOW_DAYS = 31,      /* that are listed at once */
  LONG_WINDOW_DAYS = 89, /* behind a window with hardly any decision; three months at most in one question */
  HARDLY_ANY = 10
};

static const char LACKING[] = "a decision";

static Day oldest_day(const Job *job) {
  Day oldest = dart_today(job);
  day_from_ymd(dart_oldest_year(job), 1, 1, &oldest);
  return oldest;
}

/* ---- what is due ---- */

/* Today's, and a wished one that has a status. */
static void plan_days(const Job *job, const DatasetWish *wish, const JobStatusList *statuses, DatasetPlan *plan) {
  Day today = dart_today(job);
  const JobStatus *swept = job_status_find(statuses, today);
  bool is_asked = wish->name || dataset_wish_names_days(wish); /* by a person: what was proven is asked for again */
  bool is_due = is_asked ? dataset_wish_includes(wish, today) : !swept || swept->state != JOB_COMPLETED;
  if (is_due && (is_asked || !dataset_plan_rests(job, plan, swept))) plan->dates[plan->count++] = today;
  for (size_t i = statuses->count; i > 0 && dataset_wish_names_days(wish); i--) {
    Day date = statuses->items[i - 1].date;
    if (date < today && dataset_wish_includes(wish, date)) plan->dates[plan->count++] = date;
  }
}

static Status plan(Ingest *ingest, const Dataset *dataset, const DatasetWish *wish, DatasetPlan *ret_plan, Error *err) {
  const Job *job = ingest->job;
  const JobStatusList *statuses = dataset_statuses(ingest, dataset);
  bool is_known = job_status_find(statuses, dart_today(job)) != NULL;
  DatasetPlan plan = {.dates = malloc((statuses->count + 1) * sizeof *plan.dates),
                      .sessions = statuses->count + !is_known,
                      .whole = wish->name != NULL,
                      .reopened = wish->name != NULL};
  if (!plan.dates) return error_set(err, STATUS_NO_MEMORY, "no memory for %zu days", statuses->count);
  for (size_t i = 0; i < statuses->count; i++) plan.completed += statuses->items[i].state == JOB_COMPLETED;
  plan_days(job, wish, statuses, &plan);
  plan.questions = 2 * plan.count; /* KOSPI and KOSDAQ, and what they then say */
  *ret_plan = plan;
  return STATUS_OK;
}

/* ---- how far it is ---- */

static Status put_progress(Gathering *gathering, Day through, bool is_whole, Error *err) {
  EventProgress *progress = &gathering->progress;
  const EventProgress now = {.from = progress->from,
                             .through = through,
                             .is_whole = is_whole,
                             .documents = (int64_t)gathering->book.known.count};
  Status status = run_beat(gathering_job(gathering), err);
  if (status == STATUS_OK) status = event_work_write_progress(gathering_job(gathering)->db, &now, err);
  if (status == STATUS_OK) *progress = now;
  return status;
}

/* Begins anew where nothing was begun, where more years are wanted, and where documents were lost. */
static Status begin_progress(Gathering *gathering, Error *err) {
  EventProgress *progress = &gathering->progress;
  bool lost = (int64_t)gathering->book.readable < progress->documents;
  if (lost)
    log_warn(gathering_job(gathering)->log, "company_events: %lld documents of %lld are lost; all are asked for again",
             (long long)progress->documents - (long long)gathering->book.readable, (long long)progress->documents);
  if (progress->through != DAY_NONE && progress->from <= gathering->oldest && !lost) return STATUS_OK;
  *progress = (EventProgress){.from = gathering->oldest, .through = gathering->oldest - 1};
  Status status = run_beat(gathering_job(gathering), err);
  if (status != STATUS_OK) return status;
  return event_work_write_known(gathering_job(gathering)->db, &gathering->companies, err);
}

/* ---- the sweep of today ---- */

/* Companies that have come since it began, with what they filed before. */
static Status sweep_new_companies(Gathering *gathering, UnitResult *result, Error *err) {
  const Db *db = gathering_job(gathering)->db;
  const Companies *companies = &gathering->companies;
  bool *known = calloc(companies->count + 1, sizeof *known), any = false;
  if (!known) return gathering_no_memory(err);
  Status status = event_work_read_known(db, companies, known, err);
  gathering->is_live = false;
  for (size_t i = 0; i < companies->count && status == STATUS_OK && !result->is_open; i++) {
    if (known[i]) continue;
    any = true;
    status = gathering_sweep_company(gathering, &companies->items[i], result, err);
  }
  free(known);
  if (status != STATUS_OK || !any || result->is_open || result->missing_count) return status;
  status = run_beat(gathering_job(gathering), err);
  return status == STATUS_OK ? event_work_write_known(db, companies, err) : status;
}

/* A window after the other; what is behind one in which something was asked for is not asked for again by the next
 * run. */
static Status sweep_windows(Gathering *gathering, UnitResult *result, Error *err) {
  const EventProgress *progress = &gathering->progress;
  Status status = STATUS_OK;
  Day begin = progress->through - SWEEP_BACK_DAYS;
  if (!progress->is_whole) begin = begin + 1 > progress->from ? begin + 1 : progress->from;
  size_t asked = 0, listed = HARDLY_ANY;
  for (Day end; begin <= gathering->today && status == STATUS_OK && !result->is_open; begin = end + 1) {
    const Day days = listed < HARDLY_ANY ? LONG_WINDOW_DAYS : WINDOW_DAYS;
    end = gathering->today - begin < days ? gathering->today : begin + days - 1;
    listed = gathering->listing.count;
    status = gathering_sweep(gathering, begin, end, gathering->is_live, result, err);
    bool is_behind = status == STATUS_OK && unit_is_proven(result) && end < gathering->today;
    if (is_behind && result->expected > asked) status = put_progress(gathering, end, progress->is_whole, err);
    asked = result->expected;
    listed = gathering->listing.count - listed;
  }
  return status;
}

static Status sweep_today(Gathering *gathering, UnitResult *result, Error *err) {
  Status status = begin_progress(gathering, err);
  gathering->is_live = gathering->progress.is_whole;
  if (status == STATUS_OK) status = sweep_windows(gathering, result, err);
  if (status == STATUS_OK && !result->is_open) status = sweep_new_companies(gathering, result, err);
  bool is_whole = status == STATUS_OK && unit_is_proven(result);
  return is_whole ? put_progress(gathering, gathering->today, true, err) : status;
}

/* ---- a run ---- */

static Status explain(Gathering *gathering, Error *err) {
  DatasetWork *work = gathering->work;
  size_t changed = 0;
  Status status = explain_again(work->ingest, &gathering->book.known, &changed, err);
  if (changed)
    log_info(gathering_job(gathering)->log, "company_events: %zu corporate actions have another explanation", changed);
  return status;
}

/* What was asked for before OpenDART refused is stored, and on record. */
static Status work_day(Gathering *gathering, Day date, Error *err) {
  UnitResult result = {0};
  Instant started = clock_now(gathering_job(gathering)->clock);
  Error trouble;
  Status status = STATUS_OK;
  Status brought = date == gathering->today
                       ? sweep_today(gathering, &result, &trouble)
                       : gathering_sweep(gathering, date - SWEEP_BACK_DAYS, date, true, &result, &trouble);
  if (unit_is_refusal(brought)) unit_stays_open(&result, false, "%.200s", trouble.text);
  bool is_told = brought == STATUS_OK || unit_is_refusal(brought);
  if (is_told) status = explain(gathering, err);
  if (is_told && status == STATUS_OK) status = unit_stamp(gathering->work, date, &result, LACKING, started, err);
  const CoveredDays covered = {.date = date, .how = "is in the sweep of"};
  if (status == STATUS_OK && brought == STATUS_OK && unit_is_proven(&result) && date == gathering->today)
    status = unit_stamp_covered(gathering->work, &covered, err);
  if (status != STATUS_OK || brought == STATUS_OK) return status;
  *err = trouble;
  return brought;
}

static Status work_days(Gathering *gathering, const DatasetPlan *plan, Error *err) {
  DatasetWork *work = gathering->work;
  Status status = STATUS_OK;
  size_t at = 0;
  for (; at < plan->count && status == STATUS_OK && (at == 0 || dataset_has_time(work)); at++)
    status = work_day(gathering, plan->dates[at], err);
  work->left = plan->count - at;
  return status == STATUS_OK && plan->count == 0 ? explain(gathering, err) : status;
}

static Status work(DatasetWork *of, DatasetPlan *what, Error *err) {
  const Job *job = of->ingest->job;
  Gathering gathering = {.work = of, .today = dart_today(job), .oldest = oldest_day(job)};
  Status status = dart_begin(of, &gathering.fetch, err);
  if (status != STATUS_OK) return status;
  status = gathering_begin(&gathering, err);
  const UnitResult nobody = {.is_open = true, .why = "no company is known yet: the dataset companies comes first"};
  if (status == STATUS_OK && gathering.companies.count)
    status = work_days(&gathering, what, err);
  else if (status == STATUS_OK && what->count)
    status = unit_stamp(of, what->dates[0], &nobody, LACKING, clock_now(job->clock), err);
  if (gathering.book.stored) snprintf(of->note, sizeof of->note, ", %zu filings stored", gathering.book.stored);
  gathering_free(&gathering);
  return status;
}

/* ---- what is stored ---- */

static const char CURE[] = "daily_update --dataset company_events puts it right";

typedef struct {
  DatasetFinding *tell;
  void *context;
} Looking;

static Status tell_unreadable(void *context, const char *id, const char *what, Error *err) {
  const Looking *looking = context;
  char text[512];
  snprintf(text, sizeof text, "system_info.company_events %.40s: %.300s; %s", id, what, CURE);
  return looking->tell(looking->context, DAY_NONE, text, err);
}

static Status tell_unexplained(void *context, const CorporateAction *action, Error *err) {
  const Looking *looking = context;
  char text[256];
  snprintf(text, sizeof text, "system_info.corporate_actions %s:%s: explained_by should be %s; %s", action->ticker,
           day_text(action->date).text, action->explained_by[0] ? action->explained_by : "absent", CURE);
  return looking->tell(looking->context, DAY_NONE, text, err);
}

static Status look(Ingest *ingest, const DatasetStored *stored, DatasetFinding *tell, void *context, Error *err) {
  Looking looking = {tell, context};
  EventProgress progress;
  Events events = {0};
  (void)stored;
  Status status = event_work_read_progress(ingest->job->db, &progress, err);
  if (status == STATUS_OK) status = company_events_read(ingest->job->db, tell_unreadable, &looking, &events, err);
  if (status == STATUS_OK && (int64_t)events.count < progress.documents) {
    char text[160];
    snprintf(text, sizeof text, "system_info.company_events lacks %lld of %lld documents; %s",
             (long long)(progress.documents - (int64_t)events.count), (long long)progress.documents, CURE);
    status = tell(context, DAY_NONE, text, err);
  }
  if (status == STATUS_OK) status = explain_compare(ingest, &events, tell_unexplained, &looking, err);
  events_free(&events);
  return status;
}

static const DatasetUnits UNITS = {.unit = "days", .plan = plan, .work = work, .is_shut = dart_is_shut};

const Dataset COMPANY_EVENTS = {.name = "company_events",
                                .feed = FEED_DART_EVENTS,
                                .proof = "proven by the list of what was filed",
                                .units = &UNITS,
                                .expected_rows = dart_expected_rows,
                                .look = look};
