/* etf_data.h: etf_data.<ticker>: an exchange-traded fund's days, as published and never adjusted. */
#ifndef CLOSEBELL_STORE_ETF_DATA_H
#define CLOSEBELL_STORE_ETF_DATA_H

#include <closebell/base/day_range.h>
#include <closebell/market/etf.h>
#include <closebell/store/db.h>

typedef struct {
  Day date;
  const EtfRow *row; /* lent */
} DatedEtfRow;

/* Makes what of them is not there. *ret_stored: so many are there just as given. The collection has to exist:
 * collections_create_chosen. STATUS_INTERNAL for a ticker of other characters. */
Status etf_data_store(const Db *db, const char *ticker, const DatedEtfRow *rows, size_t count, size_t *ret_stored,
                      Error *err);

/* A document that is not what it should be is one of its date that is not readable: a field is of another type, or
 * etf_row_fault refuses it. The row has no name, and no change in percent. */
typedef struct {
  Day date;
  bool readable; /* else of the row only the ticker is set */
  EtfRow row;
} StoredEtfRow;

typedef Status EtfVisit(void *context, const StoredEtfRow *stored, Error *err);
/* The documents of the dates, ascending. Those whose _id is no date are left out. */
Status etf_data_read(const Db *db, const char *ticker, DayRange range, EtfVisit *visit, void *context, Error *err);
Status etf_data_delete(const Db *db, const char *ticker, Day date, Error *err); /* nothing when there is none */

#endif
