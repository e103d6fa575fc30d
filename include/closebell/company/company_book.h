/* company_book.h: the reports of all companies in memory. store/report_archive.h reads it whole. Pure. */
#ifndef CLOSEBELL_COMPANY_COMPANY_BOOK_H
#define CLOSEBELL_COMPANY_COMPANY_BOOK_H

#include <closebell/company/report.h>

/* Zero-initialise; company_book_free at the end. */
typedef struct {
  Reports *items; /* owned; ascending by ticker, each once */
  size_t count, capacity;
  size_t damaged; /* companies that were left out, because what is stored of them cannot be read */
} CompanyBook;

/* Lent; null: none of that ticker. */
const Reports *company_book_find(const CompanyBook *book, const char *ticker);
/* Its reports, empty where there were none. Null: no memory, or no ticker. */
Reports *company_book_open(CompanyBook *book, const char *ticker);
/* The first session that knows a report, of whatever company: before it nothing of companies is known. DAY_NONE: there
 * is none. */
Day company_book_begins(const CompanyBook *book);
void company_book_free(CompanyBook *book);

#endif
