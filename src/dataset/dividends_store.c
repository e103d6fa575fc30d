#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/base/text.h>
#include <closebell/run/run.h>
#include <closebell/store/collections.h>
#include <closebell/store/companies.h>
#include <closebell/store/dividend_archive.h>
#include <closebell/store/dividend_data.h>
#include <closebell/store/job_status.h>
#include <closebell/store/report_archive.h>

#include "dividends.h"

static Job *job_of(const Paying *paying) { return paying->work->ingest->job; }

static Status no_memory(Error *err) { return error_set(err, STATUS_NO_MEMORY, "no memory for the dividends"); }

/* ---- alerts ---- */

static char *subject_of(const DividendUnit *unit, char subject[FILING_SUBJECT_SIZE]) {
  snprintf(subject, FILING_SUBJECT_SIZE, "%s %04d-%02d", unit->company->ticker, unit->year, unit->month);
  return subject;
}

static Status raise_alert(Paying *paying, const DividendUnit *unit, bool is_refused, const char *message, Error *err) {
  char subject[FILING_SUBJECT_SIZE];
  return filing_alerts_raise(&paying->alerts, job_of(paying), is_refused, subject_of(unit, subject), message, err);
}

/* ---- what is new ---- */

static const char *fault_of(const Paying *paying, const FiledDividends *filed) {
  if (filed->trouble[0]) return filed->trouble;
  const char *fault = dividend_fault(&filed->items[DIVIDEND_COMMON]);
  if (fault) return fault;
  return filed->items[DIVIDEND_COMMON].filed > paying->today ? "its filing date, which is not reached yet" : NULL;
}

static Status refuse(Paying *paying, const DividendUnit *unit, const char *why, UnitResult *result, Error *err) {
  char message[JOB_REASON_SIZE];
  snprintf(message, sizeof message, "dividends of %s: %.160s cannot be believed; not stored, they are asked for again",
           unit->rcept_no, why);
  result->refused++;
  return raise_alert(paying, unit, true, message, err);
}

static Status add(Paying *paying, const DividendUnit *unit, const Dividend *given, Error *err) {
  Dividends *dividends = dividend_book_open(&paying->book.dividends, unit->company->ticker);
  Dividend dividend = *given, added;
  Merge merge;
  char subject[FILING_SUBJECT_SIZE];
  dividend.is_live = unit->is_live && strcmp(dividend.rcept_no, unit->rcept_no) >= 0;
  dividend.first_seen_utc = clock_now(job_of(paying)->clock);
  if (!dividends || dividends_merge(dividends, &dividend, &merge, &added) != STATUS_OK) return no_memory(err);
  Status status =
      filing_alerts_answer(&paying->alerts, job_of(paying), subject_of(unit, subject), merge == MERGE_NEW, err);
  if (status != STATUS_OK || merge == MERGE_KNOWN || merge == MERGE_REFUSED) return status;
  if (dividends_put(&paying->fresh, &added) != STATUS_OK) return no_memory(err);
  if (merge == MERGE_NEW) return STATUS_OK;
  char message[JOB_REASON_SIZE];
  snprintf(message, sizeof message,
           "OpenDART gives other dividends for %s than it did; both are kept, the first one counts", added.rcept_no);
  return raise_alert(paying, unit, false, message, err);
}

static Status note_asked(Paying *paying, const DividendUnit *unit, Error *err) {
  Dividends *dividends = dividend_book_open(&paying->book.dividends, unit->company->ticker);
  DividendAsked asked = {.year = unit->year, .month = unit->month, .day = paying->today};
  memcpy(asked.rcept_no, unit->rcept_no, sizeof asked.rcept_no);
  return dividends && dividends_note_asked(dividends, &asked) == STATUS_OK ? STATUS_OK : no_memory(err);
}

Status paying_take(Paying *paying, const DividendUnit *unit, const FiledDividends *filed, UnitResult *result,
                   Error *err) {
  const char *fault = filed ? fault_of(paying, filed) : NULL;
  Status status = fault ? refuse(paying, unit, fault, result, err) : STATUS_OK;
  for (size_t i = 0; filed && !fault && i < filed->count && status == STATUS_OK; i++)
    status = add(paying, unit, &filed->items[i], err);
  return status == STATUS_OK ? note_asked(paying, unit, err) : status;
}

/* ---- storing ---- */

/* The first day on which any of them counts. */
static Day counts_from(const Dividends *dividends) {
  Day from = DAY_NONE;
  for (size_t i = 0; i < dividends->count; i++) {
    Day day = dividends->items[i].filed + 1;
    if (from == DAY_NONE || day < from) from = day;
  }
  return from;
}

/* Whoever dies from here on leaves the mark, by which the next run finishes and announces it. */
static Status mark(Paying *paying, const Dividends *dividends, Error *err) {
  Day from = counts_from(dividends);
  if (from == DAY_NONE || (paying->open_from != DAY_NONE && paying->open_from <= from)) return STATUS_OK;
  paying->open_from = from;
  return report_work_open_dividends(job_of(paying)->db, from, err);
}

/* Asking which are there, company by company, would take longer the more there are. */
static Status create_collection(const Paying *paying, const char *ticker, Error *err) {
  const Db *db = job_of(paying)->db;
  return ticker_list_has(&paying->collections, ticker) ? STATUS_OK
                                                       : db->create_collection(db->self, DB_DIVIDEND, ticker, err);
}

static Status store(Paying *paying, const Dividends *dividends, StoredCounts *ret_counts, Error *err) {
  const char *name = dividends->ticker;
  if (dividends->count == 0) return STATUS_OK;
  Status status = create_collection(paying, name, err);
  return status == STATUS_OK
             ? dividend_data_append(job_of(paying)->db, name, dividends->items, dividends->count, ret_counts, err)
             : status;
}

static Status archive_one(const Paying *paying, const Dividends *dividends, Error *err) {
  return dividend_archive_write(job_of(paying)->db, &dividends, 1, err);
}

Status paying_note(Paying *paying, Error *err) {
  const Dividends *companies[NOTED_MAX];
  NotedCompanies *noted = &paying->noted;
  if (noted->count == 0) return STATUS_OK;
  for (size_t i = 0; i < noted->count; i++)
    companies[i] = dividend_book_find(&paying->book.dividends, noted->tickers[i]);
  Status status = run_beat(job_of(paying), err);
  if (status == STATUS_OK) status = dividend_archive_write(job_of(paying)->db, companies, noted->count, err);
  noted->count = 0;
  return status;
}

static Status flush_fresh(Paying *paying, const Dividends *dividends, Error *err) {
  StoredCounts counts;
  text_copy(paying->fresh.ticker, sizeof paying->fresh.ticker, dividends->ticker);
  Status status = run_beat(job_of(paying), err);
  if (status == STATUS_OK) status = mark(paying, &paying->fresh, err);
  if (status == STATUS_OK) status = archive_one(paying, dividends, err);
  if (status == STATUS_OK) status = store(paying, &paying->fresh, &counts, err);
  if (status != STATUS_OK) return status;
  paying->stored += paying->fresh.count;
  paying->fresh.count = 0;
  return STATUS_OK;
}

Status paying_flush(Paying *paying, const Company *company, Error *err) {
  const Dividends *dividends = dividend_book_find(&paying->book.dividends, company->ticker);
  if (!dividends) return STATUS_OK; /* nothing was answered */
  if (paying->fresh.count > 0) return flush_fresh(paying, dividends, err);
  NotedCompanies *noted = &paying->noted;
  for (size_t i = 0; i < noted->count; i++)
    if (strcmp(noted->tickers[i], company->ticker) == 0) return STATUS_OK;
  text_copy(noted->tickers[noted->count++], TICKER_SIZE, company->ticker);
  return noted->count == NOTED_MAX ? paying_note(paying, err) : STATUS_OK;
}

/* What counts from a session on that is there may have been analysed without it, or is being analysed. */
static Status announce(const Paying *paying, Error *err) {
  const LedgerDay *newest = ledger_newest_completed(&paying->work->ingest->ledger);
  if (!newest || paying->open_from > newest->date) return STATUS_OK;
  return ingest_restatement(paying->work->ingest, job_of(paying)->db, paying->open_from,
                            "dividends of companies whose reports were filed before", err);
}

/* After a flush that failed the mark stays: the next run stores what is archived, and announces it. */
Status paying_close(Paying *paying, Error *err) {
  if (paying->open_from == DAY_NONE || paying->fresh.count > 0) return STATUS_OK;
  Status status = run_beat(job_of(paying), err);
  if (status == STATUS_OK) status = announce(paying, err);
  if (status == STATUS_OK) status = report_work_close_dividends(job_of(paying)->db, err);
  if (status == STATUS_OK) paying->open_from = DAY_NONE;
  return status;
}

/* ---- what others have left ---- */

/* The archive lacks the company: what is in dividend_data is all there is. */
static Status archive_again(Paying *paying, const char *ticker, Error *err) {
  const Job *job = job_of(paying);
  Dividends dividends = {0};
  Status status = dividend_data_read(job->db, ticker, NULL, NULL, &dividends, err);
  Dividends *place =
      status == STATUS_OK && dividends.count ? dividend_book_open(&paying->book.dividends, ticker) : NULL;
  if (status == STATUS_OK && dividends.count && !place) status = no_memory(err);
  if (!place) {
    dividends_free(&dividends);
    return status;
  }
  dividends_free(place);
  *place = dividends;
  status = mark(paying, place, err);
  if (status == STATUS_OK) status = archive_one(paying, place, err);
  if (status == STATUS_OK)
    log_warn(job->log, "dividends: the archive had none of %s; %zu of dividend_data are archived again", ticker,
             place->count);
  return status;
}

/* Documents of the archive that are not in dividend_data, or are others there. */
static Status project_again(Paying *paying, const Dividends *dividends, Error *err) {
  const Job *job = job_of(paying);
  StoredCounts counts = {0};
  if (dividends->count == 0) return STATUS_OK;
  Status status = run_beat(job_of(paying), err);
  if (status == STATUS_OK) status = store(paying, dividends, &counts, err);
  if (status == STATUS_OK && counts.inserted + counts.replaced > 0)
    log_warn(job->log, "dividend_data.%s: %zu documents were missing and %zu others than archived; put right",
             dividends->ticker, counts.inserted, counts.replaced);
  return status;
}

static Status put_right(Paying *paying, bool whole, Error *err) {
  const DividendBook *book = &paying->book.dividends;
  const TickerList *there = &paying->collections;
  Status status = collections_read_tickers(job_of(paying)->db, DB_DIVIDEND, &paying->collections, err);
  for (size_t i = 0; i < there->count && status == STATUS_OK; i++)
    if (!dividend_book_find(book, there->items[i])) status = archive_again(paying, there->items[i], err);
  for (size_t i = 0; i < book->count && status == STATUS_OK; i++)
    if (whole || !ticker_list_has(there, book->items[i].ticker)) status = project_again(paying, &book->items[i], err);
  return status;
}

/* ---- beginning and end ---- */

Status paying_read(Paying *paying, const Job *job, Error *err) {
  Status status = companies_read(job->db, NULL, NULL, &paying->companies, err);
  if (status == STATUS_OK) status = company_book_load(job->db, &paying->book, err);
  if (status == STATUS_OK) status = dividend_book_read(job->db, NULL, NULL, &paying->book.dividends, err);
  return status == STATUS_OK ? listed_reports_read(job->db, &paying->listed, err) : status;
}

/* Before the reports themselves are read. */
static Status read_swept(Paying *paying, Error *err) {
  enum { LOOKED_BACK_DAYS = 62 };
  JobStatusList list = {0};
  Status status =
      job_status_load(job_of(paying)->db, "financials", paying->today - LOOKED_BACK_DAYS, DAY_NONE, &list, err);
  for (size_t i = 0; i < list.count && status == STATUS_OK; i++)
    if (list.items[i].state == JOB_COMPLETED) paying->swept = list.items[i].date;
  if (status == STATUS_OK) job_status_list_free(&list);
  return status;
}

Status paying_begin(Paying *paying, bool whole, Error *err) {
  const Job *job = job_of(paying);
  paying->alerts = (FilingAlerts){.refused = "dividend-refused", .contradicted = "dividend-contradicted"};
  Status status = collections_create_section(job->db, "dart", err);
  if (status == STATUS_OK) status = read_swept(paying, err);
  if (status == STATUS_OK) status = paying_read(paying, job, err);
  if (status == STATUS_OK) status = report_work_read_dividends(job->db, &paying->open_from, err);
  if (status == STATUS_OK) status = filing_alerts_read(&paying->alerts, job->db, err);
  if (status == STATUS_OK) status = put_right(paying, whole || paying->open_from != DAY_NONE, err);
  return status == STATUS_OK ? paying_close(paying, err) : status;
}

void paying_free(Paying *paying) {
  dividends_free(&paying->fresh);
  ticker_list_free(&paying->collections);
  filing_alerts_free(&paying->alerts);
  listed_reports_free(&paying->listed);
  companies_free(&paying->companies);
  company_book_free(&paying->book);
  fetch_free(&paying->fetch);
}
