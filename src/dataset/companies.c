/* companies: which company stands behind which stock, weekly. A list is proven when it knows the companies of nearly
 * all stocks, and each is one company's. */
#include "datasets.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/base/config.h>
#include <closebell/company/report_dates.h>
#include <closebell/company/report_merge.h>
#include <closebell/run/run.h>
#include <closebell/source/dart.h>
#include <closebell/store/collections.h>
#include <closebell/store/companies.h>
#include <closebell/store/job_status.h>
#include <closebell/store/report_archive.h>
#include <closebell/store/report_work.h>

#include "dart_ask.h"

enum { MAPPED_PERCENT = 95, PROFILES_A_WEEK = 30 };

/* ---- what is due ---- */

/* This week's, and a wished one that has a status. */
static bool is_planned(const DatasetWish *wish, Day date, const JobStatus *status, Day this_week) {
  bool named = dataset_wish_names_days(wish);
  if (named) return (wish->from == DAY_NONE || date >= wish->from) && (wish->to == DAY_NONE || date <= wish->to);
  return date == this_week && (!status || status->state != JOB_COMPLETED);
}

/* An older week that failed is over: the list of this one says what it would. */
static Status plan(Ingest *ingest, const Dataset *dataset, const DatasetWish *wish, DatasetPlan *ret_plan, Error *err) {
  (void)dataset;
  const JobStatusList *statuses = dataset_statuses(ingest, &COMPANIES);
  Day week = week_begin(dart_today(ingest->job));
  const JobStatus *status = job_status_find(statuses, week);
  DatasetPlan plan = {.dates = malloc(sizeof *plan.dates), .sessions = statuses->count + !status};
  if (!plan.dates) return error_set(err, STATUS_NO_MEMORY, "no memory for a week");
  for (size_t i = 0; i < statuses->count; i++) plan.completed += statuses->items[i].state == JOB_COMPLETED;
  bool named = dataset_wish_names_days(wish);
  if (is_planned(wish, week, status, week) && (named || !dataset_plan_rests(ingest->job, &plan, status)))
    plan.dates[plan.count++] = week;
  plan.questions = plan.count;
  *ret_plan = plan;
  return STATUS_OK;
}

/* ---- the list ---- */

/* One week's work. */
typedef struct {
  DatasetWork *work;
  Fetch fetch;
  ListedStock *stocks; /* owned */
  size_t stock_count;
  Companies known;
  CompanyMap map;
} Week;

static void week_free(Week *week) {
  free(week->stocks);
  companies_free(&week->known);
  companies_free(&week->map.companies);
  fetch_free(&week->fetch);
}

static void judge(const Week *week, DatasetVerdict *verdict) {
  verdict->expected_rows = (int64_t)week->stock_count;
  verdict->stored_rows = (int64_t)week->map.mapped;
  bool proven = week->map.mapped * 100 >= week->stock_count * MAPPED_PERCENT;
  verdict->state = proven ? JOB_COMPLETED : JOB_FAILED;
  verdict->stores = proven;
  if (!proven)
    snprintf(verdict->reason, sizeof verdict->reason,
             "the list of codes knows the companies of %zu of %zu stocks, fewer than %d %%: nothing is taken over",
             week->map.mapped, week->stock_count, MAPPED_PERCENT);
  else if (week->map.relisted)
    snprintf(verdict->reason, sizeof verdict->reason,
             "%s; of %zu codes that more than one company has, the one modified last has it", COMPANIES.proof,
             week->map.relisted);
}

static Status take_list(Week *week, const Answer *answer, DatasetVerdict *verdict, Error *err) {
  const CorpCode *codes = answer_items(answer, &PAYLOAD_CORP_CODES);
  if (!codes) {
    verdict->state = answer->kind == ANSWER_BROKEN ? JOB_FAILED : JOB_WAITING;
    snprintf(verdict->reason, sizeof verdict->reason, "%.200s", dart_trouble(answer));
    return STATUS_OK;
  }
  if (companies_map(codes, answer->count, week->stocks, week->stock_count, &week->known, &week->map) != STATUS_OK)
    return error_set(err, STATUS_NO_MEMORY, "no memory for the companies");
  judge(week, verdict);
  if (!verdict->stores) return STATUS_OK;
  Status status = run_beat(week->work->ingest->job, err);
  return status == STATUS_OK ? companies_store(week->work->ingest->job->db, &week->known, &week->map.companies, err)
                             : status;
}

/* ---- fiscal months ---- */

/* Of a company whose annual report does not say it. */
static Status ask_profile(Week *week, const Company *company, Error *err) {
  Answer answer;
  Status status = dart_ask(&week->fetch, FEED_DART_COMPANY, company->corp_code, &answer, err);
  if (status != STATUS_OK) return status;
  const CompanyProfile *profile = answer_items(&answer, &PAYLOAD_COMPANY_PROFILE);
  Company with = *company;
  const Companies before = {0};
  if (profile && strcmp(profile->corp_code, company->corp_code) == 0) with.fiscal_month = profile->fiscal_month;
  const Companies one = {.items = &with, .count = 1};
  if (with.fiscal_month != company->fiscal_month)
    status = companies_store(week->work->ingest->job->db, &before, &one, err);
  free(answer.payload);
  return status;
}

/* So many a week, once the reports of the years before are there; what cannot be had is no trouble. */
static Status ask_profiles(Week *week, Error *err) {
  const Job *job = week->work->ingest->job;
  ReportWork progress;
  CompanyBook book = {0};
  size_t asked = 0;
  Status status = report_work_read(job->db, &progress, err);
  if (status != STATUS_OK || !progress.backfill.is_done) return status;
  status = company_book_load(job->db, &book, err);
  for (size_t i = 0; i < week->map.companies.count && status == STATUS_OK && asked < PROFILES_A_WEEK; i++) {
    const Company *company = &week->map.companies.items[i];
    if (company->fiscal_month || reports_fiscal_month(company_book_find(&book, company->ticker))) continue;
    if (!dataset_has_time(week->work)) break;
    asked++;
    status = ask_profile(week, company, err);
  }
  company_book_free(&book);
  return status == STATUS_UNAVAILABLE || status == STATUS_INCOMPLETE ? STATUS_OK : status;
}

/* ---- a week ---- */

static Status bring(Week *week, Day date, Error *err) {
  Ingest *ingest = week->work->ingest;
  Instant started = clock_now(ingest->job->clock);
  DatasetVerdict verdict = {.state = JOB_WAITING};
  Answer answer = {0};
  snprintf(verdict.reason, sizeof verdict.reason, "no session is there yet, whose stocks are followed");
  Status status = week->stock_count ? dart_ask(&week->fetch, FEED_DART_CORP_CODES, NULL, &answer, err) : STATUS_OK;
  if (status == STATUS_OK && week->stock_count) {
    verdict.reason[0] = '\0';
    status = take_list(week, &answer, &verdict, err);
  }
  free(answer.payload);
  const DatasetStamp stamp = {.date = date, .verdict = &verdict};
  if (status == STATUS_OK) status = dataset_stamp(week->work, &stamp, started, err);
  return status == STATUS_OK && verdict.stores ? ask_profiles(week, err) : status;
}

static Status work_week(DatasetWork *work, DatasetPlan *plan, Error *err) {
  const Job *job = work->ingest->job;
  Week week = {.work = work};
  if (plan->count == 0) return STATUS_OK;
  Status status = dart_begin(work, &week.fetch, err);
  if (status != STATUS_OK) return status;
  status = collections_create_section(job->db, "dart", err);
  if (status == STATUS_OK) status = companies_read(job->db, NULL, NULL, &week.known, err);
  if (status == STATUS_OK) status = dart_stocks(work->ingest, &week.stocks, &week.stock_count, err);
  if (status == STATUS_OK) status = bring(&week, plan->dates[0], err);
  week_free(&week);
  return status;
}

/* ---- what is stored ---- */

typedef struct {
  DatasetFinding *tell;
  void *context;
} Looking;

static Status tell_unreadable(void *context, const char *id, const char *what, Error *err) {
  const Looking *looking = context;
  char text[512];
  snprintf(text, sizeof text, "system_info.companies %.40s: %.300s; the next list of codes puts it right", id, what);
  return looking->tell(looking->context, DAY_NONE, text, err);
}

static Status look(Ingest *ingest, const DatasetStored *stored, DatasetFinding *tell, void *context, Error *err) {
  Looking looking = {tell, context};
  Companies companies = {0};
  Status status = companies_read(ingest->job->db, tell_unreadable, &looking, &companies, err);
  for (size_t i = 0; i < companies.count && status == STATUS_OK; i++) {
    const Company *company = &companies.items[i], *first = companies_of_ticker(&companies, company->ticker);
    char text[160];
    if (first == company) continue;
    snprintf(text, sizeof text, "%s is the stock of two companies, %s and %s", company->ticker, first->corp_code,
             company->corp_code);
    status = tell(context, DAY_NONE, text, err);
  }
  if (status == STATUS_OK && stored->count > 0 && companies.count == 0)
    status = tell(context, stored->dates[stored->count - 1], "the companies are gone", err);
  companies_free(&companies);
  return status;
}

static const DatasetUnits UNITS = {.unit = "weeks", .plan = plan, .work = work_week, .is_shut = dart_is_shut};

const Dataset COMPANIES = {.name = "companies",
                           .feed = FEED_DART_CORP_CODES,
                           .proof = "proven by the stocks whose companies the list of codes knows",
                           .units = &UNITS,
                           .expected_rows = dart_expected_rows,
                           .look = look};
