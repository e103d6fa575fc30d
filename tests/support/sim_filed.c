#include "sim_filed.h"

#include <stdio.h>
#include <string.h>

#include <closebell/company/company_book.h>
#include <closebell/company/report_merge.h>
#include <closebell/store/dividend_archive.h>
#include <closebell/store/job_status.h>
#include <closebell/store/report_archive.h>

#include "sim_decisions.h"
#include "sim_sample.h"

static SimWorld *world_of(const SimEvents *events) { return events->dart->world; }
static Day today(const SimEvents *events) { return instant_kst_day(world_of(events)->now); }

static bool fail(Error *why, const char *what, const char *receipt) {
  error_set(why, STATUS_BAD_DATA, "%s: %s", receipt, what);
  return false;
}

static size_t stock_of(const SimDart *dart, const char *ticker) {
  size_t stock = 0;
  while (stock < dart->stock_count && strcmp(dart->stocks[stock].ticker, ticker) != 0) stock++;
  return stock;
}

/* What a company filed before it was followed is the back-fill's. */
static bool was_followed(const SimEvents *events, size_t stock, Day from) {
  Day added;
  const bson_t *target =
      sim_document(world_of(events), DB_SYSTEM, "target_tickers", events->dart->stocks[stock].ticker);
  return target && day_parse(sim_text(target, "added_date"), &added) && added <= from &&
         sim_company_is_followed(events, stock);
}

static bool is_completed(const SimEvents *events, const char *dataset) {
  char id[64];
  snprintf(id, sizeof id, "%s_%s", day_text(today(events)).text, dataset);
  const bson_t *status = sim_document(world_of(events), DB_SYSTEM, "job_status", id);
  return status && strcmp(sim_text(status, "status"), "completed") == 0;
}

/* The filing of that receipt number; false: nobody filed it. */
static bool find_filing(const SimDart *dart, size_t stock, Day period_end, ReportKind kind, const char *rcept_no,
                        SimFiling *ret_filing) {
  int year, month, day;
  SimFiling filings[SIM_FILINGS_MAX];
  day_to_ymd(period_end, &year, &month, &day);
  for (int of_year = year - 1; of_year <= year; of_year++) {
    size_t count = sim_dart_filings(dart, stock, (ReportTerm){of_year, kind}, filings);
    for (size_t i = 0; i < count; i++) {
      *ret_filing = filings[i];
      if (strcmp(filings[i].rcept_no, rcept_no) == 0) return true;
    }
  }
  return false;
}

/* ---- reports ---- */

static bool check_reports_of(const SimEvents *events, const Reports *reports, Error *why) {
  size_t stock = stock_of(events->dart, reports->ticker);
  for (size_t i = 0; i < reports->count; i++) {
    const Report *report = &reports->items[i];
    SimFiling filing;
    if (!find_filing(events->dart, stock, report->period_end, report->kind, report->rcept_no, &filing))
      return fail(why, "a report that nobody filed is stored", report->rcept_no);
    const Report said = sim_dart_report(events->dart, stock, &filing, report->statement);
    if (!report_same_values(&said, report)) return fail(why, "the report is not as it was filed", report->rcept_no);
  }
  return true;
}

/* The newest version that is given. Null: none is. */
static const SimFiling *given(const SimFiling *filings, size_t count, Day date) {
  const SimFiling *newest = NULL;
  for (size_t i = 0; i < count; i++)
    if (filings[i].filed <= date && filings[i].given <= date) newest = &filings[i];
  return newest;
}

static bool check_term(const SimEvents *events, const CompanyBook *book, size_t stock, ReportTerm term, Day from,
                       Error *why) {
  SimFiling filings[SIM_FILINGS_MAX];
  int year, month, day;
  size_t count = sim_dart_filings(events->dart, stock, term, filings);
  const SimFiling *newest = given(filings, count, today(events));
  if (!newest || newest->filed < from) return true;
  const Reports *reports = company_book_find(book, events->dart->stocks[stock].ticker);
  day_to_ymd(newest->period_end, &year, &month, &day);
  if (reports && reports_have(reports, term.kind, year, month, newest->rcept_no)) return true;
  return fail(why, "financials is completed without it", newest->rcept_no);
}

static bool check_completed_reports(const SimEvents *events, const CompanyBook *book, Day from, Error *why) {
  bool good = true;
  int year, month, day;
  day_to_ymd(today(events), &year, &month, &day);
  for (size_t stock = 0; stock < events->dart->stock_count && good; stock++) {
    if (!was_followed(events, stock, from)) continue;
    for (int of_year = year - 2; of_year <= year && good; of_year++)
      for (ReportKind kind = 0; kind < REPORT_KIND_COUNT && good; kind++)
        good = check_term(events, book, stock, (ReportTerm){of_year, kind}, from, why);
  }
  return good;
}

static bool check_dividends_of(const SimEvents *events, const Dividends *dividends, Error *why) {
  size_t stock = stock_of(events->dart, dividends->ticker);
  for (size_t i = 0; i < dividends->count; i++) {
    const Dividend *dividend = &dividends->items[i];
    SimFiling filing;
    if (!find_filing(events->dart, stock, dividend->period_end, dividend->kind, dividend->rcept_no, &filing))
      return fail(why, "a dividend that nobody filed is stored", dividend->rcept_no);
    const FiledDividends said = sim_dart_dividends(events->dart, stock, &filing);
    if (dividend->stock >= said.count || !dividend_same_values(dividend, &said.items[dividend->stock]))
      return fail(why, "the dividend is not as it was filed", dividend->rcept_no);
  }
  return true;
}

static bool check_reports(const SimEvents *events, Day from, Error *why) {
  const Db *db = &world_of(events)->view;
  CompanyBook book = {0};
  bool good = company_book_load(db, &book, why) == STATUS_OK &&
              dividend_book_read(db, NULL, NULL, &book.dividends, why) == STATUS_OK;
  for (size_t i = 0; i < book.count && good; i++) good = check_reports_of(events, &book.items[i], why);
  for (size_t i = 0; i < book.dividends.count && good; i++)
    good = check_dividends_of(events, &book.dividends.items[i], why);
  if (good && is_completed(events, "financials")) good = check_completed_reports(events, &book, from, why);
  company_book_free(&book);
  return good;
}

bool sim_filed_check(const SimEvents *events, Day from, Error *why) {
  return check_reports(events, from, why) && sim_check_decisions(events, why) &&
         (!is_completed(events, "company_events") || sim_check_all_decisions(events, from, why));
}
