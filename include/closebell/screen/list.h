/* list.h: the matches of a screen in order, and the names by which they are ordered or shown. */
#ifndef CLOSEBELL_SCREEN_LIST_H
#define CLOSEBELL_SCREEN_LIST_H

#include <closebell/screen/market.h>

/* So many may be asked for; an order has room for those behind it that everybody's ends with. */
enum { SCREEN_MAX_NAMES = 16, SCREEN_ORDER_NAMES = 3 };

/* Names by commas; of an order, one with - before it descends. */
typedef struct {
  int names[SCREEN_MAX_NAMES + SCREEN_ORDER_NAMES]; /* for screen_name_at */
  bool descending[SCREEN_MAX_NAMES + SCREEN_ORDER_NAMES];
  size_t count;
} ScreenNames;

/* An order, like "-rs_rating, name". An empty text is no names at all. STATUS_CONFIG with *error filled. */
Status screen_sort_parse(const char *text, size_t length, ScreenNames *ret_sort, ScreenError *error);
/* Columns, like "rsi_14, close". */
Status screen_columns_parse(const char *text, size_t length, ScreenNames *ret_columns, ScreenError *error);

typedef struct {
  size_t considered, unknown, count; /* of the whole list */
  size_t listed;                     /* at most the limit */
} ScreenCounts;

/* Which matches are listed. */
typedef struct {
  size_t session;          /* of the market */
  const ScreenNames *sort; /* lent */
  size_t limit;            /* 0: all */
} ScreenListing;

/* The stocks that match, by `sort`, then rs_rating and market_cap, the largest first, then ticker. Absent values come
 * last either way; texts go by code point. answers as from screen_evaluate of the session. ret_stocks: their places
 * among the stocks considered in it, with room for all of these. */
Status screen_list(const ScreenListing *listing, ScreenMarket *market, const uint8_t *answers, size_t *ret_stocks,
                   ScreenCounts *ret_counts, Error *err);

/* Computes the columns of the names that are not there yet; those of companies for sessions from this one on. */
Status screen_prepare_names(ScreenMarket *market, const ScreenNames *names, size_t session, Error *err);
/* A prepared name's value for a stock, by its place among those considered in the session. NaN: absent. */
double screen_value(const ScreenMarket *market, size_t session, int name, size_t place);
ScreenString screen_text(const ScreenMarket *market, size_t session, int name, size_t place);

#endif
