#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/base/text.h>
#include <closebell/base/vector.h>
#include <closebell/company/report_merge.h>
#include <closebell/run/run.h>
#include <closebell/store/collections.h>
#include <closebell/store/companies.h>
#include <closebell/store/financial_data.h>
#include <closebell/store/report_archive.h>

#include "financials.h"

static Job *job_of(const Collecting *collecting) { return collecting->work->ingest->job; }

static Status no_memory(Error *err) { return error_set(err, STATUS_NO_MEMORY, "no memory for the reports"); }

int collecting_fiscal_month(const Collecting *collecting, const Company *company) {
  int month = reports_fiscal_month(company_book_find(&collecting->book, company->ticker));
  return month ? month : company->fiscal_month;
}

/* ---- alerts ---- */

static char *subject_of(const char *ticker, const Report *report, char subject[FILING_SUBJECT_SIZE]) {
  snprintf(subject, FILING_SUBJECT_SIZE, "%s %s:%s:%s", ticker, day_text(report->period_end).text,
           report_kind_name(report->kind), statement_name(report->statement));
  return subject;
}

static Status raise_alert(Collecting *collecting, const char *ticker, const Report *report, bool is_refused,
                          const char *message, Error *err) {
  char subject[FILING_SUBJECT_SIZE];
  return filing_alerts_raise(&collecting->alerts, job_of(collecting), is_refused, subject_of(ticker, report, subject),
                             message, err);
}

/* ---- what is new ---- */

static FreshReports *open_fresh(Collecting *collecting, const char *ticker, bool is_first) {
  size_t at = collecting->fresh_count;
  for (size_t i = 0; i < collecting->fresh_count; i++)
    if (strcmp(collecting->fresh[i].fresh.ticker, ticker) == 0) return &collecting->fresh[i];
  FreshReports *items =
      vector_reserve(collecting->fresh, &collecting->fresh_capacity, at + 1, sizeof *collecting->fresh);
  if (!items) return NULL;
  collecting->fresh = items;
  items[at] = (FreshReports){.is_first = is_first};
  text_copy(items[at].fresh.ticker, sizeof items[at].fresh.ticker, ticker);
  collecting->fresh_count++;
  return &items[at];
}

static Status refuse(Collecting *collecting, const Company *company, const Report *report, const char *why,
                     UnitResult *result, Error *err) {
  char message[JOB_REASON_SIZE];
  snprintf(message, sizeof message, "%s: %.160s cannot be believed; not stored, it is asked for again",
           report->rcept_no[0] ? report->rcept_no : "a report", why);
  result->refused++;
  unit_lacks(result, company->ticker, message);
  return raise_alert(collecting, company->ticker, report, true, message, err);
}

static const char *fault_of(const Collecting *collecting, const FiledReport *filed) {
  if (filed->trouble[0]) return filed->trouble;
  const char *fault = report_fault(&filed->report);
  if (fault) return fault;
  return report_filed(&filed->report) > collecting->today ? "its filing date, which is not reached yet" : NULL;
}

static Status add(Collecting *collecting, const Company *company, const Report *report, Error *err) {
  Reports *reports = company_book_open(&collecting->book, company->ticker);
  Merge merge;
  Report added;
  char subject[FILING_SUBJECT_SIZE];
  if (!reports) return no_memory(err);
  bool is_first = reports->count == 0;
  if (reports_merge(reports, report, &merge, &added) != STATUS_OK) return no_memory(err);
  bool is_added = merge == MERGE_NEW || merge == MERGE_CONTRADICTS;
  Status status = filing_alerts_answer(&collecting->alerts, job_of(collecting),
                                       subject_of(company->ticker, report, subject), merge == MERGE_NEW, err);
  if (status != STATUS_OK || !is_added) return status;
  FreshReports *fresh = open_fresh(collecting, company->ticker, is_first);
  if (!fresh || reports_put(&fresh->fresh, &added) != STATUS_OK) return no_memory(err);
  if (merge == MERGE_NEW) return STATUS_OK;
  char message[JOB_REASON_SIZE];
  snprintf(message, sizeof message,
           "OpenDART gives other amounts for %s than it did; both are kept, the first one counts", report->rcept_no);
  return raise_alert(collecting, company->ticker, report, false, message, err);
}

Status collecting_take(Collecting *collecting, const FiledReport *filed, bool is_live, UnitResult *result, Error *err) {
  const Company *company = companies_find(&collecting->companies, filed->corp_code);
  if (!company) return STATUS_OK; /* nobody asked for it */
  const char *fault = fault_of(collecting, filed);
  if (fault) return refuse(collecting, company, &filed->report, fault, result, err);
  Report report = filed->report;
  report.version = 1;
  report.is_live = is_live;
  report.first_seen_utc = clock_now(job_of(collecting)->clock);
  return add(collecting, company, &report, err);
}

/* ---- storing ---- */

/* The first day on which any of them counts. */
static Day counts_from(const Reports *reports) {
  Day from = DAY_NONE;
  for (size_t i = 0; i < reports->count; i++) {
    Day day = report_filed(&reports->items[i]) + 1;
    if (from == DAY_NONE || day < from) from = day;
  }
  return from;
}

/* Whoever dies from here on leaves the mark, by which the next run finishes and announces it. */
static Status mark(Collecting *collecting, Day from, Error *err) {
  Day *open_from = &collecting->progress.open_from;
  if (from == DAY_NONE || (*open_from != DAY_NONE && *open_from <= from)) return STATUS_OK;
  *open_from = from;
  return report_work_open(job_of(collecting)->db, from, err);
}

static Day fresh_from(const Collecting *collecting) {
  Day from = DAY_NONE;
  for (size_t i = 0; i < collecting->fresh_count; i++) {
    Day day = counts_from(&collecting->fresh[i].fresh);
    if (day != DAY_NONE && (from == DAY_NONE || day < from)) from = day;
  }
  return from;
}

static Status archive(const Collecting *collecting, Error *err) {
  Reports *companies = calloc(collecting->fresh_count + 1, sizeof *companies); /* lent */
  if (!companies) return no_memory(err);
  for (size_t i = 0; i < collecting->fresh_count; i++)
    companies[i] = *company_book_find(&collecting->book, collecting->fresh[i].fresh.ticker);
  Status status = report_archive_write(job_of(collecting)->db, companies, collecting->fresh_count, err);
  free(companies);
  return status;
}

static Status create(const Collecting *collecting, Error *err) {
  const char **names = calloc(collecting->fresh_count + 1, sizeof *names);
  size_t count = 0;
  if (!names) return no_memory(err);
  for (size_t i = 0; i < collecting->fresh_count; i++)
    if (collecting->fresh[i].is_first) names[count++] = collecting->fresh[i].fresh.ticker;
  Status status =
      count ? collections_create_chosen(job_of(collecting)->db, DB_FINANCIAL, names, count, err) : STATUS_OK;
  free(names);
  return status;
}

static void forget_fresh(Collecting *collecting) {
  for (size_t i = 0; i < collecting->fresh_count; i++) reports_free(&collecting->fresh[i].fresh);
  collecting->fresh_count = 0;
}

Status collecting_flush(Collecting *collecting, Error *err) {
  Job *job = job_of(collecting);
  StoredCounts counts;
  if (collecting->fresh_count == 0) return STATUS_OK;
  Status status = run_beat(job, err);
  if (status == STATUS_OK) status = mark(collecting, fresh_from(collecting), err);
  if (status == STATUS_OK) status = archive(collecting, err);
  if (status == STATUS_OK) status = create(collecting, err);
  for (size_t i = 0; i < collecting->fresh_count && status == STATUS_OK; i++) {
    const Reports *fresh = &collecting->fresh[i].fresh;
    status = financial_data_append(job->db, fresh->ticker, fresh->items, fresh->count, &counts, err);
    if (status == STATUS_OK) collecting->statements += fresh->count;
  }
  if (status == STATUS_OK) forget_fresh(collecting);
  return status;
}

/* What counts from a session on that is there may have been analysed without it, or is being analysed. */
static Status announce(const Collecting *collecting, Error *err) {
  const Job *job = job_of(collecting);
  const LedgerDay *newest = ledger_newest_completed(&collecting->work->ingest->ledger);
  Day from = collecting->progress.open_from;
  if (!newest || from > newest->date) return STATUS_OK;
  return ingest_restatement(collecting->work->ingest, job->db, from, "reports of companies that were filed before",
                            err);
}

/* After a flush that failed the mark stays: the next run stores what is archived, and announces it. */
Status collecting_close(Collecting *collecting, Error *err) {
  if (collecting->progress.open_from == DAY_NONE || collecting->fresh_count > 0) return STATUS_OK;
  Status status = run_beat(job_of(collecting), err);
  if (status == STATUS_OK) status = announce(collecting, err);
  if (status == STATUS_OK) status = report_work_close(job_of(collecting)->db, err);
  if (status == STATUS_OK) collecting->progress.open_from = DAY_NONE;
  return status;
}

/* ---- what others have left ---- */

/* The archive lacks the company: what is in financial_data is all there is. */
static Status archive_again(Collecting *collecting, const char *ticker, Error *err) {
  const Job *job = job_of(collecting);
  Reports reports = {0};
  Status status = financial_data_read(job->db, ticker, NULL, NULL, &reports, err);
  Reports *place = status == STATUS_OK && reports.count ? company_book_open(&collecting->book, ticker) : NULL;
  if (status == STATUS_OK && reports.count && !place) status = no_memory(err);
  if (!place) {
    reports_free(&reports);
    return status;
  }
  reports_free(place);
  *place = reports;
  status = mark(collecting, counts_from(place), err);
  if (status == STATUS_OK) status = report_archive_write(job->db, place, 1, err);
  if (status == STATUS_OK)
    log_warn(job->log, "financials: the archive had no reports of %s; %zu of financial_data are archived again", ticker,
             place->count);
  return status;
}

/* Documents of the archive that are not in financial_data, or are others there. */
static Status project_again(Collecting *collecting, const Reports *reports, Error *err) {
  const Job *job = job_of(collecting);
  const char *name = reports->ticker;
  StoredCounts counts = {0};
  if (reports->count == 0) return STATUS_OK;
  Status status = run_beat(job_of(collecting), err);
  if (status == STATUS_OK) status = collections_create_chosen(job->db, DB_FINANCIAL, &name, 1, err);
  if (status == STATUS_OK)
    status = financial_data_append(job->db, reports->ticker, reports->items, reports->count, &counts, err);
  if (status == STATUS_OK && counts.inserted + counts.replaced > 0)
    log_warn(job->log, "financial_data.%s: %zu documents were missing and %zu others than archived; put right", name,
             counts.inserted, counts.replaced);
  return status;
}

static Status put_right(Collecting *collecting, bool whole, Error *err) {
  TickerList there;
  Status status = collections_read_tickers(job_of(collecting)->db, DB_FINANCIAL, &there, err);
  for (size_t i = 0; i < there.count && status == STATUS_OK; i++) {
    const Reports *archived = company_book_find(&collecting->book, there.items[i]);
    if (!archived) status = archive_again(collecting, there.items[i], err);
  }
  for (size_t i = 0; i < collecting->book.count && status == STATUS_OK; i++)
    if (whole || !ticker_list_has(&there, collecting->book.items[i].ticker))
      status = project_again(collecting, &collecting->book.items[i], err);
  ticker_list_free(&there);
  return status;
}

/* ---- beginning and end ---- */

static int compare_companies(const void *a, const void *b) {
  return strcmp((*(const Company *const *)a)->ticker, (*(const Company *const *)b)->ticker);
}

static Status sort_companies(Collecting *collecting, Error *err) {
  size_t count = collecting->companies.count;
  collecting->by_ticker = malloc((count + 1) * sizeof(const Company *));
  if (!collecting->by_ticker) return no_memory(err);
  for (size_t i = 0; i < count; i++) collecting->by_ticker[i] = &collecting->companies.items[i];
  if (count) qsort(collecting->by_ticker, count, sizeof(const Company *), compare_companies);
  return STATUS_OK;
}

Status collecting_begin(Collecting *collecting, bool whole, Error *err) {
  const Job *job = job_of(collecting);
  collecting->alerts = (FilingAlerts){.refused = "report-refused", .contradicted = "report-contradicted"};
  Status status = collections_create_section(job->db, "dart", err);
  if (status == STATUS_OK) status = companies_read(job->db, NULL, NULL, &collecting->companies, err);
  if (status == STATUS_OK) status = sort_companies(collecting, err);
  if (status == STATUS_OK) status = report_work_read(job->db, &collecting->progress, err);
  if (status == STATUS_OK) status = company_book_load(job->db, &collecting->book, err);
  if (status == STATUS_OK) status = filing_alerts_read(&collecting->alerts, job->db, err);
  if (status == STATUS_OK) status = put_right(collecting, whole || collecting->progress.open_from != DAY_NONE, err);
  return status == STATUS_OK ? collecting_close(collecting, err) : status;
}

void collecting_free(Collecting *collecting) {
  forget_fresh(collecting);
  free(collecting->fresh);
  filing_alerts_free(&collecting->alerts);
  free(collecting->by_ticker);
  companies_free(&collecting->companies);
  company_book_free(&collecting->book);
  fetch_free(&collecting->fetch);
}
