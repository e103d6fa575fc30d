/* flows.h: what foreigners and institutions bought net, beside the market in memory: foreign_net_buy_5 and
 * institution_net_buy_5 are made from it. Who asks for these names fills it in first; else nothing of it is there.
 *
 * The value of a session is the net purchases in won of the stock's last five traded sessions, this one included, by
 * the market capitalisation of this one as published: 0.01 is one per cent of the company. It is absent unless all five
 * have a final flow that tells of the group. No I/O. */
#ifndef CLOSEBELL_SCREEN_FLOWS_H
#define CLOSEBELL_SCREEN_FLOWS_H

#include <closebell/market/flow.h>
#include <closebell/screen/list.h>
#include <closebell/screen/market.h>

enum { SCREEN_FLOW_SESSIONS = 5 };

/* Whether anything in it is a name that flows are needed for. */
bool screen_plan_wants_flows(const ScreenPlan *plan);
bool screen_names_want_flows(const ScreenNames *names);

/* The flows of a stock, ascending by date; a ticker or a date that the market does not have is passed over, and so is a
 * day that is not final. Columns made from flows are computed anew. Each ticker once. STATUS_NO_MEMORY. */
Status screen_market_add_flows(ScreenMarket *market, const char *ticker, const FlowDay *days, size_t count, Error *err);
/* Says that all of them have been added, be it none. Adding a session takes them away again. */
Status screen_market_end_flows(ScreenMarket *market, Error *err);
bool screen_market_has_flows(const ScreenMarket *market);
void screen_market_free_flows(ScreenMarket *market);

#endif
