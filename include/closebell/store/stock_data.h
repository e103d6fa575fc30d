/* stock_data.h: stock_data.<ticker>: the published rows, a document a session. */
#ifndef CLOSEBELL_STORE_STOCK_DATA_H
#define CLOSEBELL_STORE_STOCK_DATA_H

#include <closebell/market/row.h>
#include <closebell/store/db.h>
#include <closebell/store/stored_counts.h>
#include <closebell/base/day_range.h>

typedef struct {
  Day date;
  const StockRow *row; /* lent */
} DatedRow;

/* Appends rows of one ticker. A duplicate counts as stored only when read back equal; a stored row that differs is overwritten with ours (the archive is the
 * truth), and counted as replaced. */
Status stock_data_store(const Db *db, const char *ticker, const DatedRow *rows, size_t count, StoredCounts *ret_counts, Error *err);

/* The row of the day; one that is not there is fine. */
Status stock_data_delete(const Db *db, const char *ticker, Day date, Error *err);

/* A document whose fields are not what they should be is a row of its date that is not readable. */
typedef struct {
  Day date;
  bool readable; /* else row has nothing but the ticker */
  StockRow row;  /* without name and market */
} StoredRow;

/* Zero-initialise; stored_rows_free at the end. */
typedef struct {
  StoredRow *items; /* owned; ascending by date */
  size_t count, capacity;
  size_t strangers; /* documents whose _id is no date: not among the rows */
} StoredRows;

/* Reads back the ticker's rows of the dates. */
Status stock_data_load(const Db *db, const char *ticker, DayRange range, StoredRows *ret_rows, Error *err);
void stored_rows_free(StoredRows *rows);

#endif
