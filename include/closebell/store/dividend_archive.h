/* dividend_archive.h: system_info.dividend_archive: the dividends of a company in one document, compact. It is written
 * before what it says is put into dividend_data; whoever needs all companies reads it with one find. Made by
 * collections_create_section("dart").
 *
 * Dividends are stored first, and announced as a restatement afterwards, as reports are (report_archive.h). */
#ifndef CLOSEBELL_STORE_DIVIDEND_ARCHIVE_H
#define CLOSEBELL_STORE_DIVIDEND_ARCHIVE_H

#include <closebell/company/dividend.h>
#include <closebell/store/db.h>
#include <closebell/store/unreadable.h>

/* All of them. What cannot be read is left out; tell null: silently. Without the collection the book is empty. */
Status dividend_book_read(const Db *db, UnreadableVisit *tell, void *context, DividendBook *ret_book, Error *err);

/* Of one company, which is empty where it is not there. STATUS_BAD_DATA: it is damaged. */
Status dividend_archive_find(const Db *db, const char *ticker, Dividends *ret_dividends, Error *err);
/* In the place of what was there of these companies; in one go. */
Status dividend_archive_write(const Db *db, const Dividends *const *companies, size_t count, Error *err);

#endif
