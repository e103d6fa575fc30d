/* dated.h: collections whose _id is a date, read by range. Private to src/store. */
#ifndef CLOSEBELL_STORE_DATED_H
#define CLOSEBELL_STORE_DATED_H

#include <closebell/base/day.h>
#include <closebell/store/db.h>

typedef struct {
  const char *database, *collection;
  Day from, to; /* both included; DAY_NONE: an open end */
} DatedRange;

/* Visits the documents of the range. */
Status dated_read(const Db *db, const DatedRange *range, DbVisit *visit, void *context, Error *err);
/* Their dates, ascending; the caller frees *ret_days. An _id that is no date is left out. */
Status dated_list(const Db *db, const DatedRange *range, Day **ret_days, size_t *ret_count, Error *err);
/* False when the document's _id is no date. */
bool dated_day(const bson_t *document, Day *ret_day);

#endif
