/* financials.h: one run's work on the reports of all companies: what it knows of them, how it asks, where it puts what
 * is new. The dataset itself is financials.c. */
#ifndef CLOSEBELL_DATASET_FINANCIALS_H
#define CLOSEBELL_DATASET_FINANCIALS_H

#include <closebell/company/company_book.h>
#include <closebell/company/report_dates.h>
#include <closebell/store/report_work.h>

#include "dart_ask.h"
#include "dart_unit.h"
#include "filing_alerts.h"

/* What is new of one company and not stored yet. */
typedef struct {
  Reports fresh; /* owned */
  bool is_first; /* nothing of it was stored before */
} FreshReports;

typedef struct {
  DatasetWork *work;
  Fetch fetch;
  Day today;
  int oldest_year;
  Companies companies; /* owned */
  const Company **by_ticker;
  CompanyBook book; /* owned */
  ReportWork progress;
  FreshReports *fresh; /* owned, ascending by ticker */
  size_t fresh_count, fresh_capacity;
  FilingAlerts alerts;
  size_t statements; /* stored by this run */
} Collecting;

/* ---- financials_store.c ---- */

/* Reads what is stored, and puts right what a run that died has left: what it had stored and nobody announced, lost
 * collections and archive documents. whole: every document is compared with the archive. */
Status collecting_begin(Collecting *collecting, bool whole, Error *err);
/* Takes what a company has filed into the book; what cannot be believed, or contradicts what is there, is an alert. */
Status collecting_take(Collecting *collecting, const FiledReport *filed, bool is_live, UnitResult *result, Error *err);
/* Stores what was taken: marks it as open, archives it, puts it into financial_data. Where that fails it stays fresh.
 */
Status collecting_flush(Collecting *collecting, Error *err);
/* Announces what was stored as one restatement, where sessions behind it are there. While anything is fresh it does
 * nothing. */
Status collecting_close(Collecting *collecting, Error *err);
void collecting_free(Collecting *collecting);

/* The month in which the company's fiscal year ends; 0: nobody knows. */
int collecting_fiscal_month(const Collecting *collecting, const Company *company);

/* ---- financials_ask.c ---- */

/* Some companies that are asked about together; lent. */
typedef struct {
  const Company *const *companies;
  size_t count;
} CompanyGroup;

/* Asks for one report of those companies, in batches, of which one that is too large is halved; takes what is answered.
 */
Status collecting_ask(Collecting *collecting, ReportTerm term, const CompanyGroup *group, bool is_live,
                      UnitResult *result, Error *err);

/* ---- financials_sweep.c ---- */

/* Lists what was filed from..to, and asks for what is not there. */
Status sweep(Collecting *collecting, Day from, Day to, UnitResult *result, Error *err);

/* ---- financials_pass.c ---- */

/* Puts down that a back-fill of all reports back to oldest_year was asked for; one that is not finished goes on. */
Status pass_backfill_begin(Collecting *collecting, Error *err);
/* Goes on with it, or with the check of the last four reports. */
Status pass_backfill(Collecting *collecting, UnitResult *result, Error *err);
Status pass_check(Collecting *collecting, UnitResult *result, Error *err);
/* Source calls that a back-fill of so many companies takes. */
size_t pass_backfill_calls(size_t companies, size_t batch, Day today, int oldest_year);

#endif
