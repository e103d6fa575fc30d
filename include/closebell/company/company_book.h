/* company_book.h: the reports of all companies in memory, and their dividends beside them. store/report_archive.h reads
 * the reports whole, store/dividend_archive.h the dividends. Pure. */
#ifndef CLOSEBELL_COMPANY_COMPANY_BOOK_H
#define CLOSEBELL_COMPANY_COMPANY_BOOK_H

#include <closebell/company/dividend.h>
#include <closebell/company/report.h>

/* Zero-initialise; company_book_free at the end. */
typedef struct {
  Reports *items; /* owned; ascending by ticker, each once */
  size_t count, capacity;
  size_t damaged;         /* companies that were left out, because what is stored of them cannot be read */
  DividendBook dividends; /* owned; empty until somebody reads them in */
} CompanyBook;

/* Lent; null: none of that ticker. */
const Reports *company_book_find(const CompanyBook *book, const char *ticker);
/* Its reports, empty where there were none. Null: no memory, or no ticker. */
Reports *company_book_open(CompanyBook *book, const char *ticker);
/* There is a report or a dividend in it. */
bool company_book_knows(const CompanyBook *book);
/* The first session that knows one, of whatever company: before it nothing of companies is known. DAY_NONE: there is
 * none. */
Day company_book_begins(const CompanyBook *book);
void company_book_free(CompanyBook *book);

#endif
