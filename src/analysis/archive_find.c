#include <closebell/analysis/archive_find.h>

#include <stdlib.h>

#include <closebell/store/market_days.h>

typedef struct {
  const char (*tickers)[TICKER_SIZE];
  bool *found;
  size_t count, left;
} Looking;

static void look(Looking *looking, const Session *session) {
  for (size_t i = 0; i < looking->count; i++) {
    if (looking->found[i] || !session_find(session, looking->tickers[i])) continue;
    looking->found[i] = true;
    looking->left--;
  }
}

/* One that an import or a restatement takes away meanwhile is none. */
static Status look_into(const Db *db, Day date, Looking *looking, Error *err) {
  Session session = {0};
  Status status = market_days_find(db, date, &session, err);
  if (status == STATUS_NOT_FOUND) return STATUS_OK;
  if (status == STATUS_OK) look(looking, &session);
  session_free(&session);
  return status;
}

Status archive_find_absent(const Db *db, const char (*tickers)[TICKER_SIZE], size_t count, size_t *ret_absent,
                           Error *err) {
  MarketDayIds days = {0};
  Looking looking = {.tickers = tickers, .found = calloc(count + 1, sizeof(bool)), .count = count, .left = count};
  Status status = looking.found ? market_days_list(db, &days, err) : error_set(err, STATUS_NO_MEMORY, "no memory");
  for (size_t i = days.count; i > 0 && looking.left > 0 && status == STATUS_OK; i--)
    status = look_into(db, days.items[i - 1].date, &looking, err);
  size_t absent = 0;
  while (status == STATUS_OK && absent < count && looking.found[absent]) absent++;
  if (status == STATUS_OK) *ret_absent = absent;
  market_day_ids_free(&days);
  free(looking.found);
  return status;
}
