/* minute_data.h: minute_data.<ticker>: a stock's minutes, a document a day: an array a figure. */
#ifndef CLOSEBELL_STORE_MINUTE_DATA_H
#define CLOSEBELL_STORE_MINUTE_DATA_H

#include <closebell/base/day_range.h>
#include <closebell/market/minute.h>
#include <closebell/store/db.h>

typedef struct {
  MinuteDay day;
  bool is_final; /* the archived session agrees */
  Instant as_of_utc;
} StoredMinutes;

/* Inserts or overwrites the day's document. *ret_written is false where it stands there in just these words, but for
 * as_of_utc, or as final while this is provisional: it stays then. The collection is made by collections_create_chosen.
 */
Status minute_data_store(const Db *db, const char *ticker, const StoredMinutes *minutes, bool *ret_written, Error *err);

/* STATUS_NOT_FOUND. STATUS_BAD_DATA: arrays of different lengths, a bar that cannot be, bars that do not ascend, ... */
Status minute_data_find(const Db *db, const char *ticker, Day date, StoredMinutes *ret_minutes, Error *err);

/* Lent. readable false: minutes has nothing but the date. */
typedef Status MinuteDataVisit(void *context, const StoredMinutes *minutes, bool readable, Error *err);
/* The documents of from..to (DAY_NONE: an open end), ascending. Those whose _id is no date are left out. */
Status minute_data_read(const Db *db, const char *ticker, Day from, Day to, MinuteDataVisit *visit, void *context,
                        Error *err);
/* Their dates alone, whatever else is in them; the caller frees *ret_days. */
Status minute_data_dates(const Db *db, const char *ticker, DayRange range, Day **ret_days, size_t *ret_count,
                         Error *err);
/* Removes the days up to and with the last that is no longer kept: minutes_proof.h, minutes_expired. */
Status minute_data_expire(const Db *db, const char *ticker, Day last, Error *err);

#endif
