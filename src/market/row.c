#include <closebell/market/row.h>

#include <string.h>

#include <closebell/base/text.h>

static bool name_is_believable(const char name[STOCK_NAME_SIZE]) {
  size_t length = strnlen(name, STOCK_NAME_SIZE);
  return length > 0 && length < STOCK_NAME_SIZE && text_is_utf8(name, length);
}

static bool code_is_believable(const char ticker[TICKER_SIZE]) {
  return memchr(ticker, '\0', TICKER_SIZE) != NULL && ticker_is_valid(ticker);
}

const char *row_fault(const StockRow *row) {
  int64_t base_price;
  if (!code_is_believable(row->ticker)) return "code";
  if (!name_is_believable(row->name)) return "name";
  if ((unsigned)row->market >= MARKET_COUNT) return "market";
  if (row->close <= 0) return "close";
  if (row->open < 0) return "open";
  if (row->high < 0) return "high";
  if (row->low < 0) return "low";
  if (row_has_trades(row) && row->high < row->low) return "high";
  if (__builtin_sub_overflow(row->close, row->change, &base_price) || base_price < 0) return "change";
  if (row->volume < 0) return "volume";
  if (row->value < 0) return "value";
  if (row->volume == 0 && row->value > 0) return "volume";
  if (row->market_cap < 0) return "market_cap";
  if (row->listed_shares < 0) return "listed_shares";
  return NULL;
}

#define NUMBER(number) {#number, offsetof(StockRow, number)},
const RowNumber ROW_NUMBER[ROW_NUMBER_COUNT] = {ROW_NUMBERS(NUMBER)};

int64_t row_number_get(const StockRow *row, const RowNumber *number) {
  int64_t value;
  memcpy(&value, (const char *)row + number->offset, sizeof value);
  return value;
}

void row_number_set(StockRow *row, const RowNumber *number, int64_t value) {
  memcpy((char *)row + number->offset, &value, sizeof value);
}

bool row_numbers_equal(const StockRow *a, const StockRow *b) {
#define SAME(number) &&a->number == b->number
  return true ROW_NUMBERS(SAME);
}

bool row_equal(const StockRow *a, const StockRow *b) {
  return strncmp(a->ticker, b->ticker, TICKER_SIZE) == 0 && strncmp(a->name, b->name, STOCK_NAME_SIZE) == 0 &&
         a->market == b->market && row_numbers_equal(a, b);
}
