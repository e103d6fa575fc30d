/* market_totals.h: what the stocks of a market sum to in a session, against the totals that the exchange publishes.
 *
 * The exchange's index services have a row for the whole market, foreign stocks included. Its volume, value and market
 * cap equal the sum of the market's stock rows exactly (122 of 122 real market days): so an answer from during the day,
 * a row altered by one share or a stock left out is noticed. Prices are not summed: those are what links are for. */
#ifndef CLOSEBELL_MARKET_MARKET_TOTALS_H
#define CLOSEBELL_MARKET_MARKET_TOTALS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <closebell/base/day.h>
#include <closebell/market/session.h>

typedef struct {
  int64_t volume;     /* shares */
  int64_t value;      /* KRW traded */
  int64_t market_cap; /* KRW */
  int64_t rows;       /* stocks; the exchange does not publish how many: 0 */
} MarketTotals;

/* The markets that have published totals: not KONEX. */
MarketSet market_totals_markets(void);
/* "코스피 (외국주포함)": IDX_NM of the whole market's row, to the letter. Null for a market without. */
const char *market_totals_published_name(Market market);

/* Sums the rows that are of the market. False, and nothing written, when a sum is beyond int64. */
bool market_totals_sum(const StockRow *rows, size_t count, Market market, MarketTotals *ret_totals);
/* Volume, value and market cap; not rows. */
bool market_totals_agree(const MarketTotals *summed, const MarketTotals *published);
/* "KOSPI, 951 stocks: volume 770,176,171 where 770,176,172 is published (-1)", with every figure that differs; empty
 * when they agree. Returns text. */
enum { MARKET_TOTALS_TEXT_SIZE = 384 };
char *market_totals_difference(Market market, const MarketTotals *summed, const MarketTotals *published,
                               char text[MARKET_TOTALS_TEXT_SIZE]);

/* Both sides of one session. */
typedef struct {
  Day date;
  MarketSet markets; /* those of which both sides are known */
  MarketTotals summed[MARKET_COUNT], published[MARKET_COUNT];
} SessionTotals;

/* The sums of the session's markets that have published totals; what is published is left 0. A market whose sums are
 * beyond int64 is not among `markets`. */
void session_totals_sum(const Session *session, SessionTotals *ret_totals);

/* At least one market is known, and each that is agrees. */
bool session_totals_agree(const SessionTotals *totals);

#endif
