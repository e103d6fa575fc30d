/* market.h: the whole archived market in memory, delisted stocks included, as the conditions of screens see it.
 *
 * Sessions are added one after another, in ascending order of date; a new one extends what is there. Fields are
 * columns, computed when something asks for them and kept. Agrees with stock_analyzed to the last bit. No I/O. */
#ifndef CLOSEBELL_SCREEN_MARKET_H
#define CLOSEBELL_SCREEN_MARKET_H

#include <closebell/indicator/strength.h>
#include <closebell/market/index_closes.h>
#include <closebell/market/session.h>
#include <closebell/screen/screen.h>

/* No price is higher, KRW: the difference of two fits into 32 bits as well. */
enum { SCREEN_MAX_PRICE = INT32_MAX / 2 };

/* A stock in one session, as published (see ROW_NUMBERS); with trades or without. There are a million of them. */
typedef struct {
  int64_t volume, value, market_cap, listed_shares;
  double factors; /* of all corporate actions up to this row, multiplied: price / factors is the chained price
                     (market/chain.h), and the ratio of two chained prices is that of the adjusted ones */
  int32_t open, high, low, close, change; /* KRW */
  int32_t session;                        /* index in ScreenMarket.dates */
  int32_t entry;                          /* index in ScreenMarket.entries; -1: not considered in that session */
  uint8_t rating;                         /* rs_rating, 1 to 99; 0 none */
  uint8_t market;                         /* Market */
} ScreenRow;

/* From a row on the stock has this name. */
typedef struct {
  size_t row;
  char *text; /* owned */
} ScreenStockName;

/* A corporate action dated like rows[row]: earlier prices are multiplied by the factor to be seen from there. */
typedef struct {
  size_t row;
  double factor;
} ScreenAction;

typedef struct {
  char ticker[TICKER_SIZE];
  ScreenRow *rows; /* ascending by session */
  size_t row_count, row_capacity;
  uint32_t *bars; /* the rows with trades: the stock's traded sessions */
  size_t bar_count, bar_capacity;
  ScreenAction *actions; /* ascending by row */
  size_t action_count, action_capacity;
  ScreenStockName *names; /* ascending by row */
  size_t name_count, name_capacity;
} ScreenStock;

/* A stock that is considered in a session: which of its bars that is. */
typedef struct {
  uint32_t stock, bar;
} ScreenEntry;

/* How much memory a market takes, where that is known or wanted before. */
typedef struct {
  size_t columns;  /* bytes for those that are kept but not needed at the moment; 0: no limit */
  size_t sessions; /* that are to come in all: no more room is taken than they need; 0: not known */
} ScreenMemory;

/* Zero-initialise but for `considered` and `memory`; screen_market_free at the end. */
struct ScreenMarket {
  MarketSet considered; /* of which markets stocks are considered; the others' rows count for rs_rating alone */
  ScreenMemory memory;
  Day *dates; /* ascending */
  size_t session_count, session_capacity;
  ScreenStock *stocks; /* in the order of their first session */
  size_t stock_count, stock_capacity;
  uint32_t *by_ticker;  /* indices of stocks, sorted by ticker */
  ScreenEntry *entries; /* session after session, by ticker in each */
  size_t entry_count, entry_capacity;
  size_t *first_entry;               /* of each session, and behind the last one entry_count */
  struct ScreenColumns *columns;     /* what has been computed; null until asked for */
  struct ScreenFlows *flows;         /* screen/flows.h; null until asked for */
  struct ScreenCompanies *companies; /* screen/companies.h; null until asked for */
  MarketIndices indices;             /* owned; whoever changes them frees the columns. None known: absent fields */
  Strength strength;
};

/* Takes the session's rows in. broken_before as in panel_add. Columns that were computed are computed anew when they
 * are asked for again. STATUS_BAD_DATA: a price is beyond SCREEN_MAX_PRICE. After it and STATUS_NO_MEMORY only
 * screen_market_free. */
Status screen_market_add(ScreenMarket *market, const Session *session, bool broken_before, Error *err);
void screen_market_free(ScreenMarket *market);
/* What has been computed, and not the rows: all of it, or what is beyond memory.columns. */
void screen_market_free_columns(ScreenMarket *market);
void screen_market_trim_columns(ScreenMarket *market);

/* Index in dates, or session_count. */
size_t screen_market_session(const ScreenMarket *market, Day date);
/* Index in stocks, or stock_count. */
size_t screen_market_stock(const ScreenMarket *market, const char *ticker);
/* Computes what the plan asks for in sessions from `first` on, and is not there yet. */
Status screen_market_prepare(ScreenMarket *market, const ScreenPlan *plan, size_t first, Error *err);

/* Bytes that rows and columns take. */
size_t screen_market_memory(const ScreenMarket *market);

/* How many stocks are considered in sessions first .. last. */
size_t screen_market_considered(const ScreenMarket *market, size_t first, size_t last);
/* The row of the stock in the session, or its last one before; null when it has none yet. */
const ScreenRow *screen_market_row(const ScreenStock *stock, size_t session);
/* A text as it was published in that row: ticker, name or market, by its index among the known names. */
ScreenString screen_market_text(int name, const ScreenStock *stock, size_t row);

#endif
