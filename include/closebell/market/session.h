/* session.h: one trading session of the whole market, and the links that make sessions a chain. */
#ifndef CLOSEBELL_MARKET_SESSION_H
#define CLOSEBELL_MARKET_SESSION_H

#include <stdbool.h>
#include <stddef.h>

#include <closebell/base/day.h>
#include <closebell/base/status.h>
#include <closebell/market/row.h>

/* Rows are sorted by ticker, each ticker once. Zero-initialise; session_free at the end. */
typedef struct {
  Day date;
  MarketSet markets; /* the markets it was asked of and answered for */
  StockRow *rows;    /* owned */
  size_t count, capacity;
  bool has_kinds; /* of some row */
} Session;

/* STATUS_NO_MEMORY, nothing added. Rows may be added in any order before session_seal. */
Status session_add(Session *session, const StockRow *row);
/* Sorts. STATUS_BAD_DATA names the ticker that stands twice. */
Status session_seal(Session *session, Error *err);
void session_free(Session *session);

/* Null when the ticker is not listed in that session. */
const StockRow *session_find(const Session *session, const char *ticker);
size_t session_count_market(const Session *session, Market market);
size_t session_count_without_trades(const Session *session);
/* Gives the rows the kinds of another session's. */
void session_take_kinds(Session *session, const Session *from);

/* Stocks that traded, in a market: with fewer its rows prove nothing by themselves. */
enum { SESSION_ENOUGH_TO_LINK = 12, SESSION_ENOUGH_TO_REPEAT = 5 };

/* How well `later` continues `earlier`: of the stocks listed in both, how many have base price (later) = close
 * (earlier). Between true neighbours that is at least 99.8 % in every market, across one omitted session 5 to 13 %, on
 * KONEX up to 32 %, 19 % of those that traded (measured on real days). */
typedef struct {
  size_t common, agreeing;  /* all stocks */
  MarketSet linking, apart; /* of the markets with enough stocks that traded: those that agree in 95 % or all but
                               three, and those that do not */
  bool linked;              /* common > 0, agreeing >= 95 % of common, and no market apart */
} SessionLink;
SessionLink session_link(const Session *earlier, const Session *later);

/* The markets whose rows are those of the other session: one day's answer given again for another. At least nine tenths
 * of the rows with trades repeat open, high, low, close and volume; of all rows, or of a market with enough of them. On
 * real days it is never more than a thirtieth of a market. 0 when nothing repeats or no stock traded in both. */
MarketSet session_repeats(const Session *a, const Session *b);

#endif
