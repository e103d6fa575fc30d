#include "explain_company.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/base/text.h>
#include <closebell/company/absence.h>
#include <closebell/company/fundamentals.h>
#include <closebell/company/report_dates.h>
#include <closebell/company/used_reports.h>
#include <closebell/indicator/company_fields.h>
#include <closebell/store/companies.h>
#include <closebell/store/dividend_archive.h>
#include <closebell/store/report_archive.h>
#include <closebell/store/stored.h>

#include "explain_print.h"

/* What is gathered of a stock's company. */
typedef struct {
  const Job *job;
  const char *ticker;
  char common[TICKER_SIZE];
  Companies companies;
  const Company *company; /* null: none is known */
  Reports reports;
  Dividends dividends;
  StoredDocument latest; /* of latest_analysis; no fields: it has none */
  Day session;
} Told;

/* ---- gathering ---- */

static Status read_latest(Told *told, Error *err) {
  Status status = stored_find(told->job->db, DB_SYSTEM, "latest_analysis", told->ticker, &told->latest, err);
  return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

static Status gather(Told *told, Error *err) {
  const Db *db = told->job->db;
  text_copy(told->common, sizeof told->common, told->ticker);
  told->common[COMPANY_CODE_LENGTH] = '0';
  Status status = companies_read(db, NULL, NULL, &told->companies, err);
  if (status == STATUS_OK) status = report_archive_find(db, told->common, &told->reports, err);
  if (status == STATUS_OK) status = dividend_archive_find(db, told->common, &told->dividends, err);
  if (status == STATUS_OK) status = read_latest(told, err);
  if (status == STATUS_OK) told->company = companies_of_ticker(&told->companies, told->common);
  return error_prefix(err, status, "reading the company of %s", told->ticker);
}

static void free_told(Told *told) {
  companies_free(&told->companies);
  reports_free(&told->reports);
  dividends_free(&told->dividends);
  stored_free(&told->latest);
}

/* ---- telling ---- */

static void tell_name(const Told *told) {
  const Company *company = told->company;
  if (company == NULL) {
    explain_line(told->job, "company", "OpenDART names none of this ticker");
    return;
  }
  explain_line(told->job, "company", "%s, %s, corp_code %s", company->name, market_name(company->market),
               company->corp_code);
  if (company->fiscal_month > 0) explain_line(told->job, "", "its fiscal year ends in month %d", company->fiscal_month);
  if (!ticker_is_common(told->ticker))
    explain_line(told->job, "", "a preferred stock: reports and their fields are of %s", told->common);
}

static void tell_report(const Told *told, ReportUse use, const UsedReport *used) {
  const char *label = use == USED_NEWEST ? "reports" : "";
  if (!used->is_asked) return;
  if (used->report == NULL)
    explain_line(told->job, label, "%s: missing", report_use_name(use));
  else
    explain_line(told->job, label, "%s: %s %s %s, filed %s, receipt %s%s", report_use_name(use),
                 day_text(used->report->period_end).text, report_kind_name(used->report->kind),
                 statement_name(used->report->statement), day_text(report_filed(used->report)).text,
                 used->report->rcept_no, used->report->is_live ? "" : ", by a back-fill");
}

/* Those that count from a later session on. */
static size_t count_later(const Reports *reports, Day session) {
  size_t later = 0;
  for (size_t i = 0; i < reports->count; i++) later += report_filed(&reports->items[i]) >= session;
  return later;
}

static void tell_reports(const Told *told) {
  UsedReport used[USED_COUNT];
  size_t later = count_later(&told->reports, told->session);
  if (told->reports.count == 0)
    explain_line(told->job, "reports", "none is stored");
  else if (!used_reports(&told->reports, told->session, used))
    explain_line(told->job, "reports", "none was filed before %s", day_text(told->session).text);
  else
    for (int use = 0; use < USED_COUNT; use++) tell_report(told, (ReportUse)use, &used[use]);
  if (later > 0)
    explain_line(told->job, "", "%zu filed on %s or later, and not used in it", later, day_text(told->session).text);
}

static void tell_dividends(const Told *told) {
  const Dividend *known = dividends_known(&told->dividends, told->session);
  char dps[TEXT_REAL_SIZE] = "not said";
  if (told->dividends.count == 0) {
    explain_line(told->job, "dividends", "none are stored");
    return;
  }
  if (known == NULL) {
    explain_line(told->job, "dividends", "no annual report was filed before %s", day_text(told->session).text);
    return;
  }
  if (!isnan(known->dps)) text_group_double(known->dps, dps);
  explain_line(told->job, "dividends", "a share: %s, by the annual report of %s, filed %s, receipt %s%s", dps,
               day_text(known->period_end).text, day_text(known->filed).text, known->rcept_no,
               known->is_live ? "" : ", by a back-fill");
}

static void tell_late(const Told *told) {
  ReportTerm terms[REPORTS_DUE_MAX];
  const int month = told->company != NULL ? told->company->fiscal_month : 0;
  size_t count = reports_due(&told->reports, month, instant_kst_day(told->job->now.instant), terms);
  for (size_t i = 0; i < count; i++)
    explain_line(told->job, i == 0 ? "late" : "", "the report %s of %s, due on %s: not there",
                 report_kind_name(terms[i].kind), day_text(report_term_end(terms[i], month)).text,
                 day_text(report_term_deadline(terms[i], month)).text);
}

/* ---- what is absent ---- */

#define FIELD_NAME(with, field, kind, help) #field,
static const char *const FIELDS[] = {COMPANY_FIELDS(FIELD_NAME, )};
#undef FIELD_NAME
enum { FIELD_COUNT = sizeof FIELDS / sizeof FIELDS[0] };

static double real_of(const StoredDocument *document, const char *name) {
  const StoredField *field = stored_field(document, name);
  return field != NULL && field->kind == STORED_REAL ? field->real : NAN;
}

static const char *why_absent(const Told *told, size_t field) {
  const CompanyKnown known = {.is_common = ticker_is_common(told->ticker),
                              .is_collected = told->companies.count > 0,
                              .has_company = told->company != NULL,
                              .has_report = stored_field(&told->latest, "rcept_no") != NULL,
                              .has_dividend = stored_field(&told->latest, "dps_ttm") != NULL ||
                                              stored_field(&told->latest, "payout_ratio") != NULL,
                              .eps_ttm = real_of(&told->latest, "eps_ttm"),
                              .bps = real_of(&told->latest, "bps")};
  return stored_field(&told->latest, FIELDS[field]) != NULL ? NULL : company_absence(FIELDS[field], &known);
}

/* A line a reason, with all the fields that it holds for. */
static void tell_absent(const Told *told) {
  bool is_told[FIELD_COUNT] = {false}, is_first = true;
  for (size_t i = 0; i < FIELD_COUNT && told->latest.count > 0; i++) {
    const char *why = why_absent(told, i);
    TextBuffer names = {0};
    if (why == NULL || is_told[i]) continue;
    for (size_t k = i; k < FIELD_COUNT; k++) {
      const char *other = why_absent(told, k);
      if (other == NULL || strcmp(other, why) != 0) continue;
      text_buffer_printf(&names, "%s%s", k > i ? ", " : "", FIELDS[k]);
      is_told[k] = true;
    }
    explain_line(told->job, is_first ? "absent" : "", "%s: %s", names.failed ? FIELDS[i] : names.data, why);
    is_first = false;
    text_buffer_free(&names);
  }
}

/* ---- the whole ---- */

Status explain_company(const AnalysisWork *work, const char *ticker, Day analyzed, Error *err) {
  Told told = {.job = work->job, .ticker = ticker, .session = analyzed != DAY_NONE ? analyzed : work->gate.session};
  Status status = gather(&told, err);
  if (status == STATUS_OK && (told.companies.count > 0 || told.reports.count > 0) && told.session != DAY_NONE) {
    tell_name(&told);
    tell_reports(&told);
    tell_late(&told);
    tell_dividends(&told);
    tell_absent(&told);
  }
  free_told(&told);
  return status;
}
