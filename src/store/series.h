/* series.h: documents by day of one key: one engine that appends, compares, proves and writes again. Private to
 * src/store. What such a collection holds is its own file's: it makes the documents and, where a stored document may
 * say the same in other bytes, says what "the same" is. */
#ifndef CLOSEBELL_STORE_SERIES_H
#define CLOSEBELL_STORE_SERIES_H

#include <closebell/base/day_range.h>
#include <closebell/store/stored_counts.h>

#include "document.h"

/* Whether the stored document says what ours says, the one at `index` of those given. One that cannot be read does
 * not. */
typedef bool SeriesSame(const void *context, size_t index, const bson_t *ours, const bson_t *stored);

typedef struct {
  const char *database, *key; /* the key names the collection: a ticker, an index */
  SeriesSame *same;           /* null: the same bytes */
  const void *context;        /* for same */
} Series;

/* A key of other characters names no collection: STATUS_INTERNAL. */
Status series_check_ticker(const char *ticker, Error *err);

/* Inserts the documents, in any order, each of another date. Where some exist already, all are compared with what is
 * stored: what differs is overwritten, what has gone meanwhile inserted. */
Status series_append(const Series *series, const Db *db, const Documents *ours, StoredCounts *ret_counts, Error *err);

/* Removes every document of that date or later; DAY_NONE: all. */
Status series_cut(const Series *series, const Db *db, Day from, Error *err);

/* Removes every document of that date or earlier; DAY_NONE: none. */
Status series_expire(const Series *series, const Db *db, Day last, Error *err);

/* The dates that are stored, ascending; the caller frees *ret_days. What has no date is left out. */
Status series_dates(const Series *series, const Db *db, DayRange range, Day **ret_days, size_t *ret_count, Error *err);

/* False when the document's _id is no date. */
bool series_day(const bson_t *document, Day *ret_day);

/* The stored documents of the dates, ascending; an open end takes in what has no date as well. */
Status series_read(const Series *series, const Db *db, DayRange range, DbVisit *visit, void *context, Error *err);

#endif
