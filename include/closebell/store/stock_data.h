/* stock_data.h: stock_data.<ticker>: the published rows, a document a session. */
#ifndef CLOSEBELL_STORE_STOCK_DATA_H
#define CLOSEBELL_STORE_STOCK_DATA_H

#include <closebell/market/row.h>
#include <closebell/store/db.h>
#include <closebell/base/day.h>

typedef struct {
  Day date;
  const StockRow *row; /* lent */
} DatedRow;

/* Appends rows of one ticker. A duplicate counts as stored only when read back equal; a stored row that differs is overwritten with ours (the archive is the
 * truth) and counted in *ret_repaired. *ret_stored: rows now known to be in the database as given. */
Status stock_data_store(const Db *db, const char *ticker, const DatedRow *rows, size_t count, size_t *ret_stored, size_t *ret_repaired, Error *err);

/* The row of the day; one that is not there is fine. */
Status stock_data_delete(const Db *db, const char *ticker, Day date, Error *err);

/* Reads back: *ret_count rows of the ticker from..to (DAY_NONE: open). Rows carry ticker but no name or market; owned by the caller (free). A document whose
 * fields are not what they should be is a row of its date that is not readable. One whose _id is no date is not among the rows, only counted, in *ret_strangers. */
typedef struct {
  Day date;
  bool readable; /* else row has nothing but the ticker */
  StockRow row;
} StoredRow;
Status stock_data_load(const Db *db, const char *ticker, Day from, Day to, StoredRow **ret_rows, size_t *ret_count, size_t *ret_strangers, Error *err);

#endif
