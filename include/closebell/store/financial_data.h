/* financial_data.h: financial_data.<ticker>: a document a statement of a report, as it was published. */
#ifndef CLOSEBELL_STORE_FINANCIAL_DATA_H
#define CLOSEBELL_STORE_FINANCIAL_DATA_H

#include <closebell/company/report.h>
#include <closebell/store/db.h>
#include <closebell/store/stored_counts.h>
#include <closebell/store/unreadable.h>

/* Puts down what is lacking of them; the collection is there. */
Status financial_data_append(const Db *db, const char *ticker, const Report *reports, size_t count,
                             StoredCounts *ret_counts, Error *err);

/* Of one ticker; empty without the collection. tell null: what cannot be read is left out silently. */
Status financial_data_read(const Db *db, const char *ticker, UnreadableVisit *tell, void *context, Reports *ret_reports,
                           Error *err);

#endif
