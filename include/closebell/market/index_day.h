/* index_day.h: what the exchange publishes of its indices for one session, and the links that make index days a chain.
 */
#ifndef CLOSEBELL_MARKET_INDEX_DAY_H
#define CLOSEBELL_MARKET_INDEX_DAY_H

#include <stdbool.h>
#include <stdint.h>

#include <closebell/base/day.h>
#include <closebell/market/market.h>

typedef enum { INDEX_KOSPI = 0, INDEX_KOSDAQ, INDEX_KOSPI200, INDEX_COUNT } MarketIndex;

typedef uint32_t IndexSet; /* bit 1u << MarketIndex */
enum { INDEX_SET_ALL = (1 << INDEX_COUNT) - 1 };

static inline IndexSet index_bit(MarketIndex which) { return 1u << which; }
static inline bool index_set_has(IndexSet set, MarketIndex which) { return (set & index_bit(which)) != 0; }

const char *index_name(MarketIndex which);           /* "KOSPI200"; also the name of its collection */
const char *index_published_name(MarketIndex which); /* "코스피 200": IDX_NM of the exchange's answer, to the letter */
Market index_market(MarketIndex which);              /* the market whose service publishes it */
/* "KOSPI,KOSPI200": spaces allowed, each once. Text of nothing but spaces is the empty set. */
bool index_set_parse(const char *text, IndexSet *ret_set);

/* One index's line. Index values are whole hundredths of a point: 2587.02 is 258702. */
typedef struct {
  int64_t open, high, low, close;
  int64_t change;     /* hundredths, from the close of the session before: may be negative */
  int64_t volume;     /* shares, of the stocks in the index */
  int64_t value;      /* KRW traded */
  int64_t market_cap; /* KRW */
} IndexRow;

/* A row and its session. */
typedef struct {
  Day date;
  IndexRow row;
} DatedIndexRow;

/* Null when the row can be believed, else the name of the first field that cannot. Wrong are: a value that is not above
 * 0 or is beyond INDEX_VALUE_MAX, an open or close outside low..high, a close before that is not above 0, a negative
 * volume, value or cap, value traded with a volume of 0. (All 11,331 real rows of 2010 to 2025 pass.) */
const char *index_row_fault(const IndexRow *row);
bool index_row_equal(const IndexRow *a, const IndexRow *b);

static const int64_t INDEX_VALUE_MAX = INT64_C(100000000000); /* a billion points */

/* The indices of one session. */
typedef struct {
  Day date;
  IndexSet has; /* those whose rows stand in `rows` */
  IndexRow rows[INDEX_COUNT];
} IndexDay;

/* Close − change is the close of the session before: between neighbours the two are equal, always. */
static inline bool index_row_links(const IndexRow *earlier, const IndexRow *later) {
  return later->close - later->change == earlier->close;
}

typedef enum {
  INDEX_GAP_UNKNOWN = 0,    /* they have no index in common */
  INDEX_GAP_NONE_MISSING,   /* every index links: the weekdays between them were closed */
  INDEX_GAP_SESSION_MISSING /* some index does not */
} IndexGap;

/* Whether the exchange traded between two days, by the indices' own changes. Across an omitted session an index
 * links by chance in 15 of 11,325 real cases; of two or three indices all never did. */
IndexGap index_day_gap(const IndexDay *earlier, const IndexDay *later);

#endif
