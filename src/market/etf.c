#include <closebell/market/etf.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define NUMBER(id, field, published) {#field, published, false},
#define REAL(id, field, published) {#field, published, true},
const EtfFigureRow ETF_FIGURE[ETF_FIGURE_COUNT] = {ETF_FIGURES(NUMBER, REAL)};

void etf_set_whole(EtfRow *row, EtfFigure figure, int64_t value) {
  row->whole[figure] = value;
  row->has |= 1u << figure;
}

void etf_set_real(EtfRow *row, EtfFigure figure, double value) {
  row->real[figure] = value;
  row->has |= 1u << figure;
}

/* Trades after the hours alone have a volume and no prices. */
bool etf_is_traded(const EtfRow *row) {
  bool priced = row->whole[ETF_OPEN] != 0 || row->whole[ETF_HIGH] != 0 || row->whole[ETF_LOW] != 0;
  return priced && (!etf_has(row, ETF_VOLUME) || row->whole[ETF_VOLUME] > 0);
}

bool etf_base_price(const EtfRow *row, int64_t *ret_base) {
  if (!etf_has(row, ETF_CLOSE) || !etf_has(row, ETF_CHANGE)) return false;
  return !__builtin_sub_overflow(row->whole[ETF_CLOSE], row->whole[ETF_CHANGE], ret_base);
}

static const char *negative_figure(const EtfRow *row) {
  for (EtfFigure i = 0; i < ETF_FIGURE_COUNT; i++) {
    if (!etf_has(row, i) || i == ETF_CHANGE) continue;
    bool good = ETF_FIGURE[i].is_real ? isfinite(row->real[i]) && row->real[i] >= 0 : row->whole[i] >= 0;
    if (!good) return ETF_FIGURE[i].field;
  }
  return NULL;
}

static bool has_all(const EtfRow *row, unsigned figures) { return (row->has & figures) == figures; }

static bool is_cap_of_shares(const EtfRow *row) {
  int64_t cap;
  if (!has_all(row, 1u << ETF_MARKET_CAP | 1u << ETF_CLOSE | 1u << ETF_SHARES)) return true;
  return !__builtin_mul_overflow(row->whole[ETF_CLOSE], row->whole[ETF_SHARES], &cap) &&
         cap == row->whole[ETF_MARKET_CAP];
}

/* To two decimals: off by half a hundredth at most, whichever way halves are rounded. */
static bool is_rate_of_change(const EtfRow *row) {
  int64_t base;
  if (!row->has_rate || !etf_base_price(row, &base)) return true;
  long double off = (long double)row->rate * (long double)base - (long double)row->whole[ETF_CHANGE] * 10000;
  return fabsl(off) * 2 <= (long double)base;
}

static const char *price_outside(const EtfRow *row) {
  static const EtfFigure INSIDE[] = {ETF_OPEN, ETF_CLOSE};
  if (!etf_is_traded(row)) return NULL;
  if (etf_has(row, ETF_LOW) && row->whole[ETF_LOW] == 0) return "low";
  for (size_t i = 0; i < sizeof INSIDE / sizeof INSIDE[0]; i++) {
    if (!etf_has(row, INSIDE[i])) continue;
    if (etf_has(row, ETF_LOW) && row->whole[ETF_LOW] > row->whole[INSIDE[i]]) return "low";
    if (etf_has(row, ETF_HIGH) && row->whole[ETF_HIGH] < row->whole[INSIDE[i]]) return "high";
  }
  return NULL;
}

const char *etf_row_fault(const EtfRow *row) {
  int64_t base;
  const char *negative = negative_figure(row);
  if (negative) return negative;
  if (etf_has(row, ETF_CLOSE) && row->whole[ETF_CLOSE] == 0) return "close";
  if (has_all(row, 1u << ETF_CLOSE | 1u << ETF_CHANGE) && (!etf_base_price(row, &base) || base <= 0)) return "change";
  if (!is_cap_of_shares(row)) return "market_cap";
  if (!is_rate_of_change(row)) return "change";
  return price_outside(row);
}

static int compare(const void *key, const void *row) { return strcmp(key, ((const EtfRow *)row)->ticker); }

const EtfRow *etf_rows_find(const EtfRow *rows, size_t count, const char *ticker) {
  return count ? bsearch(ticker, rows, count, sizeof *rows, compare) : NULL;
}
