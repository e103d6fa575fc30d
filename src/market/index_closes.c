#include <closebell/market/index_closes.h>

#include <math.h>
#include <stdlib.h>

#include <closebell/base/vector.h>

Status index_closes_add(IndexCloses *closes, Day date, double close) {
  size_t dates_capacity = closes->capacity, closes_capacity = closes->capacity, needed = closes->count + 1;
  if (closes->count > 0 && closes->dates[closes->count - 1] >= date) return STATUS_INTERNAL;
  Day *dates = vector_reserve(closes->dates, &dates_capacity, needed, sizeof *dates);
  if (!dates) return STATUS_NO_MEMORY;
  closes->dates = dates;
  double *values = vector_reserve(closes->closes, &closes_capacity, needed, sizeof *values);
  if (!values) return STATUS_NO_MEMORY;
  closes->closes = values;
  closes->capacity = dates_capacity < closes_capacity ? dates_capacity : closes_capacity;
  dates[closes->count] = date;
  values[closes->count++] = close;
  return STATUS_OK;
}

void index_closes_pick(const IndexCloses *closes, const Day *dates, size_t count, double *ret_closes) {
  for (size_t i = 0, j = 0; i < count; i++) {
    while (j < closes->count && closes->dates[j] < dates[i]) j++;
    ret_closes[i] = j < closes->count && closes->dates[j] == dates[i] ? closes->closes[j] : NAN;
  }
}

void index_closes_free(IndexCloses *closes) {
  free(closes->dates);
  free(closes->closes);
  *closes = (IndexCloses){0};
}

Status market_indices_add_day(MarketIndices *indices, const IndexDay *day) {
  Status status = STATUS_OK;
  for (Market market = 0; market <= MARKET_KOSDAQ && indices->known && status == STATUS_OK; market++) {
    IndexCloses *closes = &indices->of[market];
    MarketIndex which = index_of_market(market);
    bool is_there = closes->count > 0 && closes->dates[closes->count - 1] >= day->date;
    if (index_set_has(day->has, which) && !is_there)
      status = index_closes_add(closes, day->date, (double)day->rows[which].close / 100);
  }
  return status;
}

void market_indices_free(MarketIndices *indices) {
  for (size_t i = 0; i < MARKET_INDICES; i++) index_closes_free(&indices->of[i]);
  indices->known = false;
}
