#include <closebell/market/quote.h>

#include <stdlib.h>
#include <string.h>

/* Where nothing was traded there is no range. */
static bool range_holds(const Quote *quote) {
  if (quote->open == 0) return quote->high == 0 && quote->low == 0;
  return quote->low > 0 && quote->low <= quote->open && quote->open <= quote->high && quote->low <= quote->close &&
         quote->close <= quote->high;
}

const char *quote_fault(const Quote *quote) {
  if (memchr(quote->ticker, '\0', TICKER_SIZE) == NULL || !ticker_is_valid(quote->ticker)) return "code";
  if (quote->close <= 0) return "close";
  if (quote->base_price <= 0) return "base price";
  if (quote->open < 0) return "open";
  if (!range_holds(quote)) return "range";
  if (quote->volume < 0) return "volume";
  if (quote->value < 0 || (quote->volume == 0 && quote->value > 0)) return "value";
  return NULL;
}

bool quote_row(const Quote *quote, const StockRow *listed, StockRow *ret_row) {
  StockRow row = *listed;
  row.open = quote->open;
  row.high = quote->high;
  row.low = quote->low;
  row.close = quote->close;
  row.change = quote->close - quote->base_price;
  row.volume = quote->volume;
  row.value = quote->value;
  if (__builtin_mul_overflow(quote->close, listed->listed_shares, &row.market_cap) || row_fault(&row)) return false;
  *ret_row = row;
  return true;
}

static int compare(const void *key, const void *item) { return strcmp(key, ((const Quote *)item)->ticker); }

const Quote *quote_find(const Quote *quotes, size_t count, const char *ticker) {
  return count == 0 ? NULL : bsearch(ticker, quotes, count, sizeof *quotes, compare);
}
