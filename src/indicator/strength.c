#include <closebell/indicator/strength.h>

#include <stdlib.h>
#include <string.h>

#include <closebell/base/vector.h>

#include "rs_raw.h"
#include "strength_year.h"

/* ---- who is there ---- */

static size_t count_unknown(const Strength *strength, const Session *session) {
  size_t unknown = 0;
  for (size_t i = 0, j = 0; j < session->count;) {
    int order = i < strength->count ? strcmp(strength->stocks[i].ticker, session->rows[j].ticker) : 1;
    unknown += order > 0;
    i += order <= 0;
    j += order >= 0;
  }
  return unknown;
}

/* Makes room for the stocks that the session lists first, from the end so that each moves once. */
static Status admit_unknown(Strength *strength, const Session *session, size_t unknown) {
  StrengthStock *stocks =
      vector_reserve(strength->stocks, &strength->capacity, strength->count + unknown, sizeof *stocks);
  if (!stocks) return STATUS_NO_MEMORY;
  strength->stocks = stocks;
  size_t to = strength->count + unknown, i = strength->count;
  strength->count = to;
  for (size_t j = session->count; to > i; to--) {
    int order = i == 0 ? -1 : j == 0 ? 1 : strcmp(stocks[i - 1].ticker, session->rows[j - 1].ticker);
    if (order < 0) {
      stocks[to - 1] = (StrengthStock){0};
      memcpy(stocks[to - 1].ticker, session->rows[--j].ticker, TICKER_SIZE);
    } else {
      stocks[to - 1] = stocks[--i];
      j -= order == 0;
    }
  }
  return STATUS_OK;
}

/* ---- one stock ---- */

static double close_before(const StrengthStock *stock, size_t sessions) {
  return stock->closes[(stock->traded - 1 - sessions) % RING];
}

static Status take_row(const Strength *strength, StrengthStock *stock, const StockRow *row) {
  bool unbroken = strength->broken <= stock->session;
  double close = close_chain_add(&stock->chain, row->close, row_base_price(row), unbroken);
  stock->session = strength->sessions;
  stock->market = (uint8_t)row->market;
  stock->is_ranked = false;
  if (!row_has_trades(row)) return STATUS_OK;
  if (!stock->closes && !(stock->closes = malloc(RING * sizeof *stock->closes))) return STATUS_NO_MEMORY;
  if (strength->keeps_years && !strength_year_take(stock, row, strength->sessions, close)) return STATUS_NO_MEMORY;
  stock->closes[stock->traded++ % RING] = close;
  if (stock->traded < RING) return STATUS_OK;
  static const size_t QUARTERS[] = {RS_RAW_QUARTERS};
  stock->is_ranked = true;
  stock->rs_raw = rs_raw_of(close, close_before(stock, QUARTERS[0]), close_before(stock, QUARTERS[1]),
                            close_before(stock, QUARTERS[2]), close_before(stock, QUARTERS[3]));
  return STATUS_OK;
}

/* ---- the market ---- */

static int compare_values(const void *a, const void *b) {
  double left = *(const double *)a, right = *(const double *)b;
  return (left > right) - (left < right);
}

static Status collect_values(Strength *strength) {
  double *values = vector_reserve(strength->values, &strength->value_capacity, strength->count + 1, sizeof *values);
  if (!values) return STATUS_NO_MEMORY;
  strength->values = values;
  strength->value_count = 0;
  for (size_t i = 0; i < strength->count; i++) {
    const StrengthStock *stock = &strength->stocks[i];
    if (stock->session == strength->sessions && stock->is_ranked) values[strength->value_count++] = stock->rs_raw;
  }
  qsort(values, strength->value_count, sizeof *values, compare_values);
  return STATUS_OK;
}

Status strength_add(Strength *strength, const Session *session, bool broken_before) {
  size_t unknown = count_unknown(strength, session);
  Status status = unknown > 0 ? admit_unknown(strength, session, unknown) : STATUS_OK;
  if (status != STATUS_OK) return status;
  strength->sessions++;
  if (strength->keeps_years && !strength_take_index(strength)) return STATUS_NO_MEMORY;
  if (broken_before) strength->broken = strength->sessions;
  for (size_t i = 0, j = 0; j < session->count && status == STATUS_OK; i++) {
    if (strcmp(strength->stocks[i].ticker, session->rows[j].ticker) != 0) continue;
    status = take_row(strength, &strength->stocks[i], &session->rows[j++]);
  }
  return status == STATUS_OK ? collect_values(strength) : status;
}

static int compare_ticker(const void *ticker, const void *stock) {
  return strcmp(ticker, ((const StrengthStock *)stock)->ticker);
}

const StrengthStock *strength_find(const Strength *strength, const char *ticker) {
  if (strength->count == 0) return NULL;
  const StrengthStock *stock =
      bsearch(ticker, strength->stocks, strength->count, sizeof *strength->stocks, compare_ticker);
  return stock && stock->session == strength->sessions ? stock : NULL;
}

double strength_close(const StrengthStock *stock) { return (double)stock->chain.close / stock->chain.factors; }

/* How many values are smaller; or_equal: or the same. */
static size_t count_below(const Strength *strength, double value, bool or_equal) {
  size_t low = 0, high = strength->value_count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (strength->values[middle] < value || (or_equal && strength->values[middle] == value))
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

int strength_place(size_t less, size_t equal, size_t count) {
  if (count < 2) return 0;
  return 1 + (int)((98 * (2 * less + equal - 1) + (count - 1)) / (2 * (count - 1)));
}

int strength_rating(const Strength *strength, const StrengthStock *stock) {
  if (!stock->is_ranked) return 0;
  size_t less = count_below(strength, stock->rs_raw, false);
  return strength_place(less, count_below(strength, stock->rs_raw, true) - less, strength->value_count);
}

void strength_free(Strength *strength) {
  for (size_t i = 0; i < strength->count; i++) {
    free(strength->stocks[i].closes);
    free(strength->stocks[i].year);
  }
  for (size_t k = 0; k < MARKET_INDICES; k++) {
    free(strength->index_closes[k]);
    free(strength->index_steps[k]);
  }
  free(strength->stocks);
  free(strength->values);
  *strength = (Strength){0};
}
