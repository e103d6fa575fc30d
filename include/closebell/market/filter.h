/* filter.h: the entry filter: which stocks are worth following. One function from a stock's facts to passed or the
 * first reason it was not; used by set-up, by every update, and by what explains them. */
#ifndef CLOSEBELL_MARKET_FILTER_H
#define CLOSEBELL_MARKET_FILTER_H

#include <closebell/base/status.h>
#include <closebell/market/kind.h>
#include <closebell/market/session.h>

enum {
  FILTER_VALUE_SESSIONS = 20,     /* the traded value is averaged over so many */
  FILTER_EXIT_VALUE_PERCENT = 80, /* a stock leaves when that average is below so much of the floor */
  FILTER_TEXT_SIZE = 256
};

typedef struct {
  MarketSet markets;
  int64_t min_market_cap;  /* KRW: a stock enters at it */
  int64_t exit_market_cap; /* KRW: and leaves below it ... */
  int exit_sessions;       /* ... when it has been there for so many sessions in a row; so with every other rule */
  KindSet excluded;        /* 0: none */
  bool exclude_administrative;
  bool exclude_halted;      /* without trades in the session */
  int min_sessions;         /* listed for so many; 0: no rule. Entry only */
  int64_t min_traded_value; /* KRW a session, on average over FILTER_VALUE_SESSIONS; 0: no rule */
} EntryFilter;

typedef enum {
  FILTER_PASSED = 0,
  FILTER_MARKET,
  FILTER_PREFERRED,
  FILTER_SPAC,
  FILTER_REIT,
  FILTER_ETF,
  FILTER_ETN,
  FILTER_ELW,
  FILTER_FUND,
  FILTER_FOREIGN,
  FILTER_DR,
  FILTER_ADMINISTRATIVE,
  FILTER_HALTED,
  FILTER_MARKET_CAP,
  FILTER_NEW,
  FILTER_TRADED_VALUE,
  FILTER_REASON_COUNT
} FilterReason;

/* What the rules look at. */
typedef struct {
  const StockRow *row;     /* of the session in question; lent */
  Kind kind;               /* by the base info of the newest session in the window that has it, else by code and name */
  bool listed_long_enough; /* for min_sessions, or for as long as is known */
  int64_t traded_value;    /* KRW, the average over the sessions known, up to FILTER_VALUE_SESSIONS; a session that does
                              not list it, or without trades, counts 0 */
} StockFacts;

/* window[0] is the session of the row, window[1] the one before it, and so on. Only what the filter's rules need is
 * worked out. */
StockFacts stock_facts(const EntryFilter *filter, const StockRow *row, const Session *const *window,
                       size_t window_count);

/* The first rule the stock does not meet on entering. */
FilterReason filter_entry(const EntryFilter *filter, const StockFacts *facts);
/* The same of a stock that is in: the lower limits of leaving, and never FILTER_NEW. */
FilterReason filter_exit(const EntryFilter *filter, const StockFacts *facts);

/* How many sessions of window the rules can make use of. */
size_t filter_window(const EntryFilter *filter);

const char *filter_reason_name(FilterReason reason); /* "passed", "market", "preferred", "market_cap", ... */

/* "preferred,spac,administrative,halted": spaces allowed, each once; empty for none. STATUS_CONFIG names the word that
 * is neither a kind nor one of the last two. */
Status filter_parse_excluded(const char *text, EntryFilter *filter, Error *err);

/* The whole filter in one line of fixed form, two filters being equal when their texts are; and back. Return text;
 * false when it is not of that form. */
char *filter_format(const EntryFilter *filter, char text[FILTER_TEXT_SIZE]);
bool filter_parse(const char *text, EntryFilter *ret_filter);
bool filter_equal(const EntryFilter *a, const EntryFilter *b);

#endif
