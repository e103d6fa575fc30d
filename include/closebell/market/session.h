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
bool session_equal(const Session *a, const Session *b); /* date, markets and every row */

/* How well `later` continues `earlier`: of the stocks listed in both, how many have base price (later) = close
 * (earlier). Between true neighbours that is at least 99.9 %, across one omitted session 6 to 13 % (measured on real
 * days). */
typedef struct {
  size_t common, agreeing;
  bool linked; /* common > 0 and agreeing >= 95 % of common */
} SessionLink;
SessionLink session_link(const Session *earlier, const Session *later);

/* True when at least nine tenths of the rows with trades repeat open, high, low, close and volume of the other session:
 * one day's answer given again for another. False when no stock traded in both. */
bool session_repeats(const Session *a, const Session *b);

#endif
