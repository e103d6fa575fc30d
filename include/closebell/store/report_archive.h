/* report_archive.h: system_info.report_archive: all reports of companies, compact, in a document for those whose tickers
 * begin with the same two characters. It is written before what it says is put into financial_data; whoever needs all
 * companies reads it with one find. Made by collections_create_section("dart").
 *
 * Reports are stored first, and announced as a restatement afterwards: whoever computes from them reads the
 * restatements before this, so that what was announced is in what it has read. */
#ifndef CLOSEBELL_STORE_REPORT_ARCHIVE_H
#define CLOSEBELL_STORE_REPORT_ARCHIVE_H

#include <closebell/company/company_book.h>
#include <closebell/store/db.h>
#include <closebell/store/unreadable.h>

/* All of them. What cannot be read is left out, and counted; without the collection the book is empty. */
Status company_book_load(const Db *db, CompanyBook *ret_book, Error *err);

/* The same; told of each company, or document, that cannot be read, by its ticker or _id. */
Status company_book_read(const Db *db, UnreadableVisit *tell, void *context, CompanyBook *ret_book, Error *err);

/* Of one company, which is empty where it is not there. STATUS_BAD_DATA: it is damaged. */
Status report_archive_find(const Db *db, const char *ticker, Reports *ret_reports, Error *err);
/* In the place of what was there of these companies; others stay. */
Status report_archive_write(const Db *db, const Reports *companies, size_t count, Error *err);

#endif
