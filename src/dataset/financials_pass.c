/* Passes over all companies in the order of their tickers: the back-fill and the monthly check. Each remembers how far
 * it has come. */
#include <stdlib.h>
#include <string.h>

#include <closebell/base/progress.h>
#include <closebell/base/text.h>
#include <closebell/company/report_merge.h>
#include <closebell/run/run.h>

#include "financials.h"

enum { TERMS_MAX = 128, CHECKED_REPORTS = 4, DECEMBER = 12 };

typedef struct {
  Collecting *collecting;
  UnitResult *result;
  bool is_backfill;
  ReportPass *pass; /* of collecting->progress */
} Passing;

/* ---- which reports of a company ---- */

static bool is_same_term(ReportTerm a, ReportTerm b) { return a.year == b.year && a.kind == b.kind; }

static bool has_term(const ReportTerm *terms, size_t count, ReportTerm term) {
  for (size_t i = 0; i < count; i++)
    if (is_same_term(terms[i], term)) return true;
  return false;
}

/* All that ended and are not there. */
static bool is_lacking(const Passing *passing, const Company *company, ReportTerm term) {
  return !reports_have_any(company_book_find(&passing->collecting->book, company->ticker), term.kind, term.year);
}

/* Without a back-fill nothing is looked for before the first report that is there. */
static bool is_checked(const Passing *passing, const Company *company, ReportTerm term, int fiscal_month) {
  const Reports *reports = company_book_find(&passing->collecting->book, company->ticker);
  if (passing->collecting->progress.backfill.is_done) return true;
  return reports && reports->count && report_term_end(term, fiscal_month) >= reports->items[0].period_end;
}

static size_t terms_of(const Passing *passing, const Company *company, ReportTerm *terms) {
  const Collecting *collecting = passing->collecting;
  int fiscal_month = collecting_fiscal_month(collecting, company);
  size_t most = passing->is_backfill ? TERMS_MAX : CHECKED_REPORTS, kept = 0;
  size_t count = report_terms_ended(fiscal_month, collecting->today, collecting->oldest_year, terms, most);
  for (size_t i = 0; i < count; i++)
    if (passing->is_backfill ? is_lacking(passing, company, terms[i])
                             : is_checked(passing, company, terms[i], fiscal_month))
      terms[kept++] = terms[i];
  return kept;
}

/* ---- a group ---- */

/* Those of the group that have the report among theirs. */
static size_t list_companies(const Passing *passing, const CompanyGroup *group, ReportTerm term,
                             const Company **ret_list) {
  ReportTerm terms[TERMS_MAX];
  size_t count = 0;
  for (size_t i = 0; i < group->count; i++)
    if (has_term(terms, terms_of(passing, group->companies[i], terms), term)) ret_list[count++] = group->companies[i];
  return count;
}

/* asked: the reports that this group was asked for; room for one a company. */
static Status ask_terms(const Passing *passing, const CompanyGroup *group, bool only_annual, ReportTerm *asked,
                        size_t *asked_count, Error *err) {
  const Company **list = malloc((group->count + 1) * sizeof(const Company *));
  Status status = list ? STATUS_OK : error_set(err, STATUS_NO_MEMORY, "no memory for a group of companies");
  for (size_t i = 0; i < group->count && status == STATUS_OK; i++) {
    ReportTerm terms[TERMS_MAX];
    size_t count = terms_of(passing, group->companies[i], terms);
    for (size_t k = 0; k < count && status == STATUS_OK && *asked_count < TERMS_MAX; k++) {
      if ((only_annual && terms[k].kind != REPORT_ANNUAL) || has_term(asked, *asked_count, terms[k])) continue;
      asked[(*asked_count)++] = terms[k];
      const CompanyGroup some = {list, list_companies(passing, group, terms[k], list)};
      status = collecting_ask(passing->collecting, terms[k], &some, false, passing->result, err);
    }
  }
  free(list);
  return status;
}

/* The annual reports of a back-fill come first: they say in which month each fiscal year ends, and so what the others
 * are. */
static Status ask_group(const Passing *passing, const CompanyGroup *group, Error *err) {
  ReportTerm asked[TERMS_MAX];
  size_t count = 0;
  Status status = STATUS_OK;
  if (passing->is_backfill) status = ask_terms(passing, group, true, asked, &count, err);
  return status == STATUS_OK ? ask_terms(passing, group, false, asked, &count, err) : status;
}

static Status remember(const Passing *passing, Error *err) {
  const Job *job = passing->collecting->work->ingest->job;
  const ReportWork *progress = &passing->collecting->progress;
  return passing->is_backfill ? report_work_write_backfill(job->db, progress, err)
                              : report_work_write_check(job->db, progress, err);
}

/* What was answered is stored also where the rest cannot be had. It does not go on behind what could not be asked. */
static Status work_group(const Passing *passing, const CompanyGroup *group, Error *err) {
  Error trouble;
  Status asked = ask_group(passing, group, &trouble);
  Status status = collecting_flush(passing->collecting, err);
  if (status == STATUS_OK && asked == STATUS_OK && !passing->result->is_open) {
    const Company *last = group->companies[group->count - 1];
    text_copy(passing->pass->through, sizeof passing->pass->through, last->ticker);
    status = remember(passing, err);
  }
  if (status != STATUS_OK || asked == STATUS_OK) return status;
  *err = trouble;
  return asked;
}

/* ---- all of them ---- */

static size_t group_size(const Passing *passing) {
  const Collecting *collecting = passing->collecting;
  int64_t size = collecting->work->ingest->job->config->dart.batch, worked = collecting->fetch.state.batch;
  return (size_t)(worked > 0 && worked < size ? worked : size);
}

/* Where it goes on. */
static size_t find_beginning(const Passing *passing) {
  const Collecting *collecting = passing->collecting;
  size_t at = 0;
  while (at < collecting->companies.count && strcmp(collecting->by_ticker[at]->ticker, passing->pass->through) <= 0)
    at++;
  return at;
}

static Status conclude(const Passing *passing, size_t left, Error *err) {
  if (left > 0) {
    unit_stays_open(passing->result, false, "%s: %zu companies are left for later",
                    passing->is_backfill ? "the back-fill" : "the check of the last four reports", left);
    return STATUS_OK;
  }
  if (passing->result->is_open) return STATUS_OK;
  passing->pass->is_done = true;
  return remember(passing, err);
}

static Status go_on(const Passing *passing, Error *err) {
  Collecting *collecting = passing->collecting;
  const Job *job = collecting->work->ingest->job;
  size_t at = find_beginning(passing), all = collecting->companies.count;
  Progress progress = progress_start(job->log, passing->is_backfill ? "reports of earlier years" : "checking reports",
                                     "companies", all);
  Status status = STATUS_OK;
  progress_update(&progress, at);
  while (at < all && status == STATUS_OK && dataset_has_time(collecting->work)) {
    size_t size = group_size(passing), some = all - at < size ? all - at : size;
    const CompanyGroup group = {collecting->by_ticker + at, some};
    status = work_group(passing, &group, err);
    if (status != STATUS_OK) break;
    at += some;
    progress_update(&progress, at);
  }
  progress_finish(&progress);
  return status == STATUS_OK ? conclude(passing, all - at, err) : status;
}

Status pass_backfill_begin(Collecting *collecting, Error *err) {
  ReportPass *pass = &collecting->progress.backfill;
  const Passing passing = {.collecting = collecting, .is_backfill = true, .pass = pass};
  bool goes_on = pass->due != DAY_NONE && !pass->is_done && collecting->progress.oldest_year == collecting->oldest_year;
  if (goes_on) return STATUS_OK;
  *pass = (ReportPass){.due = collecting->today};
  collecting->progress.oldest_year = collecting->oldest_year;
  return remember(&passing, err);
}

Status pass_backfill(Collecting *collecting, UnitResult *result, Error *err) {
  const Passing passing = {collecting, result, true, &collecting->progress.backfill};
  return go_on(&passing, err);
}

/* ---- those that came after the back-fill ---- */

/* Only sweeps have brought reports of it. What the check itself has brought says nothing: it may have been cut short.
 */
static bool is_late_comer(const Collecting *collecting, const Company *company) {
  const ReportWork *progress = &collecting->progress;
  const Reports *reports = company_book_find(&collecting->book, company->ticker);
  if (!progress->backfill.is_done || progress->backfill.due >= progress->check.due) return false;
  for (size_t i = 0; reports && i < reports->count; i++)
    if (!reports->items[i].is_live && instant_kst_day(reports->items[i].first_seen_utc) < progress->check.due)
      return false;
  return true;
}

/* Their older reports; they are few, and asked together. */
static Status ask_late_comers(const Passing *check, Error *err) {
  Collecting *collecting = check->collecting;
  const Passing passing = {collecting, check->result, true, check->pass};
  const Company **late = malloc((collecting->companies.count + 1) * sizeof(const Company *));
  if (!late) return error_set(err, STATUS_NO_MEMORY, "no memory for the companies");
  size_t count = 0, at = 0;
  for (size_t i = 0; i < collecting->companies.count; i++)
    if (is_late_comer(collecting, collecting->by_ticker[i])) late[count++] = collecting->by_ticker[i];
  Status status = STATUS_OK;
  while (at < count && status == STATUS_OK && dataset_has_time(collecting->work)) {
    size_t size = group_size(check), some = count - at < size ? count - at : size;
    const CompanyGroup group = {late + at, some};
    Error trouble;
    Status asked = ask_group(&passing, &group, &trouble);
    status = collecting_flush(collecting, err);
    if (status == STATUS_OK && asked != STATUS_OK) *err = trouble;
    if (status == STATUS_OK) status = asked;
    at += some;
  }
  free(late);
  return status;
}

Status pass_check(Collecting *collecting, UnitResult *result, Error *err) {
  ReportPass *pass = &collecting->progress.check;
  const Passing passing = {collecting, result, false, pass};
  Day due = month_begin(collecting->today);
  if (pass->due != due) *pass = (ReportPass){.due = due};
  Status status = pass->through[0] ? STATUS_OK : ask_late_comers(&passing, err);
  return status == STATUS_OK ? go_on(&passing, err) : status;
}

size_t pass_backfill_calls(size_t companies, size_t batch, Day today, int oldest_year) {
  ReportTerm terms[TERMS_MAX];
  return (companies + batch - 1) / batch * report_terms_ended(DECEMBER, today, oldest_year, terms, TERMS_MAX);
}
