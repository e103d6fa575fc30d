/* dividends: what companies pay, by their annual reports. A unit is a day: on it, each annual report of financial_data
 * has its dividends, or was asked about in vain until the service had ten days to give them. The sweep and the passes
 * of financials (financials_sweep.c) find out what was filed; here one question a company and report follows. Reports
 * that were filed lately come first, then those of earlier years, which take as many days as the allowance wants; and
 * once a month each company's newest one is asked about again. */
#include "dividends.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/base/progress.h>
#include <closebell/company/report_dates.h>
#include <closebell/company/report_merge.h>
#include <closebell/store/job_status.h>

#include "datasets.h"

/* ---- what is due ---- */

/* Not proven yet, or reports may have come since it was. */
static bool is_due(const Ingest *ingest, const JobStatus *status) {
  const JobStatusList *reports = dataset_statuses(ingest, &FINANCIALS);
  if (!status || status->state != JOB_COMPLETED) return true;
  for (size_t i = 0; i < reports->count; i++)
    if (reports->items[i].end_utc > status->start_utc) return true;
  return false;
}

static void plan_dates(const Ingest *ingest, const DatasetWish *wish, DatasetPlan *plan) {
  const JobStatusList *statuses = dataset_statuses(ingest, &DIVIDENDS);
  Day today = dart_today(ingest->job);
  const JobStatus *status = job_status_find(statuses, today);
  plan->sessions = statuses->count + (status == NULL);
  for (size_t i = 0; i < statuses->count; i++) plan->completed += statuses->items[i].state == JOB_COMPLETED;
  if (dataset_wish_names_days(wish) ? dataset_wish_includes(wish, today) : wish->history || is_due(ingest, status))
    plan->dates[plan->count++] = today;
  for (size_t i = statuses->count; i > 0 && dataset_wish_names_days(wish); i--) {
    Day date = statuses->items[i - 1].date;
    if (date != today && dataset_wish_includes(wish, date)) plan->dates[plan->count++] = date;
  }
}

/* One for each report that lacks its dividends. *ret_goes_on: of earlier ones some were never asked about. */
static Status count_calls(const Job *job, DatasetPlan *plan, bool *ret_goes_on, Error *err) {
  Paying paying = {.today = dart_today(job), .oldest_year = dart_oldest_year(job)};
  DividendUnits units = {0};
  Status status = plan->count ? paying_read(&paying, job, err) : STATUS_OK;
  if (status == STATUS_OK) status = dividend_units_list(&paying, &units, err);
  plan->questions = units.count;
  *ret_goes_on = false;
  for (size_t i = 0; i < units.count; i++) *ret_goes_on |= units.items[i].turn == UNIT_EARLIER;
  dividend_units_free(&units);
  paying_free(&paying);
  return status;
}

/* What is given late is asked for less and less often; what is left of earlier years at each run. */
static void take_rest(const Job *job, const DatasetWish *wish, const JobStatus *status, DatasetPlan *plan) {
  if (dataset_wish_names_days(wish) || wish->history || wish->name || plan->count == 0) return;
  if (dataset_plan_rests(job, plan, status)) plan->count = plan->questions = 0;
}

static Status plan(Ingest *ingest, const Dataset *dataset, const DatasetWish *wish, DatasetPlan *ret_plan, Error *err) {
  const JobStatusList *statuses = dataset_statuses(ingest, dataset);
  DatasetPlan plan = {.dates = malloc((statuses->count + 1) * sizeof *plan.dates),
                      .history = wish->history,
                      .whole = wish->name != NULL,
                      .reopened = wish->name != NULL};
  bool goes_on;
  if (!plan.dates) return error_set(err, STATUS_NO_MEMORY, "no memory for %zu days", statuses->count);
  plan_dates(ingest, wish, &plan);
  Status status = count_calls(ingest->job, &plan, &goes_on, err);
  if (status != STATUS_OK) {
    dataset_plan_free(&plan);
    return status;
  }
  if (!goes_on) take_rest(ingest->job, wish, job_status_find(statuses, dart_today(ingest->job)), &plan);
  *ret_plan = plan;
  return STATUS_OK;
}

/* ---- asking ---- */

static Status ask(Paying *paying, const DividendUnit *unit, UnitResult *result, Error *err) {
  DartStatementsAsked asked = {.year = unit->year, .kind = REPORT_ANNUAL, .count = 1};
  char key[DART_KEY_SIZE];
  Answer answer;
  memcpy(asked.corp_codes[0], unit->company->corp_code, CORP_CODE_SIZE);
  if (!dart_statements_key(&asked, key))
    return error_set(err, STATUS_INTERNAL, "the dividends of %d cannot be asked for", unit->year);
  Status status = dart_ask(&paying->fetch, FEED_DART_DIVIDENDS, key, &answer, err);
  if (status != STATUS_OK) return status;
  const FiledDividends *filed = answer_items(&answer, &PAYLOAD_FILED_DIVIDENDS);
  if (filed || answer.kind == ANSWER_EMPTY)
    status = paying_take(paying, unit, filed, result, err);
  else if (unit->turn != UNIT_CHECK)
    unit_stays_open(result, answer.kind == ANSWER_BROKEN, "%s, dividends of %d: %.160s", unit->company->ticker,
                    unit->year, dart_trouble(&answer));
  free(answer.payload);
  return status;
}

/* The units of one company from `at` on; returns where the next one's begin. What was answered is stored also where the
 * rest cannot be had. */
static Status ask_company(Paying *paying, const DividendUnits *units, size_t *at, UnitResult *result, Error *err) {
  const DividendUnit *first = &units->items[*at];
  Error trouble;
  Status asked = STATUS_OK;
  for (; *at < units->count && units->items[*at].company == first->company && units->items[*at].turn == first->turn;
       ++*at) {
    asked = ask(paying, &units->items[*at], result, &trouble);
    if (asked != STATUS_OK) break;
  }
  Status status = paying_flush(paying, first->company, err);
  if (status != STATUS_OK || asked == STATUS_OK) return status;
  *err = trouble;
  return asked;
}

static Status ask_all(Paying *paying, const DividendUnits *units, size_t *ret_asked, UnitResult *result, Error *err) {
  const Job *job = paying->work->ingest->job;
  Progress progress = progress_start(job->log, "dividends", "reports", units->count);
  Status status = STATUS_OK;
  size_t at = 0;
  while (at < units->count && status == STATUS_OK && dataset_has_time(paying->work)) {
    status = ask_company(paying, units, &at, result, err);
    progress_update(&progress, at);
  }
  progress_finish(&progress);
  *ret_asked = at;
  return status;
}

/* ---- what came of it ---- */

static void note_lacking(const DividendUnit *unit, UnitResult *result) {
  char why[JOB_REASON_SIZE];
  snprintf(why, sizeof why, "%s is filed, and OpenDART does not give its dividends yet", unit->rcept_no);
  unit_lacks(result, unit->company->ticker, why);
}

/* In reports. Those that the service has nothing of are not expected. refusal null: nobody refused. */
static void count_up(const Paying *paying, const DividendUnits *units, size_t asked, const char *refusal,
                     UnitResult *result) {
  size_t left = 0;
  for (size_t i = 0; i < units->count; i++) {
    const DividendUnit *unit = &units->items[i];
    bool there = dividend_unit_is_there(paying, unit);
    if (unit->turn == UNIT_CHECK) continue;
    result->stored += there;
    result->expected += there || i >= asked || unit->turn == UNIT_DUE;
    left += i >= asked;
    if (i < asked && !there && unit->turn == UNIT_DUE) note_lacking(unit, result);
  }
  if (left)
    unit_stays_open(result, false, "%zu reports are left for later%s%.160s", left, refusal ? ": " : "",
                    refusal ? refusal : "");
}

/* A report whose accounts came after all, or whose dividends are there, or that nobody waits for any longer. */
static Status forget_listed(const Paying *paying, Error *err) {
  enum { KEPT_DAYS = 400 };
  const Db *db = paying->work->ingest->job->db;
  Status status = STATUS_OK;
  for (size_t i = 0; i < paying->listed.count && status == STATUS_OK; i++) {
    const ListedReport *listed = &paying->listed.items[i];
    const Dividends *there = dividend_book_find(&paying->book.dividends, listed->ticker);
    const Reports *reports = company_book_find(&paying->book, listed->ticker);
    bool is_old = rcept_no_filed(listed->rcept_no) < paying->today - KEPT_DAYS;
    if (is_old || dividends_have(there, listed->year, listed->month, listed->rcept_no) ||
        reports_have(reports, REPORT_ANNUAL, listed->year, listed->month, listed->rcept_no))
      status = listed_report_remove(db, listed->rcept_no, err);
  }
  return status;
}

/* Which reports there are is known when the sweep of the day is proven, or of a later one. */
static void await_reports(const Paying *paying, Day date, UnitResult *result) {
  if (paying->swept != DAY_NONE && paying->swept >= date) return;
  unit_stays_open(result, false, "what was filed up to %s is not known yet: financials comes first",
                  day_text(date).text);
}

/* ---- a day ---- */

static Status conclude(Paying *paying, Day date, UnitResult *result, Error *err) {
  await_reports(paying, date, result);
  Status status = paying_note(paying, err);
  if (status == STATUS_OK) status = forget_listed(paying, err);
  if (status == STATUS_OK) status = paying_close(paying, err);
  if (status == STATUS_OK) status = unit_stamp(paying->work, date, result, "dividends", paying->began, err);
  const CoveredDays covered = {.date = date, .how = "came by"};
  if (status == STATUS_OK && unit_is_proven(result) && date == paying->today)
    status = unit_stamp_covered(paying->work, &covered, err);
  if (result->refused)
    log_warn(paying->work->ingest->job->log, "dividends of %zu reports cannot be believed; cb.alerts() names them",
             result->refused);
  return status;
}

/* What was asked for before OpenDART refused is stored, and on record. */
static Status work_day(Paying *paying, Day date, Error *err) {
  UnitResult result = {0};
  DividendUnits units = {0};
  Error trouble;
  size_t asked = 0;
  Status status = dividend_units_list(paying, &units, err);
  if (status != STATUS_OK) return status;
  Status brought = ask_all(paying, &units, &asked, &result, &trouble);
  bool refused = unit_is_refusal(brought);
  if (brought == STATUS_OK || refused) {
    count_up(paying, &units, asked, refused ? trouble.text : NULL, &result);
    status = conclude(paying, date, &result, err);
  }
  dividend_units_free(&units);
  if (status != STATUS_OK || brought == STATUS_OK) return status;
  *err = trouble;
  return brought;
}

static Status work_days(Paying *paying, const DatasetPlan *plan, Error *err) {
  DatasetWork *work = paying->work;
  Status status = STATUS_OK;
  size_t at = 0;
  for (; at < plan->count && status == STATUS_OK && dataset_has_time(work); at++)
    status = work_day(paying, plan->dates[at], err);
  work->left = plan->count - at;
  return status;
}

static Status work(DatasetWork *of, DatasetPlan *what, Error *err) {
  const Job *job = of->ingest->job;
  Paying paying = {.work = of,
                   .today = dart_today(job),
                   .oldest_year = dart_oldest_year(job),
                   .open_from = DAY_NONE,
                   .swept = DAY_NONE,
                   .began = clock_now(job->clock)};
  Status status = dart_begin(of, &paying.fetch, err);
  if (status != STATUS_OK) return status;
  status = paying_begin(&paying, what->whole, err);
  if (status == STATUS_OK) status = work_days(&paying, what, err);
  if (paying.stored) snprintf(of->note, sizeof of->note, ", %zu dividends stored", paying.stored);
  paying_free(&paying);
  return status;
}

static const DatasetUnits UNITS = {.unit = "days", .plan = plan, .work = work, .is_shut = dart_is_shut};

const Dataset DIVIDENDS = {.name = "dividends",
                           .feed = FEED_DART_DIVIDENDS,
                           .proof = "proven by the annual reports that are stored",
                           .units = &UNITS,
                           .expected_rows = dart_expected_rows,
                           .look = dividends_look};
