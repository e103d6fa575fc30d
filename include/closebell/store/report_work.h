/* report_work.h: system_info.report_work: how far the collection of reports has come. Made by
 * collections_create_section("dart").
 *
 *   back-fill  a document once it was asked for: up to which ticker it has come
 *   check      of the last four reports of everybody: the month it was due in, and up to which ticker it has come
 *   open       there while reports are stored that may not be in financial_data yet, and that nobody has announced
 *   dividends  the same of dividends and dividend_data
 *   listed     annual reports that were filed and whose accounts are not given: dividends are asked for all the same */
#ifndef CLOSEBELL_STORE_REPORT_WORK_H
#define CLOSEBELL_STORE_REPORT_WORK_H

#include <closebell/company/filings.h>
#include <closebell/store/db.h>

/* Goes over all companies in the order of their tickers. */
typedef struct {
  Day due;                   /* when it was due, or asked for; DAY_NONE: never */
  char through[TICKER_SIZE]; /* the last ticker that is done; "": none is */
  bool is_done;
} ReportPass;

typedef struct {
  ReportPass backfill, check;
  int64_t oldest_year; /* which the back-fill goes back to; 0: it was never asked for */
  Day open_from;       /* the first day on which what was stored counts; DAY_NONE: nothing is open */
} ReportWork;

/* Nothing was begun: without documents. One that cannot be read counts as none; an open one then is from the very
 * beginning. */
Status report_work_read(const Db *db, ReportWork *ret_work, Error *err);
Status report_work_write_backfill(const Db *db, const ReportWork *work, Error *err);
Status report_work_write_check(const Db *db, const ReportWork *work, Error *err);
Status report_work_open(const Db *db, Day from, Error *err);
Status report_work_close(const Db *db, Error *err);

/* The mark of dividends. DAY_NONE: nothing is open. */
Status report_work_read_dividends(const Db *db, Day *ret_from, Error *err);
Status report_work_open_dividends(const Db *db, Day from, Error *err);
Status report_work_close_dividends(const Db *db, Error *err);

/* An annual report in the list of filings. */
typedef struct {
  char ticker[TICKER_SIZE];
  int year, month; /* in which its period ends */
  char rcept_no[RCEPT_NO_SIZE];
} ListedReport;

/* Zero-initialise; listed_reports_free at the end. */
typedef struct {
  ListedReport *items; /* owned */
  size_t count, capacity;
} ListedReports;

Status listed_reports_read(const Db *db, ListedReports *ret_list, Error *err);
/* What is there of these receipt numbers stays. */
Status listed_reports_write(const Db *db, const ListedReport *reports, size_t count, Error *err);
Status listed_report_remove(const Db *db, const char *rcept_no, Error *err);
void listed_reports_free(ListedReports *list);

#endif
