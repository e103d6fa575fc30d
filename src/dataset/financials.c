/* financials: what companies file, as they publish it. A unit is a day: the sweep of what was filed up to it, and on
 * the first of a month the check of everybody's last four reports besides. A day is proven when all that was listed is
 * stored; the sweep of a day goes back to ten days before the last one that was proven, so that it says what those
 * between would have said. The reports of earlier years are brought when a person asks for them (manual_setup
 * --financials). */
#include "financials.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/base/text.h>
#include <closebell/source/dart.h>
#include <closebell/store/collections.h>
#include <closebell/store/companies.h>
#include <closebell/store/financial_data.h>
#include <closebell/store/job_status.h>
#include <closebell/store/report_archive.h>

#include "datasets.h"

enum { SWEEP_BACK_DAYS = 10 };

static const char LACKING[] = "a report";

/* ---- what is due ---- */

/* Once a month, when there are reports. */
static bool check_is_due(const ReportWork *progress, bool any_sweep, Day month) {
  if (progress->check.due == month) return !progress->check.is_done;
  return progress->backfill.is_done || (any_sweep && progress->check.due != DAY_NONE);
}

/* The first check of whoever has never made a back-fill comes with the month after its first sweep. */
static bool first_check_is_due(const ReportWork *progress, const JobStatusList *statuses, Day month) {
  return progress->check.due == DAY_NONE && statuses->count > 0 && statuses->items[0].date < month;
}

static void plan_day(const Job *job, const DatasetWish *wish, const JobStatusList *statuses, Day date, bool due,
                     DatasetPlan *plan) {
  const JobStatus *status = job_status_find(statuses, date);
  plan->sessions += status == NULL;
  if (dataset_wish_names_days(wish) ? !dataset_wish_includes(wish, date) : !due) return;
  if (dataset_wish_names_days(wish) || wish->history || !dataset_plan_rests(job, plan, status))
    plan->dates[plan->count++] = date;
}

/* Older ones, when a person wishes them; newest first. */
static void plan_wished(const DatasetWish *wish, const JobStatusList *statuses, Day today, Day month,
                        DatasetPlan *plan) {
  for (size_t i = statuses->count; i > 0 && dataset_wish_names_days(wish); i--) {
    Day date = statuses->items[i - 1].date;
    if (date != today && date != month && dataset_wish_includes(wish, date)) plan->dates[plan->count++] = date;
  }
}

/* For whoever asks what would be done. */
static void say_backfill(const ReportWork *progress, bool asked, DatasetPlan *plan) {
  const ReportPass *pass = &progress->backfill;
  bool begun = pass->through[0] && !pass->is_done;
  if (asked)
    snprintf(plan->note, sizeof plan->note, "; with the reports of earlier years%s%s", begun ? ", from behind " : "",
             begun ? pass->through : "");
  else if (pass->due == DAY_NONE)
    snprintf(plan->note, sizeof plan->note, "; reports of earlier years: never asked for (manual_setup --financials)");
  else if (!pass->is_done)
    snprintf(plan->note, sizeof plan->note,
             "; reports of earlier years: not finished, done up to %s (manual_setup --financials goes on)",
             pass->through[0] ? pass->through : "the first company");
}

static Status count_calls(const Ingest *ingest, bool history, DatasetPlan *plan, Error *err) {
  const Job *job = ingest->job;
  Companies companies = {0};
  plan->questions = 2 * plan->count; /* KOSPI and KOSDAQ, and what they then say */
  if (!history) return STATUS_OK;
  Status status = companies_read(job->db, NULL, NULL, &companies, err);
  plan->questions +=
      pass_backfill_calls(companies.count, (size_t)job->config->dart.batch, dart_today(job), dart_oldest_year(job));
  companies_free(&companies);
  return status;
}

static Status plan(Ingest *ingest, const Dataset *dataset, const DatasetWish *wish, DatasetPlan *ret_plan, Error *err) {
  (void)dataset;
  const Job *job = ingest->job;
  const JobStatusList *statuses = dataset_statuses(ingest, &FINANCIALS);
  Day today = dart_today(job), month = month_begin(today);
  const JobStatus *swept = job_status_find(statuses, today);
  ReportWork progress;
  Status status = report_work_read(job->db, &progress, err);
  if (status != STATUS_OK) return status;
  DatasetPlan plan = {.dates = malloc((statuses->count + 2) * sizeof *plan.dates),
                      .sessions = statuses->count,
                      .history = wish->history,
                      .whole = wish->name != NULL,
                      .reopened = wish->history || wish->name || progress.open_from != DAY_NONE};
  if (!plan.dates) return error_set(err, STATUS_NO_MEMORY, "no memory for %zu days", statuses->count);
  for (size_t i = 0; i < statuses->count; i++) plan.completed += statuses->items[i].state == JOB_COMPLETED;
  bool checks = check_is_due(&progress, statuses->count > 0, month) || first_check_is_due(&progress, statuses, month);
  bool sweeps = !swept || swept->state != JOB_COMPLETED;
  plan_day(job, wish, statuses, today, sweeps || (checks && today == month), &plan);
  if (today != month) plan_day(job, wish, statuses, month, checks, &plan);
  if (today != month && !checks && !job_status_find(statuses, month)) plan.sessions--; /* nothing is due then */
  plan_wished(wish, statuses, today, month, &plan);
  status = count_calls(ingest, wish->history, &plan, err);
  say_backfill(&progress, wish->history, &plan);
  if (status == STATUS_OK)
    *ret_plan = plan;
  else
    dataset_plan_free(&plan);
  return status;
}

/* ---- one day ---- */

/* Ten days before the last sweep before it that was proven; else before the first that was not. */
static Day sweep_begin(const Collecting *collecting, Day date) {
  const JobStatusList *statuses = dataset_statuses(collecting->work->ingest, &FINANCIALS);
  Day begin = date;
  for (size_t i = statuses->count; i > 0; i--) {
    const JobStatus *status = &statuses->items[i - 1];
    if (status->date >= date) continue;
    begin = status->date;
    if (status->state == JOB_COMPLETED) break;
  }
  return begin - SWEEP_BACK_DAYS;
}

static Status bring(Collecting *collecting, Day date, UnitResult *result, Error *err) {
  Day month = month_begin(collecting->today);
  bool checks = date == month && (collecting->progress.check.due != month || !collecting->progress.check.is_done);
  Status status = STATUS_OK;
  if (date != month || date == collecting->today)
    status = sweep(collecting, sweep_begin(collecting, date), date, result, err);
  return status == STATUS_OK && checks ? pass_check(collecting, result, err) : status;
}

/* What was asked for before OpenDART refused is stored, and on record. */
static Status work_day(Collecting *collecting, Day date, Error *err) {
  UnitResult result = {0};
  Instant started = clock_now(collecting->work->ingest->job->clock);
  Error trouble;
  Status brought = bring(collecting, date, &result, &trouble), status = STATUS_OK;
  if (unit_is_refusal(brought)) unit_stays_open(&result, false, "%.200s", trouble.text);
  if (brought == STATUS_OK || unit_is_refusal(brought)) status = collecting_close(collecting, err);
  if (status == STATUS_OK && (brought == STATUS_OK || unit_is_refusal(brought)))
    status = unit_stamp(collecting->work, date, &result, LACKING, started, err);
  const CoveredDays covered = {date, "is in the sweep of", !collecting->progress.check.is_done};
  if (status == STATUS_OK && brought == STATUS_OK && unit_is_proven(&result) && date == collecting->today)
    status = unit_stamp_covered(collecting->work, &covered, err);
  if (status != STATUS_OK || brought == STATUS_OK) return status;
  *err = trouble;
  return brought;
}

/* ---- a run ---- */

static Status work_days(Collecting *collecting, const DatasetPlan *plan, Error *err) {
  DatasetWork *work = collecting->work;
  Status status = STATUS_OK;
  size_t at = 0;
  for (; at < plan->count && status == STATUS_OK && dataset_has_time(work); at++)
    status = work_day(collecting, plan->dates[at], err);
  work->left = plan->count - at;
  return status;
}

/* The years before, for whoever has asked; what comes of it is told beside the days. */
static Status work_history(Collecting *collecting, Error *err) {
  UnitResult result = {0};
  Error trouble;
  Status passed = pass_backfill(collecting, &result, &trouble), status = STATUS_OK;
  if (passed == STATUS_OK || unit_is_refusal(passed)) status = collecting_close(collecting, err);
  if (result.refused)
    log_warn(collecting->work->ingest->job->log, "%zu reports cannot be believed; cb.alerts() names them",
             result.refused);
  if (status != STATUS_OK || passed == STATUS_OK) return status;
  *err = trouble;
  return passed;
}

static Status work_companies(Collecting *collecting, const DatasetPlan *plan, Error *err) {
  if (collecting->companies.count == 0) {
    const UnitResult result = {.is_open = true, .why = "no company is known yet: the dataset companies comes first"};
    return plan->count ? unit_stamp(collecting->work, plan->dates[0], &result, LACKING,
                                    clock_now(collecting->work->ingest->job->clock), err)
                       : STATUS_OK;
  }
  Status status = plan->history ? pass_backfill_begin(collecting, err) : STATUS_OK;
  if (status == STATUS_OK) status = work_days(collecting, plan, err);
  if (status == STATUS_OK && plan->history) status = work_history(collecting, err);
  return status;
}

static Status work(DatasetWork *of, DatasetPlan *what, Error *err) {
  const Job *job = of->ingest->job;
  Collecting collecting = {.work = of, .today = dart_today(job), .oldest_year = dart_oldest_year(job)};
  Status status = dart_begin(of, &collecting.fetch, err);
  if (status != STATUS_OK) return status;
  status = collecting_begin(&collecting, what->whole, err);
  if (status == STATUS_OK) status = work_companies(&collecting, what, err);
  if (collecting.statements) snprintf(of->note, sizeof of->note, ", %zu statements stored", collecting.statements);
  collecting_free(&collecting);
  return status;
}

/* ---- what is stored ---- */

typedef struct {
  DatasetFinding *tell;
  void *context;
  const char *ticker;
} Looking;

static const char CURE[] = "daily_update --dataset financials puts it right";

static Status tell_damaged(void *context, const char *id, const char *what, Error *err) {
  const Looking *looking = context;
  char text[640];
  snprintf(text, sizeof text, "report_archive %.40s: %.400s: %s", id, what, CURE);
  return looking->tell(looking->context, DAY_NONE, text, err);
}

static Status tell_unreadable(void *context, const char *id, const char *what, Error *err) {
  Looking *looking = context;
  char text[640];
  (void)id;
  snprintf(text, sizeof text, "%.480s: %s", what, CURE);
  return looking->tell(looking->context, DAY_NONE, text, err);
}

static const Report *find_report(const Reports *reports, const Report *wanted) {
  for (size_t i = 0; i < reports->count; i++)
    if (report_compare(&reports->items[i], wanted) == 0) return &reports->items[i];
  return NULL;
}

static Status tell_report(const Looking *looking, const Report *report, const char *what, const char *cure,
                          Error *err) {
  char text[256], id[REPORT_ID_SIZE];
  snprintf(text, sizeof text, "financial_data.%s: %s %s%s", looking->ticker, report_id(report, id), what, cure);
  return looking->tell(looking->context, DAY_NONE, text, err);
}

static Status compare_reports(const Looking *looking, const Reports *archived, const Reports *stored, Error *err) {
  Status status = STATUS_OK;
  for (size_t i = 0; i < archived->count && status == STATUS_OK; i++) {
    const Report *report = find_report(stored, &archived->items[i]);
    if (!report)
      status = tell_report(looking, &archived->items[i], "is gone, or cannot be read: ", CURE, err);
    else if (!report_same_values(report, &archived->items[i]))
      status = tell_report(looking, report, "is another than archived: ", CURE, err);
  }
  for (size_t i = 0; i < stored->count && status == STATUS_OK; i++)
    if (!find_report(archived, &stored->items[i]))
      status = tell_report(looking, &stored->items[i], "is not archived; nobody counts it", "", err);
  return status;
}

static Status look_at_company(const Job *job, Looking *looking, const Reports *archived, Error *err) {
  Reports stored = {0};
  looking->ticker = archived->ticker;
  Status status = financial_data_read(job->db, archived->ticker, tell_unreadable, looking, &stored, err);
  if (status == STATUS_OK) status = compare_reports(looking, archived, &stored, err);
  reports_free(&stored);
  return status;
}

typedef struct {
  const CompanyBook *book;
  size_t unknown;
  char first[TICKER_SIZE];
} Unknown;

static void note_unknown(void *context, const char *ticker) {
  Unknown *unknown = context;
  if (company_book_find(unknown->book, ticker)) return;
  if (unknown->unknown++ == 0) text_copy(unknown->first, sizeof unknown->first, ticker);
}

/* Collections of which the archive knows nothing. */
static Status look_at_others(const Job *job, const Looking *looking, const CompanyBook *book, Error *err) {
  Unknown unknown = {.book = book};
  char text[160];
  Status status = collections_list_tickers(job->db, DB_FINANCIAL, note_unknown, &unknown, err);
  if (status != STATUS_OK || unknown.unknown == 0) return status;
  snprintf(text, sizeof text, "report_archive lacks %zu companies of financial_data, first %s: %s", unknown.unknown,
           unknown.first, CURE);
  return looking->tell(looking->context, DAY_NONE, text, err);
}

static Status look(Ingest *ingest, const DatasetStored *stored, DatasetFinding *tell, void *context, Error *err) {
  Looking looking = {.tell = tell, .context = context};
  CompanyBook book = {0};
  (void)stored;
  Status status = company_book_read(ingest->job->db, tell_damaged, &looking, &book, err);
  if (status == STATUS_OK) status = look_at_others(ingest->job, &looking, &book, err);
  for (size_t i = 0; i < book.count && status == STATUS_OK; i++)
    status = look_at_company(ingest->job, &looking, &book.items[i], err);
  company_book_free(&book);
  return status;
}

static const DatasetUnits UNITS = {.unit = "days", .plan = plan, .work = work, .is_shut = dart_is_shut};

const Dataset FINANCIALS = {.name = "financials",
                            .feed = FEED_DART_STATEMENTS,
                            .proof = "proven by the list of what was filed",
                            .units = &UNITS,
                            .expected_rows = dart_expected_rows,
                            .look = look};
