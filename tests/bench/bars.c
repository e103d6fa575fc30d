#include "bars.h"

#include <dirent.h>
#include <err.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
  char code[8];
  uint32_t session;
  double prices[5]; /* open, high, low, close, volume */
} Row;

typedef struct {
  Row *items;
  size_t count, capacity;
} Rows;

static void *allocate(size_t count, size_t size) {
  void *memory = calloc(count + 1, size);
  if (memory == NULL) err(1, "bars");
  return memory;
}

static MarketBars reserve(size_t series, size_t bars) {
  return (MarketBars){.first = allocate(series + 1, sizeof(size_t)),
                      .series = series,
                      .bars = bars,
                      .open = allocate(bars, sizeof(double)),
                      .high = allocate(bars, sizeof(double)),
                      .low = allocate(bars, sizeof(double)),
                      .close = allocate(bars, sizeof(double)),
                      .volume = allocate(bars, sizeof(double)),
                      .index = {allocate(bars, sizeof(double)), allocate(bars, sizeof(double))},
                      .rating = allocate(bars, 1),
                      .market = allocate(bars, 1)};
}

static void set_bar(MarketBars *market, size_t i, const double prices[5]) {
  market->open[i] = prices[0], market->high[i] = prices[1], market->low[i] = prices[2];
  market->close[i] = prices[3], market->volume[i] = prices[4];
  market->rating[i] = (uint8_t)(1 + i % 99);
  for (size_t k = 0; k < MARKET_INDICES; k++) market->index[k][i] = 2000 + 500 * (double)k + (double)(i * 37 % 101);
}

static void note_longest(MarketBars *market) {
  for (size_t s = 0; s < market->series; s++)
    if (market->first[s + 1] - market->first[s] > market->longest)
      market->longest = market->first[s + 1] - market->first[s];
}

/* ---- files ---- */

static int is_day(const struct dirent *entry) { return strlen(entry->d_name) == 14 && strstr(entry->d_name, ".csv"); }

static bool parse_row(const char *line, uint32_t session, Row *ret_row) {
  Row row = {.session = session};
  int fields = sscanf(line, "%7[^,],%lf,%lf,%lf,%lf,%lf", row.code, &row.prices[0], &row.prices[1], &row.prices[2],
                      &row.prices[3], &row.prices[4]);
  if (fields != 6 || row.prices[0] == 0) return false;
  *ret_row = row;
  return true;
}

static void add_row(Rows *rows, const Row *row) {
  if (rows->count == rows->capacity) {
    rows->capacity = 2 * rows->capacity + 4096;
    rows->items = realloc(rows->items, rows->capacity * sizeof *rows->items);
    if (rows->items == NULL) err(1, "bars");
  }
  rows->items[rows->count++] = *row;
}

static void load_day(const char *path, uint32_t session, Rows *rows) {
  char line[256];
  Row row;
  FILE *file = fopen(path, "r");
  if (file == NULL) err(1, "%s", path);
  while (fgets(line, sizeof line, file) != NULL)
    if (parse_row(line, session, &row)) add_row(rows, &row);
  fclose(file);
}

static int compare_rows(const void *a, const void *b) {
  const Row *left = a, *right = b;
  int order = strcmp(left->code, right->code);
  return order != 0 ? order : (left->session > right->session) - (left->session < right->session);
}

static bool begins_series(const Rows *rows, size_t i) {
  return i == 0 || strcmp(rows->items[i].code, rows->items[i - 1].code) != 0;
}

MarketBars market_bars_load(const char *folder) {
  struct dirent **days;
  Rows rows = {0};
  int count = scandir(folder, &days, is_day, alphasort);
  if (count <= 0) errx(1, "%s: no days", folder);
  for (int i = 0; i < count; i++) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, days[i]->d_name);
    load_day(path, (uint32_t)i, &rows);
    free(days[i]);
  }
  free(days);
  qsort(rows.items, rows.count, sizeof *rows.items, compare_rows);
  size_t series = 0;
  for (size_t i = 0; i < rows.count; i++) series += begins_series(&rows, i);
  MarketBars market = reserve(series, rows.count);
  for (size_t i = 0, s = 0; i < rows.count; i++) {
    if (begins_series(&rows, i)) market.first[s++] = i;
    set_bar(&market, i, rows.items[i].prices);
  }
  market.first[series] = rows.count;
  free(rows.items);
  note_longest(&market);
  return market;
}

/* ---- made ---- */

/* Knuth's MMIX generator; uniform in [0, 1). */
static double next_random(uint64_t *seed) {
  *seed = *seed * 6364136223846793005u + 1442695040888963407u;
  return (double)(*seed >> 11) * 0x1p-53;
}

MarketBars market_bars_make(size_t tickers, size_t sessions, uint64_t seed) {
  MarketBars market = reserve(tickers, tickers * sessions);
  for (size_t s = 0, i = 0; s < tickers; s++) {
    double close = floor(1000 + 100000 * next_random(&seed));
    market.first[s] = i;
    for (size_t day = 0; day < sessions; day++, i++) {
      double open = close;
      close = fmax(100, floor(close * (0.97 + 0.06 * next_random(&seed))));
      double high = floor(fmax(open, close) * (1 + 0.02 * next_random(&seed)));
      double low = floor(fmin(open, close) * (1 - 0.02 * next_random(&seed)));
      set_bar(&market, i, (double[]){open, high, low, close, floor(1e6 * next_random(&seed))});
    }
  }
  market.first[tickers] = tickers * sessions;
  note_longest(&market);
  return market;
}

Bars market_bars_of(const MarketBars *market, size_t series) {
  size_t at = market->first[series];
  return (Bars){.count = market->first[series + 1] - at,
                .open = market->open + at,
                .high = market->high + at,
                .low = market->low + at,
                .close = market->close + at,
                .volume = market->volume + at,
                .chained_close = market->close + at,
                .rating = market->rating + at,
                .market = market->market + at,
                .index_close = {market->index[0] + at, market->index[1] + at}};
}

void market_bars_free(MarketBars *market) {
  free(market->first);
  free(market->open);
  free(market->high);
  free(market->low);
  free(market->close);
  free(market->volume);
  for (size_t k = 0; k < MARKET_INDICES; k++) free(market->index[k]);
  free(market->rating);
  free(market->market);
  *market = (MarketBars){0};
}
