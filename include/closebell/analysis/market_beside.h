/* market_beside.h: what a condition looks at beside the archive, brought into the market in memory: flows, reports. */
#ifndef CLOSEBELL_ANALYSIS_MARKET_BESIDE_H
#define CLOSEBELL_ANALYSIS_MARKET_BESIDE_H

#include <closebell/screen/list.h>
#include <closebell/store/db.h>

/* Reads once what the names in them need, and nothing else. columns may be null. A stored document that cannot be read
 * counts for nothing. db null: STATUS_UNAVAILABLE when it would be asked. */
Status market_beside_load(const ScreenPlan *where, const ScreenNames *sort, const ScreenNames *columns, const Db *db,
                          ScreenMarket *market, Error *err);

#endif
