/* made_companies.h: a market at random of companies that file, for tests: with one or two classes of stock, halts,
 * splits, a stock on KONEX, and reports and dividends filed all the time, some of them late. The same for the same
 * seed. */
#ifndef CLOSEBELL_TESTS_MADE_COMPANIES_H
#define CLOSEBELL_TESTS_MADE_COMPANIES_H

#include <stddef.h>
#include <stdint.h>

#include <closebell/company/company_book.h>
#include <closebell/screen/market.h>

enum {
  MADE_COMPANIES = 70,
  MADE_STOCKS = MADE_COMPANIES + MADE_COMPANIES / 5,
  MADE_SESSIONS = 290,
  MADE_REPORTS = 8, /* of a company */
  MADE_FIRST_DAY = 19900
};

/* Zero-initialise; made_companies_free at the end. */
typedef struct {
  ScreenMarket market;
  Reports reports[MADE_COMPANIES]; /* as they were put into the book */
  Dividends dividends[MADE_COMPANIES];
  int64_t closes[MADE_STOCKS]; /* of the newest session */
  uint64_t seed;
} MadeCompanies;

/* Of the stocks the first are common ones; then come preferred ones of every fifth company. */
size_t made_company_of(size_t stock);
/* Returns ticker. */
char *made_company_ticker(size_t stock, char ticker[TICKER_SIZE]);

/* The market anew, of MADE_SESSIONS sessions, without reports. */
void made_companies_make(MadeCompanies *made, uint64_t seed);
/* One session more, which is number t. */
void made_companies_add_session(MadeCompanies *made, int t);
/* The market gets the reports and dividends of all companies. */
void made_companies_report_all(MadeCompanies *made);
Report made_companies_report(MadeCompanies *made, size_t company, int which);
void made_companies_free(MadeCompanies *made);

#endif
