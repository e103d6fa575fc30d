/* index_data.h: index_data.KOSPI and its like: the published index values, a document a session. */
#ifndef CLOSEBELL_STORE_INDEX_DATA_H
#define CLOSEBELL_STORE_INDEX_DATA_H

#include <closebell/market/index_day.h>
#include <closebell/store/db.h>

/* Makes the collections of the indices that are missing, in one step. */
Status index_collections_create(const Db *db, IndexSet indices, Error *err);

/* Inserts or overwrites a document a row. */
Status index_data_write(const Db *db, MarketIndex which, const DatedIndexRow *rows, size_t count, Error *err);

/* A document that is not what it should be is one of its date that is not readable: a field is missing or of another
 * type, a value is not in whole hundredths, or index_row_fault refuses the row. */
typedef struct {
  Day date;
  bool readable; /* else row is empty */
  IndexRow row;
} StoredIndexRow;

typedef struct {
  MarketIndex which;
  Day from, to; /* both included; DAY_NONE: an open end */
} IndexRange;

/* The documents of the range, ascending; the caller frees *ret_rows. Those whose _id is no date are left out. */
Status index_data_read(const Db *db, const IndexRange *range, StoredIndexRow **ret_rows, size_t *ret_count, Error *err);
Status index_data_delete(const Db *db, MarketIndex which, Day date, Error *err); /* nothing when there is none */

#endif
