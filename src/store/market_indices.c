#include <closebell/store/market_indices.h>

#include <stdlib.h>

#include <closebell/store/index_data.h>

static Status take(const StoredIndexRow *rows, size_t count, IndexCloses *to, Error *err) {
  Status status = STATUS_OK;
  for (size_t i = 0; i < count && status == STATUS_OK; i++)
    if (rows[i].readable) status = index_closes_add(to, rows[i].date, (double)rows[i].row.close / 100);
  return status == STATUS_OK ? status : error_set(err, status, "no memory for %zu index days", count);
}

Status market_indices_load(const Db *db, const char *names, MarketIndices *indices, Error *err) {
  Status status = STATUS_OK;
  IndexSet set = 0;
  index_set_parse(names, &set);
  market_indices_free(indices);
  for (Market market = 0; market <= MARKET_KOSDAQ && status == STATUS_OK; market++) {
    const IndexRange range = {.which = index_of_market(market), .from = DAY_NONE, .to = DAY_NONE};
    StoredIndexRow *rows = NULL;
    size_t count = 0;
    if (!index_set_has(set, range.which)) continue;
    indices->known = true;
    status = index_data_read(db, &range, &rows, &count, err);
    if (status == STATUS_OK) status = take(rows, count, &indices->of[market], err);
    free(rows);
  }
  return status;
}
