/* report_work.h: system_info.report_work: how far the collection of reports has come. Made by
 * collections_create_section("dart").
 *
 *   back-fill  a document once it was asked for: up to which ticker it has come
 *   check      of the last four reports of everybody: the month it was due in, and up to which ticker it has come
 *   open       there while reports are stored that may not be in financial_data yet, and that nobody has announced */
#ifndef CLOSEBELL_STORE_REPORT_WORK_H
#define CLOSEBELL_STORE_REPORT_WORK_H

#include <closebell/market/ticker.h>
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

#endif
