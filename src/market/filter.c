#include <closebell/market/filter.h>

FilterReason filter_entry(const EntryFilter *filter, const StockRow *row) {
  if (!market_set_has(filter->markets, row->market)) return FILTER_MARKET;
  if (row->market_cap < filter->min_market_cap) return FILTER_MARKET_CAP;
  return FILTER_PASSED;
}

const char *filter_reason_name(FilterReason reason) {
  static const char *const names[FILTER_REASON_COUNT] = {
      [FILTER_PASSED] = "passed", [FILTER_MARKET] = "market", [FILTER_MARKET_CAP] = "market_cap"};
  return (unsigned)reason < FILTER_REASON_COUNT ? names[reason] : "unknown reason";
}
