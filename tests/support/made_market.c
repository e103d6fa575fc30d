#include "made_market.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { OCTAVES = 9, OPEN_NOISE = 100, VOLUME_NOISE, IDLE_NOISE, PRICE_LEVEL, SHARE_LEVEL, WICK_NOISE };

/* splitmix64's finisher over everything the number depends on. */
static uint64_t mix(uint64_t seed, size_t stock, int64_t index, int purpose) {
  uint64_t x = seed + 0x9e3779b97f4a7c15U * ((uint64_t)stock + 1);
  x ^= (uint64_t)index * 0xd1342543de82ef95U + (uint64_t)purpose * 0x2545f4914f6cdd1dU;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9U;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebU;
  return x ^ (x >> 31);
}

/* 0 up to 1. */
static double unit(const MadeMarket *market, size_t stock, int64_t index, int purpose) {
  return (double)(mix(market->seed, stock, index, purpose) >> 11) * 0x1p-53;
}

static bool event_at(const MadeMarket *market, MadeEventKind kind, size_t stock, int64_t day_index,
                     const MadeEvent **ret) {
  for (size_t i = 0; i < market->event_count; i++) {
    const MadeEvent *event = &market->events[i];
    int64_t length = kind == MADE_HALTED ? event->factor : 1;
    if (event->kind != kind || event->stock != stock) continue;
    if (day_index < event->day_index || day_index >= event->day_index + length) continue;
    if (ret) *ret = event;
    return true;
  }
  return false;
}

static bool is_listed(const MadeMarket *market, size_t stock, int64_t day_index) {
  for (size_t i = 0; i < market->event_count; i++) {
    const MadeEvent *event = &market->events[i];
    if (event->stock != stock) continue;
    if (event->kind == MADE_LISTED && day_index < event->day_index) return false;
    if (event->kind == MADE_DELISTED && day_index >= event->day_index) return false;
  }
  return true;
}

static bool is_idle(const MadeMarket *market, size_t stock, int64_t day_index) {
  if (event_at(market, MADE_HALTED, stock, day_index, NULL)) return true;
  return unit(market, stock, day_index, IDLE_NOISE) * 1000 < (double)market->idle_per_mille;
}

/* By how much splits up to this session have divided the price. */
static int64_t divisor(const MadeMarket *market, size_t stock, int64_t day_index) {
  int64_t product = 1;
  for (size_t i = 0; i < market->event_count; i++) {
    const MadeEvent *event = &market->events[i];
    if (event->kind == MADE_SPLIT && event->stock == stock && day_index >= event->day_index) product *= event->factor;
  }
  return product;
}

/* Noise of several wavelengths added up wanders like a random walk, yet any session can be had without those before it.
 */
static double wander(const MadeMarket *market, size_t stock, int64_t day_index) {
  double sum = 0;
  for (int octave = 0; octave < OCTAVES; octave++) {
    int64_t length = (int64_t)1 << octave, node = day_index / length;
    double along = (double)(day_index % length) / (double)length;
    double from = unit(market, stock, node, octave), to = unit(market, stock, node + 1, octave);
    sum += sqrt((double)length) * (from + (to - from) * along - 0.5);
  }
  return sum;
}

/* 2,000 to 200,000 won before the wandering: small enough for real shares, large enough that two closes seldom agree.
 */
static int64_t traded_close(const MadeMarket *market, size_t stock, int64_t day_index) {
  double level = 2000 * pow(100, unit(market, stock, 0, PRICE_LEVEL));
  double price = level * exp(0.02 * wander(market, stock, day_index)) / (double)divisor(market, stock, day_index);
  return price < 1 ? 1 : (int64_t)price;
}

static int64_t base_price(const MadeMarket *market, size_t stock, int64_t day_index);

/* A session without trades repeats its base price. */
static int64_t closing(const MadeMarket *market, size_t stock, int64_t day_index) {
  if (day_index > 0 && is_idle(market, stock, day_index)) return base_price(market, stock, day_index);
  return traded_close(market, stock, day_index);
}

static int64_t base_price(const MadeMarket *market, size_t stock, int64_t day_index) {
  if (day_index == 0 || !is_listed(market, stock, day_index - 1)) return traded_close(market, stock, day_index) * 4 / 5;
  int64_t previous = closing(market, stock, day_index - 1);
  const MadeEvent *split;
  if (!event_at(market, MADE_SPLIT, stock, day_index, &split)) return previous;
  return previous < split->factor ? 1 : previous / split->factor;
}

static Market market_of(const MadeMarket *market, size_t stock) {
  for (Market m = 0; m < MARKET_COUNT; m++) {
    if (stock < market->stocks[m]) return m;
    stock -= market->stocks[m];
  }
  return MARKET_COUNT;
}

MadeMarket made_market(uint64_t seed) {
  return (MadeMarket){.seed = seed, .stocks = {[MARKET_KOSPI] = 120, [MARKET_KOSDAQ] = 80}, .idle_per_mille = 20};
}

void made_ticker(size_t stock, char ticker[TICKER_SIZE]) {
  snprintf(ticker, TICKER_SIZE, "%06u", 100000 + (unsigned)stock % 900000);
}

static void trade(const MadeMarket *market, size_t stock, int64_t day_index, StockRow *row) {
  int64_t wick = (int64_t)((double)row->close * 0.02 * unit(market, stock, day_index, WICK_NOISE));
  row->open = row->close + (int64_t)((double)row->close * 0.02 * (unit(market, stock, day_index, OPEN_NOISE) - 0.5));
  if (row->open < 1) row->open = 1;
  row->high = (row->open > row->close ? row->open : row->close) + wick;
  row->low = (row->open < row->close ? row->open : row->close) - wick;
  if (row->low < 1) row->low = 1;
  row->volume = 1 + (int64_t)((double)row->listed_shares * 0.02 * unit(market, stock, day_index, VOLUME_NOISE));
  row->value = row->volume * ((row->open + row->close) / 2);
}

bool made_row(const MadeMarket *market, size_t stock, int64_t day_index, StockRow *ret_row) {
  if (!is_listed(market, stock, day_index)) return false;
  StockRow row = {.market = market_of(market, stock), .close = closing(market, stock, day_index)};
  made_ticker(stock, row.ticker);
  snprintf(row.name, sizeof row.name, "Made %zu", stock);
  row.change = row.close - base_price(market, stock, day_index);
  row.listed_shares =
      (int64_t)(1e6 * pow(1000, unit(market, stock, 0, SHARE_LEVEL))) * divisor(market, stock, day_index);
  row.market_cap = row.listed_shares * row.close;
  if (day_index == 0 || !is_idle(market, stock, day_index)) trade(market, stock, day_index, &row);
  *ret_row = row;
  return true;
}

static size_t stock_count(const MadeMarket *market) {
  size_t count = 0;
  for (Market m = 0; m < MARKET_COUNT; m++) count += market->stocks[m];
  return count;
}

static void or_die(bool good, const char *what) {
  if (good) return;
  fprintf(stderr, "made_market: %s\n", what);
  abort();
}

Session made_session(const MadeMarket *market, int64_t day_index, Day date, MarketSet markets) {
  Session session = {.date = date, .markets = markets};
  StockRow row;
  for (size_t stock = 0; stock < stock_count(market); stock++)
    if (market_set_has(markets, market_of(market, stock)) && made_row(market, stock, day_index, &row))
      or_die(session_add(&session, &row) == STATUS_OK, "out of memory");
  or_die(session_seal(&session, NULL) == STATUS_OK, "a code stands twice");
  return session;
}

DayAnswer made_answer(const MadeMarket *market, int64_t day_index, Day date, MarketSet markets) {
  DayAnswer answer = {.date = date};
  for (Market m = 0; m < MARKET_COUNT; m++) {
    if (!market_set_has(markets, m)) continue;
    Session session = made_session(market, day_index, date, market_bit(m));
    answer.markets[m] = (MarketAnswer){.kind = session.count ? ANSWER_ROWS : ANSWER_EMPTY,
                                       .http_status = 200,
                                       .retry_after_ms = -1,
                                       .rows = session.rows,
                                       .count = session.count};
  }
  return answer;
}
