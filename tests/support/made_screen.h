/* made_screen.h: a ScreenMarket from a table of made-up rows, for tests and benchmarks. */
#ifndef CLOSEBELL_TESTS_MADE_SCREEN_H
#define CLOSEBELL_TESTS_MADE_SCREEN_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/screen/market.h>

/* A stock in a session; close 0: it has no row. */
typedef struct {
  int64_t open, low, close, base; /* KRW; open 0: no trades */
  Market market;
} MadeRow;

/* rows[session * stocks + stock]. Tickers ascend with the stocks' numbers. */
typedef struct {
  size_t sessions, stocks;
  const MadeRow *rows;
} MadeTable;

static inline void *made_room(size_t count, size_t size) {
  void *room = calloc(count + 1, size);
  if (room == NULL) abort();
  return room;
}

/* Rows of a stock without what only the session's order tells: its entries. */
static inline ScreenStock made_stock(const MadeTable *table, size_t number) {
  CloseChain chain = {0};
  ScreenStock stock = {.rows = made_room(table->sessions, sizeof(ScreenRow)),
                       .bars = made_room(table->sessions, sizeof(uint32_t))};
  snprintf(stock.ticker, sizeof stock.ticker, "%05u0", (unsigned)number % 100000);
  for (size_t t = 0; t < table->sessions; t++) {
    const MadeRow *made = &table->rows[t * table->stocks + number];
    if (made->close == 0) continue;
    close_chain_add(&chain, made->close, made->base, true);
    if (made->open != 0) stock.bars[stock.bar_count++] = (uint32_t)stock.row_count;
    stock.rows[stock.row_count++] = (ScreenRow){.open = (int32_t)made->open,
                                                .high = (int32_t)made->open,
                                                .low = (int32_t)made->low,
                                                .close = (int32_t)made->close,
                                                .change = (int32_t)(made->close - made->base),
                                                .factors = chain.factors,
                                                .session = (int32_t)t,
                                                .entry = -1,
                                                .market = (uint8_t)made->market};
  }
  return stock;
}

/* Stocks stand in the order of their first session; order[number] is where. */
static inline void made_order(ScreenMarket *market, const MadeTable *table, size_t *order) {
  market->stocks = made_room(table->stocks, sizeof(ScreenStock));
  market->by_ticker = made_room(table->stocks, sizeof(uint32_t));
  bool *taken = made_room(table->stocks, sizeof(bool));
  for (size_t t = 0; t < table->sessions; t++) {
    for (size_t s = 0; s < table->stocks; s++) {
      if (taken[s] || table->rows[t * table->stocks + s].close == 0) continue;
      taken[s] = true;
      order[s] = market->stock_count;
      market->stocks[market->stock_count++] = made_stock(table, s);
    }
  }
  for (size_t s = 0, known = 0; s < table->stocks; s++)
    if (taken[s]) market->by_ticker[known++] = (uint32_t)order[s];
  free(taken);
}

static inline void made_entries(ScreenMarket *market, const MadeTable *table, const size_t *order) {
  size_t *bars = made_room(table->stocks, sizeof(size_t));
  for (size_t t = 0; t < table->sessions; t++) {
    market->dates[t] = (Day)(20000 + t);
    market->first_entry[t] = market->entry_count;
    for (size_t s = 0; s < table->stocks; s++) {
      const MadeRow *made = &table->rows[t * table->stocks + s];
      if (made->close == 0 || made->open == 0) continue;
      size_t bar = bars[s]++;
      if (!market_set_has(market->considered, made->market)) continue;
      ScreenStock *stock = &market->stocks[order[s]];
      stock->rows[stock->bars[bar]].entry = (int32_t)market->entry_count;
      market->entries[market->entry_count++] = (ScreenEntry){.stock = (uint32_t)order[s], .bar = (uint32_t)bar};
    }
  }
  market->first_entry[table->sessions] = market->entry_count;
  free(bars);
}

/* Considered are KOSPI and KOSDAQ. made_screen_free at the end. */
static inline ScreenMarket made_screen(const MadeTable *table) {
  ScreenMarket market = {.considered = market_bit(MARKET_KOSPI) | market_bit(MARKET_KOSDAQ),
                         .session_count = table->sessions,
                         .dates = made_room(table->sessions, sizeof(Day)),
                         .entries = made_room(table->sessions * table->stocks, sizeof(ScreenEntry)),
                         .first_entry = made_room(table->sessions, sizeof(size_t))};
  size_t *order = made_room(table->stocks, sizeof(size_t));
  made_order(&market, table, order);
  made_entries(&market, table, order);
  free(order);
  return market;
}

static inline void made_screen_free(ScreenMarket *market) {
  for (size_t s = 0; s < market->stock_count; s++) {
    free(market->stocks[s].rows);
    free(market->stocks[s].bars);
  }
  free(market->stocks);
  free(market->by_ticker);
  free(market->entries);
  free(market->first_entry);
  free(market->dates);
  *market = (ScreenMarket){0};
}

#endif
