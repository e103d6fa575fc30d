/* flows_load.h: market_flow into the market in memory, for the screens that name what is made from it. */
#ifndef CLOSEBELL_ANALYSIS_FLOWS_LOAD_H
#define CLOSEBELL_ANALYSIS_FLOWS_LOAD_H

#include <closebell/screen/flows.h>
#include <closebell/store/db.h>

/* Reads the final flows of the market's stocks and sessions, once; nothing when they are not wanted or there already.
 * A document that cannot be read is a session without a flow. db null: STATUS_UNAVAILABLE when it would be asked. */
Status flows_load_if(bool wanted, const Db *db, ScreenMarket *market, Error *err);

#endif
