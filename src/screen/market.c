/* Sessions become rows of stocks, bars and entries. */
#include <closebell/screen/market.h>

#include "columns.h"
#include "published.h"

#include <closebell/base/vector.h>
#include <closebell/market/action.h>
#include <closebell/screen/companies.h>
#include <closebell/screen/flows.h>

#include <stdlib.h>
#include <string.h>

static Status no_memory(Error *err) { return error_set(err, STATUS_NO_MEMORY, "no memory for the market's history"); }

/* Room for `more` items behind `count`; false without memory. */
#define RESERVE(items, count, capacity, more) reserve((void **)&(items), &(capacity), (count) + (more), sizeof *(items))
static bool reserve(void **items, size_t *capacity, size_t needed, size_t size) {
  void *moved = vector_reserve(*items, capacity, needed, size);
  if (moved != NULL) *items = moved;
  return moved != NULL;
}

/* ---- who is there ---- */

/* Gives a stock to every ticker of the session: known ones and the session are both sorted, and merged from the end. */
static bool admit(ScreenMarket *market, const Session *session, size_t unknown) {
  if (!RESERVE(market->stocks, market->stock_count, market->stock_capacity, unknown)) return false;
  uint32_t *by_ticker = realloc(market->by_ticker, (market->stock_count + unknown + 1) * sizeof *by_ticker);
  if (by_ticker == NULL) return false;
  market->by_ticker = by_ticker;
  size_t i = market->stock_count, to = i + unknown, next = to;
  market->stock_count = to;
  for (size_t j = session->count; to > i; to--) {
    int order = i == 0 ? -1 : j == 0 ? 1 : strcmp(market->stocks[by_ticker[i - 1]].ticker, session->rows[j - 1].ticker);
    if (order < 0) {
      ScreenStock *stock = &market->stocks[--next];
      *stock = (ScreenStock){0};
      memcpy(stock->ticker, session->rows[--j].ticker, TICKER_SIZE);
      by_ticker[to - 1] = (uint32_t)next;
    } else {
      by_ticker[to - 1] = by_ticker[--i];
      j -= order == 0;
    }
  }
  return true;
}

static size_t count_unknown(const ScreenMarket *market, const Session *session) {
  size_t unknown = 0;
  for (size_t i = 0, j = 0; j < session->count;) {
    bool more = i < market->stock_count;
    int order = more ? strcmp(market->stocks[market->by_ticker[i]].ticker, session->rows[j].ticker) : 1;
    unknown += order > 0;
    i += order <= 0;
    j += order >= 0;
  }
  return unknown;
}

/* ---- one row ---- */

static bool note_name(ScreenStock *stock, const char *name) {
  if (stock->name_count > 0 && strcmp(stock->names[stock->name_count - 1].text, name) == 0) return true;
  if (!RESERVE(stock->names, stock->name_count, stock->name_capacity, 1)) return false;
  char *text = strdup(name);
  if (text == NULL) return false;
  stock->names[stock->name_count++] = (ScreenStockName){.row = stock->row_count, .text = text};
  return true;
}

/* The product of the factors up to the row; a new one is noted. */
static bool take_factors(ScreenStock *stock, const StockRow *row, size_t broken, double *ret_factors) {
  *ret_factors = 1;
  if (stock->row_count == 0) return true;
  const ScreenRow *last = &stock->rows[stock->row_count - 1];
  double factor;
  *ret_factors = last->factors;
  if (broken > (size_t)last->session + 1 || !action_factor(last->close, row_base_price(row), &factor)) return true;
  *ret_factors *= factor;
  if (!RESERVE(stock->actions, stock->action_count, stock->action_capacity, 1)) return false;
  stock->actions[stock->action_count++] = (ScreenAction){.row = stock->row_count, .factor = factor};
  return true;
}

static bool note_entry(ScreenMarket *market, uint32_t index, ScreenRow *row) {
  ScreenStock *stock = &market->stocks[index];
  if (!RESERVE(stock->bars, stock->bar_count, stock->bar_capacity, 1)) return false;
  stock->bars[stock->bar_count++] = (uint32_t)stock->row_count;
  if (!market_set_has(market->considered, (Market)row->market)) return true;
  if (!RESERVE(market->entries, market->entry_count, market->entry_capacity, 1)) return false;
  row->entry = (int32_t)market->entry_count;
  market->entries[market->entry_count++] = (ScreenEntry){.stock = index, .bar = (uint32_t)stock->bar_count - 1};
  return true;
}

/* Most stocks are there to the end. */
static bool make_first_room(const ScreenMarket *market, ScreenStock *stock) {
  size_t rest = market->memory.sessions > market->session_count ? market->memory.sessions - market->session_count : 1;
  return RESERVE(stock->rows, 0, stock->row_capacity, rest) && RESERVE(stock->bars, 0, stock->bar_capacity, rest);
}

static ScreenRow row_of(const StockRow *from) {
  return (ScreenRow){.volume = from->volume,
                     .value = from->value,
                     .market_cap = from->market_cap,
                     .listed_shares = from->listed_shares,
                     .open = (int32_t)from->open,
                     .high = (int32_t)from->high,
                     .low = (int32_t)from->low,
                     .close = (int32_t)from->close,
                     .change = (int32_t)from->change,
                     .entry = -1,
                     .market = (uint8_t)from->market};
}

static bool take_row(ScreenMarket *market, uint32_t index, const StockRow *from, int rating) {
  ScreenStock *stock = &market->stocks[index];
  if (stock->row_count == 0 && !make_first_room(market, stock)) return false;
  if (!RESERVE(stock->rows, stock->row_count, stock->row_capacity, 1)) return false;
  ScreenRow row = row_of(from);
  row.session = (int32_t)market->session_count;
  row.rating = (uint8_t)rating;
  if (!note_name(stock, from->name) || !take_factors(stock, from, market->strength.broken, &row.factors)) return false;
  if (row_has_trades(from) && !note_entry(market, index, &row)) return false;
  stock->rows[stock->row_count++] = row;
  return true;
}

/* ---- the session ---- */

static bool make_room(ScreenMarket *market) {
  size_t needed = market->session_count + 2, capacity = market->session_capacity;
  if (needed <= capacity) return true;
  size_t more = 2 * needed;
  Day *dates = realloc(market->dates, more * sizeof *dates);
  if (dates != NULL) market->dates = dates;
  size_t *first = realloc(market->first_entry, more * sizeof *first);
  if (first != NULL) market->first_entry = first;
  if (dates == NULL || first == NULL) return false;
  market->session_capacity = more;
  return true;
}

void screen_market_free_columns(ScreenMarket *market) {
  screen_columns_free(market->columns);
  market->columns = NULL;
}

void screen_market_trim_columns(ScreenMarket *market) { screen_columns_trim(market->columns, market->memory.columns); }

static bool is_price(int64_t number) { return number >= -SCREEN_MAX_PRICE && number <= SCREEN_MAX_PRICE; }

static Status check_prices(const Session *session, Error *err) {
  for (size_t i = 0; i < session->count; i++) {
    const StockRow *row = &session->rows[i];
    if (is_price(row->open) && is_price(row->high) && is_price(row->low) && is_price(row->close) &&
        is_price(row->change))
      continue;
    return error_set(err, STATUS_BAD_DATA, "%s: a price of %s is above %d KRW", day_text(session->date).text,
                     row->ticker, SCREEN_MAX_PRICE);
  }
  return STATUS_OK;
}

Status screen_market_add(ScreenMarket *market, const Session *session, bool broken_before, Error *err) {
  screen_market_free_columns(market);
  screen_market_free_flows(market);
  screen_market_free_companies(market);
  if (check_prices(session, err) != STATUS_OK) return STATUS_BAD_DATA;
  if (!make_room(market) || !admit(market, session, count_unknown(market, session))) return no_memory(err);
  if (strength_add(&market->strength, session, broken_before) != STATUS_OK) return no_memory(err);
  market->dates[market->session_count] = session->date;
  market->first_entry[market->session_count] = market->entry_count;
  for (size_t i = 0, j = 0; j < session->count; i++) {
    const StrengthStock *standing = &market->strength.stocks[i]; /* both know the same tickers, sorted */
    if (strcmp(standing->ticker, session->rows[j].ticker) != 0) continue;
    int rating = strength_rating(&market->strength, standing);
    if (!take_row(market, market->by_ticker[i], &session->rows[j++], rating)) return no_memory(err);
  }
  market->first_entry[++market->session_count] = market->entry_count;
  return STATUS_OK;
}

static void free_stock(ScreenStock *stock) {
  for (size_t i = 0; i < stock->name_count; i++) free(stock->names[i].text);
  free(stock->names);
  free(stock->actions);
  free(stock->bars);
  free(stock->rows);
}

void screen_market_free(ScreenMarket *market) {
  for (size_t i = 0; i < market->stock_count; i++) free_stock(&market->stocks[i]);
  screen_columns_free(market->columns);
  screen_market_free_flows(market);
  screen_market_free_companies(market);
  market_indices_free(&market->indices);
  strength_free(&market->strength);
  free(market->stocks);
  free(market->by_ticker);
  free(market->entries);
  free(market->first_entry);
  free(market->dates);
  *market = (ScreenMarket){.considered = market->considered, .memory = market->memory};
}

/* ---- questions ---- */

size_t screen_market_session(const ScreenMarket *market, Day date) {
  size_t low = 0, high = market->session_count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (market->dates[middle] < date)
      low = middle + 1;
    else
      high = middle;
  }
  return low < market->session_count && market->dates[low] == date ? low : market->session_count;
}

size_t screen_market_stock(const ScreenMarket *market, const char *ticker) {
  size_t low = 0, high = market->stock_count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    int order = strcmp(market->stocks[market->by_ticker[middle]].ticker, ticker);
    if (order == 0) return market->by_ticker[middle];
    if (order < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return market->stock_count;
}

size_t screen_market_considered(const ScreenMarket *market, size_t first, size_t last) {
  return market->first_entry[last + 1] - market->first_entry[first];
}

const ScreenRow *screen_market_row(const ScreenStock *stock, size_t session) {
  size_t low = 0, high = stock->row_count; /* rows behind the session begin at `low` */
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if ((size_t)stock->rows[middle].session <= session)
      low = middle + 1;
    else
      high = middle;
  }
  return low == 0 ? NULL : &stock->rows[low - 1];
}

static const char *name_of(const ScreenStock *stock, size_t row) {
  size_t i = stock->name_count - 1;
  while (i > 0 && stock->names[i].row > row) i--;
  return stock->names[i].text;
}

ScreenString screen_market_text(int name, const ScreenStock *stock, size_t row) {
  const char *text = stock->ticker;
  if (name == NAME_name) text = name_of(stock, row);
  if (name == NAME_market) text = market_name((Market)stock->rows[row].market);
  return (ScreenString){text, strlen(text)};
}

size_t screen_market_memory(const ScreenMarket *market) {
  size_t bytes = market->entry_capacity * sizeof(ScreenEntry) + screen_columns_memory(market->columns);
  for (size_t i = 0; i < market->stock_count; i++)
    bytes += market->stocks[i].row_capacity * sizeof(ScreenRow) + market->stocks[i].bar_capacity * sizeof(uint32_t);
  return bytes;
}
