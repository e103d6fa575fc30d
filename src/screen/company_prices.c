/* From chained prices alone, so that a value is the same whatever comes later, and the same as the analysis has it. */
#include "companies.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/indicator/indicator.h>

enum { MOMENTUM_FROM = 252, MOMENTUM_TO = 21, WINDOW = 256 };

/* The fields of the table that are looked at. */
static const char *const FIELDS[] = {"rs_raw", "high_52w", "volatility_252", "max_drawdown_252", "beta_252"};
enum { RS_RAW, HIGH_52W, VOLATILITY, MAX_DRAWDOWN, BETA, FIELD_COUNT };

/* What is lent to one stock after another: arrays with a value a bar. */
typedef struct {
  const ScreenMarket *market;
  size_t since; /* the first session that is asked for */
  size_t room;
  double *close, *high, *low; /* chained */
  uint8_t *markets;
  double *index_close; /* MARKET_INDICES arrays of `room` */
  double *of_session;  /* MARKET_INDICES arrays of a value a session */
  bool *rows;
  double **outputs;
  size_t at[FIELD_COUNT]; /* of each field: its output */
  size_t starts[FIELD_COUNT];
} Desk;

/* ---- the desk ---- */

static size_t most_bars(const ScreenMarket *market) {
  size_t most = 0;
  for (size_t i = 0; i < market->stock_count; i++)
    if (market->stocks[i].bar_count > most) most = market->stocks[i].bar_count;
  return most;
}

static void open_field(Desk *desk, size_t field) {
  for (size_t output = 0; output < indicator_total_outputs(); output++) {
    size_t of_row;
    const Indicator *row = indicator_of_output(output, &of_row);
    if (strcmp(row->fields[of_row], FIELDS[field]) != 0) continue;
    desk->at[field] = output;
    desk->starts[field] = indicator_start(row, of_row);
    indicator_want(desk->rows, output);
  }
}

/* A row that is wanted writes all its outputs. */
static bool open_outputs(Desk *desk) {
  size_t rows;
  const Indicator *table = indicator_table(&rows);
  for (size_t r = 0, output = 0; r < rows; r++) {
    for (size_t k = 0; k < indicator_output_count(&table[r]); k++, output++)
      if (desk->rows[r] && (desk->outputs[output] = malloc((desk->room + 1) * sizeof(double))) == NULL) return false;
  }
  return true;
}

static bool open_indices(Desk *desk) {
  const ScreenMarket *market = desk->market;
  if (!market->indices.known) return true;
  desk->index_close = malloc((MARKET_INDICES * desk->room + 1) * sizeof(double));
  desk->of_session = malloc((MARKET_INDICES * market->session_count + 1) * sizeof(double));
  if (desk->index_close == NULL || desk->of_session == NULL) return false;
  for (size_t k = 0; k < MARKET_INDICES; k++)
    index_closes_pick(&market->indices.of[k], market->dates, market->session_count,
                      desk->of_session + k * market->session_count);
  return true;
}

static bool open_desk(Desk *desk) {
  size_t rows;
  indicator_table(&rows);
  desk->room = most_bars(desk->market);
  desk->close = malloc((desk->room + 1) * sizeof(double));
  desk->high = malloc((desk->room + 1) * sizeof(double));
  desk->low = malloc((desk->room + 1) * sizeof(double));
  desk->markets = malloc(desk->room + 1);
  desk->rows = calloc(rows, sizeof *desk->rows);
  desk->outputs = calloc(indicator_total_outputs(), sizeof *desk->outputs);
  if (!desk->close || !desk->high || !desk->low || !desk->markets || !desk->rows || !desk->outputs) return false;
  for (size_t i = 0; i < FIELD_COUNT; i++) open_field(desk, i);
  return open_outputs(desk) && open_indices(desk);
}

static void close_desk(Desk *desk) {
  for (size_t i = 0; desk->outputs != NULL && i < indicator_total_outputs(); i++) free(desk->outputs[i]);
  free(desk->outputs);
  free(desk->rows);
  free(desk->markets);
  free(desk->close);
  free(desk->high);
  free(desk->low);
  free(desk->index_close);
  free(desk->of_session);
}

/* ---- one stock ---- */

/* The first bar that is asked for. */
static size_t first_bar(const Desk *desk, const ScreenStock *stock) {
  size_t bar = stock->bar_count;
  while (bar > 0 && (size_t)stock->rows[stock->bars[bar - 1]].session >= desk->since) bar--;
  return bar;
}

/* The bars from `from` on. */
static Bars lay_out(const Desk *desk, const ScreenStock *stock, size_t from) {
  const size_t count = stock->bar_count - from;
  for (size_t bar = 0; bar < count; bar++) {
    const ScreenRow *row = &stock->rows[stock->bars[from + bar]];
    desk->close[bar] = (double)row->close / row->factors;
    desk->high[bar] = (double)row->high / row->factors;
    desk->low[bar] = (double)row->low / row->factors;
    desk->markets[bar] = row->market;
    for (size_t k = 0; k < MARKET_INDICES && desk->of_session != NULL; k++)
      desk->index_close[k * desk->room + bar] =
          desk->of_session[k * desk->market->session_count + (size_t)row->session];
  }
  Bars bars = {
      .count = count, .close = desk->close, .high = desk->high, .low = desk->low, .chained_close = desk->close};
  if (desk->of_session != NULL) bars.market = desk->markets;
  for (size_t k = 0; k < MARKET_INDICES && desk->of_session != NULL; k++)
    bars.index_close[k] = desk->index_close + k * desk->room;
  return bars;
}

static double value_at(const Desk *desk, size_t field, size_t bar) {
  return bar < desk->starts[field] ? NAN : desk->outputs[desk->at[field]][bar];
}

static CompassPrices prices_at(const Desk *desk, size_t bar) {
  const double *close = desk->close;
  const bool has_year = bar >= MOMENTUM_FROM;
  return (CompassPrices){
      .rs_raw = value_at(desk, RS_RAW, bar),
      .nearness = close[bar] / value_at(desk, HIGH_52W, bar),
      .momentum = has_year ? close[bar - MOMENTUM_TO] / close[bar - MOMENTUM_FROM] - 1 : NAN,
      .volatility = value_at(desk, VOLATILITY, bar),
      .max_drawdown = value_at(desk, MAX_DRAWDOWN, bar),
      .beta = value_at(desk, BETA, bar),
      .has_year = has_year,
  };
}

static bool may_be_ranked(const ScreenStock *stock) {
  for (size_t i = 0; i < stock->row_count; i++)
    if (company_row_is_ranked(stock, &stock->rows[i])) return true;
  return false;
}

/* No field looks further back than WINDOW bars: what is before these is left out. */
static bool take_stock(const Desk *desk, const ScreenStock *stock, CompassPrices **ret_prices) {
  const size_t first = first_bar(desk, stock), from = first > WINDOW ? first - WINDOW : 0;
  if (!may_be_ranked(stock)) return true;
  CompassPrices *prices = malloc((stock->bar_count + 1) * sizeof *prices);
  if (prices == NULL) return false;
  const Bars bars = lay_out(desk, stock, from);
  indicator_compute(&bars, desk->rows, desk->outputs);
  for (size_t bar = first; bar < stock->bar_count; bar++) prices[bar] = prices_at(desk, bar - from);
  *ret_prices = prices;
  return true;
}

/* ---- all ---- */

Status company_prices_make(const ScreenMarket *market, size_t since, CompanyPrices *ret_prices, Error *err) {
  Desk desk = {.market = market, .since = since};
  *ret_prices = (CompanyPrices){.of_stock = calloc(market->stock_count + 1, sizeof *ret_prices->of_stock),
                                .count = market->stock_count};
  bool fits = ret_prices->of_stock != NULL && open_desk(&desk);
  for (size_t i = 0; i < market->stock_count && fits; i++)
    fits = take_stock(&desk, &market->stocks[i], &ret_prices->of_stock[i]);
  close_desk(&desk);
  return fits ? STATUS_OK : error_set(err, STATUS_NO_MEMORY, "no memory for what prices say of companies");
}

void company_prices_free(CompanyPrices *prices) {
  for (size_t i = 0; prices->of_stock != NULL && i < prices->count; i++) free(prices->of_stock[i]);
  free(prices->of_stock);
  *prices = (CompanyPrices){0};
}
