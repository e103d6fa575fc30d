/* published.h: the known names that are not in the table of indicators, each with where its values come from. Private
 * to this folder. */
#ifndef CLOSEBELL_SCREEN_PUBLISHED_H
#define CLOSEBELL_SCREEN_PUBLISHED_H

#include <closebell/market/flow.h>

/* clang-format off */
/* PRICE: of a bar, adjusted; in the order of Turn.inputs (columns.c). OF_ROW: what columns.c's function of that name
 * makes of a row. */
#define PUBLISHED_NUMBERS(PRICE, OF_ROW) \
  PRICE(open, "first price, in won, adjusted for corporate actions up to the day of the screen") \
  PRICE(high, "highest price, adjusted likewise") \
  PRICE(low, "lowest price, adjusted likewise") \
  PRICE(close, "last price, adjusted likewise") \
  PRICE(volume, "shares traded, adjusted likewise") \
  OF_ROW(value, "traded value in won, as published") \
  OF_ROW(market_cap, "market capitalisation in won, as published") \
  OF_ROW(listed_shares, "number of listed shares, as published") \
  OF_ROW(change_rate, "change of the close in percent of the base price, as published")

/* screen_market_text gives them. */
#define PUBLISHED_TEXTS(TEXT) \
  TEXT(ticker, "code of six characters") \
  TEXT(name, "name of the stock, as published on that day") \
  TEXT(market, "KOSPI, KOSDAQ or KONEX")

/* Of the stocks that [flow] stocks chooses. */
#define FLOW_NUMBERS(FLOW) \
  FLOW(foreign_net_buy_5, FLOW_FOREIGN, \
       "won that foreigners bought net in five sessions, by the market cap: 0.01 is 1%") \
  FLOW(institution_net_buy_5, FLOW_INSTITUTION, "the same of institutions")
/* clang-format on */

/* Their places among the known names. */
#define NAME_PLACE(name, help) NAME_##name,
#define NAME_PLACE_OF_FLOW(name, group, help) NAME_##name,
enum {
  PUBLISHED_NUMBERS(NAME_PLACE, NAME_PLACE) PUBLISHED_TEXTS(NAME_PLACE) PUBLISHED,
  BEFORE_FLOWS = PUBLISHED - 1,
  FLOW_NUMBERS(NAME_PLACE_OF_FLOW) TABLE_FROM
};

#endif
