/* market_days.h: system_info.market_days: the archive: every stock of a session, in columns, in one document. */
#ifndef CLOSEBELL_STORE_MARKET_DAYS_H
#define CLOSEBELL_STORE_MARKET_DAYS_H

#include <closebell/market/session.h>
#include <closebell/store/db.h>

typedef struct {
  Day date;
  MarketSet markets;
} MarketDayId;

typedef struct {
  MarketDayId *items; /* ascending by date */
  size_t count, capacity;
} MarketDayIds;

/* The session is lent; whoever keeps it takes its rows over, and leaves it empty. */
typedef Status MarketDayVisit(void *context, Session *session, Error *err);

/* Dates and markets of what is archived, without the data. Documents that are no session are left out; a session whose
 * markets cannot be read has none. */
Status market_days_list(const Db *db, MarketDayIds *ret_ids, Error *err);
/* STATUS_NOT_FOUND, STATUS_BAD_DATA (damaged). */
Status market_days_find(const Db *db, Day date, Session *ret_session, Error *err);
/* Sessions from..to (DAY_NONE: open), ascending, decoded one at a time. A damaged one is STATUS_BAD_DATA naming its date. */
Status market_days_read(const Db *db, Day from, Day to, MarketDayVisit *visit, void *context, Error *err);
/* STATUS_DUPLICATE when the date is archived already. source: "krx"; finality: "final". */
Status market_days_insert(const Db *db, const Session *session, const char *source, const char *finality, Instant fetched_at_utc, Error *err);
Status market_days_replace(const Db *db, const Session *session, const char *source, const char *finality, Instant fetched_at_utc, Error *err);
/* Nothing when there is none. */
Status market_days_delete(const Db *db, Day date, Error *err);
void market_day_ids_free(MarketDayIds *ids);

#endif
