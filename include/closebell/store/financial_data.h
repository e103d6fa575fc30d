/* financial_data.h: financial_data.<ticker>: a document a statement of a report, as it was published. */
#ifndef CLOSEBELL_STORE_FINANCIAL_DATA_H
#define CLOSEBELL_STORE_FINANCIAL_DATA_H

#include <closebell/company/report.h>
#include <closebell/store/db.h>

typedef struct {
  size_t inserted; /* were not there */
  size_t replaced; /* were there as something else */
} FinancialCounts;

/* Puts down what is lacking of them; the collection is there. */
Status financial_data_append(const Db *db, const char *ticker, const Report *reports, size_t count,
                             FinancialCounts *ret_counts, Error *err);

/* Told of each document that cannot be read, which is left out. */
typedef Status FinancialFinding(void *context, const char *id, const char *what, Error *err);
/* Of one ticker; empty without the collection. tell null: what cannot be read is left out silently. */
Status financial_data_read(const Db *db, const char *ticker, FinancialFinding *tell, void *context,
                           Reports *ret_reports, Error *err);

#endif
