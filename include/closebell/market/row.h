/* row.h: one stock's line of one session, as the exchange published it. */
#ifndef CLOSEBELL_MARKET_ROW_H
#define CLOSEBELL_MARKET_ROW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <closebell/market/market.h>
#include <closebell/market/ticker.h>

enum { STOCK_NAME_SIZE = 96 }; /* UTF-8, NUL included; the longest name seen has 36 bytes */

/* The numbers of a row, listed once: documents, files and comparisons go over them, in this order. */
/* clang-format off */
#define ROW_NUMBERS(X) \
  X(open) X(high) X(low) X(close) /* KRW; open, high and low are 0 in a session without trades */ \
  X(change)                       /* KRW, close - base price: may be negative */ \
  X(volume)                       /* shares */ \
  X(value)                        /* KRW traded */ \
  X(market_cap)                   /* KRW */ \
  X(listed_shares)                /* shares */
/* clang-format on */
#define ROW_MEMBER(number) int64_t number;

typedef struct {
  char ticker[TICKER_SIZE];
  char name[STOCK_NAME_SIZE];
  Market market;
  ROW_NUMBERS(ROW_MEMBER)
  uint8_t base_kind;   /* 1 + Kind (kind.h), as the exchange's base info has it; 0: it was not asked, or does not say */
  bool administrative; /* marked as an administrative issue in the daily answer; KOSDAQ and KONEX only */
} StockRow;

/* A session without trades is a row with open 0, whatever its volume or change. */
static inline bool row_has_trades(const StockRow *row) { return row->open != 0; }

/* What the previous close would have been had no corporate action moved it, KRW. */
static inline int64_t row_base_price(const StockRow *row) { return row->close - row->change; }

/* Null when the row can be believed, else the name of the first field that cannot: "code", "name", "close", "high", ...
 * Wrong are: a code outside the alphabet, an empty or non-UTF-8 name, a negative price, volume, value, cap or number of
 * shares, a close of 0, high < low with trades, a base price below 0 or beyond int64, value traded with a volume of 0
 * (none of 161,717 real rows of 2022 and 2023 has that). */
const char *row_fault(const StockRow *row);

/* One of ROW_NUMBERS, for who goes over them in a loop. */
typedef struct {
  const char *name;
  size_t offset; /* in StockRow */
} RowNumber;
#define ROW_NUMBER_INDEX(number) ROW_INDEX_##number,
enum { ROW_NUMBERS(ROW_NUMBER_INDEX) ROW_NUMBER_COUNT };
#undef ROW_NUMBER_INDEX
extern const RowNumber ROW_NUMBER[ROW_NUMBER_COUNT];

/* For a list LIST(X) of the numbers in an order of its own, X(number, ...): whether each stands in it once. */
#define ROW_NUMBER_BIT(number, ...) | 1u << ROW_INDEX_##number
#define ROW_NUMBER_ONE(number, ...) +1
#define ROW_NUMBERS_ARE_ALL_IN(LIST)                                                                                   \
  ((0u LIST(ROW_NUMBER_BIT)) == (1u << ROW_NUMBER_COUNT) - 1 && 0 LIST(ROW_NUMBER_ONE) == ROW_NUMBER_COUNT)

int64_t row_number_get(const StockRow *row, const RowNumber *number);
void row_number_set(StockRow *row, const RowNumber *number, int64_t value);

bool row_numbers_equal(const StockRow *a, const StockRow *b);

/* Every number and name. Not base_kind and administrative: they say what a paper counted as on the day it was taken in,
 * and a later answer for that day need not. */
bool row_equal(const StockRow *a, const StockRow *b);

#endif
