/* event_work.h: system_info.event_work: how far the collection of companies' events has come. Made by
 * collections_create_section("dart").
 *
 *   progress   which days of the list of filings were gone through
 *   companies  whose filings of before were gone through */
#ifndef CLOSEBELL_STORE_EVENT_WORK_H
#define CLOSEBELL_STORE_EVENT_WORK_H

#include <closebell/company/companies.h>
#include <closebell/store/db.h>

typedef struct {
  Day from, through; /* DAY_NONE: nothing was */
  bool is_whole;     /* up to a day that was today then */
  int64_t documents; /* of company_events at the end of it: where fewer can be read, some were lost */
} EventProgress;

/* Nothing was begun: without a document, and where it cannot be read. */
Status event_work_read_progress(const Db *db, EventProgress *ret_progress, Error *err);
Status event_work_write_progress(const Db *db, const EventProgress *progress, Error *err);

/* Which of the companies are known: ret_known has an element a company, in their order. */
Status event_work_read_known(const Db *db, const Companies *companies, bool *ret_known, Error *err);
Status event_work_write_known(const Db *db, const Companies *companies, Error *err);

#endif
