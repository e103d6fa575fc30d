/* dividends.h: one run's work on the dividends of all companies: which reports lack theirs, and where they go. The
 * dataset itself is dividends.c. */
#ifndef CLOSEBELL_DATASET_DIVIDENDS_H
#define CLOSEBELL_DATASET_DIVIDENDS_H

#include <closebell/company/company_book.h>
#include <closebell/market/ticker_list.h>
#include <closebell/source/dart.h>
#include <closebell/store/report_work.h>

#include "financials.h"

/* In the order in which they are asked about. */
typedef enum {
  UNIT_DUE,     /* filed lately: until it is given */
  UNIT_EARLIER, /* filed before: once */
  UNIT_CHECK,   /* the newest report of a company, once a month; and what was not given */
  UNIT_SETTLED  /* it is there, or was asked about long enough */
} UnitTurn;

/* The annual report of a company, by the newest filing of it that is known. */
typedef struct {
  const Company *company; /* lent */
  int year, month;        /* in which its period ends */
  char rcept_no[RCEPT_NO_SIZE];
  bool is_live; /* the filing was collected when it was new */
  UnitTurn turn;
} DividendUnit;

typedef struct {
  DividendUnit *items; /* owned; by turn, ticker, year */
  size_t count, capacity;
} DividendUnits;

/* Companies that were asked about, and of which nothing is new: put down together. */
enum { NOTED_MAX = 50 };
typedef struct {
  char tickers[NOTED_MAX][TICKER_SIZE];
  size_t count;
} NotedCompanies;

typedef struct {
  DatasetWork *work;
  Fetch fetch;
  Instant began; /* before anything was read */
  Day today;
  Day swept; /* up to which what was filed is known, and in the book; DAY_NONE: nobody says */
  int oldest_year;
  Companies companies; /* owned */
  CompanyBook book;    /* owned: reports and dividends */
  ListedReports listed;
  TickerList collections; /* owned: of dividend_data, as the run found them */
  FilingAlerts alerts;
  Day open_from; /* the first day on which what was stored counts; DAY_NONE: nothing is open */
  NotedCompanies noted;
  Dividends fresh; /* owned: of the company in hand, not stored yet */
  size_t stored;   /* by this run */
} Paying;

/* ---- dividends_units.c ---- */

/* What is settled is left out. */
Status dividend_units_list(const Paying *paying, DividendUnits *ret_units, Error *err);
/* Whether it is now. */
bool dividend_unit_is_there(const Paying *paying, const DividendUnit *unit);
void dividend_units_free(DividendUnits *units);

/* ---- dividends_store.c ---- */

/* Reads what is stored, and puts right what a run that died has left. whole: every document is compared with the
 * archive. */
Status paying_begin(Paying *paying, bool whole, Error *err);
/* The reading alone, of what says which reports lack their dividends. */
Status paying_read(Paying *paying, const Job *job, Error *err);
/* Takes what was answered about the unit into the book; what cannot be believed, or contradicts what is there, is an
 * alert. filed null: there was nothing. */
Status paying_take(Paying *paying, const DividendUnit *unit, const FiledDividends *filed, UnitResult *result,
                   Error *err);
/* Stores what was taken of the company; what is only noted of it, with that of others. Where that fails it stays fresh.
 */
Status paying_flush(Paying *paying, const Company *company, Error *err);
/* Puts down what is noted. */
Status paying_note(Paying *paying, Error *err);
/* Announces what was stored as one restatement, where sessions behind it are there. While anything is fresh it does
 * nothing. */
Status paying_close(Paying *paying, Error *err);
void paying_free(Paying *paying);

/* ---- dividends_look.c ---- */

Status dividends_look(Ingest *ingest, const DatasetStored *stored, DatasetFinding *tell, void *context, Error *err);

#endif
