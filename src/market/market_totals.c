#include <closebell/market/market_totals.h>

#include <stdio.h>

#include <closebell/base/text.h>

static const char *const PUBLISHED_NAMES[MARKET_COUNT] = {
    [MARKET_KOSPI] = "코스피 (외국주포함)", [MARKET_KOSDAQ] = "코스닥 (외국주포함)"};

const char *market_totals_published_name(Market market) { return PUBLISHED_NAMES[market]; }

MarketSet market_totals_markets(void) {
  MarketSet markets = 0;
  for (Market market = 0; market < MARKET_COUNT; market++)
    if (PUBLISHED_NAMES[market] != NULL) markets |= market_bit(market);
  return markets;
}

bool market_totals_sum(const StockRow *rows, size_t count, Market market, MarketTotals *ret_totals) {
  MarketTotals totals = {0};
  for (size_t i = 0; i < count; i++) {
    const StockRow *row = &rows[i];
    if (row->market != market) continue;
    totals.rows++;
    if (__builtin_add_overflow(totals.volume, row->volume, &totals.volume) ||
        __builtin_add_overflow(totals.value, row->value, &totals.value) ||
        __builtin_add_overflow(totals.market_cap, row->market_cap, &totals.market_cap))
      return false;
  }
  *ret_totals = totals;
  return true;
}

bool market_totals_agree(const MarketTotals *summed, const MarketTotals *published) {
  return summed->volume == published->volume && summed->value == published->value &&
         summed->market_cap == published->market_cap;
}

/* The difference as text; figures of both signs can lie further apart than an int64 holds. */
static const char *difference_text(int64_t summed, int64_t published, char text[TEXT_GROUPED_SIZE]) {
  int64_t difference;
  if (__builtin_sub_overflow(summed, published, &difference)) return "far apart";
  return text_group_int64(difference, text);
}

char *market_totals_difference(Market market, const MarketTotals *summed, const MarketTotals *published,
                               char text[MARKET_TOTALS_TEXT_SIZE]) {
  const struct {
    const char *name;
    int64_t summed, published;
  } figures[] = {{"volume", summed->volume, published->volume},
                 {"value", summed->value, published->value},
                 {"market_cap", summed->market_cap, published->market_cap}};
  size_t length = 0;
  text[0] = '\0';
  for (size_t i = 0; i < sizeof figures / sizeof figures[0] && length < MARKET_TOTALS_TEXT_SIZE; i++) {
    char start[64], sum[TEXT_GROUPED_SIZE], told[TEXT_GROUPED_SIZE], apart[TEXT_GROUPED_SIZE];
    if (figures[i].summed == figures[i].published) continue;
    snprintf(start, sizeof start, "%s, %lld stocks:", market_name(market), (long long)summed->rows);
    length += (size_t)snprintf(text + length, MARKET_TOTALS_TEXT_SIZE - length, "%s %s %s where %s is published (%s)",
                               length == 0 ? start : ";", figures[i].name, text_group_int64(figures[i].summed, sum),
                               text_group_int64(figures[i].published, told),
                               difference_text(figures[i].summed, figures[i].published, apart));
  }
  return text;
}

void session_totals_sum(const Session *session, SessionTotals *ret_totals) {
  *ret_totals = (SessionTotals){.date = session->date};
  for (Market market = 0; market < MARKET_COUNT; market++) {
    bool published = market_set_has(session->markets & market_totals_markets(), market);
    if (published && market_totals_sum(session->rows, session->count, market, &ret_totals->summed[market]))
      ret_totals->markets |= market_bit(market);
  }
}

bool session_totals_agree(const SessionTotals *totals) {
  if (totals->markets == 0) return false;
  for (Market market = 0; market < MARKET_COUNT; market++) {
    if (!market_set_has(totals->markets, market)) continue;
    if (!market_totals_agree(&totals->summed[market], &totals->published[market])) return false;
  }
  return true;
}
